/** What a node compares between its two databases: whether the rows are older than the journal, which they are only after a restore. */
import type { RegistryObject } from '../registry.ts';
import type { Sessions } from '../sessions.ts';
import type { Journal, OutOfForce } from './journal.ts';
import { lostStaff, noteStaff } from './staff.ts';

export interface Recovery {
  /**
   * What the journal knows and the rows do not.
   * @param whole every erasure is looked at, not only holds and the registry
   * @returns sentences for the log; none when all is well
   */
  lost(whole: boolean): Promise<readonly string[]>;
  /** Enters what is out of force now into the journal, and takes out what is back. */
  note(): Promise<void>;
}

interface ObjectRow {
  readonly type: RegistryObject['type'];
  readonly id: string;
  readonly version: number;
  /** Null of what cannot be suspended. */
  readonly status: string | null;
  readonly terminated: string | null;
}

const atOnce = 5000;
const nameOf = ({ type, id }: Pick<OutOfForce, 'type' | 'id'>): string => `${type} ${id}`;

export function recoveryOf(sessions: Sessions, journal: Journal): Recovery {
  const objects = async (): Promise<ReadonlyMap<string, ObjectRow>> => {
    const rows = await sessions.plain(async (sql) => sql<ObjectRow[]>`
      select type, id, version::float8 as version, doc ->> 'status' as status, doc ->> 'terminatedAt' as terminated from registry_object where doc ->> 'status' is not null`);
    return new Map(rows.map((row) => [nameOf(row), row]));
  };

  async function lostRows(erased: readonly string[], held: readonly string[]): Promise<{ erasures: number; holds: number }> {
    const [row] = await sessions.plain(async (sql) => sql<{ erasures: number; holds: number }[]>`
      select erasures::float8 as erasures, holds::float8 as holds from prasan_lost(${erased as string[]}::uuid[], ${held as string[]}::uuid[])`);
    return row ?? { erasures: 0, holds: 0 };
  }

  async function lostErasures(): Promise<number> {
    let total = 0;
    for (let after: string | undefined; ;) {
      const list = await journal.erasures(after, atOnce);
      total += (await lostRows(list.map(({ record }) => record), [])).erasures;
      after = list.at(-1)?.record;
      if (list.length < atOnce) return total;
    }
  }

  return {
    async lost(whole) {
      // The journal first: what it knows by now, the rows knew before.
      const [journaled, holds] = await Promise.all([journal.outOfForce(), journal.holds()]);
      const here = await objects();
      const back = journaled.filter((each) => {
        const object = here.get(nameOf(each));
        return object !== undefined && object.version < each.version && object.status === 'ACTIVE';
      });
      const erasures = whole ? await lostErasures() : 0;
      const missing = (await lostRows([], holds.map(({ id }) => id))).holds;
      return [
        ...back.map((each) => `${nameOf(each)} is in force again`),
        ...(await lostStaff(sessions, journaled)).map((each) => `${nameOf(each)} is as it was before`),
        ...(erasures > 0 ? [`${erasures} erased records are there again`] : []),
        ...(missing > 0 ? [`${missing} legal holds are missing`] : []),
      ];
    },
    async note() {
      const journaled = await journal.outOfForce();
      await noteStaff(sessions, journal, journaled);
      const here = await objects();
      await journal.noteOutOfForce([...here.values()].flatMap(({ type, id, version, status, terminated }) =>
        (status === null || status === 'ACTIVE' ? [] : [{ type, id, version, overlay: { status, ...(terminated !== null && { terminatedAt: terminated }) } }])));
      await journal.forgetOutOfForce(journaled.filter((each) => {
        const object = here.get(nameOf(each));
        return object !== undefined && object.version >= each.version && object.status === 'ACTIVE';
      }));
    },
  };
}
