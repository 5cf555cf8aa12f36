import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.math.BigInteger;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.*;
import java.security.interfaces.ECPublicKey;
import java.security.spec.*;
import java.util.*;
import static java.nio.charset.StandardCharsets.UTF_8;

/** A partner's system on the JDK and Jackson: a token bound to a key, then page, look up, submit, import and follow the feed. */
public class Client {
  static final ObjectMapper json = new ObjectMapper();
  static final HttpClient http = HttpClient.newHttpClient();
  static String exchange, clientId, kid, token;
  static PrivateKey clientKey;
  static KeyPair bound; // tokens are bound to it; it never leaves this process
  static JsonNode metadata;
  static long until;

  static String base64(byte[] bytes) { return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes); }

  static BigInteger number(String text) { return new BigInteger(1, Base64.getUrlDecoder().decode(text)); }

  static String coordinate(BigInteger value) {
    byte[] bytes = value.toByteArray(), out = new byte[32];
    int length = Math.min(32, bytes.length);
    System.arraycopy(bytes, bytes.length - length, out, 32 - length, length);
    return base64(out);
  }

  /** RFC 7515, ES256. */
  static String signed(PrivateKey key, Map<String, ?> header, Map<String, ?> claims) throws Exception {
    String data = base64(json.writeValueAsBytes(header)) + "." + base64(json.writeValueAsBytes(claims));
    Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
    signature.initSign(key);
    signature.update(data.getBytes(UTF_8));
    return data + "." + base64(signature.sign());
  }

  /** RFC 9449: for this method, this address and this token; good once. */
  static String proof(String method, String url, String forToken) throws Exception {
    ECPoint point = ((ECPublicKey) bound.getPublic()).getW();
    Map<String, ?> jwk = Map.of("kty", "EC", "crv", "P-256", "x", coordinate(point.getAffineX()), "y", coordinate(point.getAffineY()));
    Map<String, Object> claims = new HashMap<>(Map.of("jti", UUID.randomUUID().toString(), "htm", method, "htu", url.split("\\?")[0], "iat", System.currentTimeMillis() / 1000));
    if (forToken != null) claims.put("ath", base64(MessageDigest.getInstance("SHA-256").digest(forToken.getBytes(UTF_8))));
    return signed(bound.getPrivate(), Map.of("alg", "ES256", "typ", "dpop+jwt", "jwk", jwk), claims);
  }

  /** RFC 7523: who we are, signed with the key that the registry names. */
  static String assertion() throws Exception {
    long now = System.currentTimeMillis() / 1000;
    return signed(clientKey, Map.of("alg", "ES256", "kid", kid),
        Map.of("iss", clientId, "sub", clientId, "aud", metadata.get("issuer").asText(), "jti", UUID.randomUUID().toString(), "iat", now, "exp", now + 60));
  }

  static String encode(String text) { return URLEncoder.encode(text, UTF_8); }

  static String tokenNow() throws Exception {
    if (System.currentTimeMillis() < until) return token;
    String url = metadata.get("token_endpoint").asText();
    String form = "grant_type=client_credentials&purposes=INVESTIGATION&scope=" + encode("records:read records:write import")
        + "&client_assertion_type=" + encode("urn:ietf:params:oauth:client-assertion-type:jwt-bearer") + "&client_assertion=" + assertion();
    HttpResponse<String> answer = http.send(HttpRequest.newBuilder(URI.create(url)).header("Content-Type", "application/x-www-form-urlencoded").header("DPoP", proof("POST", url, null))
        .POST(HttpRequest.BodyPublishers.ofString(form)).build(), HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) throw new IllegalStateException(answer.body());
    JsonNode granted = json.readTree(answer.body());
    until = System.currentTimeMillis() + (granted.get("expires_in").asLong() - 30) * 1000;
    return token = granted.get("access_token").asText();
  }

  /** One request, with a proof of its own. Problems (RFC 9457) have a `code`. */
  static String call(String method, String path, String body, String type) throws Exception {
    String url = exchange + path, bearer = tokenNow();
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url)).header("Authorization", "DPoP " + bearer).header("DPoP", proof(method, url, bearer))
        .method(method, body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
    if (body != null) request.header("Content-Type", type);
    if (body != null && type.equals("application/json") && !path.equals("/v1/lookups")) request.header("Idempotency-Key", UUID.randomUUID().toString());
    HttpResponse<String> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() >= 300) throw new IllegalStateException(method + " " + path + ": " + answer.statusCode() + " " + answer.body());
    return answer.body();
  }

  static JsonNode get(String path) throws Exception { return json.readTree(call("GET", path, null, null)); }

  static Map<String, Object> domain(String value) {
    return new HashMap<>(Map.of("type", "DOMAIN", "value", value, "role", "PHISHING", "classification", "UNCLASSIFIED", "legalBasis", Map.of("ground", "synthetic")));
  }

  public static void main(String[] args) throws Exception {
    exchange = args[0];
    clientId = args[1];
    JsonNode jwk = json.readTree(new File(args[2]));
    String channel = args.length > 3 ? args[3] : "embassies-ip";
    kid = jwk.get("kid").asText();
    AlgorithmParameters curve = AlgorithmParameters.getInstance("EC");
    curve.init(new ECGenParameterSpec("secp256r1"));
    clientKey = KeyFactory.getInstance("EC").generatePrivate(new ECPrivateKeySpec(number(jwk.get("d").asText()), curve.getParameterSpec(ECParameterSpec.class)));
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    bound = generator.generateKeyPair();
    metadata = json.readTree(http.send(HttpRequest.newBuilder(URI.create(exchange + "/.well-known/oauth-authorization-server")).build(), HttpResponse.BodyHandlers.ofString()).body());

    JsonNode me = get("/v1/me");
    System.out.println(me.get("partner").get("id").asText() + ", cleared for " + me.get("clearance").asText());

    // Page.
    int pages = 0;
    for (String after = ""; after != null; pages++) {
      JsonNode next = get("/v1/indicators?type=DOMAIN&first=20" + (after.isEmpty() ? "" : "&after=" + encode(after))).get("nextCursor");
      after = next == null ? null : next.asText();
    }

    // Submit, and look up.
    String value = "java-" + UUID.randomUUID() + ".example";
    Map<String, Object> record = domain(value);
    record.put("channels", List.of(channel));
    String id = json.readTree(call("POST", "/v1/indicators", json.writeValueAsString(record), "application/json")).get("id").asText();
    String asked = json.writeValueAsString(Map.of("values", List.of(Map.of("value", value), Map.of("value", "never-heard-of.example"))));
    JsonNode looked = json.readTree(call("POST", "/v1/lookups", asked, "application/json"));
    if (!looked.at("/items/0/claims/0/id").asText().equals(id)) throw new IllegalStateException("what was submitted is not found");

    // Import: a line a record, an outcome a line.
    StringBuilder rows = new StringBuilder();
    for (int n = 0; n < 3; n++) rows.append(json.writeValueAsString(domain("java-" + n + "-" + UUID.randomUUID() + ".example"))).append('\n');
    long imported = call("POST", "/v1/indicators/import?channels=" + channel, rows.toString(), "application/x-ndjson").lines().filter(line -> line.contains("\"created\"") && line.contains("\"line\"")).count();

    // Follow the feed from its beginning to now; a client keeps the cursor and goes on from there.
    Set<String> ids = new HashSet<>();
    int events = 0;
    String cursor = "";
    for (boolean more = true; more; ) {
      JsonNode page = get("/v1/changes?first=500" + (cursor.isEmpty() ? "" : "&cursor=" + encode(cursor)));
      for (JsonNode event : page.get("events")) { ids.add(event.get("id").asText()); events++; }
      cursor = page.get("cursor").asText();
      more = page.get("more").asBoolean();
    }
    if (!ids.contains(id)) throw new IllegalStateException("what was submitted is not in the feed");
    System.out.println(pages + " pages, 1 submitted and looked up, " + imported + " imported, " + events + " events");
  }
}
