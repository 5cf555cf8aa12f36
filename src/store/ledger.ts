/**
 * The ledger's append, with group commit: what arrives while one write is under way goes out together in the next, so concurrent requests share
 * one durable commit. The append carries the registry version each answer was made under, and writes nothing for those that it has left behind.
 */
import { v7 as uuidv7 } from 'uuid';
import type { PendingQuery, Sql, TransactionSql } from 'postgres';
import { challenges, Refusal } from '../errors.ts';
import { byteas } from './byteas.ts';
import type { LedgerEntry, LedgerStore, Stamp } from '../exchange/ports.ts';
import { questionJson } from './firewall.ts';
import { codeOf } from './loss.ts';
import { readingsIn } from './readings.ts';
import { stampedColumns, type StampedRow, stampedMoment } from './read.ts';
import { type Sessions, stampKey } from './sessions.ts';
import type { Standing } from './standing.ts';

interface Waiting {
  readonly entry: LedgerEntry;
  readonly resolve: (written: boolean) => void;
  readonly reject: (error: unknown) => void;
}

const atOnce = 256;
/** Writes under way at once, each on a connection of its own: while one waits for the disk the next is made up. */
export const inFlight = 2;
/** Milliseconds for which a write waits for company while there is some, and how much company is enough. */
const linger = 1;
const gathered = 12;

function settle<T>(work: () => T, resolve: (value: T) => void, reject: (error: unknown) => void): void {
  try {
    resolve(work());
  } catch (error) {
    reject(error);
  }
}

const entryJson = (node: string, { viewer, operation, requestId, asked, questions = [], disclosures, counted = [] }: LedgerEntry) => ({
  id: uuidv7(),
  node,
  partner: viewer.partner,
  subject: viewer.subject,
  client: viewer.client,
  issuer: viewer.issuer,
  purpose: viewer.purpose,
  operation,
  request: requestId,
  version: viewer.registryVersion,
  token: viewer.token ?? null,
  session: viewer.session ?? null,
  asked: asked.length === 0 ? null : asked,
  questions: questions.length === 0 ? null : questions.map(questionJson),
  records: disclosures.reduce((sum, { records }) => sum + records.length, 0),
  parts: [
    ...disclosures.map(({ originator, records, fields, note = null, delay = null }, part) => ({ part, originator, records, fields, note, delay })),
    ...counted.map(({ originator, kind, level, records }, i) => ({ part: disclosures.length + i, originator, records: [], fields: [], counted: records, kind, level })),
  ],
});

interface Written {
  readonly version: number;
  /** Digests of tokens that no longer count, of those that came with the entries. */
  readonly revoked: readonly string[];
  /** Digests of sessions of staff that are over, of those that came with the entries. */
  readonly ended: readonly string[];
}

/** What must hold where an entry may be written at all. */
interface Demanded {
  /** The registry's version. */
  readonly version: number;
  /** What the connection carries: a write under another's is none of its writer's. Undefined: nobody asked for it. */
  readonly stamp: string | undefined;
}

const underOf = (sql: Sql | TransactionSql, stamp: string | undefined) => (stamp === undefined ? sql`` : sql` and current_setting('prasan.stamp') = ${stamp}`);

/**
 * What most writes enter: one entry that tells one originator of one set of fields. Its values stand in the statement, which the database plans and runs in a third of
 * the time that the general one takes. @returns undefined: it takes the general one
 */
