/** Attacks on GraphQL, against the whole app on a real PostgreSQL. Which are known stands in README.md beside. Synthetic records only. */
import { getIntrospectionQuery } from 'graphql';
import t from 'tap';
import { defaultLimits } from '../../src/surfaces/graphql/limits.ts';
import { freshApp } from '../support/app.ts';

/** What the helper needs of a test. */
type Tester = Pick<typeof t, 'equal' | 'match'>;

const many = (count: number, of: (i: number) => string): string => Array.from({ length: count }, (_, i) => of(i)).join(' ');
const unknown = '01890000-0000-7000-8000-000000000001';
const deep = (levels: number): string => `{ indicatorRevisions(id: "${unknown}") { ${'record { '.repeat(levels)}id${' }'.repeat(levels)} } }`;

t.setTimeout(300_000);
t.test('GraphQL', { timeout: 300_000 }, async (t) => {
  const x = await freshApp(t);
  const korea = await x.as('kr-embassy');
  const post = async (payload: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Awaited<ReturnType<typeof x.app.inject>>> => x.app.inject({
    method: 'POST', url: '/graphql', payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
    headers: { authorization: korea.authorization, 'content-type': 'application/json', accept: 'application/graphql-response+json', ...headers },
  });
  const refused = async (t: Tester, payload: unknown, code: string, limit?: string): Promise<void> => {
    const answer = await post(payload);
    t.equal(answer.statusCode, 400, answer.body.slice(0, 200));
    t.match(answer.json(), { errors: [{ extensions: { code, ...(limit === undefined ? {} : { limit, detail: new RegExp(`^The limit of ${limit} is \\d+\\.$`, 'u') }) } }] });
  };

  await t.test('depth', async (t) => refused(t, { query: deep(20) }, 'TOO_COMPLEX', 'depth'));
  await t.test('breadth', async (t) => {
    await refused(t, { query: `{ ${many(21, (i) => (i < 1 ? 'me { clearance }' : `a${i}: me { clearance }`))} }` }, 'TOO_COMPLEX', 'rootFields');
    await refused(t, { query: `{ me { ${many(defaultLimits.fields + 1, () => 'clearance')} } }` }, 'TOO_COMPLEX', 'fields');
  });
  await t.test('aliases', async (t) => refused(t, { query: `{ me { ${many(defaultLimits.aliases + 1, (i) => `a${i}: clearance`)} } }` }, 'TOO_COMPLEX', 'aliases'));
  await t.test('duplicated fragments', async (t) => {
    await refused(t, { query: `{ me { ...f0 } } ${many(40, (i) => `fragment f${i} on Me { ...f${i + 1} ...f${i + 1} }`)} fragment f40 on Me { clearance purpose }` }, 'TOO_COMPLEX', 'fields');
    await refused(t, { query: '{ me { ...f } } fragment f on Me { clearance } fragment f on Me { purpose }' }, 'INVALID');
  });
  await t.test('fragment cycles', async (t) => {
    for (const query of ['{ me { ...a } } fragment a on Me { ...a }', '{ me { ...a } } fragment a on Me { ...b } fragment b on Me { ...a }', '{ me { clearance } } fragment a on Me { ...a }']) await refused(t, { query }, 'INVALID');
  });
  await t.test('directive overload', async (t) => {
    await refused(t, { query: `{ me { clearance ${many(51, () => '@include(if: true)')} } }` }, 'TOO_COMPLEX', 'directives');
    await refused(t, { query: `{ me { clearance ${many(2, () => '@include(if: true)')} } }` }, 'INVALID');
    await refused(t, { query: '{ me { clearance @classified(as: UNCLASSIFIED) } }' }, 'INVALID');
  });
  await t.test('batched arrays', async (t) => refused(t, [{ query: '{ me { clearance } }' }, { query: '{ me { clearance } }' }], 'INVALID'));
  await t.test('huge first', async (t) => {
    await refused(t, { query: '{ indicators(first: 2147483647) { nodes { id } } }' }, 'TOO_COMPLEX', 'cost');
    await refused(t, { query: 'query q($n: Int) { indicators(first: $n) { edges { node { id } } } }', variables: { n: 2_000_000 } }, 'TOO_COMPLEX', 'cost');
    for (const first of [501, 0, -1]) t.match((await post({ query: `{ indicators(first: ${first}) { nodes { id } } }` })).json(), { errors: [{ extensions: { code: 'INVALID', errors: [{ field: 'first' }] } }] });
  });
  await t.test('introspection floods', async (t) => {
    await refused(t, { query: '{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }' }, 'INVALID');
    await refused(t, { query: `{ ${many(25, (i) => `a${i}: __schema { types { name } }`)} }` }, 'TOO_COMPLEX', 'rootFields');
    const usual = await post({ query: getIntrospectionQuery({ descriptions: true, schemaDescription: true, inputValueDeprecation: true, specifiedByUrl: true, directiveIsRepeatable: true }) });
    t.equal(usual.json<{ errors?: unknown }>().errors, undefined, 'what GraphiQL asks passes');
  });
  await t.test('suggestions naming hidden things', async (t) => {
    for (const query of ['{ mee { clearance } }', '{ me { clearanc } }', '{ indicators(filtr: {}) { nodes { id } } }', '{ indicators(filter: { valu: "x" }) { nodes { id } } }', '{ indicators(filter: { role: { eq: PHISHIN } }) { nodes { id } } }', 'mutation { withdra(id: "x") { id } }', '{ record(id: "x") { ... on Indicato { id } } }']) {
      const { body } = await post({ query });
      t.notMatch(body, /did you mean/iu, query);
      t.match(body, '"code":"INVALID"');
    }
    const variables = await post({ query: 'mutation m($i: IndicatorInput!) { submitIndicator(input: $i) { id } }', variables: { i: { valu: 'x', classification: 'UNCLASSIFIED', channels: [] } } });
    t.notMatch(variables.body, /did you mean/iu);
  });
  await t.test('variables of the wrong type', async (t) => {
    const query = 'query q($n: Int, $v: [LookupInput!]!) { indicators(first: $n) { nodes { id } } lookup(values: $v) { value } }';
    for (const variables of [{ n: '1', v: [] }, { n: 1.5, v: [] }, { n: 1, v: [null] }, { n: 1, v: [{ value: 7 }] }, { n: 1, v: [{ value: { a: 1 } }] }, { n: 1 }, { n: true, v: 'x' }, [], 'x', 7]) await refused(t, { query, variables }, 'INVALID');
    for (let times = 0; times < 3; times++) await refused(t, { query, variables: { n: { toString: 1 }, v: [] } }, 'INVALID');
  });
  await t.test('subscriptions after expiry', async (t) => {
    // There are none, so none outlives its token. With the first one, this test is where it is tried.
    t.equal(korea.authorization.startsWith('Bearer '), true);
    await refused(t, { query: 'subscription { changes { cursor } }' }, 'INVALID');
    const upgrade = await x.app.inject({ url: '/graphql', headers: { authorization: korea.authorization, connection: 'upgrade', upgrade: 'websocket', 'sec-websocket-version': '13', 'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==' } });
    t.equal(upgrade.statusCode, 400, 'no socket is opened');
  });
  await t.test('duplicate members of a body or of variables', async (t) => {
    const told = (field: string): object => ({ errors: [{ extensions: { code: 'INVALID', errors: [{ field, message: 'stands twice in its object: leave one out' }] } }] });
    const twice: readonly (readonly [field: string, body: string])[] = [['query', '{"query":"{ me { clearance } }","query":"{ me { purpose } }"}'], ['variables.i.value', '{"query":"{ me { clearance } }","variables":{"i":{"value":"a","value":"b"}}}']];
    for (const [field, body] of twice) {
      const answer = await post(body);
      t.equal(answer.statusCode, 400);
      t.match(answer.json(), told(field));
    }
    const asked = await x.app.inject({ url: `/graphql?query=${encodeURIComponent('{ me { clearance } }')}&variables=${encodeURIComponent('{"a":{"b":1,"b":2}}')}`, headers: { authorization: korea.authorization } });
    t.match(asked.json(), told('variables.a.b'), 'in the query of a GET');
    await refused(t, { query: '{ indicators(filter: { value: { eq: "a" }, value: { eq: "b" } }) { nodes { id } } }' }, 'INVALID');
  });
  await t.test('__proto__ in input', async (t) => {
    const query = 'mutation m($i: IndicatorInput!) { submitIndicator(input: $i) { id } }';
    for (const input of ['{"__proto__":{"admin":true},"value":"x"}', '{"constructor":{"prototype":{"admin":true}}}', '{"legalBasis":{"__proto__":{"ground":"x"}}}']) await refused(t, `{"query":${JSON.stringify(query)},"variables":{"i":${input}}}`, 'INVALID');
    await refused(t, '{"query":"{ me { clearance } }","__proto__":{"variables":{}}}', 'INVALID');
    await refused(t, { query: '{ __proto__ }' }, 'INVALID');
    await refused(t, { query: '{ me { clearance } }', operationName: '__proto__' }, 'INVALID');
    t.notOk('admin' in {});
  });
});
