/**
 * What each role of the exchange can reach, in both databases, pinned with its reason: a table, view, column or function more shows here. No role is more than
 * its grants: none owns anything, bypasses row-level security, becomes another, or makes roles.
 */
import postgres, { type Sql } from 'postgres';
import t from 'tap';
import { freshExchange } from '../support/exchange.ts';

const x = await freshExchange(t);
const keys = postgres(x.database.url(x.database.keysName), { max: 1, onnotice: () => undefined });
t.teardown(async () => keys.end());

const roles = ['prasan_app', 'prasan_matcher', 'prasan_keys'] as const;
type Role = (typeof roles)[number];
const databases: readonly (readonly [name: string, sql: Sql])[] = [['rows', x.admin], ['keys', keys]];

/** What a role reads without row-level security, and why. */
const unprotected: Readonly<Record<string, string>> = {
  'prasan_app rows public.registry_state': 'one row: the version, which every statement says',
  'prasan_app rows public.registry_object': 'the registry, which every node must hold whole; what a viewer is shown of it is computed',
  'prasan_app rows public.audience': 'interned sets of channels, without records; a node must know them to decide',
  'prasan_app rows public.scope': 'interned pairs of audience and compartment, without records',
  'prasan_app rows public.feed_state': 'one row: the feed\'s epoch and last number',
  'prasan_app rows public.signing_key': 'public halves of the built-in issuer\'s keys, and private ones wrapped by the master key',
  'prasan_app rows public.oauth_item': 'what that issuer must remember before there is a viewer: found by digests, and sealed',
  'prasan_app rows public.revoked_token': 'digests of tokens that no longer count',
  'prasan_app rows prasan_migrations.__drizzle_migrations': 'which migrations were made: whether the node fits the database',
  'prasan_keys keys public.originator_key': 'wrapped by the master key, which no database holds',
  'prasan_keys keys public.record_key': 'wrapped by an originator\'s key: a node destroys them and opens what release asks for, for any viewer',
  'prasan_keys keys public.erasure': 'ids of what was erased: the list that a restore is replayed from',
  'prasan_keys keys public.hold': 'legal holds, their words sealed: the same',
  'prasan_keys keys public.suspension': 'what is out of force: the same',
  'prasan_keys keys prasan_migrations.__drizzle_migrations': 'which migrations were made',
};

/** Functions that run with their owner's rights, and why a role may call them. All others run with the caller's. */
const definers: Readonly<Record<string, string>> = {
  prasan_sequence: 'numbers committed events; tells how many',
  prasan_due_shares: 'whose retention ended by the database\'s clock: shares and audiences, of whichever originator',
  prasan_end_shares: 'ends those, and nothing that is not due',
  prasan_forget_idempotency: 'deletes what is older than a day',
  prasan_rekey: 'moves and drops search keys of the stamped partner\'s own record, also those the officer does not see',
  prasan_erase: 'erases the stamped partner\'s own record that is under no hold',
  prasan_erase_due: 'erases what its own retention ended, by this clock',
  prasan_keys_waiting: 'ids whose keys are to be destroyed',
  prasan_keys_destroyed: 'notes that they were',
  prasan_holds_waiting: 'holds that the journal does not know yet, words sealed',
  prasan_holds_journaled: 'notes that it does',
  prasan_lost: 'counts what of a given list is missing after a restore',
  prasan_count: 'counts a table that the registry declares to the stamped partner; numbers alone',
  prasan_firewall_today: 'makes this day\'s alerts; tells how many',
  prasan_may_name: 'whether a partner\'s desk agreed to be named for an instant',
  prasan_refer: 'refers the stamped partner\'s own record to protection desks; tells to how many',
  prasan_note_correction: 'notices of a correction of the stamped partner\'s own record, to whom the ledger says that it was disclosed',
  prasan_open_to: 'takes a leg that was handed over, and its request, to audiences with the new desk in them',
  prasan_hold_ends: 'locks records that the stamped partner sees',
  prasan_left_behind: 'links that do not stand where their ends make them: audiences, without content',
  prasan_first_proofs: 'which of the given proofs nobody used before; notes them',
  prasan_forget_proofs: 'deletes those that are of no use any more, and what the built-in issuer need not remember',
  prasan_take_quota: 'counts for a partner or client what it asked; how much is left of its limit',
  prasan_take_places: 'places of this node for requests under way; how many it may have',
  prasan_forget_limits: 'deletes counts of periods that are over',
  prasan_fire_clocks: 'acts on clocks of requests that ran out by this clock, each once; tells how many',
  prasan_forget_arrivals: 'deletes files that were begun to be sent, and not ended within a day',
  prasan_follow_ends: 'moves those there, and nowhere else',
  prasan_staff: 'one person, by an id that stands in its tokens: name and address sealed',
  prasan_staff_standing: 'the same, while account and session are in force',
  prasan_staff_passkey: 'one public key, by the credential\'s own id, before it is known whose it is',
  prasan_staff_invitation: 'whom an invitation that still counts is for, by the digest of its secret',
  prasan_staff_states: 'ids of suspended staff and of those whose passkeys were taken away, for the journal',
  prasan_staff_code: 'whose an unused recovery code is, by its digest',
};

