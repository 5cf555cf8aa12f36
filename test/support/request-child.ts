/** A node of its own that sends requests, or a file that never ends, until it is killed. */
import { parseArgs } from 'node:util';
import { assemble } from '../../src/assemble.ts';
import { makeLog } from '../../src/surfaces/log.ts';
import { askerOf } from './exchange.ts';

const { values } = parseArgs({ options: { database: { type: 'string', default: '' }, keys: { type: 'string', default: '' }, keyFile: { type: 'string', default: '' }, body: { type: 'string', default: '{}' }, file: { type: 'string' } } });
const { exchange } = await assemble({
  databaseUrl: values.database, keyDatabaseUrl: values.keys, keyFile: values.keyFile, node: 'child', poolSize: 2, maximum: 3, demoIssuer: true,
  tokens: { audience: 'prasan', leewaySeconds: 30, maxLifeSeconds: 43_200 }, log: makeLog({ level: 'silent', redacted: [] }),
});
const asker = askerOf('th-ccib', { purpose: 'INVESTIGATION', desk: 'duty' });
const say = (line: string): void => void process.stdout.write(`${line}\n`);

if (values.file !== undefined) {
  const piece = Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(300_000, 'synthetic ')]);
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (let n = 0; n < 60; n += 1) {
      say(String(n));
      yield piece;
    }
    await new Promise(() => setInterval(() => undefined, 1000));
  }
  await exchange.attach(asker, { request: values.file, name: 'endless.pdf', mediaType: 'application/pdf', classification: 'UNCLASSIFIED', idempotencyKey: 'endless' }, endless());
}
for (let n = 0; ; n += 1) {
  say(String(n));
  await exchange.submit(asker, 'Request', JSON.parse(values.body), { idempotency: { key: `child-${n}`, body: Buffer.from(values.body) } });
}
