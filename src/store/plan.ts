/** What a change of the registry would do: for each partner, how many records of which kind it would see more, or no more. Nothing is written. */
import type { Sql } from 'postgres';
import type { Dictionary } from '../dictionary/types.ts';
import { grantRows } from '../rules/grant.ts';
import type { Audience } from '../rules/record.ts';
import type { Registry } from '../rules/registry.ts';
import { type AudienceRow, audiencesOf } from './rows.ts';

export interface Effect {
  readonly partner: string;
  readonly kind: string;
  /** Records that become visible. */
  readonly gained: number;
  /** Records that become invisible. */
  readonly lost: number;
}

export interface EffectAt {
  /** Unix milliseconds of the database's clock. */
  readonly at: number;
  readonly effects: readonly Effect[];
}

interface Crowd {
  readonly audience: Audience;
  readonly records: number;
}

/** Partners that see the audience's records at an instant for some purpose, at their own clearance. */
const seers = (registry: Registry, dictionary: Dictionary, audience: Audience, at: number): Set<string> =>
  new Set(grantRows(registry, dictionary, audience).filter((row) => row.from <= at && at < row.to).map((row) => row.partner));

function effectsAt(crowds: readonly Crowd[], dictionary: Dictionary, before: Registry, after: Registry, at: number): Effect[] {
  const sums = new Map<string, { partner: string; kind: string; gained: number; lost: number }>();
  for (const crowd of crowds) {
    const [old, next] = [seers(before, dictionary, crowd.audience, at), seers(after, dictionary, crowd.audience, at)];
    for (const partner of old.symmetricDifference(next)) {
      const { kind } = crowd.audience;
      const key = `${partner} ${kind}`;
      const sum = sums.get(key) ?? { partner, kind, gained: 0, lost: 0 };
      if (next.has(partner)) sum.gained += crowd.records;
      else sum.lost += crowd.records;
      sums.set(key, sum);
    }
  }
  return [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, sum]) => sum);
}

/**
 * @param later instants (Unix milliseconds) at which something declared begins or ends; those to come are looked at too
 * @returns the effect now, and at each later instant: what a partner would then see, against what it would have seen then without the change
 */
export async function effects(sql: Sql, dictionary: Dictionary, before: Registry, after: Registry, later: readonly number[] = []): Promise<readonly EffectAt[]> {
  const [clock] = await sql<{ now: number }[]>`select (extract(epoch from statement_timestamp()) * 1000)::float8 as now`;
  const rows = await sql<(AudienceRow & { records: number })[]>`
    select a.*, coalesce(c.records, 0)::float8 as records
    from audience a left join (select audience_id, count(*) as records from record group by audience_id) c on c.audience_id = a.id order by a.id`;
  const audiences = audiencesOf(rows);
  const crowds = rows.flatMap(({ id, records }): Crowd[] => {
    const audience = audiences.get(id);
    return audience === undefined || records === 0 ? [] : [{ audience, records }];
  });
  const now = clock?.now ?? 0;
  const instants = [now, ...[...new Set(later)].filter((at) => at > now).sort((a, b) => a - b)];
  return instants.map((at) => ({ at, effects: effectsAt(crowds, dictionary, before, after, at) }));
}
