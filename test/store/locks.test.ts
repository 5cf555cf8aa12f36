/** Two locks: the database alone hides every row a viewer may not have; and with the database's lock off, release throws, and nothing is opened. */
import postgres, { type Sql } from 'postgres';
import t from 'tap';
import { caveatMask, covers, parseCompartment, purposeMask, purposesIn } from '../../src/dictionary/compartment.ts';
import { fieldTag } from '../../src/dictionary/search/field-tag.ts';
import { createExchange } from '../../src/exchange/exchange.ts';
import { namedCase } from '../../src/exchange/testimony.ts';
import { coveredBy, grantRows, grantsOf } from '../../src/rules/grant.ts';
import type { Audience } from '../../src/rules/record.ts';
import { type Viewer, viewerOf } from '../../src/rules/viewer.ts';
import { dice } from '../noninterference/dice.ts';
import { batch, lawsOf, worldOf } from '../noninterference/law.ts';
import { covering } from '../noninterference/reach.ts';
import { cases, type Eye, eyeOf, type Law, rank } from '../noninterference/registry.ts';
import { openSide, tell } from '../noninterference/side.ts';
import { dictionary } from '../noninterference/values.ts';
import type { World } from '../noninterference/world.ts';
import { type AudienceRow, audienceColumns, audiencesOf, nowhere } from '../../src/store/rows.ts';
import { setStamp } from '../../src/store/sessions.ts';
import { freshExchange } from '../support/exchange.ts';

type Row = { id: string; audience: Audience; scope: string | null };
type Kept = { id: string; audience: number; scope: string | null; token?: string };

const stamp = async (sql: Sql, eye: Eye, wide: boolean, named: readonly string[] | undefined): Promise<unknown> =>
  setStamp(sql, { partner: eye.partner, purposeBit: purposeMask([eye.purpose]), clearance: rank(eye.clearance), caveats: caveatMask(eye.caveats), wide, ...(named !== undefined && { case: named }), ...(eye.desk !== undefined && { seat: eye.desk }) });

/** Whether whoever names a desk sits at one of those that a part of a request names of its partner. */
function isOfDesk({ partner, desk }: Eye, recipients: readonly string[]): boolean {
  const named = recipients.filter((one) => one.startsWith(`${partner}/`));
  return desk === undefined || named.length === 0 || named.some((one) => one.split(/[/>]/).at(-1) === desk);
}

/** As the test of the one law counts it, from what the audience says. */
function isCovered(law: Law, eye: Eye, { kind: name, originator, level: classification, channels, state, limits }: Audience): boolean {
  const kind = dictionary.kinds.get(name);
  const facts = Object.fromEntries(state.split(' ').map((fact) => fact.split('=')).filter(([, value]) => value !== undefined)) as Record<string, string>;
  // Its case stands blinded: all testimonies of these worlds are of the first.
  const agreed = limits === undefined ? undefined : { recipients: limits.recipients.map((one) => one.split('/')[0] ?? one), purposes: purposesIn(limits.purposes), ...(limits.case === undefined ? {} : { case: cases[0] }) };
  return kind !== undefined && (kind.course === undefined || isOfDesk(eye, limits?.recipients ?? [])) && covering(law, eye, { kind, originator, classification, channels, facts, agreed }).length > 0;
}

/** Whether a search key is one of a field, or of what is searched in it. */
function isOf({ audience: { kind }, token = '' }: Row & { token?: string }, field: string): boolean {
  const names = [...(dictionary.kinds.get(kind)?.searches.values() ?? [])].filter(({ name, within }) => name === field || within === field).map(({ name }) => name);
  return names.some((name) => token.startsWith(`\\x${fieldTag(`${kind}.${name}`).toString('hex')}`));
}

/** As many worlds as together hold a record of every kind that tellers write. */
function worldsOfEveryKind(seed: number): { n: number; told: World }[] {
  const chosen: { n: number; told: World }[] = [];
  const met = new Set<string>();
  for (let n = 0; met.size < dictionary.kinds.size && n < 2000; n += batch) {
    const told = worldOf(seed, n);
    const gone = new Set(told.sides[0].filter(({ what }) => what.op === 'erase').map(({ ref }) => ref));
    const kinds = told.sides[0].flatMap(({ ref, kind, what }) => (what.op === 'submit' && !gone.has(ref) && (gone.size === 0 || dictionary.kinds.get(kind)?.ends.length === 0) ? [kind] : what.op === 'ask' && what.asks === 'INFORMATION' && what.moves.length > 0 ? ['Request', 'RequestLeg', 'RequestMove'] : []));
    if (kinds.every((kind) => met.has(kind)) && chosen.length >= 6) continue;
    for (const kind of kinds) met.add(kind);
    chosen.push({ n, told });
  }
  return chosen;
}

