/** The load generator's process: it shares no event loop with what it measures. Jobs come and results go by IPC. */
import autocannon from 'autocannon';
import type { Job, Outcome } from './loader.ts';

/** Each connection goes round its own part of the requests, so that no two ask the same in step. */
function partsOf<T>(items: readonly T[], parts: number): T[][] {
  const cut: T[][] = Array.from({ length: Math.min(parts, items.length) }, () => []);
  for (const [i, item] of items.entries()) cut[i % cut.length]?.push(item);
  return cut;
}

async function run({ url, path, connections, seconds, requests, rate, refused = false }: Job): Promise<Outcome> {
  const parts = partsOf(requests, connections);
  let next = 0;
  const times: number[] = [];
  let bytes = 0;
  const running = autocannon({
    url, connections, duration: seconds, timeout: 30, sampleInt: 100, ...(rate === undefined ? {} : { overallRate: rate }),
    setupClient: (client) => {
      const part = parts[next % parts.length] ?? [];
      next += 1;
      client.setRequests(part.map(({ body, token, proof }) => ({
        method: 'POST', path, body, headers: { 'content-type': 'application/json', ...(token === undefined ? {} : { authorization: `${proof === undefined ? 'Bearer' : 'DPoP'} ${token}` }), ...(proof !== undefined && { dpop: proof }) },
      })));
    },
  });
  // All requests are made up by now.
  const begun = performance.now();
  const others = new Map<number, number>();
  void running.on('response', (_client: unknown, status: number, size: number, milliseconds: number) => {
    if (status >= 300) others.set(status, (others.get(status) ?? 0) + 1);
    times.push(milliseconds);
    bytes += size;
  });
  const result = await running;
  const took = (performance.now() - begun) / 1000;
  if (result.errors > 0 || result.timeouts > 0 || (result.non2xx > 0 && !refused)) throw new Error(`${result.errors} errors, ${result.timeouts} timeouts, ${result.non2xx} answers that are not 2xx (${[...others].map(([status, count]) => `${count} of ${status}`).join(', ')})`);
  times.sort((a, b) => a - b);
  return { rate: result['2xx'] / took, median: times[Math.floor(times.length / 2)] ?? Number.NaN, p99: times[Math.floor(times.length * 0.99)] ?? Number.NaN, answers: times.length, meanBytes: bytes / times.length, refused: result.non2xx };
}

process.on('message', (job: Job) => {
  run(job).then((outcome) => process.send?.({ outcome }), (error: unknown) => process.send?.({ failure: String(error) }));
});
