/** Requests to where persons sign in and are administered: as the pages send them, and with something wrong in them. */
import type { SoftPasskey } from '../support/passkey.ts';
import { chance, type Dice, oneOf } from './dice.ts';
import { anything, type Manner, mutated, nasty } from './values.ts';

export interface Sent {
  readonly manner: Manner;
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload?: string;
}

/** What is known of a person who is signed in, and of others. */
export interface Known {
  readonly url: string;
  readonly cookies: ReadonlyMap<string, string>;
  readonly passkey: SoftPasskey;
  /** Of an invitation that stands. */
  readonly secret: string;
  /** Of colleagues. */
  readonly ids: readonly string[];
  readonly refresh: string;
}

const foreign = ['scope', 'resource', 'response_mode', 'request', 'request_uri', 'claims', 'claims_locales', 'dpop_jkt', 'max_age', 'login_hint', 'id_token_hint', 'nonce', 'acr_values', 'ui_locales', 'registration', '__proto__', 'constructor', '', 'a[b]', 'lang'];
const form = 'application/x-www-form-urlencoded';
const plain = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value) ?? '').toWellFormed();
const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';

/** Some left out, some twice, some with other values, some that nobody asked for. */
function pairs(g: Dice, all: Readonly<Record<string, string>>, manner: Manner, more: readonly string[]): string {
  if (manner === 'valid') return new URLSearchParams(all).toString();
  const kept = Object.entries(all).filter(() => !chance(g, 8)).map(([name, value]): [string, string] => [name, chance(g, manner === 'broken' ? 5 : 15) ? plain(oneOf(g, [anything(g), ...nasty])) : value]);
  if (chance(g, 3)) kept.push([oneOf(g, more), plain(anything(g))]);
  if (chance(g, 6) && kept.length > 0) kept.push(oneOf(g, kept));
  const text = new URLSearchParams(kept).toString();
  return manner === 'broken' && chance(g, 12) ? oneOf(g, [`${text}&%zz=%ff`, '&&==', `${text}%`, text.replaceAll('=', ''), '{"a":1}', `${text}&${'a=b&'.repeat(2000)}`]) : text;
}

function cookieOf(g: Dice, { cookies }: Known, manner: Manner): Record<string, string> {
  const all = [...cookies].map(([name, value]) => `${name}=${value}`);
  if (manner === 'valid') return { cookie: all.join('; ') };
  return { cookie: oneOf(g, [all.join('; '), all.join('; '), [...all, ...all].join('; '), '', '__Host-prasan=', '__Host-prasan=../../x', `__Host-prasan=${'x'.repeat(64)}`, '__Host-prasan=%00; __Host-prasan-ceremony=x', `__Host-prasan-ceremony=${'A'.repeat(32)}`]) };
}

function headersOf(g: Dice, known: Known, manner: Manner, type: string): Record<string, string> {
  const { url } = known;
  const broken = manner === 'broken';
  return {
    ...cookieOf(g, known, manner), host: new URL(url).host, origin: broken && chance(g, 12) ? oneOf(g, ['https://evil.example', 'null', '']) : url, ...(chance(g, 2) ? { 'sec-fetch-site': broken && chance(g, 8) ? 'cross-site' : 'same-origin' } : {}),
    'content-type': broken && chance(g, 15) ? oneOf(g, ['text/plain', 'application/xml', 'application/json; charset=utf-16', form, 'application/json']) : type,
  };
}

