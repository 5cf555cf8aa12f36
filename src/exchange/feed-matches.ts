/**
 * Matches that a page of the feed tells. A pair is told with the record of it that is new to the reader within the window; where both are, with the one that
 * looks for somebody. So each is told once for each change that could make it, by whichever node, and follows from the cursor and from what is released.
 */
import { anew, type Horizon } from '../rules/feed.ts';
import type { Released } from '../rules/release.ts';
import type { Reader } from './answer.ts';
import type { Deps } from './deps.ts';
import type { Position } from './feed-cursor.ts';
import type { FeedEvent } from './ports.ts';
import { type Pair, pairsOfFound, pairsOfSeeker, type Seeking, tellingPieces } from './sought.ts';

/** A window of the feed, with what was visible at both its ends. */
export interface MatchWindow {
  readonly position: Position;
  readonly then: Horizon;
  readonly now: Horizon;
  readonly seeking: readonly Seeking[];
}

/** What the page tells with content. */
export interface ToldRecord {
  readonly event: FeedEvent;
  readonly record: Released;
}

/** Whether the viewer's organisation has any record that could look for somebody: most have none, and need not search. */
async function looks(deps: Deps, { stamp }: Reader, { seeker }: Seeking): Promise<boolean> {
  const { rows } = await deps.read.list(stamp, { kind: seeker.kind.name, own: true, conditions: [], before: undefined, limit: 1 });
  return rows.length > 0;
}

/** @returns pairs by the id of the record that they are told with; undefined when the registry moved meanwhile */
export async function matchesOf(deps: Deps, reader: Reader, window: MatchWindow, told: readonly ToldRecord[]): Promise<ReadonlyMap<string, Pair[]> | undefined> {
  const { position: { from, to, fromTime }, then, now, seeking } = window;
  const pairs = new Map<string, Pair[]>();
  for (const each of seeking) {
    const pieces = new Map([each.seeker, ...each.targets].map(({ kind: { name } }) => [name, tellingPieces([each], name)]));
    const isAnew = (event: FeedEvent): boolean => anew(event, then, now, pieces.get(event.kind) ?? new Set());
    const standing = async (ids: readonly string[], fits: (event: FeedEvent) => boolean): Promise<ReadonlySet<string>> => {
      const passages = ids.length === 0 ? [] : await deps.feed.passages(reader.stamp, from, to, ids);
      // What it did not have at the window's end comes with a later window, and its pairs with it.
      return new Set(passages.filter((event) => now.sees(event.after) !== undefined && fits(event)).map(({ id }) => id));
    };
    const fresh = told.filter(({ event }) => pieces.has(event.kind) && isAnew(event));
    // A reader from nowhere is told of all that it has: each pair comes with the record that looks.
    const asFound = fresh.some(({ event }) => event.kind !== each.seeker.kind.name) && !Number.isNaN(fromTime) && (await looks(deps, reader, each));
    for (const { event, record } of fresh) {
      const seeks = event.kind === each.seeker.kind.name;
      if (!seeks && !asFound) continue;
      const its = seeks
        ? await pairsOfSeeker(deps, reader, each, record, async (ids) => standing(ids, () => true))
        : await pairsOfFound(deps, reader, each, record, async (ids) => standing(ids, (other) => !isAnew(other)));
      if (its === undefined) return undefined;
      pairs.set(event.id, [...(pairs.get(event.id) ?? []), ...its]);
    }
  }
  return pairs;
}
