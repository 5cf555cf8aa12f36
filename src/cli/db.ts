/** `prasan db init`: roles, key file and migrations, for production. Safe to run again, and by two at once. */
import { readInitConfig } from '../config.ts';
import { initDatabases } from '../store/migrate.ts';
import { createKeyFile } from '../vault/key-file.ts';
import { UsageFault } from './fault.ts';

/** @param args what stands after `db` */
export async function db(args: readonly string[]): Promise<number> {
  if (args.length !== 1 || args[0] !== 'init') throw new UsageFault('init is all there is');
  const { config, warnings } = readInitConfig(process.env);
  for (const warning of warnings) process.stderr.write(`prasan: ${warning}\n`);
  const { databaseOwnerUrl, keyDatabaseOwnerUrl, databaseUrl, keyDatabaseUrl, matcherDatabaseUrl, keyFile } = config;
  const made = await createKeyFile(keyFile);
  process.stdout.write(made ? `key file made: ${keyFile}. Keep a copy apart: without it nothing that is sealed opens again\n` : `key file is there: ${keyFile}\n`);
  await initDatabases({ ownerUrl: databaseOwnerUrl, keysOwnerUrl: keyDatabaseOwnerUrl, appUrl: databaseUrl, keysUrl: keyDatabaseUrl, matcherUrl: matcherDatabaseUrl });
  process.stdout.write('roles and tables are up to date in both databases\n');
  return 0;
}
