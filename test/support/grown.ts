/**
 * Run as a process of its own, with `--expose-gc` and a database's URL: what is left among V8's old objects, in bytes, after 300 times ten kilobytes were
 * asked and answered, and only young objects were collected.
 */
import { getHeapSpaceStatistics } from 'node:v8';
import { openConnection } from '../../src/store/connection.ts';
import { openSessions } from '../../src/store/sessions.ts';

const [url = ''] = process.argv.slice(2);
const collect = gc;
if (collect === undefined) throw new Error('run me with --expose-gc');
const young = (): void => { for (let i = 0; i < 2; i += 1) collect({ type: 'minor', execution: 'sync' }); };
const old = (): number => getHeapSpaceStatistics().reduce((sum, { space_name: name, space_used_size: used }) => (name.startsWith('new_') ? sum : sum + used), 0);
const tenKilobytes = (n: number): string => Buffer.alloc(10_000, 97 + (n % 26)).toString('latin1');

async function grown(once: (text: string) => Promise<unknown>): Promise<number> {
  // What is made once, and code as it is compiled, is none of it.
  for (let n = 0; n < 300; n += 1) await once(tenKilobytes(n));
  collect?.({ type: 'major', execution: 'sync' });
  const before = old();
  for (let n = 0; n < 300; n += 1) {
    await once(tenKilobytes(n));
    if (n % 10 === 9) young();
  }
  return old() - before;
}

const sql = openConnection(url);
const sessions = openSessions(url, 1);
const stamp = { partner: 'th-one', purposeBit: 1, clearance: 0, caveats: 0 } as const;

const left = {
  statements: await grown(async (text) => sql`select ${text}::text as answer`),
  transactions: await grown(async (text) => sessions.transactionAfter(stamp, (on) => on`select 1`, async (tx, _, sent) => {
    sent.add(tx`select ${text}::text as answer`);
    return text;
  })),
};
await Promise.all([sql.end(), sessions.close()]);
process.stdout.write(JSON.stringify(left));