function enteringOne(sql: TransactionSql, node: string, entry: LedgerEntry, { version, stamp }: Demanded): PendingQuery<object[]> | undefined {
  const { disclosures: [part, ...others], counted = [], questions = [] } = entry;
  if (part === undefined || others.length + counted.length + questions.length > 0) return undefined;
  const { originator, records: disclosed, fields, note = null, delay = null } = part;
  const { id, partner, subject, client, issuer, purpose, operation, request, version: decided, token, session, asked, records } = entryJson(node, entry);
  const counts = [
    token === null ? sql`true` : sql`not exists (select from revoked_token r where r.id = decode(${token}, 'hex'))`,
    session === null ? sql`` : sql` and exists (select from oauth_item o where o.model = 'Session' and o.uid = decode(${session}, 'hex') and o.until > statement_timestamp())`,
  ];
  return sql`
    with entered as (
      insert into ledger_entry (id, node, partner, subject, client, issuer, purpose, operation, request_id, registry_version, asked, records)
      values (${id}, ${node}, ${partner}, ${subject}, ${client}, ${issuer}, ${purpose}, ${operation}, ${request}, ${decided}, ${asked as string[] | null}::text[], ${records})
    ), disclosed as (
      insert into ledger_disclosure (entry_id, part, at, originator, partner, purpose, operation, records, fields, note, delay, visible_at)
      values (${id}, 0, statement_timestamp(), ${originator}, ${partner}, ${purpose}, ${operation}, ${disclosed as string[]}::uuid[], ${fields as string[]}::text[], ${note}, ${delay}, statement_timestamp() + ${delay}::text::interval)
    )
    select prasan_stand(version = ${version}${underOf(sql, stamp)}, ${counts}) from registry_state`;
}

/**
 * Writes entries whose version is still the registry's, and whose token, and session, still count.
 * @param demanded where it does not hold the statement fails, and the transaction with it
 */
function entering(sql: Sql | TransactionSql, node: string, entries: readonly LedgerEntry[], demanded?: Demanded): PendingQuery<Written[]> {
  const rows = JSON.stringify(entries.map((entry) => entryJson(node, entry)));
  const tokens = byteas(entries.flatMap(({ viewer: { token } }) => (token === undefined ? [] : [Buffer.from(token, 'hex')])));
  const signedIn = [...new Set(entries.flatMap(({ viewer: { session } }) => (session === undefined ? [] : [session])))];
  return sql<Written[]>`
    with revoked as materialized (
      select encode(r.id, 'hex') as token from revoked_token r where r.id = any(${tokens}::text::bytea[])
    ), ended as materialized (
      select s.session from unnest(${signedIn}::text[]) s(session)
      where not exists (select from oauth_item o where o.model = 'Session' and o.uid = decode(s.session, 'hex') and o.until > statement_timestamp())
    ), given as materialized (
      select g.* from jsonb_to_recordset(${rows}::text::jsonb) as g(id uuid, node text, partner text, subject text, client text, issuer text, purpose text,
        operation text, request text, version bigint, token text, session text, asked text[], questions jsonb, records integer, parts jsonb)
      where g.version = (select version from registry_state) and not exists (select from revoked r where r.token = g.token) and not exists (select from ended e where e.session = g.session)
    ), entered as (
      insert into ledger_entry (id, node, partner, subject, client, issuer, purpose, operation, request_id, registry_version, asked, records)
      select id, node, partner, subject, client, issuer, purpose, operation, request, version, asked, records from given
    ), disclosed as (
      insert into ledger_disclosure (entry_id, part, at, originator, partner, purpose, operation, records, fields, note, delay, visible_at, counted, counted_kind, counted_level)
      select g.id, p.part, statement_timestamp(), p.originator, g.partner, g.purpose, g.operation, p.records, p.fields, p.note, p.delay, statement_timestamp() + p.delay::interval, p.counted, p.kind, p.level
      from given g cross join lateral jsonb_to_recordset(g.parts) as p(part smallint, originator text, records uuid[], fields text[], note text, delay text, counted integer, kind text, level smallint)
    ), matching as (
      insert into match_job (partner, desk, purpose, tokens, weights, facts, fact_weights)
      select g.partner, q.desk, q.purpose, array(select decode(t, 'hex') from unnest(q.tokens) t), q.weights, array(select decode(t, 'hex') from unnest(q.facts) t), q.fact_weights
      from given g cross join lateral jsonb_to_recordset(g.questions) as q(desk text, purpose text, tokens text[], weights smallint[], facts text[], fact_weights smallint[])
      where g.questions is not null
    )
    select version::float8 as version, array(select token from revoked) as revoked, array(select session from ended) as ended
      ${demanded === undefined ? sql`` : sql`, prasan_stand(version = ${demanded.version}${underOf(sql, demanded.stamp)}, not exists (select from revoked) and not exists (select from ended))`} from registry_state`;
}

