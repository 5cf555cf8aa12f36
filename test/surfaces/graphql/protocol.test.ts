/** The route's own rules: who may ask, how refusals look, and that nothing internal leaves. */
import t from 'tap';
import { post, rootFields, sdl, small } from './small.ts';

t.test('no token: 401 with a challenge, in a GraphQL body, introspection included', async (t) => {
  const { app } = await small();
  t.teardown(() => app.close());
  for (const query of ['{ me }', '{ __schema { types { name } } }', '{ __typename }', 'not even GraphQL']) {
    const { status, headers, errors, data } = await post(app, { query }, { authorization: 'Basic x' });
    t.equal(status, 401);
    t.match(headers['www-authenticate'], /^Bearer realm="prasan"/u);
    t.match(headers['content-type'], /^application\/graphql-response\+json; charset=utf-8/u);
    t.match(errors, [{ message: 'A valid token is needed', extensions: { code: 'UNAUTHENTICATED', status: 401, requestId: String } }]);
    t.equal(data, undefined);
  }
  const none = await app.inject({ method: 'GET', url: '/graphql?query={me}' });
  t.equal(none.statusCode, 401);
  t.equal(none.headers['www-authenticate'], 'Bearer realm="prasan", DPoP realm="prasan", algs="ES256 EdDSA ES384 PS256"');
});

t.test('scopes are demanded before anything runs', async (t) => {
  const fields = rootFields();
  let ran = 0;
  fields.set('change', { scope: 'records:write', resolve: async () => { ran += 1; return ''; } });
  const { app } = await small({}, fields);
  t.teardown(() => app.close());
  const query = 'mutation { change(input: {name: "a"}) secret }';
  const { status, errors } = await post(app, { query });
  t.equal(status, 403);
  t.match(errors, [{ extensions: { code: 'INSUFFICIENT_SCOPE' } }]);
  t.equal(ran, 0, 'not even the field whose scope is there');
  const hidden = await post(app, { query: '{ ...f } fragment f on Query { ... on Query { echo(text: "x") } }' }, { authorization: 'Bearer ledger:read' });
  t.equal(hidden.status, 403, 'a root field in a fragment counts');
  t.equal((await post(app, { query: '{ me }' }, { authorization: 'Bearer x' })).status, 200, '`any` asks for a valid token alone');
});

t.test('a root field without scope and use case does not start', async (t) => {
  const fields = rootFields();
  fields.delete('secret');
  await t.rejects(small({}, fields), /Mutation.secret has no scope/u);
  const more = rootFields().set('ghost', { scope: 'any', resolve: async () => null });
  await t.rejects(small({}, more), /the schema has no ghost/u);
  await t.rejects(small({}, rootFields(), sdl.replace('inner: Inner', 'inner: ThingInput')), /ThingInput holds itself/u);
  await t.rejects(small({}, rootFields(), `${sdl} scalar Odd`.replace('me: String', 'me: Odd')), /scalar Odd has no reader/u);
});

t.test('refusals pass, whatever else is thrown does not', async (t) => {
  const { app, logged } = await small();
  t.teardown(() => app.close());
  const { status, data, errors, text } = await post(app, { query: '{ me refused broken thing { colour } }' });
  t.equal(status, 200);
  t.same(data, { me: 'me', refused: null, broken: null, thing: { colour: null } });
  const by = new Map(errors.map((error) => [JSON.stringify(error.path), error]));
  t.match(by.get('["refused"]'), { message: 'There is nothing here for you', extensions: { code: 'NOT_FOUND', status: 404, desk: 'd' } });
  t.match(by.get('["broken"]'), { message: 'Something went wrong on our side', extensions: { code: 'INTERNAL', status: 500 } });
  t.match(by.get('["thing","colour"]'), { extensions: { code: 'INTERNAL' } });
  t.notMatch(text, /hunter2|stored secret/u);
  t.ok(logged.some((line) => line.includes('a GraphQL field failed')));
  t.notOk(logged.some((line) => line.includes('stored secret')), 'graphql-js quotes values: they are not logged');
});

t.test('the second time, compiled, says the same as the first', async (t) => {
  const { app } = await small();
  t.teardown(() => app.close());
  const asks = [
    { query: '{ me refused broken thing { id colour } record { id kind ... on Thing { number } } }' },
    { query: 'query q($t: String, $n: Int) { echo(text: $t, number: $n) }', variables: { t: 'a', n: 'not a number' } },
    { query: 'query q($t: String, $n: Int) { echo(text: $t, number: $n) }', variables: { t: 'a', n: 3 } },
    { query: 'mutation m($i: ThingInput!) { change(input: $i) }', variables: { i: { nme: 'a' } } },
    { query: 'mutation m($i: ThingInput!) { change(input: $i) }', variables: { i: { name: 'a', at: 3 } } },
    { query: 'mutation m($i: ThingInput!) { change(input: $i) }', variables: { i: { name: 'a', inner: { name: 'b' } } } },
    { query: 'mutation m($i: ThingInput!) { change(input: $i) }', variables: { i: { name: 'a', inner: { name: 1 } } } },
  ];
  const bare = ({ status, data, errors }: Awaited<ReturnType<typeof post>>): unknown => ({
    status, data, errors: errors.map(({ path, message, extensions: { code } }) => ({ path, message, code })).sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b))),
  });
  for (const ask of asks) {
    const first = bare(await post(app, ask));
    for (let i = 0; i < 3; i += 1) t.same(bare(await post(app, ask)), first);
  }
});

