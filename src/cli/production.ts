/** What must hold before production serves anybody. */
import postgres, { type Sql } from 'postgres';
import { refuseDemoIssuer } from '../identity/builtin-issuer.ts';
import { StartFault } from '../server.ts';
import { migrationsMissing } from '../store/migrate.ts';
import type { Registry } from '../rules/registry.ts';
import { loadRegistry } from '../store/registry.ts';

interface Role {
  readonly name: string;
  readonly powerful: boolean;
  readonly owns: boolean;
}

/** Row-level security does not bind superusers, BYPASSRLS and, but for FORCE, owners: none of them may serve. */
async function checkRole(sql: Sql, setting: string, role: string): Promise<void> {
  const [found] = await sql<Role[]>`
    select current_user::text as name, rolsuper or rolbypassrls or rolcreaterole as powerful,
      exists (select from pg_roles o where o.rolname = 'prasan_owner' and pg_has_role(current_user, o.oid, 'MEMBER')) as owns
    from pg_roles where rolname = current_user`;
  const remedy = `use the role ${role} that \`prasan db init\` makes`;
  if (found?.powerful !== false) throw new StartFault(`${setting} names ${found?.name ?? 'a role'}, which row-level security does not bind: ${remedy}`);
  if (found.owns) throw new StartFault(`${setting} names ${found.name}, which owns the tables: ${remedy}`);
}

function checkBuiltin({ issuers, signingKeys }: Registry, publicUrl: string | undefined): void {
  const builtin = [...issuers.values()].find(({ jwks, status }) => 'builtin' in jwks && status === 'ACTIVE');
  if (builtin === undefined) return;
  if (publicUrl !== builtin.issuer) throw new StartFault(`PUBLIC_URL must be the built-in issuer's name: set it to ${builtin.issuer}, or declare the issuer under the address that callers use`);
  if (signingKeys.length === 0) throw new StartFault('the built-in issuer has no key to sign with: `prasan issuer rotate` makes one');
}

async function checkIssuers(sql: Sql, publicUrl: string | undefined): Promise<void> {
  const registry = await loadRegistry(sql);
  if (registry.issuers.size === 0) throw new StartFault('no token issuer is declared: declare one in YAML and put it in force with `prasan apply <folder>`');
  checkBuiltin(registry, publicUrl);
  try {
    refuseDemoIssuer(registry);
  } catch (error) {
    throw new StartFault(`${error instanceof Error ? error.message : ''}: suspend it with \`prasan suspend issuer <id> --reason TEXT\``);
  }
}

async function checked(url: string, check: (sql: Sql) => Promise<void>): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined, connect_timeout: 10 });
  try {
    await check(sql);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/** @throws StartFault in one line saying what to do */
export async function checkProduction(databaseUrl: string, keyDatabaseUrl: string, publicUrl?: string): Promise<void> {
  await checked(databaseUrl, async (sql) => {
    await checkRole(sql, 'DATABASE_URL', 'prasan_app');
    if (await migrationsMissing(sql, 'main')) throw new StartFault('the database of DATABASE_URL is not up to date: run `prasan db init`');
    await checkIssuers(sql, publicUrl);
  });
  await checked(keyDatabaseUrl, async (sql) => {
    await checkRole(sql, 'KEY_DATABASE_URL', 'prasan_keys');
    if (await migrationsMissing(sql, 'keys')) throw new StartFault('the database of KEY_DATABASE_URL is not up to date: run `prasan db init`');
  });
}
