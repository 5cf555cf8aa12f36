/** Writes: one transaction holds the record, its keys, shares, outbox event and ledger entry. */
import type { Sql, TransactionSql } from 'postgres';
import type { Level } from '../dictionary/compartment.ts';
import type { Dictionary } from '../dictionary/types.ts';
import { type Amendment, RefTaken, type Stamp, type WriteStore, type WriteTx } from '../exchange/ports.ts';
import { Refusal } from '../errors.ts';
import { touched, touchedText } from '../rules/feed.ts';
import { Stored } from '../rules/record.ts';
import type { Registry } from '../rules/registry.ts';
import { attachmentTx } from './attachments.ts';
import { byteas } from './byteas.ts';
import { followEnds } from './ends.ts';
import { tombstonesIn } from './tombstones.ts';
import { firewallTx, handsInto, questionsInto } from './firewall.ts';
import { endNumbers, type InternMemory, type Interning, interning, lockSpace } from './intern.ts';
import { appendIn } from './ledger.ts';
import { importTx } from './imports.ts';
import { extractsOf } from './extracts.ts';
import { insertNotices, insertRecords, putRecords } from './insert.ts';
import { momentColumns, momentOf, type MomentRow, pastColumns, recordColumns, type TargetRow, toPast, toStored, toTargets } from './read.ts';
import { type Audiences, markingsOf, type PastRow, type RecordRow, sealedJson } from './rows.ts';
import { endHold, holdsOn, insertHold } from './recovery/holds.ts';
import { requestTx } from './requests.ts';
import type { Sessions } from './sessions.ts';
import type { Standing } from './standing.ts';

export interface WriteDeps {
  readonly sessions: Sessions;
  readonly dictionary: Dictionary;
  readonly audiences: Audiences;
  readonly memory: InternMemory;
  readonly node: string;
  /** The registry as this node knows it. */
  registry(): Promise<Registry>;
}

/** Of locks on names that callers choose: apart from the exchange's own, which no name may hit. */
const nameSpace = lockSpace + 1;

const changesJson = ({ meta }: Stored, at: number, fields: readonly string[], classification: Level): string => {
  const change = { revision: meta.changes.length + 1, at, fields, ...(meta.classification === classification ? {} : { was: meta.classification }) };
  return JSON.stringify([...meta.changes, change].map(({ revision, at: t, fields: f, was }) => ({ r: revision, t, f, ...(was === undefined ? {} : { w: was }) })));
};

/** Keeps the state that is superseded. */
async function keepRevision(sql: TransactionSql, before: Stored): Promise<void> {
  const { meta } = before;
  const last = meta.changes.at(-1);
  await sql`insert into revision (record_id, revision, audience_id, classification, at, body, sealed)
    values (${meta.id}, ${meta.changes.length}, ${meta.audience.id}, ${meta.classification}, ${new Date(last?.at ?? meta.createdAt)},
      ${JSON.stringify(Stored.bodyOf(before))}::text::jsonb, ${JSON.stringify(sealedJson(meta.sealedParts))}::text::jsonb)`;
}

/** Drops the keys of changed compartments, moves those of the others to the new audience's scopes, and adds the new ones. */
async function rekey(sql: TransactionSql, intern: Interning, amendment: Amendment, newAudience: Awaited<ReturnType<Interning['audience']>>): Promise<void> {
  const { before, rekeyed, keys, state } = amendment;
  const old = before.meta.audience;
  const dropped = await Promise.all(rekeyed.map(async (compartment) => intern.scope(old, compartment)));
  const from: number[] = [];
  const to: number[] = [];
  if (old.id !== newAudience.id) {
    const scopes = await sql<{ id: number; compartment: string }[]>`select id, compartment from scope where audience_id = ${old.id}`;
    for (const { id, compartment } of scopes) {
      if (rekeyed.includes(compartment)) continue;
      from.push(id);
      to.push(await intern.scope(newAudience, compartment));
    }
  }
  if (dropped.length > 0 || from.length > 0) await sql`select prasan_rekey(${state.id}::uuid, ${dropped}::integer[], ${from}::integer[], ${to}::integer[])`;
  if (keys.length === 0) return;
  const scopes: number[] = [];
  for (const { compartment } of keys) scopes.push(await intern.scope(newAudience, compartment));
  await sql`insert into search_key (token, record_id, scope_id)
    select t.token, ${state.id}::uuid, t.scope from unnest(${byteas(keys.map(({ token }) => token))}::text::bytea[], ${scopes}::integer[]) t(token, scope) on conflict do nothing`;
}

