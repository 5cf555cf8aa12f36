import t from 'tap';
import type { SubmitOptions } from '../../../src/exchange/api.ts';
import { appFor, bearer } from '../fixture.ts';
import { fakeExchange } from '../fake-exchange.ts';

const url = '/v1/indicators';
const json = { ...bearer, 'content-type': 'application/json' };
const fields = '{"value":"synthetic.example","classification":"UNCLASSIFIED","channels":[]}';

t.test('a body is JSON in UTF-8 or it is refused, in words that do not quote it', async (t) => {
  const { app, exchange, logged } = await appFor(t);
  const bad: readonly (readonly [string, string | Buffer])[] = [
    ['cut off', '{"value":"canary'],
    ['not JSON', 'canary'],
    ['NaN', '{"value":NaN}'],
    ['trailing text', `${fields} canary`],
    ['Latin-1', Buffer.from('{"value":"caf\xe9 canary"}', 'latin1')],
    ['overlong UTF-8', Buffer.from([0x22, 0xc0, 0x80, 0x22])],
    ['CESU-8 surrogate', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])],
    ['UTF-16', Buffer.from('\uFEFF{}', 'utf16le')],
    ['NUL', '{"value":"canary\\u0000"}'],
    ['lone surrogate', '{"value":"canary\\ud800"}'],
    ['lone low surrogate, upper case', '{"value":"canary\\uDC00"}'],
    ['__proto__', '{"__proto__":{"admin":true}}'],
    ['escaped __proto__', '{"\\u005f_proto__":{"admin":true}}'],
    ['constructor.prototype', '{"constructor":{"prototype":{"admin":true}}}'],
    ['nested __proto__', '{"legalBasis":{"__proto__":{"admin":true}}}'],
    ['integer past 2^53', '{"confidence":9007199254740993}'],
    ['infinite', '{"confidence":1e999}'],
    ['empty', ''],
    ['null', 'null'],
  ];
  for (const [name, payload] of bad) {
    const answer = await app.inject({ method: 'POST', url, headers: json, payload });
    t.equal(answer.statusCode, 400, name);
    t.equal(answer.headers['content-type'], 'application/problem+json; charset=utf-8', name);
    t.equal(answer.json().code, 'INVALID', name);
    t.notMatch(answer.body, 'canary', name);
  }
  t.notMatch(logged(), 'canary');
  t.notOk(exchange.calls.some(({ name }) => name === 'submit'));
  t.notOk('admin' in {});
});

t.test('deep nesting is told without exhausting the stack', async (t) => {
  const { app } = await appFor(t);
  const payload = `${'[{"a":'.repeat(50_000)}"\\u0000"${'}]'.repeat(50_000)}`;
  const answer = await app.inject({ method: 'POST', url, headers: json, payload });
  t.equal(answer.statusCode, 400);
});

t.test('the media type is what the route takes', async (t) => {
  const { app, exchange } = await appFor(t);
  const types = ['text/plain', 'application/xml', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/json-patch+json', 'text/csv', 'application/x-ndjson',
    'application/json; charset=utf-16', 'application/json; charset=latin1', 'application/jsonx', 'application', 'text/plain; application/json', ''];
  for (const type of types) {
    const answer = await app.inject({ method: 'POST', url, headers: { ...bearer, 'content-type': type }, payload: fields });
    t.equal(answer.statusCode, 415, type);
    t.match(answer.json(), { code: 'UNSUPPORTED_MEDIA_TYPE' });
    t.equal(answer.headers.accept, 'application/json');
  }
  const packed = await app.inject({ method: 'POST', url, headers: { ...json, 'content-encoding': 'gzip' }, payload: fields });
  t.equal(packed.statusCode, 415);
  const patched = await app.inject({ method: 'PATCH', url: `${url}/01890000-0000-7000-8000-000000000001`, headers: { ...bearer, 'content-type': 'application/json-patch+json' }, payload: '[]' });
  t.equal(patched.headers['accept-patch'], 'application/merge-patch+json, application/json');
  t.notOk(exchange.calls.some(({ name }) => name === 'submit' || name === 'amend'));
  for (const type of ['application/json', 'application/json; charset=utf-8', 'Application/JSON;charset="UTF-8"']) {
    t.equal((await app.inject({ method: 'POST', url, headers: { ...bearer, 'content-type': type }, payload: fields })).statusCode, 201, type);
  }
});

