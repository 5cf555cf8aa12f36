/** Attacks on REST, against the whole app on a real PostgreSQL. Which are known stands in README.md beside. Synthetic records only. */
import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { LightMyRequestResponse } from 'fastify';
import t from 'tap';
import { type Caller, freshApp } from '../support/app.ts';

const unknown = '01890000-0000-7000-8000-000000000001';
const indicator = (more: object = {}): object => ({ value: `x${randomBytes(6).toString('hex')}.example`, classification: 'RESTRICTED', channels: ['embassies-ip'], ...more });
const codeOf = (answer: LightMyRequestResponse): unknown => answer.json<{ code?: unknown }>().code;
const told = (answer: LightMyRequestResponse): string => `${answer.statusCode} ${answer.body.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/gu, 'ID')}`;
const fields = ({ json }: LightMyRequestResponse): string[] => (json() as { errors?: { field: string }[] }).errors?.map(({ field }) => field) ?? [];

t.setTimeout(300_000);
t.test('REST', { timeout: 300_000 }, async (t) => {
  const x = await freshApp(t);
  const [police, korea, bank] = [await x.as('th-ccib'), await x.as('kr-embassy'), await x.as('th-demo-bank', { purpose: 'FINANCIAL_INTELLIGENCE' })];
  const submit = async (caller: Caller, more: object = {}): Promise<{ id: string; url: string; etag: string }> => {
    const answer = await caller.post('/v1/indicators', indicator(more));
    if (answer.statusCode !== 201) throw new Error(answer.body);
    return { id: answer.json<{ id: string }>().id, url: String(answer.headers.location), etag: String(answer.headers.etag) };
  };

  await t.test('broken object-level authorisation', async (t) => {
    const { id } = await submit(police);
    const calls = (target: string): readonly (readonly ['GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE', string, unknown?])[] => [
      ['GET', `/v1/indicators/${target}`], ['GET', `/v1/indicators/${target}/revisions`], ['PATCH', `/v1/indicators/${target}`, { role: 'C2' }], ['POST', `/v1/indicators/${target}/withdraw`], ['PUT', `/v1/indicators/${target}/channels/aoc-1441`],
      ['DELETE', `/v1/indicators/${target}/channels/embassies-ip`], ['POST', `/v1/indicators/${target}/erase`, { reason: 'OTHER' }], ['POST', `/v1/indicators/${target}/holds`, { authority: 'x', reason: 'x' }], ['GET', `/v1/indicators/${target}/holds`],
      ['GET', `/v1/imports/${target}`], ['POST', `/v1/imports/${target}/withdraw`],
    ];
    const [there, absent] = [calls(id), calls(unknown)];
    for (const [i, [method, url, body]] of there.entries()) {
      const answers = [await bank.send(method, url, body, { 'if-match': '"x"' }), await bank.send(method, absent[i]?.[1] ?? '', body, { 'if-match': '"x"' })] as const;
      t.equal(answers[0].statusCode, 404, `${method} ${url}`);
      t.equal(told(answers[0]), told(answers[1]), 'as if it were not there');
    }
    for (const [method, url, body] of there.slice(2, 8)) t.match([403, 404].includes((await korea.send(method, url, body, { 'if-match': '"x"' })).statusCode), true, `${method} ${url}: who sees it may not change it`);
    t.match((await police.get(`/v1/indicators/${id}`)).json(), { status: 'ACTIVE', revision: 1 }, 'nothing was done');
  });

  await t.test('broken property-level authorisation', async (t) => {
    const { id } = await submit(police, { channels: ['th-kh-investigation'], rationale: 'canary-rationale', sourceDetail: 'canary-source' });
    const low = await x.as('kh-mptc', { clearance: 'RESTRICTED' });
    for (const url of [`/v1/indicators/${id}`, `/v1/indicators/${id}/revisions`, '/v1/indicators', '/v1/changes', `/v1/indicators/${id}?fields=rationale`]) t.notMatch((await low.get(url)).body, 'canary', url);
    const graphql = await low.graphql('query q($id: ID!) { indicator(id: $id) { rationale sourceDetail withheld } record(id: $id) { ... on Indicator { rationale } } }', { id });
    t.notMatch(JSON.stringify(graphql), 'canary');
    t.match(graphql.data, { indicator: { rationale: null, sourceDetail: null } });
  });

  await t.test('mass assignment of envelope fields', async (t) => {
    const envelope = { id: unknown, kind: 'Victim', originator: 'kr-embassy', status: 'WITHDRAWN', revision: 9, createdAt: '2020-01-01T00:00:00Z', updatedAt: '2020-01-01T00:00:00Z', withheld: [], etag: '"x"' };
    const { url, etag } = await submit(police);
    for (const [name, value] of Object.entries(envelope)) {
      t.same(fields(await police.post('/v1/indicators', indicator({ [name]: value }))), [name], `submitted: ${name}`);
      t.same(fields(await police.send('PATCH', url, { [name]: value }, { 'if-match': etag })), [name], `amended: ${name}`);
    }
    t.same(fields(await police.send('PATCH', url, { channels: ['aoc-1441'] }, { 'if-match': etag })), ['channels'], 'sharing is a call of its own');
  });

  await t.test('merge patch of withheld fields', async (t) => {
    const { url } = await submit(police, { channels: ['th-kh-investigation'], sourceDetail: 'Synthetic source' });
    const officer = await x.as('th-ccib', { clearance: 'RESTRICTED', caveats: [] });
    const seen = await officer.get(url);
    t.match(seen.json(), { withheld: ['location', 'subscriber', 'rationale', 'collectionMethod', 'sourceDetail'] });
    for (const value of ['overwritten', null]) t.equal(codeOf(await officer.send('PATCH', url, { sourceDetail: value }, { 'if-match': String(seen.headers.etag) })), 'FORBIDDEN', 'neither overwritten nor removed');
    t.equal((await officer.send('PATCH', url, { role: 'C2' }, { 'if-match': String(seen.headers.etag) })).statusCode, 200);
    t.match((await police.get(url)).json(), { role: 'C2', sourceDetail: 'Synthetic source' }, 'what the writer does not see is carried over');
  });

  await t.test('If-Match races', async (t) => {
    const { url, etag } = await submit(police);
    const roles = ['C2', 'PHISHING', 'SCAM_SITE', 'OTHER'];
    const answers = await Promise.all(roles.map(async (role) => police.send('PATCH', url, { role }, { 'if-match': etag })));
    t.same(answers.map(({ statusCode }) => statusCode).toSorted((a, b) => a - b), [200, 412, 412, 412], 'one of those who read the same state changes it');
    const winner = answers.findIndex(({ statusCode }) => statusCode === 200);
    t.match((await police.get(url)).json(), { role: roles[winner], revision: 2 });
    for (const tag of ['*', `${etag}, "y"`, 'x', `W/${etag}`, '']) t.match([400, 412, 428].includes((await police.send('PATCH', url, { role: 'C2' }, { 'if-match': tag })).statusCode), true, tag);
  });

  await t.test('idempotency-key reuse', async (t) => {
    const body = indicator({ channels: ['embassies-ip'] });
    const key = { 'idempotency-key': 'attack-1' };
    const first = await police.post('/v1/indicators', body, key);
    t.equal(codeOf(await police.post('/v1/indicators', indicator(), key)), 'IDEMPOTENCY_CONFLICT', 'with another body');
    const other = await korea.post('/v1/indicators', body, key);
    t.match(other.statusCode === 201 && other.headers['idempotency-replayed'] === undefined, true, 'by another partner it is another key');
    t.not(other.json<{ id: string }>().id, first.json<{ id: string }>().id);
    const both = await Promise.all([1, 2, 3].map(async () => police.post('/v1/indicators', indicator({ value: 'twice.example' }), { 'idempotency-key': 'attack-2' })));
    t.equal(new Set(both.filter(({ statusCode }) => statusCode === 201).map((answer) => answer.json<{ id: string }>().id)).size, 1, 'three at once make one');
  });

  await t.test('cursor tampering', async (t) => {
    await submit(police);
    await submit(police);
    for (const [list, name, next] of [['/v1/indicators', 'after', 'nextCursor'], ['/v1/changes', 'cursor', 'cursor'], ['/v1/ledger', 'after', 'nextCursor']] as const) {
      const cursor = String((await police.get(`${list}?first=1`)).json<Record<string, unknown>>()[next]);
      t.equal((await police.get(`${list}?first=1&${name}=${cursor}`)).statusCode, 200);
      const flipped = [3, 20, cursor.length - 3].map((at) => `${cursor.slice(0, at)}${cursor[at] === 'A' ? 'B' : 'A'}${cursor.slice(at + 1)}`);
      for (const bad of [...flipped, cursor.slice(0, -4), `${cursor}AAAA`, 'x', Buffer.alloc(90).toString('base64url')]) t.equal(codeOf(await police.get(`${list}?first=1&${name}=${bad}`)), 'BAD_CURSOR', bad.slice(0, 12));
    }
  });
  await t.test('cursor reuse by another viewer', async (t) => {
    const page = (await police.get('/v1/indicators?first=1')).json<{ nextCursor: string }>().nextCursor;
    const feed = (await police.get('/v1/changes?first=1')).json<{ cursor: string }>().cursor;
    t.match(codeOf(await korea.get(`/v1/indicators?first=1&after=${page}`)), /CURSOR/u);
    t.match(codeOf(await korea.get(`/v1/changes?first=1&cursor=${feed}`)), /CURSOR/u);
    t.match(codeOf(await (await x.as('th-ccib', { clearance: 'UNCLASSIFIED' })).get(`/v1/indicators?first=1&after=${page}`)), /CURSOR/u, 'of the same partner, with other caps');
    t.match(codeOf(await police.get(`/v1/indicators?first=1&role=C2&after=${page}`)), /CURSOR/u, 'for another question');
    t.match(codeOf(await police.get(`/v1/changes?first=1&cursor=${page}`)), /CURSOR/u, 'of another list');
  });

  await t.test('header injection', async (t) => {
    const value = 'a\r\nSet-Cookie: stolen=1\r\n\r\n<script>';
    for (const answer of [
      await police.get(`/v1/indicators?value=${encodeURIComponent(value)}`), await police.get(`/v1/indicators/${encodeURIComponent(value)}`), await police.post('/v1/indicators', indicator({ externalRef: value })),
      await police.post('/v1/indicators', indicator({ value: `https://x.example/${value}` })), await x.app.inject({ url: `/problems/${encodeURIComponent(value)}` }), await x.app.inject({ url: `/${encodeURIComponent(value)}` }),
    ]) {
      t.notHas(answer.headers, { 'set-cookie': String });
      for (const header of Object.values(answer.headers)) t.notMatch(String(header), /[\r\n]|stolen/u);
      t.match(answer.statusCode < 500, true);
    }
  });

  const raw = async (payload: string | Buffer, headers: Readonly<Record<string, string>>, url = '/v1/indicators'): Promise<LightMyRequestResponse> => x.app.inject({ method: 'POST', url, payload, headers: { authorization: police.authorization, ...headers } });
  const json = { 'content-type': 'application/json' };
  await t.test('content-type confusion', async (t) => {
    for (const type of ['text/plain', 'application/xml', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/json; charset=utf-7', 'application/jsonx', 'text/plain; application/json', 'application/x-ndjson']) {
      t.equal(codeOf(await raw(JSON.stringify(indicator()), { 'content-type': type })), 'UNSUPPORTED_MEDIA_TYPE', type);
    }
  });
  await t.test('compressed and oversized bodies', async (t) => {
    for (const encoding of ['gzip', 'br', 'deflate', 'zstd']) t.equal((await raw(gzipSync(JSON.stringify(indicator())), { ...json, 'content-encoding': encoding })).statusCode, 415, encoding);
    t.equal((await raw(JSON.stringify({ value: 'x'.repeat(5_000_000) }), json)).statusCode, 413);
    t.equal(codeOf(await raw(`${'[{"a":'.repeat(40_000)}1${'}]'.repeat(40_000)}`, json)), 'INVALID', 'nested beyond measure');
    t.equal((await raw(JSON.stringify({ values: Array(10_001).fill({ value: 'x' }) }), json, '/v1/lookups')).statusCode, 413);
    // A line of a gigabyte, in a megabyte: nothing of it is kept.
    const bomb = await raw(gzipSync(Buffer.alloc(200 * 2 ** 20, 'x')), { 'content-type': 'application/gzip' }, '/v1/indicators/import?channels=embassies-ip&format=ndjson');
    t.match(bomb.statusCode === 200 || bomb.statusCode === 400 || bomb.statusCode === 413, true, String(bomb.statusCode));
    t.notMatch(bomb.body, '"outcome":"created"');
    t.ok(bomb.body.length < 10_000);
  });
  await t.test('NUL and lone surrogates', async (t) => {
    for (const text of ['\\u0000', 'a\\u0000b', '\\ud800', '\\udc00\\ud800']) {
      for (const name of ['value', 'externalRef', 'rationale', 'nationalMarking']) t.equal(codeOf(await raw(JSON.stringify(indicator({ [name]: 'TEXT' })).replace('TEXT', () => text), json)), 'INVALID', `${name} ${text}`);
      t.match((await raw(`{"values":[{"value":"${text}"},{"value":"fine.example"}]}`, json, '/v1/lookups')).json(), { items: [{ error: { code: 'INVALID' } }, {}] });
    }
    t.match([400, 404].includes((await police.get('/v1/indicators?value=%00')).statusCode), true);
  });
  await t.test('numbers past 2^53', async (t) => {
    for (const number of ['9007199254740993', '-9007199254740993', '1e400', '12345678901234567890']) t.equal(codeOf(await raw(JSON.stringify(indicator()).replace('{', `{"asn":${number},`), json)), 'INVALID', number);
    for (const asn of ['9007199254740993', '1e3', '0x10', 'NaN']) t.equal(codeOf(await police.get(`/v1/indicators?asn=${asn}`)), 'INVALID', asn);
  });
  await t.test('duplicate members', async (t) => {
    const whole = JSON.stringify(indicator({ caseRefs: [{ authority: 'th-ccib', number: '1' }] }));
    const twice: readonly (readonly [field: string, body: string])[] = [
      ['classification', whole.replace('{', '{"classification":"UNCLASSIFIED",')], ['value', whole.replace('{', '{"\\u0076alue" : "other.example",')], ['value', whole.replace(/\}$/u, ',"value":"other.example"}')],
      ['caseRefs.0.number', whole.replace('"number"', '"number":"2","number"')], ['rationale', whole.replace('{', '{"rationale":"\\"rationale\\":","rationale":"a \\\\",')], ['', whole.replace('{', '{"":1,"":2,')],
    ];
    for (const [field, body] of twice) {
      t.match((await raw(body, json)).json(), { code: 'INVALID', errors: [{ field: field || '(body)', message: 'stands twice in its object: leave one out' }] }, body);
    }
    const { url, etag } = await submit(police);
    t.same(fields(await x.app.inject({ method: 'PATCH', url, payload: '{"role":"C2","role":"OTHER"}', headers: { authorization: police.authorization, 'content-type': 'application/merge-patch+json', 'if-match': etag } })), ['role']);
    t.same(fields(await raw('{"values":[{"value":"a.example"},{"value":"b.example","value":"c.example"}]}', json, '/v1/lookups')), ['values.1.value']);
    t.equal((await raw(JSON.stringify(indicator({ rationale: 'a":1,"a":2,"\\', nationalMarking: '{"x":1,"x":1}' })), json)).statusCode, 201, 'what only looks so, in a text');
    const rows = [indicator(), JSON.stringify(indicator()).replace('{', '{"value":"other.example",'), indicator()].map((row) => (typeof row === 'string' ? row : JSON.stringify(row)));
    const imported = await raw(rows.join('\n'), { 'content-type': 'application/x-ndjson' }, '/v1/indicators/import?channels=embassies-ip');
    const outcomes = imported.body.trim().split('\n').map((line) => JSON.parse(line) as { line?: number; outcome?: string; reason?: string }).filter(({ line }) => line !== undefined);
    t.match(outcomes, [{ outcome: 'created' }, { outcome: 'refused', reason: 'its member value stands twice: leave one out' }, { outcome: 'created' }], 'a row of an import');
    const list = await raw('{"deny":["a1.example"],"deny":["b1.example"]}', { 'content-type': 'application/octet-stream' }, '/v1/indicators/import?channels=embassies-ip&classification=RESTRICTED');
    t.match(list.body, 'The member deny of the JSON document stands twice', 'a list');
  });
  await t.test('dates out of range', async (t) => {
    for (const at of ['2026-02-30T00:00:00Z', '2026-13-01T00:00:00Z', '+275760-09-14T00:00:00Z', '-000001-01-01T00:00:00Z', '2026-01-31T25:00:00Z', '2026-01-31', 'now', '99999-01-01T00:00:00Z']) {
      t.same(fields(await police.post('/v1/indicators', indicator({ observedAt: at }))), ['observedAt'], at);
      t.equal(codeOf(await police.get(`/v1/ledger?from=${encodeURIComponent(at)}`)), 'INVALID', `asked: ${at}`);
    }
  });
  await t.test('CSV formula injection in exports', async (t) => {
    await submit(police, { externalRef: '=HYPERLINK("https://evil.example")' });
    const answers = await Promise.all(['/v1/indicators', '/v1/changes', '/v1/indicators/import-template.csv'].map(async (url) => police.get(url, { accept: 'text/csv' })));
    const csv = answers.filter(({ headers }) => String(headers['content-type']).startsWith('text/csv'));
    t.equal(csv.length, 1, 'the template is the one CSV that is served, and holds no record');
    for (const { body } of csv) t.notMatch(body, /(?:^|[",;\t\n])[=+\-@\t\r]/u);
  });
  await t.test('NDJSON with a broken row in the middle', async (t) => {
    const rows = [indicator(), '{"value":', indicator(), '\u0000', { value: 7 }, indicator()].map((row) => (typeof row === 'string' ? row : JSON.stringify(row)));
    const answer = await raw(rows.join('\n'), { 'content-type': 'application/x-ndjson' }, '/v1/indicators/import?channels=embassies-ip');
    const outcomes = answer.body.trim().split('\n').map((line) => JSON.parse(line) as { line?: number; outcome?: string }).filter(({ line }) => line !== undefined);
    t.same(outcomes.map(({ outcome }) => outcome), ['created', 'refused', 'created', 'refused', 'refused', 'created'], 'it spoils nothing but itself');
  });
});
