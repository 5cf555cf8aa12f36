/** Lines of a byte stream, in batches (one a chunk): an await a line would cost more than reading it. Memory: one chunk and one line. */
import type { Bytes, Line } from './rows.ts';

/** Longest line kept; a longer one is a fault of its row and is passed over. */
export const longestLine = 1024 * 1024;
const newline = 0x0a;
const bom = Buffer.of(0xef, 0xbb, 0xbf);

/** @returns batches of lines, numbered from 1; CR LF and LF end a line; a byte order mark is dropped */
export async function* lineBatches(bytes: Bytes): AsyncGenerator<Line[]> {
  let number = 0;
  let rest: Buffer[] = [];
  let length = 0;
  const take = (tail: Buffer): Line => {
    number++;
    const long = length + tail.length > longestLine;
    let line = long ? undefined : rest.length === 0 ? tail : Buffer.concat([...rest, tail]);
    rest = [];
    length = 0;
    if (number === 1 && line?.subarray(0, 3).equals(bom)) line = line.subarray(3);
    return { number, bytes: line?.at(-1) === 0x0d ? line.subarray(0, -1) : line };
  };
  for await (const chunk of bytes) {
    const buffer = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const batch: Line[] = [];
    let start = 0;
    for (let end = buffer.indexOf(newline); end >= 0; end = buffer.indexOf(newline, start)) {
      batch.push(take(buffer.subarray(start, end)));
      start = end + 1;
    }
    if (batch.length > 0) yield batch;
    const tail = buffer.subarray(start);
    length += tail.length;
    // What is over the limit is counted and not kept; the copy lets go of the chunk.
    if (length > longestLine) rest = [];
    else if (tail.length > 0) rest.push(Buffer.from(tail));
  }
  if (length > 0) yield [take(Buffer.alloc(0))];
}
