/**
 * What must outlive a restore of the rows, in the key database, whose backups are short-lived and its own: erasures, legal holds, and what of the
 * registry is out of force.
 */
import type { Sql } from 'postgres';
import type { Erasure } from '../../rules/erasure.ts';
import { isErasureReason } from '../../rules/erasure.ts';
import type { KeptHold } from '../../exchange/ports.ts';
import type { RegistryObject } from '../registry.ts';
import { type HoldRow, holdOf } from './holds.ts';

/** An object of the registry, or one of the staff, that is out of force, since which version (of staff: revision), and what that lays over what is declared. */
export interface OutOfForce {
  /** `staff`: one who is suspended. `staff-keys`: one whose passkeys and codes from before that revision count no more. */
  readonly type: RegistryObject['type'] | 'staff' | 'staff-keys';
  readonly id: string;
  readonly version: number;
  readonly overlay: Readonly<Record<string, string>>;
}

export interface Journal {
  /** In order of record, from after `after`. */
  erasures(after: string | undefined, limit: number): Promise<readonly Erasure[]>;
  holds(): Promise<readonly KeptHold[]>;
  /** The later state of each stands: a hold that was released stays released. */
  noteHolds(holds: readonly KeptHold[]): Promise<void>;
  outOfForce(): Promise<readonly OutOfForce[]>;
  noteOutOfForce(objects: readonly OutOfForce[]): Promise<void>;
  forgetOutOfForce(objects: readonly Pick<OutOfForce, 'type' | 'id'>[]): Promise<void>;
}

/** Runs work on a connection. */
export type On = <T>(work: (sql: Sql) => Promise<T>) => Promise<T>;

export function journalOf(on: On): Journal {
  return {
    erasures: async (after, limit) => on(async (sql) => {
      const rows = await sql<{ record_id: string; reason: string | null; at: Date }[]>`
        select record_id, reason, at from erasure ${after === undefined ? sql`` : sql`where record_id > ${after}`} order by record_id limit ${limit}`;
      return rows.map(({ record_id, reason, at }) => ({ record: record_id, reason: isErasureReason(reason) ? reason : 'OTHER', at: at.toISOString() }));
    }),
    holds: async () => on(async (sql) => (await sql<HoldRow[]>`select * from hold order by id`).map(holdOf)),
    noteHolds: async (holds) => on(async (sql) => {
      for (const { id, record, originator, placedAt, placedBy, compartment, placed, release } of holds) {
        await sql`insert into hold (id, record_id, originator, placed_at, placed_by, compartment, placed, released_at, released_by, released)
          values (${id}, ${record}, ${originator}, ${placedAt}, ${placedBy}, ${compartment}, ${placed}, ${release?.at ?? null}, ${release?.by ?? null}, ${release?.sealed ?? null})
          on conflict (id) do update set released_at = excluded.released_at, released_by = excluded.released_by, released = excluded.released where hold.released_at is null`;
      }
    }),
    outOfForce: async () => on(async (sql) => sql<OutOfForce[]>`select type, id, version::float8 as version, overlay from suspension order by type, id`),
    noteOutOfForce: async (objects) => on(async (sql) => {
      for (const { type, id, version, overlay } of objects) {
        await sql`insert into suspension (type, id, version, overlay) values (${type}, ${id}, ${version}, ${JSON.stringify(overlay)}::text::jsonb)
          on conflict (type, id) do update set version = excluded.version, overlay = excluded.overlay, noted_at = statement_timestamp()
          where suspension.version < excluded.version`;
      }
    }),
    forgetOutOfForce: async (objects) => on(async (sql) => {
      for (const { type, id } of objects) await sql`delete from suspension where type = ${type} and id = ${id}`;
    }),
  };
}