async function amendShares(sql: TransactionSql, { state, addShares, endShares }: Amendment): Promise<void> {
  if (endShares.length > 0) {
    await sql`update share set ended_at = statement_timestamp() where record_id = ${state.id} and channel = any(${endShares as string[]}) and ended_at is null`;
  }
  for (const share of addShares) {
    const { channel, agreement, clause, retention } = share;
    if (share.notify.length > 0) await insertNotices(sql, state.originator, share, [state.id]);
    await sql`insert into share (record_id, channel, originator, agreement, clause, shared_at, until)
      values (${state.id}, ${channel}, ${state.originator}, ${agreement}, ${clause}, statement_timestamp(), statement_timestamp() + ${retention ?? null}::interval)`;
  }
}

/** Replaces the blinded own numbers; none are kept of a withdrawn record, so that they can be used again. */
async function amendRefs(sql: TransactionSql, { state, refs }: Amendment): Promise<void> {
  if (refs === undefined) return;
  await sql`delete from record_ref where record_id = ${state.id}`;
  for (const ref of refs) {
    const inserted = await sql`insert into record_ref (originator, kind, level, ref, record_id)
      values (${state.originator}, ${state.kind}, ${state.classification}, ${ref}, ${state.id}) on conflict do nothing`;
    if (inserted.count === 0) throw new RefTaken();
  }
}

async function amend(sql: TransactionSql, intern: Interning, now: number, amendment: Amendment): Promise<void> {
  const { before, state, fields } = amendment;
  const { meta } = before;
  const { kind, classification, originator, channels, limits } = state;
  const opened = (state.opened ?? meta.audience.opened ?? []).filter(({ channel, to }) => channels.includes(channel) && to > now);
  const audience = await intern.audience({ kind, level: classification, originator, channels, state: state.state, ends: endNumbers(meta.audience), opened, ...(limits !== undefined && { limits }) });
  const revised = fields.length > 0 || amendment.quiet === true;
  if (revised) await keepRevision(sql, before);
  for (const past of amendment.past ?? []) {
    await sql`update revision set body = ${JSON.stringify(past.body)}::text::jsonb, sealed = ${JSON.stringify(sealedJson(past.sealed))}::text::jsonb
      where record_id = ${state.id} and revision = ${past.revision}`;
  }
  await sql`update record set audience_id = ${audience.id}, classification = ${state.classification}, status = ${state.status},
      revision = ${meta.changes.length + (revised ? 1 : 0)}, updated_at = to_timestamp(${now / 1000}),
      changes = coalesce(${revised ? changesJson(before, Math.floor(now), fields, state.classification) : null}::text::jsonb, changes),
      body = ${JSON.stringify(state.body)}::text::jsonb, sealed = ${state.sealed.size === 0 ? null : JSON.stringify(sealedJson(state.sealed))}::text::jsonb
    where id = ${state.id}`;
  await rekey(sql, intern, amendment, audience);
  await amendShares(sql, amendment);
  await amendRefs(sql, amendment);
  await questionsInto(sql, amendment.questions ?? []);
  await handsInto(sql, [amendment]);
  await sql`insert into outbox (record_id, kind, before_audience, after_audience, fields)
    values (${state.id}, ${state.kind}, ${meta.audience.id}, ${audience.id}, ${touched(fields, meta.markings, markingsOf(state.body)).map(touchedText)})`;
  if (audience.id !== meta.audience.id) await followEnds(sql, intern, [state.id]);
}

const rowsByIds = (sql: TransactionSql, ids: readonly string[]) => sql<RecordRow[]>`select ${recordColumns(sql as never)} from record r where r.id = any(${ids as string[]}::uuid[])`;