async function write(sql: Sql, node: string, entries: readonly LedgerEntry[]): Promise<Written> {
  const [state] = await entering(sql, node, entries);
  if (state === undefined) throw new Error('registry_state has no row');
  return state;
}

/** @returns false when the registry has moved on. @throws Refusal UNAUTHENTICATED when the token no longer counts */
function outcome({ viewer: { token, session, registryVersion } }: LedgerEntry, { version, revoked, ended }: Written): boolean {
  if ((token !== undefined && revoked.includes(token)) || (session !== undefined && ended.includes(session))) throw new Refusal('UNAUTHENTICATED', { headers: challenges.badBearer });
  return registryVersion === version;
}

/** What the database says where an entry may not stand, `prasan_stand`. */
const refusals = {
  PR001: (): Refusal => new Refusal('REGISTRY_MOVED'),
  PR002: (): Refusal => new Refusal('UNAUTHENTICATED', { headers: challenges.badBearer }),
} as const;

/** One entry that a writer's transaction stands or falls with: REGISTRY_MOVED when the registry has moved on, or the connection carries another's stamp, UNAUTHENTICATED when the token no longer counts. @param stamp the transaction's; undefined: nobody asked for it */
export function appendIn(sql: TransactionSql, node: string, entry: LedgerEntry, sent: Standing, stamp?: Stamp): void {
  const demanded = { version: entry.viewer.registryVersion, stamp: stamp && stampKey(stamp) };
  sent.add(enteringOne(sql, node, entry, demanded) ?? entering(sql, node, [entry], demanded), (error) => {
    const code = codeOf(error);
    return code === 'PR001' || code === 'PR002' ? refusals[code]() : error;
  });
}

export function ledgerStore(sessions: Sessions, appender: Sessions, node: string): LedgerStore {
  const queue: Waiting[] = [];
  let writing = 0;
  let busy = false;

  async function flush(): Promise<void> {
    writing += 1;
    while (queue.length > 0) {
      // When others are about, a moment's wait gathers them: a write costs the node and the database much the same for one entry as for twenty.
      if (busy && queue.length < gathered) await new Promise((resolve) => setTimeout(resolve, linger));
      const batch = queue.splice(0, atOnce);
      if (batch.length === 0) break;
      busy = batch.length > 1;
      try {
        const written = await appender.plain(async (sql) => write(sql, node, batch.map(({ entry }) => entry)));
        for (const { entry, resolve, reject } of batch) settle(() => outcome(entry, written), resolve, reject);
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    writing -= 1;
  }

  return {
    append: async (entry) =>
      new Promise<boolean>((resolve, reject) => {
        queue.push({ entry, resolve, reject });
        if (writing < inFlight) void flush();
      }),
    readings: async (stamp, query) => sessions.read(stamp, async (sql) => readingsIn(sql, stamp, query)),
    horizon: async (stamp) =>
      sessions.read(stamp, async (sql) => {
        const rows = await sql<(StampedRow & { epoch: string; tx: number })[]>`
          select ${stampedColumns(sql)}, f.epoch, pg_snapshot_xmin(pg_current_snapshot())::text::float8 as tx from registry_state s cross join feed_state f`;
        const moment = stampedMoment(rows, stamp);
        return { ...moment, epoch: rows[0]?.epoch ?? '', tx: rows[0]?.tx ?? 0, time: Math.floor(moment.now) };
      }),
  };
}
