/** A node that imports what comes on its standard input, and says each kept batch; to be killed in the middle. */
import { parseArgs } from 'node:util';
import { assemble } from '../../src/assemble.ts';
import { makeLog } from '../../src/surfaces/log.ts';
import { askerOf } from './exchange.ts';

const { values } = parseArgs({ options: { database: { type: 'string', default: '' }, keys: { type: 'string', default: '' }, keyFile: { type: 'string', default: '' } } });
const { exchange } = await assemble({
  databaseUrl: values.database, keyDatabaseUrl: values.keys, keyFile: values.keyFile, node: 'child', poolSize: 2, maximum: 3, demoIssuer: true,
  tokens: { audience: 'prasan', leewaySeconds: 30, maxLifeSeconds: 43_200 }, log: makeLog({ level: 'silent', redacted: [] }),
});
const { id } = await exchange.startImport(
  askerOf('th-ncsa', { purpose: 'CYBER_DEFENCE' }),
  { kind: 'Indicator', channels: ['certs'], defaults: { classification: 'UNCLASSIFIED' }, calendar: 'gregorian', dryRun: false, confirmKnownGood: false },
  process.stdin,
);
process.stdout.write(`${id}\n`);
