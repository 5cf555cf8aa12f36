/** The app and the contract say the same: every described operation is routed, every API route is described, and so are its parameters. */
import t from 'tap';
import { contractOf } from '../../../src/surfaces/pages/contract.ts';
import { isNode, listIn, type Node, nodeIn, operationsOf, resolve, textIn } from '../../../src/surfaces/pages/docs-document.ts';
import { appFor, bearer, dictionary } from '../fixture.ts';
import { fakeExchange, someId } from '../fake-exchange.ts';

const contract = contractOf(dictionary, '0.0.0');
const document: Node = contract.openapi;
const operations = operationsOf(document);
const templated = (url: string): string => url.replace(/:([A-Za-z]+)/g, '{$1}');
const filled = (path: string): string => path.replace('{id}', someId).replace('{channel}', 'certs');

t.test('routes and described operations are the same', async (t) => {
  const { app } = await appFor(t, { contract });
  const routed = app.routes.filter(({ method, hidden }) => method !== 'HEAD' && !hidden).map(({ method, url }) => `${method} ${templated(url)}`);
  const described = operations.map(({ method, path }) => `${method} ${path}`);
  t.same(routed.sort(), described.sort());
});

t.test('what needs a token is what the contract says needs one', async (t) => {
  const { app } = await appFor(t, { contract });
  for (const { method, path, node } of operations) {
    const open = Array.isArray(node['security']) && node['security'].length === 0;
    const route = app.routes.find((each) => each.method === method && templated(each.url) === path);
    t.equal(route?.access, open ? 'public' : 'viewer', `${method} ${path}`);
  }
});

/** Names that a route does not know, by asking it. */
async function strangers(app: Awaited<ReturnType<typeof appFor>>['app'], method: string, path: string, names: readonly string[], type: string | undefined): Promise<string[]> {
  const query = names.map((name) => `${encodeURIComponent(name)}=%00`).join('&');
  const headers = { ...bearer, 'if-match': '"x"', ...(type === undefined ? {} : { 'content-type': type }) };
  const answer = await app.inject({ method: method as 'GET', url: `${filled(path)}?${query}`, headers, ...(type === undefined ? {} : { payload: '{"value":"x"}' }) });
  const errors: readonly { field: string; message: string }[] = answer.json().errors ?? [];
  return errors.filter(({ message }) => message.startsWith('is not a parameter here')).map(({ field }) => field);
}

t.test('every described query parameter is understood, and no other', async (t) => {
  const { app } = await appFor(t, { contract });
  for (const { method, path, node, parameters } of operations.filter(({ path: each }) => each.startsWith('/v1/'))) {
    const names = parameters.filter((each) => each['in'] === 'query').map((each) => textIn(each, 'name') ?? '');
    const type = isNode(node['requestBody']) ? Object.keys(nodeIn(resolve(document, node['requestBody']), 'content'))[0] : undefined;
    const takesQuery = names.length > 0 || method === 'GET' || path.endsWith('/import');
    if (!takesQuery) continue;
    // Twenty faults are named at most.
    for (let i = 0; i < Math.max(names.length, 1); i += 10) {
      t.same(await strangers(app, method, path, [...names.slice(i, i + 10), 'strange-one'], type), ['strange-one'], `${method} ${path}`);
    }
  }
});

t.test('described media types are taken', async (t) => {
  const { app } = await appFor(t, { contract });
  for (const { method, path, node } of operations.filter((each) => isNode(each.node['requestBody']))) {
    const body = resolve(document, nodeIn(node, 'requestBody'));
    for (const type of Object.keys(nodeIn(body, 'content'))) {
      const answer = await app.inject({ method: method as 'POST', url: filled(path), headers: { ...bearer, 'content-type': type, 'if-match': '"x"' }, payload: '{"values":[{"value":"x"}]}' });
      t.not(answer.statusCode, 415, `${method} ${path} ${type}`);
    }
  }
});

t.test('the answers given are among those described', async (t) => {
  const { app } = await appFor(t, { contract, exchange: fakeExchange() });
  for (const { method, path, node } of operations) {
    const described = Object.keys(nodeIn(node, 'responses'));
    const body = isNode(node['requestBody']) ? resolve(document, node['requestBody']) : undefined;
    const type = body === undefined ? undefined : Object.keys(nodeIn(body, 'content'))[0];
    const sent = type === undefined ? {} : { payload: '{"values":[{"value":"x"}]}' };
    for (const headers of [bearer, {}, ...(type === undefined ? [] : [{ ...bearer, 'content-type': 'text/x-strange' }]), { ...bearer, ...(type === undefined ? {} : { 'content-type': type }), 'if-match': '"x"' }]) {
      const answer = await app.inject({ method: method as 'GET', url: filled(path), headers: { ...headers }, ...sent });
      t.ok(described.includes(String(answer.statusCode)), `${method} ${path}: ${answer.statusCode}`);
    }
  }
  t.ok(listIn(document, 'tags').length > 0);
});

t.test('the documents are served', async (t) => {
  const { app } = await appFor(t, { contract });
  const json = await app.inject({ url: '/openapi.json' });
  t.equal(json.json().openapi, '3.1.0');
  t.equal((await app.inject({ url: '/openapi.json', headers: { 'if-none-match': String(json.headers.etag) } })).statusCode, 304);
  t.match((await app.inject({ url: '/openapi-3.0.json' })).json().openapi, /^3\.0\./);
  t.match((await app.inject({ url: '/openapi.yaml' })).body, 'openapi: 3.1.0');
});