t.test('a body may have its size and no more', async (t) => {
  const { app } = await appFor(t, { config: { bodyLimit: 1000 } });
  const answer = await app.inject({ method: 'POST', url, headers: json, payload: JSON.stringify({ value: 'x'.repeat(2000) }) });
  t.equal(answer.statusCode, 413);
  t.match(answer.json(), { code: 'TOO_LARGE' });
  const lies = await app.inject({ method: 'POST', url, headers: { ...json, 'content-length': '5' }, payload: fields });
  t.equal(lies.statusCode, 400);
});

t.test('a submission', async (t) => {
  const { app, exchange } = await appFor(t);
  const answer = await app.inject({ method: 'POST', url, headers: { ...json, 'idempotency-key': 'k-1' }, payload: fields });
  t.equal(answer.statusCode, 201);
  t.equal(answer.headers.location, `${url}/01890000-0000-7000-8000-000000000001`);
  t.match(answer.headers.etag, /^"[\w-]{27}"$/);
  t.same(answer.json().withheld, ['subscriber']);
  const submit = exchange.calls.find(({ name }) => name === 'submit');
  t.same(submit?.args.slice(1, 3), ['Indicator', JSON.parse(fields)]);
  const { idempotency } = (submit?.args[3] ?? {}) as SubmitOptions;
  t.match(idempotency, { key: 'k-1' });
  t.equal(Buffer.from(idempotency?.body ?? []).toString(), fields, 'the exact bytes');
  for (const key of ['', 'two words', 'ก', 'x'.repeat(256)]) {
    const refused = await app.inject({ method: 'POST', url, headers: { ...json, 'idempotency-key': Buffer.from(key).toString('latin1') }, payload: fields });
    t.match(refused.json(), { code: 'INVALID', errors: [{ field: 'Idempotency-Key' }] });
  }
});

t.test('lookups', async (t) => {
  const { app, exchange } = await appFor(t, { exchange: fakeExchange() });
  const post = (payload: unknown) => app.inject({ method: 'POST', url: '/v1/lookups', headers: json, payload: JSON.stringify(payload) });
  const answer = await post({ values: [{ type: 'DOMAIN', value: 'synthetic.example' }, { value: 'x' }] });
  t.equal(answer.statusCode, 200);
  t.match(answer.json(), { items: [{ asked: 'synthetic.example', claims: [{ kind: 'Indicator' }] }, { asked: 'x' }] });
  t.same(exchange.calls.at(-1)?.args[1], [{ type: 'DOMAIN', value: 'synthetic.example' }, { type: undefined, value: 'x' }]);
  t.match((await post({ values: [] })).json(), { code: 'INVALID', errors: [{ field: 'values' }] });
  t.match((await post([])).json(), { code: 'INVALID' });
  t.match((await post({ values: [{ value: 'x' }], extra: 1 })).json(), { errors: [{ field: 'extra' }] });
  t.match((await post({ values: [{ value: 5 }, null, { value: 'x', and: 1 }] })).json(), { errors: [{ field: 'values.0.value' }, { field: 'values.1' }, { field: 'values.2.and' }] });
  t.equal((await post({ values: Array.from({ length: 10_001 }, () => ({ value: 'x' })) })).statusCode, 413);
  t.equal((await post({ values: Array.from({ length: 10_000 }, () => ({ value: 'x'.repeat(200) })) })).statusCode, 200, 'two megabytes of values');
});
