/**
 * Clocks of cases in the feed: a warning to those whose desks have the case, and when it runs out also to the desk it is escalated to. Nothing is written when a
 * clock runs out: which do within a window of the feed follows from the window's ends, by the database's clock, and from what is released to the reader.
 */
import { hash } from 'node:crypto';
import type { Body, Kind, Staged } from '../dictionary/types.ts';
import { anew } from '../rules/feed.ts';
import type { Registry, Stage } from '../rules/registry.ts';
import type { Released } from '../rules/release.ts';
import { type Clock, clockOf, mechanismOf, moved, stageOf } from '../rules/stages.ts';
import type { Reader } from './answer.ts';
import type { CaseView, ClockEvent } from './api.ts';
import { hasDesk, viewOf } from './caseload.ts';
import type { Deps } from './deps.ts';
import type { FeedEvent } from './ports.ts';
import type { MatchWindow, ToldRecord } from './feed-matches.ts';
import { opens } from './ranked.ts';
import { askedTokens } from './tokens.ts';

type StagedKind = Kind & { readonly staged: Staged };

/** As many records as one window looks at whose clock may have moved on: more come to nobody's desk. */
const mostCases = 10_000;
const batch = 500;
/** Months and years are not of one length: what they lead back to may be off by this. */
const slack = (duration: string): number => (/^P[^T]*[YM]/.test(duration) ? 4 * 86_400_000 : 0);
const earliest = Date.UTC(1900, 0, 1);

/** Stands for all clocks as they are now: when they are others, every case is looked at anew. Fits a cursor. */
export const clocksOf = ({ mechanisms }: Registry): number =>
  hash('sha256', JSON.stringify([...mechanisms.values()].sort((a, b) => (a.id < b.id ? -1 : 1)).map(({ id, country, stages }) => [id, country, stages])), 'buffer').readUInt32BE(0);

/** When a stage must have begun, for its clock to run out, or to warn, between two instants: no narrower than that. */
function began({ clock, warnBefore }: Stage, from: number, to: number): { from: string; to: string }[] {
  if (clock === undefined) return [];
  return (warnBefore === undefined ? ['P0D'] : ['P0D', warnBefore]).map((earlier) => {
    const iso = (ms: number, off: number): string => new Date(Math.max(moved(moved(Math.max(ms, earliest), earlier), clock, -1) + off, earliest)).toISOString();
    return { from: iso(from, -slack(clock) - slack(earlier)), to: iso(to, slack(clock) + slack(earlier)) };
  });
}

const stagedKinds = (deps: Deps, { viewer }: Reader, kinds: readonly string[] | undefined): StagedKind[] =>
  [...deps.dictionary.kinds.values()].filter((kind): kind is StagedKind => kind.staged !== undefined && (kind.purposes & viewer.purposeBit) !== 0 && (kinds === undefined || kinds.includes(kind.name)));

/** Where a case's clock stood. */
interface Standing {
  readonly view: CaseView;
  readonly clock: Clock;
  /** Whether a desk of the viewer's organisation has it; whether it is escalated to one. */
  readonly ours: boolean;
  readonly escalated: boolean;
}

/** @returns undefined for what is no open case of this viewer's organisation */
function standingOf({ registry, viewer: { partner } }: Reader, { staged }: StagedKind, record: Released, at: number): Standing | undefined {
  const { body } = record;
  const [name, since] = [body[staged.field], body[staged.since]];
  if (body['status'] !== 'ACTIVE' || typeof name !== 'string' || typeof since !== 'string') return undefined;
  const stage = stageOf(mechanismOf(registry, record.originator), name);
  if (stage === undefined || stage.next.length === 0) return undefined;
  const clock = clockOf(stage, Date.parse(since), at);
  return { view: viewOf(record, stage, name, since, clock), clock, ours: hasDesk(body as Body, staged, partner), escalated: stage.escalateTo?.partner === partner };
}

const within = (at: number | undefined, from: number, to: number): boolean => at !== undefined && from < at && at <= to;

/** What of the clock is told; a window in which it warned and ran out tells the latter. */
function tellsOf({ view, clock: { due, warnFrom }, ours, escalated }: Standing, from: number, to: number): ClockEvent['event'] | undefined {
  if ((ours || escalated) && view.overdue) return within(due, from, to) ? 'CLOCK_OVERDUE' : undefined;
  return ours && view.clock === 'WARNING' && within(warnFrom, from, to) ? 'CLOCK_WARNING' : undefined;
}

/** Ids of records whose clocks may tell something within the window, of those that the reader had at its end. @returns undefined when the registry moved */
export async function clockCandidates(deps: Deps, reader: Reader, window: MatchWindow, kinds: readonly string[] | undefined): Promise<readonly FeedEvent[] | undefined> {
  const { position: { from, to, fromTime, toTime, clockFrom }, now } = window;
  // A reader from nowhere is told of all that it has, and of clocks with it.
  if (Number.isNaN(fromTime)) return [];
  const ids: string[] = [];
  for (const kind of stagedKinds(deps, reader, kinds)) {
    const field = kind.field.get(kind.staged.since);
    const stages = [...reader.registry.mechanisms.values()].flatMap((mechanism) => mechanism.stages);
    const spans = stages.flatMap((stage) => began(stage, clockFrom, toTime));
    if (field === undefined || spans.length === 0) continue;
    const asked = spans.map((span) => askedTokens(deps.vault, kind, field, span, field.name, reader.viewer, deps.maximum));
    const conditions = [{ tokens: asked.flatMap(({ tokens }) => tokens), ranges: asked.flatMap(({ ranges }) => ranges), width: 1 as const }];
    for (let before: string | undefined, found = 0, more = true; more && found < mostCases;) {
      const { rows, version, now: at } = await deps.read.list(reader.stamp, { kind: kind.name, conditions, before, limit: batch });
      if (version !== reader.registry.version) return undefined;
      const seen = await reader.release(rows, at, opens({ kind, fields: [kind.staged.field, kind.staged.since, kind.staged.desks] }));
      ids.push(...seen.filter((record) => told(reader, kind, record, clockFrom, toTime) !== undefined).map(({ id }) => id));
      found += rows.length;
      more = rows.length === batch;
      before = rows.at(-1)?.meta.id;
    }
  }
  const passages = ids.length === 0 ? [] : await deps.feed.passages(reader.stamp, from, to, ids);
  return passages.filter(({ after }) => now.sees(after) !== undefined);
}

function told(reader: Reader, kind: StagedKind, record: Released, from: number, to: number): ClockEvent | undefined {
  const standing = standingOf(reader, kind, record, to);
  const event = standing && tellsOf(standing, from, to);
  return event && { event, id: record.id, kind: kind.name, case: standing.view };
}

/** What is told of the clocks of records that a page tells of, by record. */
export function clocksTold(deps: Deps, reader: Reader, { position: { clockFrom, toTime }, then, now }: MatchWindow, records: readonly ToldRecord[]): ReadonlyMap<string, readonly ClockEvent[]> {
  return new Map(records.flatMap(({ event, record }) => {
    const kind = deps.dictionary.kinds.get(event.kind);
    if (kind?.staged === undefined) return [];
    const { field, since, desks } = kind.staged;
    // Of a case that is new to the reader, or stands in another stage, or at other desks, the clock is told as it stands.
    const fresh = anew(event, then, now, new Set([field, since, desks]));
    const one = told(reader, kind as StagedKind, record, fresh ? -Infinity : clockFrom, toTime);
    return one === undefined ? [] : [[record.id, [one]] as const];
  }));
}