function transaction(sql: TransactionSql, deps: WriteDeps, intern: Interning, moment: { version: number; now: number }, stamp: Stamp, sent: Standing): WriteTx {
  const { dictionary, audiences, node } = deps;
  const toRows = async (rows: readonly RecordRow[]): Promise<Stored[]> => toStored(dictionary, audiences, sql as never, rows);
  return {
    ...moment,
    async lock(id) {
      // After waiting for a writer that gave the row a new audience, the policy's list of audiences, made before, does not hold it yet: look again.
      for (let tries = 0; tries < 2; tries += 1) {
        const rows = await sql<RecordRow[]>`select ${recordColumns(sql as never)} from record r where r.id = ${id} and r.originator = current_setting('prasan.partner') for update`;
        if (rows.length > 0) return (await toRows(rows))[0];
      }
      return undefined;
    },
    past: async (id) =>
      toPast(dictionary, audiences, sql as never, await sql<PastRow[]>`select ${pastColumns(sql as never)}
        from revision p join record r on r.id = p.record_id where p.record_id = ${id} order by p.revision`),
    async refs(kind: string, level: Level, refs) {
      if (refs.length === 0) return new Map();
      const rows = await sql<{ ref: Buffer; record_id: string }[]>`select ref, record_id from record_ref
        where originator = current_setting('prasan.partner') and kind = ${kind} and level = ${level} and ref = any(${byteas(refs)}::text::bytea[])`;
      return new Map(rows.map(({ ref, record_id }) => [ref.toString('hex'), record_id]));
    },
    insert: async (records) => insertRecords(sql, intern, records, moment.now),
    put: async (records) => putRecords(sql, dictionary, intern, records, moment.now, sent),
    amend: async (amendment) => amend(sql, intern, moment.now, amendment),
    byIds: async (ids) => toRows(await rowsByIds(sql, ids)),
    hold: async (ids) => void (await sql`select prasan_hold_ends(${ids as string[]}::uuid[])`),
    targets: async (ids) =>
      toTargets(audiences, sql as never, ids.length === 0 ? [] : await sql<TargetRow[]>`select r.id, r.kind, r.audience_id from record r where r.id = any(${ids as string[]}::uuid[])`),
    tombstones: async (ids) => tombstonesIn(sql, ids),
    erase: async (id, reason) => void (await sql`select prasan_erase(${id}::uuid, ${reason})`),
    holds: async (record) => holdsOn(sql, record),
    placeHold: async (hold) => insertHold(sql, hold),
    releaseHold: async (id, release) => endHold(sql, id, release),
    extracts: async (sources) => extractsOf(sql, sources),
    enter: (entry) => { appendIn(sql, node, entry, sent, stamp); },
    async tryLock(name) {
      const [row] = await sql<{ got: boolean }[]>`select pg_try_advisory_xact_lock(${nameSpace}, hashtext(${name})) as got`;
      return row?.got === true;
    },
    async idempotent({ partner, client, subject }, key) {
      const [row] = await sql<{ body_hash: Buffer; record_id: string }[]>`select body_hash, record_id from idempotency
        where partner = ${partner} and client = ${client} and subject = ${subject} and key = ${key} and created_at > statement_timestamp() - interval '24 hours'`;
      return row === undefined ? undefined : { bodyHash: row.body_hash, record: row.record_id };
    },
    async remember({ partner, client, subject }, key, bodyHash, record) {
      await sql`insert into idempotency (partner, client, subject, key, body_hash, record_id) values (${partner}, ${client}, ${subject}, ${key}, ${bodyHash}, ${record})
        on conflict (partner, client, subject, key) do update set body_hash = excluded.body_hash, record_id = excluded.record_id, created_at = statement_timestamp()`;
    },
    firewall: firewallTx(sql),
    imports: importTx(sql, intern, moment.now),
    requests: requestTx(sql, intern),
    attachments: attachmentTx(sql),
  };
}

export function writeStore(deps: WriteDeps): WriteStore {
  return {
    async write(stamp, work) {
      const registry = await deps.registry();
      let intern: Interning | undefined;
      // Should the registry move after this was answered, the ledger's entry says so, and nothing is written.
      const asked = (on: Sql) => on<MomentRow[]>`select ${momentColumns(on)} from registry_state s`;
      const value = await deps.sessions.transactionAfter(stamp, asked, async (sql, moments, sent) => {
        const moment = momentOf(moments);
        if (moment.version !== registry.version) throw new Refusal('REGISTRY_MOVED');
        intern = interning(sql, deps.dictionary, registry, deps.memory, deps.audiences);
        return work(transaction(sql, deps, intern, moment, stamp, sent));
      });
      intern?.keep();
      return value;
    },
  };
}
