/** Reads a long CSV and prints how many rows it had and by how many bytes the process grew at most. */
import { readRows } from '../../../src/exchange/intake/index.ts';
import { columns } from './helpers.ts';

const chunk = Buffer.from('evil.com,"the same row, again and again"\n'.repeat(2000));
async function* long(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('value,description\n');
  for (let i = 0; i < 400; i++) yield Buffer.from(chunk);
}

const before = process.memoryUsage.rss();
let [rows, most] = [0, before];
for await (const row of readRows(long(), { columns })) {
  if (!('fault' in row)) rows++;
  if (row.line % 10_000 === 0) most = Math.max(most, process.memoryUsage.rss());
}
process.stdout.write(JSON.stringify({ rows, grown: most - before }));
