/** `prasan import`: a file to the exchange from a shell. Compression and format are told by the exchange, from the first bytes. */
import { createReadStream, statSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { Fault, UsageFault } from './fault.ts';
import { type Progress, progressOn } from './import/progress.ts';
import { type Sent, send } from './import/send.ts';
import { Tally } from './import/tally.ts';

/** What the command stands on; `process` fits. */
export interface ImportIo {
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown; readonly isTTY?: boolean };
}

const flags = {
  as: { type: 'string' }, url: { type: 'string' }, kind: { type: 'string', default: 'indicators' }, channel: { type: 'string', multiple: true },
  default: { type: 'string', multiple: true }, purpose: { type: 'string' }, format: { type: 'string' }, timezone: { type: 'string' }, calendar: { type: 'string' },
  'dry-run': { type: 'boolean' }, 'confirm-known-good': { type: 'boolean' },
} as const;

/** Where `npm start` with the same settings listens. */
const ownUrl = ({ PUBLIC_URL, HOST, PORT }: NodeJS.ProcessEnv): string => PUBLIC_URL ?? `http://${HOST?.includes(':') === true ? `[${HOST}]` : (HOST ?? '127.0.0.1')}:${PORT ?? '8080'}`;

interface Asked {
  readonly file: string;
  readonly token: string;
  readonly url: URL;
  readonly purpose: string | undefined;
}

/** @throws UsageFault */
function asked(args: readonly string[]): Asked {
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: flags });
  const [file, ...rest] = positionals;
  if (file === undefined || rest.length > 0) throw new UsageFault('name one file, or - for standard input');
  if (values.as === undefined || values.as.trim() === '') throw new UsageFault('say --as whom: a bearer token (npm run -s token -- <partner> prints one of the demonstration)');
  const base = URL.parse(values.url ?? ownUrl(process.env));
  if (base === null || !['http:', 'https:'].includes(base.protocol)) throw new UsageFault('--url is the exchange\'s address, like http://127.0.0.1:8080');
  const url = new URL(`${base.href.replace(/\/+$/, '')}/v1/${encodeURIComponent(values.kind)}/import`);
  for (const channel of values.channel ?? []) url.searchParams.append('channels', channel);
  for (const given of values.default ?? []) {
    const at = given.indexOf('=');
    if (at < 1) throw new UsageFault(`--default is field=value (it is ${given})`);
    url.searchParams.append(given.slice(0, at), given.slice(at + 1));
  }
  for (const name of ['format', 'timezone', 'calendar'] as const) if (values[name] !== undefined) url.searchParams.set(name, values[name]);
  if (values['dry-run'] === true) url.searchParams.set('dryRun', 'true');
  if (values['confirm-known-good'] === true) url.searchParams.set('confirmKnownGood', 'true');
  return { file, token: values.as.trim(), url, purpose: values.purpose };
}

/** @throws Fault in one line for a file that is not there */
function opened(file: string, io: ImportIo): { bytes: AsyncIterable<Uint8Array>; size: number | undefined; name: string } {
  if (file === '-') return { bytes: io.stdin, size: undefined, name: 'standard input' };
  const stat = statSync(file, { throwIfNoEntry: false });
  if (stat === undefined || stat.isDirectory()) throw new Fault(`there is no file ${file}`);
  return { bytes: createReadStream(file, { highWaterMark: 64 * 1024 }) as AsyncIterable<Uint8Array>, size: stat.isFile() ? stat.size : undefined, name: basename(file) };
}

/** Bytes as they pass, counted. */
async function* counted(bytes: AsyncIterable<Uint8Array>, progress: Progress): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    progress.passed(chunk.length);
    yield chunk;
  }
  progress.sent();
}

/**
 * Sends a file and tells what became of its rows: the first refused ones, and the counts.
 * @param args what stands after `import`
 * @returns the exit code: 0 no row was refused, 1 some were, 2 the import failed
 * @throws UsageFault when it is wrongly called
 */
export async function importFile(args: readonly string[], io: ImportIo = process): Promise<number> {
  const { file, token, url, purpose } = asked(args);
  let progress: Progress | undefined;
  try {
    const { bytes, size, name } = opened(file, io);
    progress = progressOn(io.stderr, name, size);
    const answer: Sent = await send(url, { token, purpose }, counted(bytes, progress));
    const tally = new Tally();
    for await (const line of answer.lines) tally.add(line);
    progress.end();
    return tally.tell(io.stdout);
  } catch (error) {
    progress?.end();
    io.stderr.write(`prasan: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)}\n`);
    return 2;
  }
}
