/** Embedded mode: its own PostgreSQL, the demonstration's registry and records, its own issuer. */
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import postgres, { type Sql } from 'postgres';
import type { Assembly } from '../../assemble.ts';
import type { Config } from '../../config.ts';
import type { Dictionary } from '../../dictionary/types.ts';
import { type BuiltinIssuer, builtinIssuer, demoIssuer } from '../../identity/builtin-issuer.ts';
import { applyRegistry } from '../../store/apply.ts';
import { loadRegistry } from '../../store/registry.ts';
import { demoOf } from '../../surfaces/pages/pages.ts';
import { openEmbedded } from '../embedded.ts';
import type { Mode } from '../serve.ts';
import { submittedThen } from './border.ts';
import { shownAddress } from './records.ts';
import { rotate } from '../issuer.ts';
import { type OauthDemo, urlOf, withOauth } from './oauth.ts';
import { demoRegistry } from './registry.ts';
import { letTimePass } from './requests.ts';
import { seed } from './seed.ts';
import { welcome } from './welcome.ts';

/**
 * Declares the demonstration where nothing is declared yet. Later starts leave it alone (somebody may have suspended a partner), but for
 * the issuer: its key may be a new one, and it speaks for every partner, those applied since as well.
 */
async function declare(sql: Sql, dictionary: Dictionary, issuer: BuiltinIssuer, oauth: OauthDemo): Promise<void> {
  const now = await loadRegistry(sql);
  const known = now.issuers.get(demoIssuer);
  const declared = now.version === 0 ? await demoRegistry(dictionary) : now;
  const entry = { ...issuer.entry([...declared.partners.keys()]), status: known?.status ?? 'ACTIVE' };
  const withIssuer = { ...declared, issuers: new Map([...declared.issuers, [demoIssuer, entry]]) };
  await applyRegistry(sql, dictionary, await withOauth(withIssuer, oauth), 'prasan serve', 'demonstration');
  if (now.signingKeys.length === 0) await rotate(sql, dictionary, { keyFile: oauth.keyFile, after: 0, atOnce: false, actor: 'prasan serve', reason: 'demonstration' });
}

/** Fills the exchange once. A run that was cut short is completed by the next. */
async function fill(sql: Sql, folder: string, assembly: Assembly, issuer: BuiltinIssuer): Promise<void> {
  const done = join(folder, 'seeded');
  const [some] = await sql<{ some: boolean }[]>`select exists (select from record) as some`;
  if (existsSync(done) && some?.some === true) return;
  const now = Date.now();
  await seed(assembly, issuer, now);
  await letTimePass(sql);
  await submittedThen(sql, now);
  await writeFile(done, '', { mode: 0o600 });
}

/** @throws EmbeddedFault with one line */
export async function openDemonstration(config: Config, dictionary: Dictionary, log: Logger, stopped: () => boolean): Promise<Mode> {
  const { folder, audience } = config;
  if (!existsSync(join(folder, 'seeded')) && process.stderr.isTTY) process.stderr.write('Preparing the demonstration: this takes some seconds the first time.\n');
  const databases = await openEmbedded(folder, (line) => { log.debug({ line }, 'postgres'); });
  const sql = postgres(databases.ownerUrl, { max: 1, onnotice: () => undefined });
  const { databaseUrl, keyDatabaseUrl, matcherDatabaseUrl, keyFile } = databases;
  return {
    databaseUrl, keyDatabaseUrl, matcherDatabaseUrl, keyFile,
    async prepare(assembly) {
      try {
        const issuer = await builtinIssuer(folder, audience);
        await declare(sql, dictionary, issuer, { url: urlOf(config), folder, keyFile });
        if (!stopped()) await fill(sql, folder, assembly, issuer);
        return demoOf(async () => assembly.registry.refresh(), async (request) => issuer.issue(request), shownAddress.replaceAll('.', '[.]'));
      } finally {
        await sql.end({ timeout: 5 });
      }
    },
    welcome: (url) => welcome(url, { folder, audience }, urlOf(config)),
    async close() {
      await sql.end({ timeout: 5 });
      await databases.stop();
    },
  };
}
