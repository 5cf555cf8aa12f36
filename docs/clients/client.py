"""A partner's system on requests and jwcrypto: a token bound to a key, then page, look up, submit, import and follow the feed."""
import base64, hashlib, json, sys, time, uuid
import requests
from jwcrypto import jwk, jws

exchange, client_id, key_file, channel = (sys.argv[1:] + ["embassies-ip"])[:4]
client_key = jwk.JWK.from_json(open(key_file).read())
bound_key = jwk.JWK.generate(kty="EC", crv="P-256")  # tokens are bound to it; it never leaves this process
metadata = requests.get(f"{exchange}/.well-known/oauth-authorization-server", timeout=10).json()


def signed(key, header, claims):
    token = jws.JWS(json.dumps(claims))
    token.add_signature(key, protected=json.dumps({"alg": "ES256", **header}))
    return token.serialize(compact=True)


def proof(method, url, token=None):
    """RFC 9449: for this method, this address and this token; good once."""
    claims = {"jti": str(uuid.uuid4()), "htm": method, "htu": url.split("?")[0], "iat": int(time.time())}
    if token:
        claims["ath"] = base64.urlsafe_b64encode(hashlib.sha256(token.encode()).digest()).rstrip(b"=").decode()
    return signed(bound_key, {"typ": "dpop+jwt", "jwk": bound_key.export_public(as_dict=True)}, claims)


def assertion():
    """RFC 7523: who we are, signed with the key that the registry names."""
    now = int(time.time())
    claims = {"iss": client_id, "sub": client_id, "aud": metadata["issuer"], "jti": str(uuid.uuid4()), "iat": now, "exp": now + 60}
    return signed(client_key, {"kid": client_key.export_public(as_dict=True)["kid"]}, claims)


known = {"value": None, "until": 0}


def token_now():
    if time.time() >= known["until"]:
        url = metadata["token_endpoint"]
        answer = requests.post(url, timeout=10, headers={"DPoP": proof("POST", url)}, data={
            "grant_type": "client_credentials", "scope": "records:read records:write import", "purposes": "INVESTIGATION",
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer", "client_assertion": assertion()})
        answer.raise_for_status()
        known.update(value=answer.json()["access_token"], until=time.time() + answer.json()["expires_in"] - 30)
    return known["value"]


def call(method, path, body=None, kind="application/json"):
    """One request, with a proof of its own. Problems (RFC 9457) have a `code`."""
    url, token = exchange + path, token_now()
    headers = {"Authorization": f"DPoP {token}", "DPoP": proof(method, url, token)}
    if body is not None:
        headers["Content-Type"] = kind
        if kind == "application/json" and path != "/v1/lookups":
            headers["Idempotency-Key"] = str(uuid.uuid4())
    answer = requests.request(method, url, headers=headers, data=body, timeout=60)
    if not answer.ok:
        raise SystemExit(f"{method} {path}: {answer.status_code} {answer.text}")
    if "ndjson" in answer.headers["Content-Type"]:
        return [json.loads(line) for line in answer.text.splitlines() if line]
    return answer.json()


me = call("GET", "/v1/me")
print(f"{me['partner']['id']}, cleared for {me['clearance']}")

# Page.
pages, after = 0, None
while pages == 0 or after:
    page = call("GET", "/v1/indicators?type=DOMAIN&first=20" + (f"&after={requests.utils.quote(after, safe='')}" if after else ""))
    pages, after = pages + 1, page.get("nextCursor")

# Submit, and look up.
value = f"py-{uuid.uuid4()}.example"
common = {"role": "PHISHING", "classification": "UNCLASSIFIED", "legalBasis": {"ground": "synthetic"}, "type": "DOMAIN"}
mine = call("POST", "/v1/indicators", json.dumps({**common, "value": value, "channels": [channel]}))
looked = call("POST", "/v1/lookups", json.dumps({"values": [{"value": value}, {"value": "never-heard-of.example"}]}))
assert looked["items"][0]["claims"][0]["id"] == mine["id"], "what was submitted is not found"

# Import: a line a record, an outcome a line.
rows = "\n".join(json.dumps({**common, "value": f"py-{n}-{uuid.uuid4()}.example"}) for n in range(3))
outcomes = call("POST", f"/v1/indicators/import?channels={channel}", rows, "application/x-ndjson")

# Follow the feed from its beginning to now; a client keeps the cursor and goes on from there.
cursor, more, ids = None, True, []
while more:
    page = call("GET", "/v1/changes?first=500" + (f"&cursor={requests.utils.quote(cursor, safe='')}" if cursor else ""))
    ids += [event["id"] for event in page["events"]]
    cursor, more = page["cursor"], page["more"]
assert mine["id"] in ids, "what was submitted is not in the feed"
print(f"{pages} pages, 1 submitted and looked up, {sum(one.get('outcome') == 'created' for one in outcomes)} imported, {len(ids)} events")
