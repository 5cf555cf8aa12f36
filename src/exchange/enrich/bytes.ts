/** Reading a large text file line by line, synchronously, without holding it: only the first lookup pays, and pays once. */
import { closeSync, openSync, readSync } from 'node:fs';

const newline = 0x0a;

/** Calls `line` with each line's bytes; they are valid until it returns. */
export function eachLine(file: string, line: (bytes: Buffer) => void): void {
  const handle = openSync(file, 'r');
  try {
    const buffer = Buffer.allocUnsafe(1024 * 1024);
    let kept = 0;
    for (;;) {
      const read = readSync(handle, buffer, kept, buffer.length - kept, null);
      const end = kept + read;
      let start = 0;
      for (let at = buffer.indexOf(newline, start); at >= 0 && at < end; at = buffer.indexOf(newline, start)) {
        line(buffer.subarray(start, at));
        start = at + 1;
      }
      if (read === 0) {
        if (end > start) line(buffer.subarray(start, end));
        return;
      }
      if (start === 0 && end === buffer.length) throw new RangeError(`${file} has a line longer than ${buffer.length} bytes`);
      buffer.copyWithin(0, start, end);
      kept = end - start;
    }
  } finally {
    closeSync(handle);
  }
}