t.test('operations of one text do not answer for each other', async (t) => {
  const { app } = await small();
  t.teardown(() => app.close());
  const query = 'query a { me } query b { echo(text: "b") } mutation c { secret }';
  for (let i = 0; i < 3; i += 1) {
    t.same((await post(app, { query, operationName: 'a' })).data, { me: 'me' });
    t.same((await post(app, { query, operationName: 'b' })).data, { echo: 'b undefined' });
    t.equal((await post(app, { query, operationName: 'c' })).status, 403);
  }
  t.match((await post(app, { query })).errors[0]?.extensions, { code: 'INVALID', errors: [{ field: 'operationName' }] });
  t.match((await post(app, { query, operationName: 'd' })).errors[0]?.extensions, { code: 'INVALID' });
});

t.test('no suggestions: names nobody asked for stay unsaid', async (t) => {
  const { app } = await small();
  t.teardown(() => app.close());
  for (const body of [
    { query: '{ thng { id } }' }, { query: '{ thing { numbr } }' }, { query: '{ echo(txt: "a") }' }, { query: '{ record { ... on Thng { id } } }' },
    { query: 'mutation { change(input: {nme: "a"}) }' }, { query: 'mutation m($i: ThingInput!) { change(input: $i) }', variables: { i: { nme: 'a', name: 'b' } } },
    { query: 'query q($x: Thin) { me }' },
  ]) {
    for (let i = 0; i < 3; i += 1) {
      const { errors, status } = await post(app, body);
      t.equal(status, 400);
      t.match(errors[0]?.extensions, { code: 'INVALID' });
      t.notMatch(JSON.stringify(errors), /did you mean/iu);
    }
  }
});

t.test('hostile input', async (t) => {
  const { app } = await small();
  t.teardown(() => app.close());
  const invalid = async (body: unknown, status = 400): Promise<void> => {
    const answer = await post(app, body);
    t.equal(answer.status, status, JSON.stringify(body).slice(0, 80));
    t.match(answer.errors[0]?.extensions, { code: 'INVALID' });
  };
  await invalid([{ query: '{ me }' }]);
  await invalid('{"query": "{ me }", "variables": {"__proto__": {"x": 1}}}');
  await invalid('{"query": "{ me }", "variables": {"constructor": {"prototype": {"x": 1}}}}');
  await invalid({ query: 'mutation { change(input: {name: "a", __proto__: {name: "b"}}) }' });
  await invalid({ query: '{"kind":"Document","definitions":[]}' });
  await invalid({ query: 'query q($a: String!) { echo(text: $a) }', variables: { a: { b: 1 } } });
  await invalid({ query: 'subscription { me }' });
  await invalid({ query: '' });
  t.equal(({} as { x?: number }).x, undefined);
});

t.test('GET: queries alone', async (t) => {
  const { app } = await small();
  t.teardown(() => app.close());
  const get = (query: string) =>
    app.inject({ method: 'GET', url: `/graphql?${query}`, headers: { authorization: 'Bearer records:read,records:write' } });
  t.same((await get(`query=${encodeURIComponent('query q($t: String) { echo(text: $t) }')}&variables=${encodeURIComponent('{"t":"ก"}')}`)).json(), { data: { echo: 'ก undefined' } });
  const mutation = await get(`query=${encodeURIComponent('mutation { change(input: {name: "a"}) }')}`);
  t.equal(mutation.statusCode, 405);
  t.equal(mutation.headers.allow, 'POST');
  t.equal((await get('query={me}&variables=nonsense')).statusCode, 400);
  t.equal((await get('query={me}&variables={"__proto__":{"a":1}}')).statusCode, 400);
  t.equal((await get('query={me}&query={me}')).statusCode, 400);
  t.equal((await get('')).statusCode, 400);
  const put = await app.inject({ method: 'PUT', url: '/graphql', payload: {} });
  t.equal(put.statusCode, 405);
});

t.test('media types', async (t) => {
  const { app } = await small();
  t.teardown(() => app.close());
  const query = '{ me }';
  t.equal((await post(app, { query }, { accept: 'text/html' })).status, 406);
  t.equal((await post(app, { query }, { accept: 'application/json; charset=tis-620' })).status, 406);
  t.match((await post(app, { query }, { accept: 'text/html, */*;q=0.1' })).headers['content-type'], /^application\/json/u);
  t.match((await post(app, { query }, { accept: 'application/json;q=0.5, application/graphql-response+json;q=0.9' })).headers['content-type'], /graphql-response/u);
  t.match((await post(app, { query }, { accept: 'application/json, application/graphql-response+json' })).headers['content-type'], /^application\/json/u);
  t.match((await post(app, { query }, { accept: 'application/graphql-response+json;q=0, */*' })).headers['content-type'], /^application\/json/u);
  t.equal((await post(app, { query }, { 'content-type': 'text/plain' })).status, 415);
  t.equal((await post(app, { query }, { 'content-type': 'application/json; charset=latin1' })).status, 415);
  const { headers } = await post(app, { query });
  t.equal(headers['cache-control'], 'no-store');
  t.equal((await post(app, { query: '{ me }', variables: { v: 'x'.repeat(5_000_000) } })).status, 413);
  t.match((await post(app, { query: '{ refused }' }, { 'accept-language': 'th' })).errors[0], { message: 'ไม่พบข้อมูลสำหรับท่าน' });
});