t.test('row-level security alone shows what the rules say, in generated worlds of every kind', { timeout: 600_000 }, async (t) => {
  const seed = 11;
  const [law] = lawsOf(seed, 0);
  const side = await openSide(t, law);
  const { admin, appUrl, deps, asker } = side.made;
  const app = postgres(appUrl, { max: 1 });
  t.teardown(async () => app.end());
  let rows = 0;
  const met = new Set<string>();
  for (const [run, { n, told }] of worldsOfEveryKind(seed).entries()) {
    const [now] = lawsOf(seed, n);
    await side.declare(now);
    await side.wipe();
    await tell(side, told.sides[0], run, Infinity, async () => undefined);
    const registry = await deps.registry.refresh();
    const audiences = audiencesOf(await admin<AudienceRow[]>`select ${audienceColumns(admin)} from audience`);
    const whole = <T extends Kept>(kept: readonly T[]) => kept.map(({ audience, ...row }) => ({ ...row, audience: audiences.get(audience) ?? nowhere }));
    const all = whole(await admin<Kept[]>`select id, audience_id as audience, null as scope from record`);
    const keys = whole(await admin<(Kept & { token: string })[]>`select k.record_id as id, k.token::text as token, s.audience_id as audience, s.compartment as scope from search_key k join scope s on s.id = k.scope_id`);
    for (const { audience: { kind } } of all) met.add(kind);
    const kinds = all.flatMap(({ audience: { kind } }) => dictionary.kinds.get(kind) ?? []);
    const g = dice(seed, 1_000_000 + n);
    for (const eye of [...told.eyes, ...Array.from({ length: 5 }, () => eyeOf(g, now, kinds))]) {
      const named = namedCase(deps.vault, eye.case);
      const viewer: Viewer = { ...viewerOf(registry, asker(eye.partner, eye).claims, eye.purpose), ...(named !== undefined && { case: named }) };
      const grants = (row: Row) => grantsOf(grantRows(registry, dictionary, row.audience), row.audience, viewer, Date.now());
      // Row by row and gathered at once: two evaluations of one policy, which must never differ.
      for (const wide of [false, true]) {
        await stamp(app, eye, wide, named);
        const visible = (await app<{ id: string }[]>`select id from record order by id`).map(({ id }) => id);
        t.strictSame(visible, all.filter((row) => grants(row).length > 0).map(({ id }) => id).sort(), 'rows, as the rules have it');
        const byHand = all.filter(({ audience }) => [audience, ...(audience.ends ?? [])].every((one) => isCovered(now, eye, one)));
        t.strictSame(visible, byHand.map(({ id }) => id).sort(), 'and as the test counts it');
        const found = (await app<{ name: string }[]>`select record_id || ' ' || token::text as name from search_key`).map(({ name }) => name).sort();
        const allowed = keys.filter((key) => {
          const { level: needs, caveats } = parseCompartment(key.scope ?? '');
          const its = grants(key);
          return coveredBy(its, needs, caveats) || its.some((grant) => grant.field !== undefined && covers(grant.ceiling, grant.caveats, { level: needs, caveats }) && isOf(key, grant.field));
        });
        t.strictSame(found, allowed.map(({ id, token }) => `${id} ${token}`).sort(), 'search keys');
        const past = await app<{ record_id: string }[]>`select distinct record_id from revision`;
        t.ok(past.every(({ record_id }) => visible.includes(record_id)), 'revisions');
      }
      rows += all.length;
    }
  }
  t.ok(rows > 50, `${rows} rows looked at`);
  // Files come in pieces, beside the histories that are told.
  t.strictSame([...dictionary.kinds.values()].filter(({ name, course }) => course !== 'ATTACHMENT' && !met.has(name)).map(({ name }) => name), [], 'of every kind');
});

