import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import t from 'tap';
import { buildMetricsApp, makeMetrics } from '../../src/surfaces/metrics.ts';
import { appFor, bearer, type Options } from './fixture.ts';
import { fakeExchange, someId, someRecord } from './fake-exchange.ts';

async function listening(t: Parameters<typeof appFor>[0], options: Options = {}): Promise<Awaited<ReturnType<typeof appFor>> & { port: number }> {
  const fixture = await appFor(t, options);
  await fixture.app.listen({ port: 0, host: '127.0.0.1' });
  return { ...fixture, port: (fixture.app.server.address() as AddressInfo).port };
}

async function raw(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.end(text, 'latin1');
  const parts: Buffer[] = [];
  socket.on('data', (part) => parts.push(part));
  // The server may stop listening to what is far too long while it is still being sent.
  socket.on('error', () => undefined);
  await new Promise((resolve) => socket.on('close', resolve));
  return Buffer.concat(parts).toString();
}

t.test('what is not HTTP gets a problem that repeats nothing of it', async (t) => {
  const { port, logged } = await listening(t);
  for (const text of ['canary\r\n\r\n', 'GET /canary HTTP/9.9\r\n\r\n', 'GET / HTTP/1.1\r\nHost: a\r\nX: can\u0000ary\r\n\r\n',
    'POST /v1/lookups HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    'POST /v1/lookups HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\ncanary', 'GET /v1/me HTTP/1.1\r\nConnection: close\r\n\r\n']) {
    const answer = await raw(port, text);
    t.match(answer, /^HTTP\/1\.1 400 /, JSON.stringify(text));
    t.notMatch(answer, 'canary');
  }
  t.match(await raw(port, `GET / HTTP/1.1\r\nHost: a\r\nX: ${'y'.repeat(100_000)}\r\n\r\n`), /^HTTP\/1\.1 431 [^]*"detail":"The head of the request is larger/);
  t.match(await raw(port, `GET /v1/me HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${'y'.repeat(1_000_000)}\r\n\r\n`), /^HTTP\/1\.1 431 /, 'a token of a megabyte');
  t.match(await raw(port, 'PROPFIND /v1/me HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'), /^HTTP\/1\.1 405 [\s\S]*allow: GET, HEAD, OPTIONS/i);
  t.notMatch(logged(), 'canary');
});

t.test('headers that trickle in, or are too many', async (t) => {
  const { port } = await listening(t, { config: { headersTimeout: 200 } });
  const socket = connect(port, '127.0.0.1');
  socket.write('GET /healthz HTTP/1.1\r\nHost: a\r\nX-Slow: ');
  const parts: Buffer[] = [];
  for await (const part of socket) parts.push(part as Buffer);
  t.match(Buffer.concat(parts).toString(), /^HTTP\/1\.1 408 [^]*connection: close[^]*"code":"REQUEST_TIMEOUT","detail":"The head of the request did not arrive in time"/i, 'answered, and shut');
  const many = Array.from({ length: 2000 }, (_, i) => `X-${i}: yyyyyyyy\r\n`).join('');
  t.match(await raw(port, `GET /healthz HTTP/1.1\r\nHost: a\r\n${many}\r\n`), /^HTTP\/1\.1 431 /);
  t.match(await raw(port, 'GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'), /^HTTP\/1\.1 200 /);
});

t.test('closing finishes what is in flight and sends the rest away', async (t) => {
  const started = Promise.withResolvers<void>();
  const finish = Promise.withResolvers<void>();
  const exchange = fakeExchange({
    get: async () => {
      started.resolve();
      await finish.promise;
      return someRecord();
    },
  });
  const { app, port } = await listening(t, { exchange });
  const agent = new Agent({ keepAlive: true, maxSockets: 2 });
  t.teardown(() => agent.destroy());
  const ask = async (path: string): Promise<{ status: number; connection: string | undefined }> => {
    const asked = request({ port, path, agent, headers: bearer });
    asked.end();
    const [response] = await once(asked, 'response');
    response.resume();
    await once(response, 'end');
    return { status: response.statusCode, connection: response.headers.connection };
  };
  // A second request waits on the same connection behind the slow one.
  const socket = connect(port, '127.0.0.1');
  const slow = `GET /v1/indicators/${someId} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer good\r\n\r\n`;
  socket.write(slow);
  await started.promise;
  const closed = app.close();
  socket.write('GET /v1/me HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer good\r\n\r\n');
  await t.rejects(ask('/healthz'), { code: 'ECONNREFUSED' }, 'no new connection');
  finish.resolve();
  const parts: Buffer[] = [];
  for await (const part of socket) parts.push(part);
  await closed;
  const text = Buffer.concat(parts).toString();
  t.match(text, /^HTTP\/1\.1 200 /, 'what was in flight was answered');
  t.match(text, someId);
  t.notMatch(text, '"partner"', 'and nothing after it');
});

t.test('metrics count routes, not addresses', async (t) => {
  const metrics = makeMetrics();
  let busy = 3;
  metrics.gauges({ prasan_pool_busy: { help: 'Connections in use', value: () => busy } });
  const { app } = await appFor(t, { metrics });
  await app.inject({ url: '/v1/indicators?value=canary.example', headers: bearer });
  await app.inject({ url: '/canary' });
  await app.inject({ url: '/v1/me' });
  const listener = buildMetricsApp(metrics);
  t.teardown(() => listener.close());
  const { body, headers } = await listener.inject({ url: '/metrics' });
  t.match(headers['content-type'], 'text/plain');
  t.match(body, 'prasan_http_requests_total{method="GET",route="/v1/indicators",status="200"} 1');
  t.match(body, 'prasan_http_requests_total{method="GET",route="none",status="404"} 1');
  t.match(body, 'prasan_http_requests_total{method="GET",route="/v1/me",status="401"} 1');
  t.match(body, 'prasan_pool_busy 3');
  t.match(body, 'nodejs_eventloop_lag_seconds');
  t.notMatch(body, 'canary');
  busy = 4;
  t.match((await listener.inject({ url: '/metrics' })).body, 'prasan_pool_busy 4');
});
