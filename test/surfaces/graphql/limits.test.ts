/** Queries that are too much are refused before they run, by the name of the limit they pass. */
import { getIntrospectionQuery } from 'graphql';
import t from 'tap';
import { type Answer, post, small } from './small.ts';

const nested = (depth: number): string => `{thing${'{next'.repeat(depth)}{id}${'}'.repeat(depth)}}`;
const many = (count: number, of: (i: number) => string): string => Array.from({ length: count }, (_, i) => of(i)).join(' ');
/** Each fragment spreads the next one twice: 2^40 fields in 40 lines. */
const doubling = `{ thing { ...f0 } } ${many(40, (i) => `fragment f${i} on Thing { ...f${i + 1} ...f${i + 1} }`)} fragment f40 on Thing { id kind }`;

const cases: readonly (readonly [limit: string, query: string, variables?: object])[] = [
  ['depth', nested(20)],
  ['aliases', `{ ${many(41, (i) => `a${i}: me`)} }`],
  ['rootFields', `{ ${many(21, () => 'me')} }`],
  ['rootFields', `{ ...f } fragment f on Query { ${many(21, () => 'me')} }`],
  ['directives', `{ me ${many(51, () => '@include(if: true)')} }`],
  ['tokens', `{ lookup(values: [${many(5000, () => '"a"')}]) { id } }`],
  ['fragments', `{ thing { ...f0 } } ${many(51, (i) => `fragment f${i} on Thing { id ...f${i + 1} }`)} fragment f51 on Thing { id }`],
  ['fields', doubling],
  ['fields', `{ thing { ${many(2501, () => 'id')} } }`],
  ['operations', many(26, (i) => `query q${i} { me }`)],
  ['cost', '{ things(first: 1000000) { edges { node { id } } } }'],
  ['cost', 'query q($n: Int) { things(first: $n) { edges { node { id } } } }', { n: 1_000_000 }],
  ['cost', 'query q($n: Int = 1000000) { things(first: $n) { edges { node { id } } } }'],
  ['cost', '{ ...f } fragment f on Query { things(first: 999999) { edges { node { ...g } } } } fragment g on Thing { id }'],
  ['cost', 'query q($v: [String!]!) { lookup(values: $v) { parts { parts { parts { id kind parts { id kind } } } } } }', { v: Array(10_000).fill('a') }],
];

t.test('each limit refuses by its name', async (t) => {
  const { app } = await small();
  t.teardown(() => app.close());
  for (const [limit, query, variables] of cases) {
    const operationName = limit === 'operations' ? 'q0' : undefined;
    const { status, errors, data } = await post(app, { query, variables, operationName });
    t.match(errors[0]?.extensions, { code: 'TOO_COMPLEX', status: 400, limit, errors: [{ field: limit }] }, `${limit}: ${query.slice(0, 60)}`);
    t.equal(status, 400);
    t.equal(data, undefined);
  }
});

t.test('what is within the limits passes', async (t) => {
  const { app } = await small();
  t.teardown(() => app.close());
  for (const query of [
    getIntrospectionQuery({ descriptions: true, schemaDescription: true, inputValueDeprecation: true, specifiedByUrl: true, directiveIsRepeatable: true }),
    nested(10),
    '{ things(first: 500) { edges { cursor node { id } } } }',
    `{ ${many(20, () => 'me')} }`,
  ]) {
    const { errors } = await post(app, { query });
    t.same(errors, [], query.slice(0, 40));
  }
  const lookup = { query: 'query q($v: [String!]!) { lookup(values: $v) { id kind colour parts { id kind } } }', variables: { v: Array(10_000).fill('a') } };
  t.same((await post(app, lookup)).data, { lookup: [] });
});

t.test('a fragment that spreads itself is refused, at once', async (t) => {
  const { app } = await small();
  t.teardown(() => app.close());
  for (const query of [
    '{ thing { ...a } } fragment a on Thing { next { ...a } }',
    '{ thing { ...a } } fragment a on Thing { ...b } fragment b on Thing { ...c } fragment c on Thing { ...a }',
    '{ me } fragment a on Thing { ...a }',
  ]) t.match((await post(app, { query })).errors[0]?.extensions, { code: 'INVALID' });
});

t.test('an introspection flood is refused', async (t) => {
  const { app } = await small();
  t.teardown(() => app.close());
  const query = '{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }';
  const { status, errors } = await post(app, { query });
  t.equal(status, 400);
  t.match(errors[0]?.extensions, { code: 'INVALID' });
});

t.test('a limit counts the operation that runs, and limits can be set', async (t) => {
  const { app } = await small({ aliases: 1 });
  t.teardown(() => app.close());
  const refused: Answer = await post(app, { query: '{ a: me b: me }' });
  t.match(refused.errors[0]?.extensions, { detail: 'The limit of aliases is 1.', most: 1 });
  t.same((await post(app, { query: '{ a: me }' })).data, { a: 'me' });
});