/** Functions that run with the caller's rights, and why a role may call them. */
const invokers: Readonly<Record<string, string>> = {
  prasan_stand: 'fails the statement where an entry of the ledger may not stand; reads nothing',
};

interface Relation {
  readonly name: string;
  readonly kind: string;
  readonly protected: boolean;
  readonly options: string[];
  readonly rights: string[];
}

/** Tables, views, materialised views, foreign tables and sequences that a role has any right on, with the rights. */
const reachable = async (sql: Sql, role: Role): Promise<Relation[]> => sql<Relation[]>`
  select n.nspname || '.' || c.relname as name, c.relkind as kind, c.relrowsecurity and c.relforcerowsecurity as protected, coalesce(c.reloptions, '{}') as options,
    array(select p from unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) p
      where c.relkind <> 'S' and (has_table_privilege(${role}, c.oid, p) or (p in ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES') and has_any_column_privilege(${role}, c.oid, p)))
    union all select p from unnest(array['USAGE', 'SELECT', 'UPDATE']) p where c.relkind = 'S' and has_sequence_privilege(${role}, c.oid, p)) as rights
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S') and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast') order by 1`;

t.test('no role is more than its grants', async (t) => {
  for (const role of roles) {
    const [is] = await x.admin`select rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolinherit, rolreplication from pg_roles where rolname = ${role}`;
    t.strictSame({ ...is }, { rolsuper: false, rolbypassrls: false, rolcreaterole: false, rolcreatedb: false, rolinherit: false, rolreplication: false }, role);
    t.strictSame([...await x.admin`select roleid::regrole::text as other from pg_auth_members where member = ${role}::regrole`], [], `${role} is a member of none`);
    for (const [name, sql] of databases) {
      const [owned] = await sql`select (select count(*) from pg_class where relowner = ${role}::regrole) + (select count(*) from pg_proc where proowner = ${role}::regrole)
        + (select count(*) from pg_namespace where nspowner = ${role}::regrole) + (select count(*) from pg_type where typowner = ${role}::regrole) as count`;
      t.equal(Number(owned?.['count']), 0, `${role} owns nothing in ${name}`);
      const [creates] = await sql`select has_schema_privilege(${role}, 'public', 'create') or has_database_privilege(${role}, current_database(), 'create') as may`;
      t.equal(creates?.['may'], false, `${role} makes nothing in ${name}`);
    }
  }
});

t.test('none of them becomes another', async (t) => {
  const others = (await x.admin<{ name: string }[]>`select rolname as name from pg_roles`).map(({ name }) => name);
  for (const [role, url] of [['prasan_app', x.appUrl], ['prasan_matcher', x.matcherUrl], ['prasan_keys', x.keysUrl]] as const) {
    const as = postgres(url, { max: 1, onnotice: () => undefined });
    t.teardown(async () => as.end());
    for (const other of others.filter((name) => name !== role)) {
      await t.rejects(as.unsafe(`set role "${other}"`), /permission denied/, `${role} as ${other}`);
      await t.rejects(as.unsafe(`set session authorization "${other}"`), /permission denied/);
    }
    await t.rejects(as.unsafe('create table mine (a int)'), /permission denied/);
    await t.rejects(as.unsafe('set row_security = off; select * from record'), /row-level security|permission denied|does not exist/);
  }
});

