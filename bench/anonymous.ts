/** What a remembered token is measured against: the exchange itself, doing the same work, where nobody is asked who they are. */
import { assemble, surfaces } from '../src/assemble.ts';
import { loadDictionary } from '../src/dictionary/load.ts';
import type { Claims } from '../src/rules/viewer.ts';
import { makeLog } from '../src/surfaces/log.ts';
import { makeMetrics } from '../src/surfaces/metrics.ts';

const { PORT = '', DATABASE_URL = '', KEY_DATABASE_URL = '', KEY_FILE = '', TOKEN = '' } = process.env;
const log = makeLog({ level: 'info', redacted: loadDictionary().redacted });
const assembly = await assemble({
  databaseUrl: DATABASE_URL, keyDatabaseUrl: KEY_DATABASE_URL, keyFile: KEY_FILE, node: 'anonymous', poolSize: 8, maximum: 3, log, demoIssuer: false,
  tokens: { audience: 'prasan', leewaySeconds: 30, maxLifeSeconds: 86_400 },
});
let known: Claims | undefined;
const authenticate = async (): Promise<Claims> => (known ??= await assembly.authenticator.authenticate(`Bearer ${TOKEN}`));
const app = await surfaces({ ...assembly, authenticator: { ...assembly.authenticator, authenticate } }, { config: {}, log, version: '0', metrics: makeMetrics() });
process.on('SIGTERM', () => {
  void app.close().then(async () => assembly.close()).then(() => process.exit(0));
});
await app.listen({ port: Number(PORT), host: '127.0.0.1' });
