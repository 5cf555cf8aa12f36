/** The feed: all that was shared with, revised for, withdrawn from, gained by or lost to this viewer since a cursor. */
import { createHash } from 'node:crypto';
import { Refusal } from '../errors.ts';
import type { ErasureReason } from '../rules/erasure.ts';
import { horizonAt, shifted, type Told, told, warned } from '../rules/feed.ts';
import type { Audience } from '../rules/record.ts';
import type { Released } from '../rules/release.ts';
import { answer, type Reader } from './answer.ts';
import type { Asker, ChangeEvent, ChangesPage, ChangesQuery, Digest, Notice } from './api.ts';
import type { Deps } from './deps.ts';
import { type Caps, openPosition, type Position, sealPosition } from './feed-cursor.ts';
import { clockCandidates, clocksOf, clocksTold } from './feed-clocks.ts';
import { matchesOf, type MatchWindow } from './feed-matches.ts';
import { pageSize } from './find.ts';
import type { FeedEvent, HeldGrant, KeptNotice, Moment } from './ports.ts';
import { type Pair, type Seeking, seekingOf } from './sought.ts';

/** As many of a viewer's events as one window holds: what a page must look through at most. */
const windowSize = 20_000;
/** As many candidates as are looked at in one go. */
const stride = 1000;

interface Candidate extends FeedEvent {
  /** Undefined where only its clock tells something. */
  readonly tells: Told | undefined;
}

interface Window extends MatchWindow {
  readonly shifted: readonly number[];
  /** Records whose clocks may tell something. */
  readonly clocks: readonly FeedEvent[];
}

function checkKinds(deps: Deps, kinds: readonly string[] | undefined): void {
  const unknown = kinds?.find((kind) => !deps.dictionary.kinds.has(kind));
  if (unknown !== undefined || kinds?.length === 0) throw new Refusal('INVALID', { errors: [{ field: 'kinds', message: `some of ${[...deps.dictionary.kinds.keys()].join(', ')}` }] });
}

const capsOf = ({ clearance, caveats }: Caps): Caps => ({ clearance, caveats });

/** The window that follows a position that is done. */
async function nextWindow(deps: Deps, { stamp, viewer, registry }: Reader, last: Position, head: { seq: number; now: number }): Promise<Position> {
  const to = await deps.feed.reach(stamp, last.to, head.seq, windowSize);
  const clocks = clocksOf(registry);
  return { clockFrom: last.clocks === clocks ? last.toTime : -Infinity, clocks, from: last.to, to, fromTime: last.toTime, toTime: head.now, after: undefined, done: false, fromCaps: last.toCaps, toCaps: capsOf(viewer) };
}

const beginning = ({ viewer, registry }: Reader, head: { seq: number; now: number }): Position =>
  ({ clockFrom: Number.NaN, clocks: clocksOf(registry), from: head.seq, to: head.seq, fromTime: Number.NaN, toTime: head.now, after: undefined, done: false, fromCaps: capsOf(viewer), toCaps: capsOf(viewer) });

/** Both ends' horizons. */
function windowOf(deps: Deps, { viewer }: Reader, position: Position, grants: readonly HeldGrant[], seeking: readonly Seeking[]): Omit<Window, 'clocks'> {
  const then = horizonAt(deps.dictionary, grants, viewer.partner, position.fromTime, position.fromCaps.clearance, position.fromCaps.caveats);
  const now = horizonAt(deps.dictionary, grants, viewer.partner, position.toTime, position.toCaps.clearance, position.toCaps.caveats);
  return { position, then, now, shifted: shifted(grants.map(({ audience }) => audience.id), then, now), seeking };
}

const byId = (a: { id: string }, b: { id: string }): number => (a.id < b.id ? -1 : 1);

/** The channels of an audience that this viewer is a member of. */
const seenChannels = ({ registry, viewer }: Reader, audience: Audience | undefined): string =>
  (audience?.channels ?? []).filter((id) => registry.channels.get(id)?.members.includes(viewer.partner)).join(' ');

