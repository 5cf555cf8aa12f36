/** gzip and zstd, told by their first bytes; anything else passes through. */
import { Readable, pipeline } from 'node:stream';
import { constants, createGunzip, createZstdDecompress } from 'node:zlib';
import { Refusal } from '../../errors.ts';
import type { Bytes } from './rows.ts';

export interface Limits {
  /** Most bytes that may come out. */
  readonly maxBytes: number;
  /** Most bytes out for one byte in, once more than a mebibyte came out: a text list compresses 3 to 30 times, a bomb a thousand times. */
  readonly maxRatio: number;
}
export const defaultLimits: Limits = { maxBytes: 16 * 1024 ** 3, maxRatio: 200 };

const mebibyte = 1024 * 1024;
const magic = { gzip: Buffer.of(0x1f, 0x8b), zstd: Buffer.of(0x28, 0xb5, 0x2f, 0xfd) } as const;

/** @throws Refusal TOO_LARGE for what swells beyond the limits, INVALID for a broken archive */
export async function* decompressed(bytes: Bytes, limits: Limits = defaultLimits): AsyncGenerator<Uint8Array> {
  const { first, all } = await peek(bytes, 4);
  const form = first.subarray(0, 2).equals(magic.gzip) ? 'gzip' : first.subarray(0, 4).equals(magic.zstd) ? 'zstd' : undefined;
  let taken = 0;
  let given = 0;
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of all) {
      taken += chunk.length;
      yield chunk;
    }
  }
  for await (const chunk of form === undefined ? counted() : inflated(counted(), form)) {
    given += chunk.length;
    if (given > limits.maxBytes) throw new Refusal('TOO_LARGE', `The file holds more than ${limits.maxBytes} bytes: send it in parts`);
    if (form !== undefined && given > mebibyte && given > taken * limits.maxRatio) throw new Refusal('TOO_LARGE', `The compressed file swells to more than ${limits.maxRatio} times its size: send it uncompressed`);
    yield chunk;
  }
}

async function* inflated(bytes: Bytes, form: 'gzip' | 'zstd'): AsyncGenerator<Uint8Array> {
  // A window of 64 MiB: `zstd -19` needs 8, `--ultra -22` would take 128 of the process's memory.
  const inflater = form === 'gzip' ? createGunzip() : createZstdDecompress({ params: { [constants.ZSTD_d_windowLogMax]: 26 } });
  let sourceError: unknown;
  const source = Readable.from(noting(bytes, (error) => { sourceError = error; }), { objectMode: false });
  const ended = pipeline(source, inflater, () => undefined);
  try {
    for await (const chunk of ended) yield chunk as Uint8Array;
  } catch (error) {
    if (sourceError instanceof Error) throw sourceError;
    throw new Refusal('INVALID', `The file begins as ${form} but cannot be decompressed to its end: send it again, or uncompressed`, error);
  } finally {
    source.destroy();
    inflater.destroy();
  }
}

async function* noting(bytes: Bytes, note: (error: unknown) => void): AsyncGenerator<Uint8Array> {
  try {
    yield* bytes;
  } catch (error) {
    note(error);
    throw error;
  }
}

/** The first bytes (at least `count`, if there are as many), and a stream that begins with them again. */
export async function peek(bytes: Bytes, count: number): Promise<{ readonly first: Buffer; readonly all: Bytes }> {
  const iterator = bytes[Symbol.asyncIterator]();
  const chunks: Uint8Array[] = [];
  let length = 0;
  let done = false;
  while (length < count && !done) {
    const next = await iterator.next();
    if (next.done === true) done = true;
    else {
      chunks.push(next.value);
      length += next.value.length;
    }
  }
  async function* all(): AsyncGenerator<Uint8Array> {
    try {
      yield* chunks;
      chunks.length = 0;
      while (!done) {
        const next = await iterator.next();
        if (next.done === true) done = true;
        else yield next.value;
      }
    } finally {
      if (!done) await iterator.return?.();
    }
  }
  return { first: Buffer.concat(chunks), all: all() };
}
