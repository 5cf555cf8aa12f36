/** A partner's system on openid-client: a token bound to a key, then page, look up, submit, import and follow the feed. */
import type { webcrypto } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import * as oauth from 'openid-client';

const [exchange = '', clientId = '', keyFile = '', channel = 'embassies-ip'] = process.argv.slice(2);
const jwk = JSON.parse(await readFile(keyFile, 'utf8')) as webcrypto.JsonWebKey & { readonly kid: string };
const key = await crypto.subtle.importKey('jwk', jwk, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']);
const plain = new URL(exchange).protocol === 'http:'; // the demonstration, on this machine
const config = await oauth.discovery(new URL(exchange), clientId, undefined, oauth.PrivateKeyJwt({ key, kid: jwk.kid }), {
  algorithm: 'oauth2', ...(plain && { execute: [oauth.allowInsecureRequests] }),
});
// The key that tokens are bound to: of this process alone, and not to be exported.
const DPoP = oauth.getDPoPHandle(config, await oauth.randomDPoPKeyPair('ES256'));

let token: Promise<{ value: string; until: number }> | undefined;
async function tokenNow(): Promise<string> {
  const known = await token;
  if (known !== undefined && Date.now() < known.until) return known.value;
  token = oauth.clientCredentialsGrant(config, { scope: 'records:read records:write import', purposes: 'INVESTIGATION' }, { DPoP })
    .then((granted) => ({ value: granted.access_token, until: Date.now() + ((granted.expires_in ?? 60) - 30) * 1000 }));
  return (await token).value;
}

/** One request, with a proof of its own. Problems (RFC 9457) have a `code`. */
async function call<T>(method: string, path: string, body?: string, type = 'application/json'): Promise<T> {
  const headers = new Headers(body === undefined ? {} : { 'content-type': type });
  if (method === 'POST' && type === 'application/json' && path !== '/v1/lookups') headers.set('idempotency-key', crypto.randomUUID());
  const answer = await oauth.fetchProtectedResource(config, await tokenNow(), new URL(path, exchange), method, body ?? null, headers, { DPoP });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return (answer.headers.get('content-type')?.includes('ndjson') === true ? text.trim().split('\n').map((line): unknown => JSON.parse(line)) : JSON.parse(text)) as T;
}

interface Shown { readonly id: string }
const me = await call<{ partner: { id: string }; clearance: string }>('GET', '/v1/me');
process.stdout.write(`${me.partner.id}, cleared for ${me.clearance}\n`);

// Page.
let pages = 0;
for (let after: string | undefined, more = true; more; pages += 1) {
  const page = await call<{ items: Shown[]; nextCursor?: string }>('GET', `/v1/indicators?type=DOMAIN&first=20${after === undefined ? '' : `&after=${encodeURIComponent(after)}`}`);
  after = page.nextCursor;
  more = after !== undefined;
}

// Submit, and look up.
const value = `ts-${crypto.randomUUID()}.example`;
const common = { role: 'PHISHING', classification: 'UNCLASSIFIED', legalBasis: { ground: 'synthetic' } };
const { id } = await call<Shown>('POST', '/v1/indicators', JSON.stringify({ ...common, type: 'DOMAIN', value, channels: [channel] }));
const looked = await call<{ items: { claims: Shown[] }[] }>('POST', '/v1/lookups', JSON.stringify({ values: [{ value }, { value: 'never-heard-of.example' }] }));
if (looked.items[0]?.claims[0]?.id !== id) throw new Error('what was submitted is not found');

// Import: a line a record, an outcome a line.
const rows = [1, 2, 3].map((n) => JSON.stringify({ ...common, type: 'DOMAIN', value: `ts-${n}-${crypto.randomUUID()}.example` })).join('\n');
const outcomes = await call<{ outcome?: string }[]>('POST', `/v1/indicators/import?channels=${channel}`, rows, 'application/x-ndjson');

// Follow the feed from its beginning to now; a client keeps the cursor and goes on from there.
let cursor: string | undefined;
let events = 0;
let seen = false;
for (let more = true; more;) {
  const page = await call<{ events: { event: string; id: string }[]; cursor: string; more: boolean }>('GET', `/v1/changes?first=500${cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`}`);
  events += page.events.length;
  seen ||= page.events.some((event) => event.id === id);
  ({ cursor, more } = page);
}
if (!seen) throw new Error('what was submitted is not in the feed');
process.stdout.write(`${pages} pages, 1 submitted and looked up, ${outcomes.filter(({ outcome }) => outcome === 'created').length} imported, ${events} events\n`);