/** The next candidates in order of id; `undefined` when the window has no more. */
async function candidates(deps: Deps, reader: Reader, window: Window, kinds: readonly string[] | undefined, audiences: ReadonlyMap<number, Audience>): Promise<{ found: Candidate[]; upTo: string } | undefined> {
  const { position: { from, to, after }, then, now } = window;
  const [events, standing] = await Promise.all([
    to > from ? deps.feed.events(reader.stamp, from, to, kinds, after, stride) : [],
    window.shifted.length > 0 ? deps.feed.standing(reader.stamp, window.shifted, from, to, after, stride) : [],
  ]);
  const still: FeedEvent[] = standing.map(({ id, kind, audience }) => ({ id, kind, before: audience, after: audience, through: [], fields: [] }));
  // Beyond the shorter full list's end the other may still have records: only up to there is the order known.
  const ends = [events, still].flatMap((list) => (list.length === stride ? [list.at(-1)?.id ?? ''] : []));
  const known = new Set([...events, ...still].map(({ id }) => id));
  const clocks = window.clocks.filter(({ id }) => (after === undefined || id > after) && !known.has(id));
  const clocked = new Set(window.clocks.map(({ id }) => id));
  const all = [...events, ...still, ...clocks].sort(byId);
  const upTo = ends.sort()[0] ?? all.at(-1)?.id;
  if (upTo === undefined) return undefined;
  const found = all.filter(({ id }) => id <= upTo).flatMap((event): Candidate[] => {
    const moved = event.before !== undefined && seenChannels(reader, audiences.get(event.before)) !== seenChannels(reader, audiences.get(event.after));
    const notice = event.fields.some(({ name }) => name === warned) && audiences.get(event.after)?.originator === reader.viewer.partner;
    const tells = told({ ...event, moved: moved || notice }, then, now);
    return tells === undefined && !clocked.has(event.id) ? [] : [{ ...event, tells }];
  });
  return { found, upTo };
}

interface Gathered {
  readonly events: ChangeEvent[];
  /** How many records they tell of. */
  readonly told: number;
  readonly released: Released[];
}

async function reasonsOf(deps: Deps, { stamp }: Reader, chosen: readonly Candidate[]): Promise<ReadonlyMap<string, ErasureReason>> {
  const erased = chosen.filter(({ tells }) => tells === 'ERASED');
  const left = erased.length === 0 ? [] : (await deps.read.tombstones(stamp, erased.map(({ id }) => id))).tombstones;
  return new Map(left.map(({ id, reason }) => [id, reason]));
}

const noticeOf = ({ agreement, clause, compromised, corrected, correctedBy }: Omit<KeptNotice, 'at'>, at: number): Notice => ({
  ...(corrected !== undefined && { corrected }), ...(correctedBy !== undefined && { correctedBy }),
  ...(agreement !== undefined && { agreement }), ...(clause !== undefined && { clause }), ...(compromised !== undefined && { compromised }), at: new Date(at).toISOString(),
});

/** Of a correction, what of it the viewer sees: of one that touched only fields that are withheld from it, nothing. */
function seenOf(notice: KeptNotice, released: ReadonlyMap<string, Released>): KeptNotice[] {
  if (notice.corrected === undefined) return [notice];
  const withheld = released.get(notice.record)?.withheld;
  const corrected = notice.corrected.filter((name) => withheld?.includes(name) === false);
  return corrected.length === 0 ? [] : [{ ...notice, corrected }];
}

/** Notices to this viewer, by record. */
async function noticesOf(deps: Deps, { stamp }: Reader, released: ReadonlyMap<string, Released>): Promise<ReadonlyMap<string, Notice[]>> {
  const kept = (await deps.feed.notices(stamp, [...released.keys()])).flatMap((notice) => seenOf(notice, released));
  return new Map([...Map.groupBy(kept, ({ record }) => record)].map(([id, its]) => [id, its.map(({ at, ...why }) => noticeOf(why, at))]));
}

function eventOf({ id, kind, tells }: Candidate, released: ReadonlyMap<string, Released>, notices: ReadonlyMap<string, Notice[]>, reasons: ReadonlyMap<string, ErasureReason>): ChangeEvent[] {
  if (tells === undefined) return [];
  if (tells === 'WITHDRAWN' || tells === 'ACCESS_ENDED') return [{ event: tells, id, kind }];
  if (tells === 'ERASED') {
    // Access that lapsed meanwhile takes the reason with it.
    const reason = reasons.get(id);
    return [reason === undefined ? { event: 'ACCESS_ENDED', id, kind } : { event: tells, id, kind, reason }];
  }
  const record = released.get(id);
  return record === undefined ? [] : [{ event: tells, id, kind, record, ...(notices.has(id) && { notices: notices.get(id) ?? [] }) }];
}

const matchEvents = (pairs: readonly Pair[] = []): ChangeEvent[] =>
  pairs.map(({ seeker, record, match: { name, ...why } }) => ({ event: 'MATCH', ...seeker, match: { record, ...why, ...(name !== '' && { name }) } }));