t.test('with row-level security off, release throws on every row, and opens nothing', async (t) => {
  const { exchange, deps, admin, asker } = await freshExchange(t);
  const ccib = asker('th-ccib', { purpose: 'INVESTIGATION' });
  const submit = async (more: object) => (await exchange.submit(ccib, 'Indicator', { value: 'two-locks.com', type: 'DOMAIN', classification: 'CONFIDENTIAL', channels: ['embassies-ip'], ...more })).record.id;
  const confidential = await submit({});
  const own = await submit({ channels: [], sourceDetail: 'synthetic' });
  const open = await submit({ classification: 'UNCLASSIFIED', externalRef: 'LOCKS-1', rationale: 'synthetic' });
  const opened: string[] = [];
  const spied = createExchange({ ...deps, vault: { ...deps.vault, open: async (items) => {
    opened.push(...items.map(({ record, compartment }) => `${record} ${compartment}`));
    return deps.vault.open(items);
  } } });
  const low = asker('kr-embassy', { purpose: 'INVESTIGATION', clearance: 'UNCLASSIFIED', caveats: [] });
  const outsider = asker('kh-camcert', { purpose: 'CYBER_DEFENCE' });
  for (const table of ['record', 'search_key', 'revision']) await admin.unsafe(`alter table ${table} disable row level security`);
  for (const [by, id] of [[low, confidential], [low, own], [outsider, open], [outsider, own]] as const) {
    await t.rejects(spied.get(by, 'Indicator', id), /locks disagree/);
    await t.rejects(spied.revisions(by, 'Indicator', id), /locks disagree/);
  }
  await t.rejects(spied.find(outsider, { kind: 'Indicator', filter: { value: { value: 'two-locks.com' } } }), /locks disagree/);
  await t.rejects(spied.lookup(outsider, [{ value: 'two-locks.com' }]), /locks disagree/);
  t.strictSame(opened, [], 'nothing was opened');
  const { body } = await spied.get(low, 'Indicator', open);
  t.notOk('rationale' in body || 'externalRef' in body);
  t.strictSame((await spied.find(low, { kind: 'Indicator', filter: { externalRef: { eq: 'LOCKS-1' } } })).items, [], 'nor is a record found by what is withheld');
  t.strictSame(opened, []);
  await spied.get(asker('kr-embassy', { purpose: 'INVESTIGATION' }), 'Indicator', open);
  t.strictSame(opened, [`${open} C/OPERATIONAL`], 'the cleared open what their grant covers');
});

/** What the app role reads without row-level security, and why. */
const unprotected: Readonly<Record<string, string>> = {
  registry_state: 'one row: the version, which every statement says',
  registry_object: 'the registry, which every node must hold whole; what a viewer is shown of it is computed',
  audience: 'interned sets of channels, without records; a node must know them to decide',
  scope: 'interned pairs of audience and compartment, without records',
  feed_state: 'one row: the feed\'s epoch and last number',
  signing_key: 'public halves of the built-in issuer\'s keys, and private ones wrapped by the KMS',
  oauth_item: 'what that issuer must remember before there is a viewer: found by digests, and sealed',
  revoked_token: 'digests of tokens that no longer count',
};

t.test('the role of the nodes', async (t) => {
  const { admin, appUrl } = await freshExchange(t);
  const app = postgres(appUrl, { max: 1, onnotice: () => undefined });
  t.teardown(async () => app.end());
  const [role] = await admin`select rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolinherit from pg_roles where rolname = 'prasan_app'`;
  t.strictSame({ ...role }, { rolsuper: false, rolbypassrls: false, rolcreaterole: false, rolcreatedb: false, rolinherit: false });
  const [owned] = await admin`select count(*)::int as count from pg_class where relowner = 'prasan_app'::regrole`;
  t.equal(owned?.['count'], 0, 'owns nothing');
  for (const other of ['prasan_owner', 'postgres', 'prasan']) await t.rejects(app.unsafe(`set role ${other}`), `cannot become ${other}`);
  await t.rejects(app.unsafe('set session authorization prasan_owner'));
  await t.rejects(app.unsafe('alter table record disable row level security'), /owner/);
  await t.rejects(app.unsafe('create table mine (a int)'), /denied/);
  const tables = await admin<{ name: string; enabled: boolean; forced: boolean; reads: boolean }[]>`
    select relname as name, relrowsecurity as enabled, relforcerowsecurity as forced, has_table_privilege('prasan_app', oid, 'select') as reads
    from pg_class where relkind in ('r', 'p', 'v', 'm') and relnamespace = 'public'::regnamespace order by 1`;
  const readable = tables.filter(({ reads }) => reads);
  t.strictSame(readable.filter(({ enabled, forced }) => !enabled || !forced).map(({ name }) => name), Object.keys(unprotected).sort(), 'every table it reads is protected, or stands in the list');
  for (const { name } of readable.filter(({ enabled }) => enabled)) await t.rejects(app`select * from ${app(name)} limit 1`, /prasan\.\w+/, `${name} raises without a stamp`);
});
