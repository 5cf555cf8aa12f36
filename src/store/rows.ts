/** From rows to `Stored`, and the memory of interned audiences. */
import type { Sql } from 'postgres';
import { levelOf, type Level } from '../dictionary/compartment.ts';
import type { Body, Dictionary } from '../dictionary/types.ts';
import { type Audience, type Change, type Limits, type Opened, type RecordStatus, type SealedPart, Stored } from '../rules/record.ts';

/** One row of `record`, as the queries select it. */
export interface RecordRow {
  readonly id: string;
  readonly kind: string;
  readonly originator: string;
  readonly audience_id: number;
  readonly classification: Level;
  readonly status: RecordStatus;
  readonly created_at: Date;
  readonly changes: { r: number; t: number; f: string[]; w?: Level }[] | null;
  readonly body: Body;
  readonly sealed: Record<string, { v: number; c: string }> | null;
}

const none = new Map<string, never>();

export function sealedMap(sealed: RecordRow['sealed']): ReadonlyMap<string, SealedPart> {
  if (sealed === null) return none;
  return new Map(Object.entries(sealed).map(([compartment, { v, c }]) => [compartment, { version: v, sealed: c }]));
}

export const sealedJson = (sealed: ReadonlyMap<string, SealedPart>): RecordRow['sealed'] =>
  sealed.size === 0 ? null : Object.fromEntries([...sealed].map(([compartment, { version, sealed: c }]) => [compartment, { v: version, c }]));

/** The markings of a body: kept open, because they decide about release. */
export function markingsOf(body: Body): ReadonlyMap<string, Level> {
  const given = body['markings'];
  if (!Array.isArray(given)) return none;
  const markings = new Map<string, Level>();
  for (const item of given as readonly { field?: unknown; level?: unknown }[]) {
    const level = levelOf(String(item.level));
    if (typeof item.field === 'string' && level !== undefined) markings.set(item.field, level);
  }
  return markings;
}

function changesOf({ changes, created_at }: RecordRow): readonly Change[] {
  if (changes === null) return [{ revision: 1, at: created_at.getTime(), fields: [] }];
  return changes.map(({ r, t, f, w }) => ({ revision: r, at: t, fields: f, ...(w === undefined ? {} : { was: w }) }));
}

/** What the present state demands of an earlier one: raising a level applies to every kept revision. */
export interface Floor {
  readonly classification: Level;
  readonly markings: ReadonlyMap<string, Level>;
}

function raised(markings: ReadonlyMap<string, Level>, floor: Floor | undefined): ReadonlyMap<string, Level> {
  if (floor === undefined || floor.markings.size === 0) return markings;
  const all = new Map(markings);
  for (const [field, level] of floor.markings) all.set(field, Math.max(level, all.get(field) ?? 0) as Level);
  return all;
}

export function storedOf(dictionary: Dictionary, row: RecordRow, audience: Audience, floor?: Floor): Stored {
  const kind = dictionary.kinds.get(row.kind);
  if (kind === undefined) throw new Error(`the dictionary has no kind ${row.kind}`);
  return new Stored(
    {
      id: row.id,
      kind,
      originator: row.originator,
      audience,
      classification: Math.max(row.classification, floor?.classification ?? 0) as Level,
      status: row.status,
      createdAt: row.created_at.getTime(),
      changes: changesOf(row),
      markings: raised(markingsOf(row.body), floor),
      sealedParts: sealedMap(row.sealed),
    },
    row.body,
  );
}

/** An audience as its table keeps it. */
export interface AudienceRow {
  readonly id: number;
  readonly kind: string;
  readonly level: Level;
  readonly originator: string;
  readonly channels: string[];
  readonly state: string;
  readonly recipients: string[] | null;
  readonly purposes: number | null;
  readonly case_tag: string | null;
  /** Numbers of the audiences of the records' ends; 0: of one that is gone for good. */
  readonly ends: readonly number[];
  readonly opened: readonly Opened[];
}

export const limitsOf = ({ recipients, purposes, case_tag }: Pick<AudienceRow, 'recipients' | 'purposes' | 'case_tag'>): Limits | undefined =>
  (recipients === null ? undefined : { recipients, purposes: purposes ?? 0, ...(case_tag !== null && { case: case_tag }) });

function audienceOf({ id, kind, level, originator, channels, state, opened, ...row }: AudienceRow): Audience {
  const limits = limitsOf(row);
  return Object.freeze({ id, kind, level, originator, channels, state, ...(limits !== undefined && { limits }), ...(opened.length > 0 && { opened }) });
}

export const audienceColumns = (sql: Sql) => sql`id, kind, level, originator, channels, state, recipients, purposes, case_tag, ends, opened`;

/** Where what is erased stood: nobody has a grant there. */
export const nowhere: Audience = Object.freeze({ id: 0, kind: '', level: 4, originator: '', channels: [], state: '' });

/** Audiences from their rows, those of their ends among them. */
export function audiencesOf(rows: readonly AudienceRow[]): Map<number, Audience> {
  const plain = new Map([[nowhere.id, nowhere], ...rows.map((row) => [row.id, audienceOf(row)] as const)]);
  return new Map(rows.map(({ id, ends }) => {
    const [audience, theirs] = [plain.get(id) ?? nowhere, ends.flatMap((end) => plain.get(end) ?? [])];
    if (theirs.length < ends.length) throw new Error(`an end of audience ${id} is not there`);
    return [id, ends.length === 0 ? audience : Object.freeze({ ...audience, ends: theirs })];
  }));
}

/** Interned audiences never change, so a node remembers them for good. */
export interface Audiences {
  of(sql: Sql, ids: Iterable<number>): Promise<ReadonlyMap<number, Audience>>;
  add(audience: Audience): void;
}

export function audienceMemory(): Audiences {
  const known = new Map<number, Audience>();
  return {
    add: (audience) => void known.set(audience.id, audience),
    of: async (sql, ids) => {
      const missing = [...new Set(ids)].filter((id) => !known.has(id));
      if (missing.length > 0) {
        const rows = await sql<AudienceRow[]>`select ${audienceColumns(sql)} from audience
          where id = any(${missing}) or id = any(array(select unnest(ends) from audience where id = any(${missing})))`;
        for (const audience of audiencesOf(rows).values()) known.set(audience.id, audience);
      }
      return known;
    },
  };
}

/** A superseded state, as `revision` keeps it beside the record's present columns. */
export type PastRow = RecordRow & { readonly revision: number; readonly at: Date; readonly present: Body; readonly present_level: Level };

/** An earlier state, under the present one's levels and with the changes up to it alone. */
export function pastOf(dictionary: Dictionary, row: PastRow, audience: Audience): { revision: number; at: number; stored: Stored } {
  const floor = { classification: row.present_level, markings: markingsOf(row.present) };
  const changes = row.changes?.slice(0, row.revision) ?? null;
  return { revision: row.revision, at: row.at.getTime(), stored: storedOf(dictionary, { ...row, changes }, audience, floor) };
}