/** Releases what is to be told with content; a record that went out of sight since is left to the next window, which tells of it. */
async function tell(deps: Deps, reader: Reader, window: Window, chosen: readonly Candidate[], version: number): Promise<Gathered | undefined> {
  const withContent = chosen.filter(({ tells }) => tells === undefined || tells === 'SHARED' || tells === 'REVISED');
  const rows = withContent.length === 0 ? undefined : await deps.read.byIds(reader.stamp, withContent.map(({ id }) => id));
  if (rows !== undefined && rows.version !== version) return undefined;
  const released = new Map((rows === undefined ? [] : await reader.release(rows.rows, rows.now)).map((record) => [record.id, record]));
  const notices = released.size === 0 ? new Map<string, Notice[]>() : await noticesOf(deps, reader, released);
  const reasons = await reasonsOf(deps, reader, chosen);
  const records = withContent.flatMap((event) => ((record) => (record === undefined ? [] : [{ event, record }]))(released.get(event.id)));
  const clocks = clocksTold(deps, reader, window, records);
  const pairs = await matchesOf(deps, reader, window, records);
  if (pairs === undefined) return undefined;
  const events = chosen.map((one) => [...eventOf(one, released, notices, reasons), ...matchEvents(pairs.get(one.id)), ...(clocks.get(one.id) ?? [])]);
  const matches = chosen.flatMap(({ id }) => pairs.get(id) ?? []);
  for (const { record } of matches) released.set(record.id, record);
  return { events: events.flat(), told: events.filter((its) => its.length > 0).length, released: [...released.values()] };
}

interface Progress {
  position: Position;
  /** How much of the page is full. */
  told: number;
  readonly events: ChangeEvent[];
  readonly released: Released[];
}

/** Fills a page, through as many windows as it takes. @returns false when the registry moved */
async function fill(deps: Deps, reader: Reader, query: ChangesQuery, head: Moment & { seq: number }, grants: readonly HeldGrant[], progress: Progress, first: number): Promise<boolean> {
  const seeking = seekingOf(deps.dictionary, query.kinds);
  const audiences = new Map(grants.map(({ audience }) => [audience.id, audience]));
  for (;;) {
    if (progress.position.done) {
      if (progress.position.to >= head.seq && progress.position.toTime >= head.now) return true;
      progress.position = await nextWindow(deps, reader, progress.position, head);
    }
    const bare = windowOf(deps, reader, progress.position, grants, seeking);
    const clocks = await clockCandidates(deps, reader, bare, query.kinds);
    if (clocks === undefined) return false;
    const window = { ...bare, clocks };
    for (;;) {
      const next = await candidates(deps, reader, { ...window, position: progress.position }, query.kinds, audiences);
      if (next === undefined) break;
      const room = first - progress.told;
      const chosen = next.found.slice(0, room);
      const gathered = await tell(deps, reader, window, chosen, head.version);
      if (gathered === undefined) return false;
      progress.told += gathered.told;
      progress.events.push(...gathered.events);
      progress.released.push(...gathered.released);
      const full = next.found.length > room;
      progress.position = { ...progress.position, after: full ? chosen.at(-1)?.id : next.upTo };
      if (full || progress.told >= first) return true;
    }
    progress.position = { ...progress.position, done: true, after: undefined };
  }
}

export async function changes(deps: Deps, asker: Asker, query: ChangesQuery): Promise<ChangesPage> {
  checkKinds(deps, query.kinds);
  const first = pageSize(query.first, 200, 1000);
  return answer<ChangesPage>(deps, asker, 'records:read', 'changes', async (reader) => {
    const head = await deps.feed.head();
    const start = query.cursor === undefined ? beginning(reader, head) : openPosition(deps.vault, reader.viewer, query.kinds, head.epoch, query.cursor);
    const { grants, version } = await deps.feed.grants(reader.stamp, query.kinds);
    const progress: Progress = { position: start, told: 0, events: [], released: [] };
    const steady = version === head.version && (await fill(deps, reader, query, head, grants, progress, first));
    const cursor = sealPosition(deps.vault, reader.viewer, query.kinds, head.epoch, progress.position);
    return {
      // A registry that moved meanwhile makes `answer` begin again.
      moment: steady ? { version: head.version, now: head.now } : { version: Number.NaN, now: head.now },
      released: [...new Map(progress.released.map((record) => [record.id, record])).values()],
      finish: () => ({ events: progress.events, cursor, more: !progress.position.done }),
    };
  });
}

/** What a viewer that followed the feed must have. */
export async function digest(deps: Deps, asker: Asker, kinds: readonly string[] | undefined): Promise<Digest> {
  checkKinds(deps, kinds);
  return answer<Digest>(deps, asker, 'records:read', 'digest', async (reader) => {
    const sum = createHash('sha256');
    let count = 0;
    let after: string | undefined;
    for (;;) {
      const page = await deps.feed.bones(reader.stamp, kinds, after, 5000);
      const bones = await reader.release(page.rows, page.now);
      for (const record of bones) sum.update(`${record.id} ${record.revision}\n`);
      count += bones.length;
      after = bones.at(-1)?.id;
      if (bones.length < 5000 || page.version !== reader.registry.version) {
        return { moment: page, released: [], finish: () => ({ count, sha256: sum.digest('hex') }) };
      }
    }
  });
}