function authorize(g: Dice, known: Known, manner: Manner): Sent {
  const all = {
    client_id: 'console', response_type: 'code', redirect_uri: `${known.url}/graphiql`, code_challenge: challenge, code_challenge_method: 'S256', state: 's', ...(chance(g, 2) ? { prompt: oneOf(g, ['none', 'login', 'consent', 'none login', 'select_account']) } : {}),
    ...(manner === 'broken' && chance(g, 4) ? { redirect_uri: oneOf(g, ['https://evil.example/graphiql', `${known.url}/graphiql/`, `${known.url}/graphiql?a=b`, `${known.url}@evil.example/graphiql`, 'javascript:alert(1)', `${known.url}/\\evil.example`]) } : {}),
  };
  return { manner, method: 'GET', url: `/oauth/authorize?${pairs(g, all, manner, foreign)}`, headers: { ...cookieOf(g, known, manner), host: new URL(known.url).host } };
}

function token(g: Dice, known: Known, manner: Manner): Sent {
  const all = oneOf(g, [
    { grant_type: 'authorization_code', code: oneOf(g, nasty), redirect_uri: `${known.url}/graphiql`, code_verifier: 'x'.repeat(43) },
    { grant_type: 'refresh_token', refresh_token: manner === 'valid' ? 'x'.repeat(43) : known.refresh },
  ]);
  return { manner, method: 'POST', url: '/oauth/token', headers: headersOf(g, known, manner, form), payload: pairs(g, { client_id: 'console', ...all }, manner, [...foreign, 'clearance', 'purposes', 'caveats']) };
}

function entry(g: Dice, known: Known, manner: Manner): Sent {
  const options = { challenge: 'AAAA', rp: { id: 'localhost' }, user: { id: 'AAAA' }, rpId: 'localhost' };
  const bodies: readonly (readonly [string, unknown])[] = [
    ['/sign-in/options', {}], ['/sign-in', { response: known.passkey.get(options) }], ['/staff/join/options', { secret: known.secret }], ['/staff/join', { secret: known.secret, response: known.passkey.create(options) }], ['/staff/recover', { code: 'AAAA-BBBB-CCCC-DDDD' }],
  ];
  const [url, body] = oneOf(g, bodies);
  const made = manner === 'valid' ? body : mutated(g, body, () => (manner === 'broken' ? anything(g) : oneOf(g, nasty)));
  const text = manner === 'broken' && chance(g, 8) ? oneOf(g, ['', '{', '[]', 'null', '{"secret":"a","secret":"b"}', '{"__proto__":{}}', '"x"', `{"secret":"${'x'.repeat(40_000)}"}`]) : (JSON.stringify(made) ?? '');
  return { manner, method: 'POST', url, headers: headersOf(g, known, manner, 'application/json'), payload: text };
}

function administer(g: Dice, known: Known, manner: Manner): Sent {
  const id = oneOf(g, [...known.ids, '01890000-0000-7000-8000-000000000001']);
  const [url, fields] = oneOf(g, [
    ['/staff/invite', { name: 'SYNTHETIC Person', email: 'someone@person.example', desk: '', clearance: 'RESTRICTED', caveats: 'OPERATIONAL', purposes: 'INVESTIGATION', scopes: 'records:read', administrator: oneOf(g, ['', 'yes']) }],
    ['/staff/suspend', { id, reason: 'synthetic' }], ['/staff/resume', { id, reason: 'synthetic' }], ['/staff/renew', { id, reason: 'synthetic' }],
  ] as const);
  if (chance(g, 6)) return { manner, method: 'GET', url: oneOf(g, ['/staff', '/staff?lang=th', '/sign-in', '/staff/join', '/staff/recover', '/sign-in/session', '/staff?lang=%00', '/sign-in?lang[]=x&to=//evil.example']), headers: cookieOf(g, known, manner) };
  return { manner, method: 'POST', url: `${url}${oneOf(g, ['', '?lang=th', '?lang=xx'])}`, headers: headersOf(g, known, manner, form), payload: pairs(g, fields, manner, [...foreign, 'id', 'partner', 'status']) };
}

export function personRequest(g: Dice, known: Known): Sent {
  const manner = oneOf(g, ['valid', 'boundary', 'broken'] as const);
  return oneOf(g, [authorize, authorize, token, entry, entry, administer, administer])(g, known, manner);
}
