/** Limits as callers meet them, on two nodes over one database: headers, 429, what else of the exchange goes on. */
import t, { type Test } from 'tap';
import { surfaces } from '../../src/assemble.ts';
import { defaultLimits, type Limits } from '../../src/rules/limits.ts';
import { makeLog } from '../../src/surfaces/log.ts';
import { freshApp, type TestApp } from '../support/app.ts';

const police = { purpose: 'INVESTIGATION' } as const;

/** @param limits of th-ccib; others have those of everybody */
async function limited(t: Test, limits: Partial<Limits>): Promise<TestApp> {
  return freshApp(t, {
    limits: defaultLimits,
    registry: (demo) => {
      const ccib = demo.partners.get('th-ccib');
      if (ccib === undefined) throw new Error('th-ccib');
      return { ...demo, partners: new Map([...demo.partners, ['th-ccib', { ...ccib, limits }]]) };
    },
  });
}

t.test('requests: counted over both nodes, told in headers, refused with 429', { timeout: 120_000 }, async (t) => {
  const x = await limited(t, { requestsPerMinute: 40 });
  const other = await surfaces(await x.node(), { config: {}, log: makeLog({ level: 'silent', redacted: [] }), version: '0.0.0' });
  t.teardown(() => other.close());
  const { authorization } = await x.as('th-ccib', police);
  const statuses: number[] = [];
  for (let i = 0; i < 60; i += 1) {
    const answered = await (i % 2 === 0 ? x.app : other).inject({ url: '/v1/me', headers: { authorization } });
    statuses.push(answered.statusCode);
    if (answered.statusCode === 200) {
      t.equal(answered.headers['ratelimit-policy'], '"client";q=40;w=60, "partner";q=40;w=60');
      t.match(answered.headers['ratelimit'], /^"client";r=\d+;t=\d+, "partner";r=\d+;t=\d+$/u);
      continue;
    }
    const retry = Number(answered.headers['retry-after']);
    t.ok(retry >= 1 && retry <= 60);
    t.match(answered.headers, { 'ratelimit-policy': '"client";q=40;w=60', ratelimit: `"client";r=0;t=${retry}` });
    t.match(answered.json(), { code: 'RATE_LIMITED', status: 429, detail: 'this client may have 40 requests in a minute' });
  }
  // Unless a minute ended meanwhile.
  const good = statuses.filter((status) => status === 200).length;
  t.ok(good === 40 || (good > 40 && good <= 60), `${good} of 60`);
  const korea = await x.as('kr-embassy', police);
  t.equal((await korea.get('/v1/me')).statusCode, 200, 'others are asked nothing of it');
  const graphql = await x.app.inject({ method: 'POST', url: '/graphql', headers: { authorization, 'content-type': 'application/json' }, payload: '{"query":"{me{purpose}}"}' });
  if (good === 40) t.match({ status: graphql.statusCode, body: graphql.body }, { status: 429, body: /RATE_LIMITED/u });
});

t.test('lookups and what they find nothing of: who tries a range of numbers is stopped, and told of', { timeout: 120_000 }, async (t) => {
  const x = await limited(t, { missesPerHour: 30 });
  const ccib = await x.as('th-ccib', police);
  const guesses = (from: number): unknown => ({ values: Array.from({ length: 20 }, (_, i) => ({ value: `+1 202 555 01${String(from + i).padStart(2, '0')}` })) });
  t.equal((await ccib.post('/v1/lookups', guesses(0))).statusCode, 200);
  t.equal((await ccib.post('/v1/lookups', guesses(20))).statusCode, 200, 'what was begun below the limit is answered');
  const stopped = await ccib.post('/v1/lookups', guesses(40));
  t.match({ status: stopped.statusCode, body: stopped.json<unknown>() }, { status: 429, body: { code: 'RATE_LIMITED', detail: /find nothing/u } });
  t.equal((await ccib.get('/v1/indicators?value=nobody.example')).statusCode, 429, 'nor by searches');
  const { errors } = await ccib.graphql('{ indicators(filter: {value: {value: "nobody.example"}}) { nodes { id } } }');
  t.match(errors, [{ extensions: { code: 'RATE_LIMITED' } }], 'nor in GraphQL');
  t.equal((await ccib.get('/v1/indicators')).statusCode, 200, 'a list of everything asks for nothing');
  t.equal(x.assembly.limited.get('missesPerHour'), 3);
});

t.test('a search by many values counts as many, and has an end', { timeout: 120_000 }, async (t) => {
  const x = await limited(t, { lookupsPerMinute: 2000, missesPerHour: 30 });
  const ccib = await x.as('th-ccib', police);
  const passports = (count: number): string => JSON.stringify(Array.from({ length: count }, (_, i) => `SYN${String(1_000_000 + i)}`));
  const search = async (count: number) => ccib.graphql(`{ identities(filter: {documents: {number: {in: ${passports(count)}}}}) { nodes { id } } }`);
  t.match((await search(1001)).errors, [{ extensions: { code: 'INVALID' } }]);
  t.equal((await search(31)).errors, undefined);
  t.match((await search(1)).errors, [{ extensions: { code: 'RATE_LIMITED' } }], 'each that found nothing counted');
});

t.test('values of a minute, rows of a day', { timeout: 120_000 }, async (t) => {
  const x = await limited(t, { lookupsPerMinute: 25, importRowsPerDay: 2 });
  const ccib = await x.as('th-ccib', police);
  const many = { values: Array.from({ length: 26 }, (_, i) => ({ value: `host-${i}.example` })) };
  t.match((await ccib.post('/v1/lookups', many)).json(), { code: 'RATE_LIMITED', detail: /25 lookups and searches in a minute/u });
  t.equal((await ccib.post('/v1/lookups', { values: [{ value: 'host.example' }] })).statusCode, 200, 'what fits is answered');
  const send = async () => x.app.inject({
    method: 'POST', url: '/v1/indicators/import?channels=embassies-ip&classification=UNCLASSIFIED',
    headers: { authorization: ccib.authorization, 'content-type': 'text/plain' }, payload: 'one.example\ntwo.example\nthree.example\n',
  });
  const first = await send();
  t.equal(first.statusCode, 200, first.body);
  t.match(first.body, /"created":3/u, 'a file that has begun is read to its end');
  const second = await send();
  t.match({ status: second.statusCode, body: second.json<unknown>() }, { status: 429, body: { code: 'RATE_LIMITED' } });
});

t.test('at once: a place is given back also by who goes away', { timeout: 120_000 }, async (t) => {
  const x = await limited(t, { concurrentRequests: 1 });
  const { authorization } = await x.as('th-ccib', police);
  const ask = async (): Promise<number> => (await x.app.inject({ url: '/v1/me', headers: { authorization } })).statusCode;
  const together = await Promise.all(Array.from({ length: 8 }, ask));
  t.ok(together.includes(200) && together.includes(429), together.join(' '));
  for (let i = 0; i < 5; i += 1) t.equal(await ask(), 200);
});
