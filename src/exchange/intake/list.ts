/** Plain lists: one address, URL or domain a line; what follows a tab is a count (as in IPsum), what follows `#` a comment; hosts files are understood. */
import { isUtf8 } from 'node:buffer';
import { longestLine } from './lines.ts';
import type { IntakeRow, Line } from './rows.ts';

const sinkholes = new Set(['0.0.0.0', '127.0.0.1', '::', '::1']);

/** @param field the field that each line is a value of */
export async function* listRows(batches: AsyncIterable<readonly Line[]>, field: string): AsyncGenerator<IntakeRow> {
  for await (const batch of batches) {
    for (const { number: line, bytes } of batch) {
      if (bytes === undefined) yield { line, fault: `the row is longer than ${longestLine} bytes: send a shorter one` };
      else if (!isUtf8(bytes)) yield { line, fault: 'it is not UTF-8: save the list as UTF-8' };
      else {
        const value = valueOf(bytes.toString('utf8'));
        if (value !== '') yield { line, row: { [field]: value }, text: true };
      }
    }
  }
}

function valueOf(line: string): string {
  const text = line.trim();
  if (text === '' || text.startsWith('#') || text.startsWith(';') || text.startsWith('//') || text.startsWith('!')) return '';
  const [first = '', second = ''] = text.replace(/\s+#.*$/, '').split(/\t|\s{2,}/, 2);
  const [host = '', name = ''] = first.split(' ');
  if (sinkholes.has(host) && (name || second) !== '') return name || second.trim();
  return first.trim();
}
