/**
 * Requests generated from the contract against the whole app on a real PostgreSQL: none is answered by 5xx, by a status or a body that the contract does
 * not have. The token issuer's endpoints speak for themselves (RFC 6749, 7009, 8414): what they may answer stands here. Others with `FUZZ_SEED`, longer with `FUZZ_ROUNDS`, which says how often each operation is asked.
 */
import t from 'tap';
import { contractOf } from '../../src/surfaces/pages/contract.ts';
import { chance, dice, type Dice, oneOf } from './dice.ts';
import { conformance } from '../support/conformance.ts';
import { lives } from '../support/lives.ts';
import { withNeeds } from '../support/needs.ts';
import { freshOauth } from '../support/oauth.ts';
import { freshStaff } from '../support/staff.ts';
import { issuerRequest } from './issuer.ts';
import { memory } from './memory.ts';
import { personRequest } from './persons.ts';
import { type Operation, operationsOf, resolver } from './operations.ts';
import { type Request, requestFor } from './requests.ts';
import type { Node } from './values.ts';

/** The same requests each time, so that red means a change. */
const seed = Number(process.env['FUZZ_SEED'] ?? 4_020);
const rounds = Number(process.env['FUZZ_ROUNDS'] ?? 7);
const mostFaults = 10;

type Ask = (request: Request, authorization: string | undefined) => Promise<string | undefined>;

t.setTimeout(3_600_000); // However slow the machine: what is tried is counted in requests.
const x = await freshOauth(t);

t.test('nothing that is sent breaks the contract', { timeout: 3_600_000 }, async (t) => {
  t.comment(`FUZZ_SEED=${seed} FUZZ_ROUNDS=${rounds}`);
  const document = contractOf(x.dictionary, '0.0.0').openapi as Node;
  const [operations, resolve, conforms, known] = [operationsOf(document), resolver(document), conformance(document), memory()];
  const people = new Map<string, string>();
  for (const { kind, path, writer, reader, ...life } of lives) {
    const caller = await x.as(writer.partner, { purpose: writer.purpose });
    people.set(`${kind} writer`, caller.authorization).set(`${kind} reader`, (await x.as(reader.partner, { purpose: reader.purpose })).authorization);
    const { given } = await withNeeds(caller, life);
    const made = await caller.post(`/v1/${path}`, { ...given, channels: [life.channel] });
    known.id(path, made.json<{ id: string }>().id);
  }
  people.set('low', (await x.as('kh-mptc', { clearance: 'UNCLASSIFIED', caveats: [], scopes: ['records:read'] })).authorization);

  /** Mostly those who may: what everybody is refused is soon known. */
  const somebody = (g: Dice, { path }: Operation): string | undefined => {
    if (chance(g, 30)) return oneOf(g, [undefined, 'Bearer x', 'Basic eDp4', 'Bearer a.b.c', '']);
    const kind = lives.find((each) => each.path === path.split('/')[2])?.kind;
    return people.get(chance(g, 8) || kind === undefined ? oneOf(g, [...people.keys()]) : `${kind} ${chance(g, 6) ? 'reader' : 'writer'}`);
  };
  const statuses = new Map<number, number>();
  const ask: Ask = async ({ method, url, headers, payload }, authorization) => {
    const answer = await x.app.inject({ method, url, headers: { ...headers, ...(authorization === undefined ? {} : { authorization }) }, ...(payload === undefined ? {} : { payload }) });
    statuses.set(answer.statusCode, (statuses.get(answer.statusCode) ?? 0) + 1);
    try {
      conforms(method, url, answer);
      if (answer.statusCode < 500) known.learn(url.split('?')[0] ?? '', answer.statusCode, answer.headers, answer.body);
    } catch (error) {
      return String(error);
    }
    return answer.statusCode >= 500 ? answer.body : undefined;
  };

  const faults: string[] = [];
  let number = 0;
  for (let round = 0; round < rounds && faults.length < mostFaults; round++) {
    for (const operation of operations) {
      const g = dice(seed, number++);
      const request = requestFor(g, operation, resolve, known);
      const fault = await ask(request, somebody(g, operation));
      if (fault === undefined) continue;
      faults.push(`request ${number - 1}, ${request.manner}: ${request.method} ${request.url.slice(0, 500)} ${JSON.stringify(request.headers)}\n  ${String(request.payload ?? '').slice(0, 700)}\n  -> ${fault}`);
      if (faults.length >= mostFaults) break;
    }
  }
  t.comment(`${number} requests to ${operations.length} operations: ${[...statuses].sort(([a], [b]) => a - b).map(([status, count]) => `${status} x ${count}`).join(', ')}`);
  t.same(faults, [], 'no 5xx, no undeclared status, no body that breaks its schema');
  const answered = (status: number): number => statuses.get(status) ?? 0;
  t.ok(answered(200) + answered(201) > number / 10 && answered(400) > number / 20, 'what is sent is neither all wrong nor all right');
});

