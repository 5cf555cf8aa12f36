import { once } from 'node:events';
import { request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import t from 'tap';
import { Refusal } from '../../../src/errors.ts';
import type { RowOutcome } from '../../../src/exchange/api.ts';
import { appFor, bearer, type Options } from '../fixture.ts';
import { fakeExchange, otherId, someReport } from '../fake-exchange.ts';

const url = '/v1/indicators/import';
const ndjson = { ...bearer, 'content-type': 'application/x-ndjson' };

interface Sent {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** The body of a chunked answer (RFC 9112 section 7.1); a cut one throws. */
function dechunked(text: string): string {
  let body = '';
  for (let at = 0; ;) {
    const end = text.indexOf('\r\n', at);
    const length = end < 0 ? Number.NaN : Number.parseInt(text.slice(at, end), 16);
    if (Number.isNaN(length)) throw new Error('cut off');
    if (length === 0) return body;
    body += text.slice(end + 2, end + 2 + length);
    at = end + 2 + length + 2;
  }
}

/** A client that reads nothing until it has sent everything. (Node's own stops sending when an answer comes early.) */
async function sendAll(port: number, chunks: number, headers: Record<string, string> = ndjson, path = url): Promise<Sent> {
  const socket = connect(port, '127.0.0.1').pause();
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join('');
  socket.write(`POST ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n${head}\r\n`);
  const chunk = Buffer.concat([Buffer.from('10000\r\n'), Buffer.alloc(64 * 1024, '{"value":"synthetic.example"}\n'), Buffer.from('\r\n')]);
  for (let i = 0; i < chunks; i += 1) if (!socket.write(chunk)) await once(socket, 'drain');
  socket.write('0\r\n\r\n');
  const parts: Buffer[] = [];
  for await (const part of socket) parts.push(part);
  const text = Buffer.concat(parts).toString('latin1');
  const at = text.indexOf('\r\n\r\n');
  const fields = Object.fromEntries(text.slice(0, at).split('\r\n').slice(1).map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)]));
  const body = text.slice(at + 4);
  return { status: Number(text.slice(9, 12)), headers: fields, body: fields['transfer-encoding'] === 'chunked' ? dechunked(body) : body };
}

async function listening(t: Parameters<typeof appFor>[0], options: Options = {}): Promise<{ port: number; fixture: Awaited<ReturnType<typeof appFor>> }> {
  const fixture = await appFor(t, options);
  await fixture.app.listen({ port: 0, host: '127.0.0.1' });
  return { port: (fixture.app.server.address() as AddressInfo).port, fixture };
}

t.test('outcomes in order and the report, after the request has ended', async (t) => {
  let bytes = 0;
  const exchange = fakeExchange({
    startImport: async (_asker, _options, stream) => ({
      id: otherId,
      done: (async () => {
        for await (const chunk of stream) bytes += chunk.length;
        return someReport;
      })(),
    }),
  });
  const { port, fixture } = await listening(t, { exchange });
  const answer = await sendAll(port, 200, ndjson, `${url}?channels=certs,th-kh-border&classification=RESTRICTED&role=C2&asn=1&timezone=Asia/Bangkok&calendar=buddhist&dryRun=true`);
  t.equal(answer.status, 200);
  t.equal(bytes, 200 * 64 * 1024);
  t.equal(answer.headers['content-type'], 'application/x-ndjson; charset=utf-8');
  t.equal(answer.headers['location'], `/v1/imports/${otherId}`);
  t.match(answer.body.trim().split('\n').map((line) => JSON.parse(line)), [{ line: 1, outcome: 'created' }, { line: 2, outcome: 'refused', field: 'value' }, { report: { id: otherId, digest: someReport.digest } }]);
  t.same(fixture.exchange.calls.find(({ name }) => name === 'startImport')?.args[1], {
    kind: 'Indicator', format: 'ndjson', channels: ['certs', 'th-kh-border'], defaults: { classification: 'RESTRICTED', role: 'C2', asn: 1 },
    timezone: 'Asia/Bangkok', calendar: 'buddhist', dryRun: true, confirmKnownGood: false,
  });
});

t.test('a large upload that is refused early is still answered', async (t) => {
  const { port } = await listening(t, { exchange: fakeExchange() });
  await t.rejects(sendAll(port, 300, { 'content-type': 'application/x-ndjson' }), /EPIPE|ECONNRESET/, 'but nobody uploads without a token');
  t.equal((await sendAll(port, 300, ndjson, `${url}?timezone=Mars`)).status, 400);
  t.equal((await sendAll(port, 300, { ...bearer, 'content-type': 'application/json' })).status, 415);
});