t.test('whatever a role reads is under forced row-level security, or stands in the list', async (t) => {
  const open: string[] = [];
  for (const role of roles) {
    for (const [name, sql] of databases) {
      for (const { name: relation, kind, protected: safe, options, rights } of await reachable(sql, role)) {
        if (!rights.some((right) => kind !== 'S' || right !== 'USAGE')) continue;
        t.notOk(rights.some((right) => ['TRUNCATE', 'REFERENCES', 'TRIGGER'].includes(right)), `${role}: ${relation} ${rights.join(' ')}`);
        // A view asks as its owner unless it says otherwise; a materialised one has no policy at all.
        if (kind === 'v') t.ok(options.includes('security_invoker=true') && options.includes('security_barrier=true'), `${relation} asks as its caller`);
        t.not(kind, 'm', `${relation}: a materialised view has no policies`);
        if (!safe && kind !== 'v') open.push(`${role} ${name} ${relation}`);
      }
    }
  }
  t.strictSame(open.sort(), Object.keys(unprotected).sort());
});

t.test('the rights themselves', async (t) => {
  const of = async (sql: Sql, role: Role): Promise<string[]> => (await reachable(sql, role)).filter(({ rights }) => rights.length > 0).map(({ name, rights }) => `${name}: ${rights.join(' ')}`);
  t.strictSame(await of(x.admin, 'prasan_matcher'), ['public.match_job: SELECT', 'public.match_result: SELECT INSERT', 'public.match_token: INSERT', 'public.search_key: SELECT']);
  t.strictSame(await of(x.admin, 'prasan_keys'), [], 'who has keys has no rows');
  t.strictSame(await of(keys, 'prasan_app'), [], 'who has rows has no keys');
  t.strictSame(await of(keys, 'prasan_matcher'), []);
  const columns = await keys<{ at: string }[]>`select table_name || '.' || column_name as at from information_schema.columns where table_schema = 'public' and table_name like '%_key' order by table_name, ordinal_position`;
  t.strictSame(columns.map(({ at }) => at), [
    'originator_key.id', 'originator_key.originator', 'originator_key.compartment', 'originator_key.generation', 'originator_key.wrapped', 'originator_key.created_at',
    'record_key.record_id', 'record_key.compartment', 'record_key.originator_key', 'record_key.wrapped',
  ], 'keys stand there wrapped alone');
  const changes = (await of(x.admin, 'prasan_app')).filter((line) => /UPDATE|DELETE/.test(line)).map((line) => line.replace('public.', ''));
  t.strictSame(changes, [
    'attachment: SELECT INSERT UPDATE DELETE', 'case_confirmation: SELECT INSERT UPDATE', 'idempotency: SELECT INSERT UPDATE DELETE', 'import_job: SELECT INSERT UPDATE', 'legal_hold: SELECT INSERT UPDATE', 'oauth_item: SELECT INSERT UPDATE DELETE', 'record: SELECT INSERT UPDATE', 'record_ref: SELECT INSERT UPDATE DELETE', 'request_leg: SELECT INSERT UPDATE',
    'revision: SELECT INSERT UPDATE', 'share: SELECT INSERT UPDATE', 'staff: SELECT INSERT UPDATE', 'staff_code: SELECT INSERT UPDATE DELETE', 'staff_invitation: SELECT INSERT UPDATE DELETE', 'staff_passkey: SELECT INSERT UPDATE DELETE',
  ], 'the ledger, the outbox, what was erased: nothing that a node could change');
});

t.test('functions that run with other rights are those of the list, and look up no name where a caller could put one', async (t) => {
  const called = new Set<string>();
  for (const [name, sql] of databases) {
    const functions = await sql<{ name: string; definer: boolean; config: string[]; callers: string[] }[]>`
      select p.proname as name, p.prosecdef as definer, coalesce(p.proconfig, '{}') as config,
        array(select r from unnest(${[...roles]}::text[]) r where has_function_privilege(r, p.oid, 'execute')) as callers
      from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname not in ('pg_catalog', 'information_schema') order by 1`;
    for (const { name: fn, definer, config, callers } of functions) {
      t.ok(config.some((line) => /^search_path=pg_catalog(, public)?$/.test(line)), `${name}: ${fn} has a search path of its own`);
      if (callers.length === 0) continue;
      t.equal(definer, !(fn in invokers), `${name}: ${fn} is called by ${callers.join(' ')}: with whose rights?`);
      t.strictSame(callers, ['prasan_app'], fn);
      called.add(fn);
    }
  }
  t.strictSame([...called].sort(), [...Object.keys(definers), ...Object.keys(invokers)].sort());
  const [granted] = await x.admin`select count(*) as count from pg_proc p join pg_namespace n on n.oid = p.pronamespace, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
    where n.nspname = 'public' and a.grantee = 0`;
  t.equal(Number(granted?.['count']), 0, 'none is anybody\'s');
});