/** RFC 6749 section 5: letters of an error and of its description. */
const oauthError = { error: /^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/u, description: /^[\x20-\x21\x23-\x5b\x5d-\x7e]*$/u };

/** @returns what in an answer of the issuer is not as the RFCs, or the exchange's own refusals, have it */
function issuerFault({ method, url }: { readonly method: string; readonly url: string }, { statusCode, headers, body }: Awaited<ReturnType<typeof x.app.inject>>): string | undefined {
  const asked = `${method} ${url.split('?')[0] ?? ''}`;
  const allowed = asked === 'POST /oauth/token' || asked === 'POST /oauth/revoke' ? [200, 400, 401, 413, 415] : method === 'GET' && !url.startsWith('/oauth/token') && !url.startsWith('/oauth/revoke') ? [200] : [200, 405];
  if (!allowed.includes(statusCode)) return `${statusCode} is not among ${allowed.join(', ')}`;
  for (const name of ['server', 'set-cookie', 'x-powered-by', 'access-control-allow-origin']) if (headers[name] !== undefined) return `it has the header ${name}`;
  if (asked === 'POST /oauth/token' && headers['cache-control'] !== 'no-store') return 'it may be kept';
  if (method === 'HEAD' || (asked === 'POST /oauth/revoke' && statusCode === 200)) return body === '' ? undefined : 'it has a body';
  const told = JSON.parse(body) as Node;
  if (statusCode === 200) return asked !== 'POST /oauth/token' || (typeof told['access_token'] === 'string' && typeof told['expires_in'] === 'number') ? undefined : 'it gives no token';
  if (String(headers['content-type']).startsWith('application/problem+json')) return typeof told['code'] === 'string' ? undefined : 'a problem without a code';
  return oauthError.error.test(String(told['error'])) && oauthError.description.test(String(told['error_description'] ?? '')) ? undefined : 'an error that is none of RFC 6749';
}

t.test('nothing that is sent to the token issuer breaks it', { timeout: 3_600_000 }, async (t) => {
  const token = String((await x.token()).body['access_token']);
  const asker = { url: x.url, client: x.client.id, clientKey: x.clientKey, key: x.key, token };
  const [faults, statuses] = [new Array<string>(), new Map<number, number>()];
  for (let number = 0; number < rounds * 100 && faults.length < mostFaults; number++) {
    const request = issuerRequest(dice(seed + 1, number), asker);
    const answer = await x.app.inject({ ...request });
    statuses.set(answer.statusCode, (statuses.get(answer.statusCode) ?? 0) + 1);
    const fault = issuerFault(request, answer);
    if (fault !== undefined) faults.push(`request ${number}, ${request.manner}: ${request.method} ${request.url} ${JSON.stringify(request.headers)}\n  ${(request.payload ?? '').slice(0, 900)}\n  -> ${fault}: ${answer.body.slice(0, 300)}`);
  }
  t.comment(`${rounds * 100} requests: ${[...statuses].sort(([a], [b]) => a - b).map(([status, count]) => `${status} x ${count}`).join(', ')}`);
  t.same(faults, [], 'no 5xx, no undeclared answer');
  t.ok((statuses.get(200) ?? 0) > rounds * 20 && (statuses.get(400) ?? 0) > rounds * 10, 'what is sent is neither all wrong nor all right');
});