t.test('an import that stops reading, or fails, does not hang its sender', async (t) => {
  const early = fakeExchange({
    startImport: async (_asker, _options, stream) => ({
      id: otherId,
      done: (async () => {
        for await (const chunk of stream) if (chunk.length > 0) break;
        return { ...someReport, state: 'FAILED', failure: { code: 'INVALID', message: 'no column is known' } };
      })(),
    }),
  });
  const stopped = await sendAll((await listening(t, { exchange: early })).port, 300);
  t.equal(stopped.status, 200);
  t.match(stopped.body, '"state":"FAILED"');
  const failing = fakeExchange({ startImport: async () => ({ id: otherId, done: Promise.reject(new Refusal('INVALID', 'no column is known')) }) });
  const failed = await sendAll((await listening(t, { exchange: failing })).port, 300);
  t.equal(failed.status, 400);
  t.match(failed.body, 'no column is known');
});

t.test('outcomes are drawn no faster than the client reads', async (t) => {
  let drawn = 0;
  const total = 200_000;
  const exchange = fakeExchange({
    importOutcomes: async function* (): AsyncGenerator<RowOutcome> {
      for (; drawn < total; drawn += 1) yield { line: drawn + 1, outcome: 'refused', code: 'INVALID', reason: 'x'.repeat(200) };
    },
  });
  const { port } = await listening(t, { exchange });
  const asked = request({ port, path: `/v1/imports/${otherId}/outcomes`, headers: bearer });
  asked.end();
  const [response] = await once(asked, 'response');
  await once(response, 'readable');
  // Let the server write all that it will write into the sockets' buffers.
  for (let before = -1; before !== drawn;) {
    before = drawn;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  t.ok(drawn < total / 2, `drawn ahead: ${drawn}`);
  let lines = 0;
  for await (const part of response) for (const byte of part) if (byte === 10) lines += 1;
  t.equal(lines, total);
});

t.test('a stream that breaks is cut off, never ended as if it were whole', async (t) => {
  const exchange = fakeExchange({
    importOutcomes: async function* () {
      yield { line: 1, outcome: 'refused', code: 'INVALID', reason: 'x'.repeat(100_000) };
      throw new Error('canary: the database went away');
    },
  });
  const { port, fixture } = await listening(t, { exchange });
  await t.rejects(sendAll(port, 1), /cut off|ECONNRESET/);
  t.notMatch(fixture.logged(), 'canary');
});

t.test('respond-async gives the resource', async (t) => {
  const { app } = await appFor(t);
  const answer = await app.inject({ method: 'POST', url, headers: { ...ndjson, prefer: 'respond-async, wait=10' }, payload: '{}\n' });
  t.equal(answer.statusCode, 202);
  t.equal(answer.headers['preference-applied'], 'respond-async');
  t.equal(answer.json().id, otherId);
});

t.test('media types, formats, parameters', async (t) => {
  const { app, exchange } = await appFor(t);
  const post = (type: string, query = '') => app.inject({ method: 'POST', url: `${url}?${query}`, headers: { ...bearer, 'content-type': type }, payload: 'x' });
  const formats = { 'text/csv; charset=utf-8': 'csv', 'application/x-ndjson': 'ndjson', 'text/plain': 'list', 'application/gzip': undefined, 'application/zstd': undefined };
  for (const [type, format] of Object.entries(formats)) {
    t.equal((await post(type)).statusCode, 200, type);
    t.match(exchange.calls.findLast(({ name }) => name === 'startImport')?.args[1], { format }, type);
  }
  for (const query of ['dryRun=maybe', 'format=xlsx', 'calendar=lunar', 'subscriber=x', 'id=1', 'asn=AS1']) t.equal((await post('text/csv', query)).statusCode, 400, query);
  t.equal((await app.inject({ url: `/v1/imports/${otherId}`, headers: bearer })).json().rows, 2);
  t.equal((await app.inject({ url: `/v1/imports/${otherId}/outcomes?afterLine=1`, headers: bearer })).statusCode, 200);
  t.match(exchange.calls.at(-1), { name: 'importOutcomes', args: [{}, otherId, 1] });
  t.equal((await app.inject({ method: 'POST', url: `/v1/imports/${otherId}/withdraw`, headers: bearer })).json().state, 'WITHDRAWN');
});
