/** Bodies that are streams: read as they come, and read away where they are refused. */
import type { IncomingMessage } from 'node:http';
import { Refusal } from '../../errors.ts';

/** A sender that stays silent this long, while we wait for it, is gone. */
const idleMs = 60_000;

export interface Upload {
  /** The body, given up when its sender stalls. Time that we ourselves take does not count. */
  readonly stream: AsyncIterable<Uint8Array>;
  /** Reads away what was left unread: an answer to somebody who is still sending might never be read. */
  drain(): Promise<void>;
}

export function uploadOf(body: AsyncIterable<Uint8Array>): Upload {
  const source = body[Symbol.asyncIterator]();
  async function* rest(): AsyncGenerator<Uint8Array> {
    for (;;) {
      let timer: NodeJS.Timeout | undefined;
      const stalled = new Promise<never>((_resolve, reject) => {
        timer = setTimeout(() => reject(new Refusal('REQUEST_TIMEOUT', { headers: { Connection: 'close' } })), idleMs);
      });
      const next = await Promise.race([source.next(), stalled]).finally(() => clearTimeout(timer));
      if (next.done === true) return;
      yield next.value;
    }
  }
  return {
    // Not the body's own iterator: that one would destroy the connection when the reader stops early.
    stream: rest(),
    drain: async () => {
      for await (const chunk of rest()) void chunk;
    },
  };
}

/** Reads away what is still to come of a refused upload, so that its sender, who may read only after sending, gets the refusal. */
export async function drained(raw: IncomingMessage): Promise<void> {
  if (raw.complete || raw.readableEnded || raw.destroyed) return;
  raw.resume();
  await new Promise((resolve) => raw.once('end', resolve).once('close', resolve));
}