/** Statuses of what persons' browsers ask for: redirects, pages, JSON, and the exchange's own refusals. */
const forPersons = [200, 204, 302, 303, 400, 401, 403, 404, 409, 413, 415];

/** @param home the issuer's name. @returns what no browser of a person should be answered */
function personFault(home: string, { statusCode, headers, body }: Awaited<ReturnType<typeof x.app.inject>>): string | undefined {
  if (!forPersons.includes(statusCode)) return `${statusCode} is not among ${forPersons.join(', ')}`;
  for (const name of ['server', 'access-control-allow-origin']) if (headers[name] !== undefined) return `it has the header ${name}`;
  for (const cookie of [headers['set-cookie'] ?? []].flat()) if (!/^__Host-prasan(?:-ceremony)?=/u.test(cookie) || !['secure', 'httponly', 'samesite=strict', 'path=/'].every((word) => cookie.toLowerCase().includes(word))) return `a cookie for others: ${cookie}`;
  const { location } = headers;
  if (statusCode === 302 || statusCode === 303) {
    const to = new URL(String(location), home);
    return to.origin === home && ['/graphiql', '/sign-in', '/staff'].includes(to.pathname) ? undefined : `it leads to ${String(location)}`;
  }
  const type = String(headers['content-type'] ?? '');
  if (type.includes('json')) return typeof (JSON.parse(body) as Node)['code'] === 'string' || typeof (JSON.parse(body) as Node)['error'] === 'string' || statusCode === 200 ? undefined : 'a refusal without a code';
  return statusCode === 204 || type.startsWith('text/html') ? undefined : `it is of the type ${type}`;
}

t.test('nothing that is sent to where persons sign in breaks it', { timeout: 3_600_000 }, async (t) => {
  const world = await freshStaff(t);
  const person = await world.person('kr-embassy', { administrator: true });
  const others = [await world.invite(), await world.invite()];
  const { body } = await person.token();
  const known = { url: world.url, cookies: person.cookies, passkey: person.passkey, secret: others[0]?.link.split('#')[1] ?? '', ids: others.map(({ id }) => id), refresh: String(body['refresh_token']) };
  const [faults, statuses] = [new Array<string>(), new Map<number, number>()];
  for (let number = 0; number < rounds * 60 && faults.length < mostFaults; number++) {
    const request = personRequest(dice(seed + 2, number), known);
    const answer = await world.app.inject({ ...request });
    statuses.set(answer.statusCode, (statuses.get(answer.statusCode) ?? 0) + 1);
    const fault = personFault(world.url, answer);
    if (fault !== undefined) faults.push(`request ${number}, ${request.manner}: ${request.method} ${request.url.slice(0, 900)} ${JSON.stringify(request.headers)}\n  ${(request.payload ?? '').slice(0, 900)}\n  -> ${fault}: ${answer.body.slice(0, 300)}`);
  }
  t.comment(`${rounds * 60} requests: ${[...statuses].sort(([a], [b]) => a - b).map(([status, count]) => `${status} x ${count}`).join(', ')}`);
  t.same(faults, [], 'no 5xx, no undeclared answer, no way to another site, no cookie for others');
  t.ok((statuses.get(200) ?? 0) > rounds && (statuses.get(303) ?? 0) > rounds && (statuses.get(400) ?? 0) > rounds * 5, 'what is sent is neither all wrong nor all right');
});
