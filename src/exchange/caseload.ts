/** The open cases of a desk, by stage and by when their clock runs out: of the records that are released to the asker, and of nothing else. */
import type { Body, Json, Kind, Staged } from '../dictionary/types.ts';
import { invalid } from '../errors.ts';
import type { Stage } from '../rules/registry.ts';
import type { Released } from '../rules/release.ts';
import { type Clock, clockOf, isDuration, mechanismOf, moved, stageOf } from '../rules/stages.ts';
import { answer, type Reader } from './answer.ts';
import type { Asker, CaseQuery, CaseView, Page } from './api.ts';
import { deskFault } from './case-desks.ts';
import { openCursor, sealCursor } from './cursor.ts';
import type { Deps } from './deps.ts';
import { pageSize, searchOf } from './find.ts';
import type { Moment } from './ports.ts';

interface Desk {
  readonly partner: string;
  readonly desk: string;
}

type StagedKind = Kind & { readonly staged: Staged };
type Filter = Readonly<Record<string, Readonly<Record<string, Json>>>>;

/** A case that is gone, and why it is looked at. */
interface Case {
  readonly view: CaseView;
  /** Where its stage stands among its mechanism's. */
  readonly rank: number;
  readonly due: number;
}

/** As many cases as one desk's list is made of. */
const mostCases = 10_000;
const batch = 500;

/** `th-shelter/protection`, or a desk of the asker's own. */
function deskOf({ viewer }: Reader, text: string): Desk {
  const [partner = '', desk = ''] = text.includes('/') ? text.split('/', 2) : [viewer.partner, text];
  if (partner === '' || desk === '') throw invalid('desk', 'a desk of yours, or partner/desk: th-shelter/protection');
  return { partner, desk };
}

/** A slip in a desk's name is told, where it finds nothing: an empty list would say that no case is open. One that is declared no more keeps its cases. */
function demandDesk({ registry }: Reader, { partner, desk }: Desk): void {
  const fault = deskFault(registry, partner, desk);
  if (fault !== undefined) throw invalid('desk', `${fault.message}: a desk of yours, or partner/desk`);
}

/** All records of the kind that answer the filter, under one registry. @returns undefined when that moved meanwhile */
async function all(deps: Deps, reader: Reader, kind: Kind, filter: Filter): Promise<{ records: Released[]; moment: Moment } | undefined> {
  const search = await searchOf(deps, reader, kind, filter);
  const records: Released[] = [];
  let before: string | undefined;
  for (;;) {
    const { rows, version, now } = await deps.read.list(reader.stamp, { kind: kind.name, conditions: search.conditions, before, limit: batch });
    if (version !== reader.registry.version) return undefined;
    records.push(...(await reader.release(rows, now)).filter((record) => search.accepts(record)));
    if (rows.length < batch || records.length >= mostCases) return { records, moment: { version, now } };
    before = rows.at(-1)?.meta.id;
  }
}

/** The filters that bring a desk's cases: those it has, and, of each stage that is escalated to it, those whose clock may have run out. */
function filtersOf({ registry }: Reader, { staged }: StagedKind, desk: Desk, now: number): Filter[] {
  const told = [...registry.mechanisms.values()].flatMap(({ stages }) =>
    stages.filter(({ escalateTo }) => escalateTo?.partner === desk.partner && escalateTo.desk === desk.desk));
  const escalated = told.map(({ stage, clock = 'P0D' }): Filter => ({ [staged.field]: { eq: stage }, [staged.since]: { to: new Date(moved(now, clock, -1)).toISOString() } }));
  return [{ [staged.desks]: { eq: { ...desk } } }, ...escalated];
}

const instant = (ms: number | undefined): string | undefined => (ms === undefined ? undefined : new Date(ms).toISOString());
const given = <T extends object>(members: T): { [K in keyof T]: Exclude<T[K], undefined> } => Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as never;

export function viewOf(record: Released, stage: Stage | undefined, name: string, since: string, clock: Clock): CaseView {
  const escalated = clock.state === 'OVERDUE' ? stage?.escalateTo : undefined;
  return {
    record, stage: name, since, clock: clock.state, overdue: clock.state === 'OVERDUE',
    ...given({ due: instant(clock.due), warnFrom: instant(clock.warnFrom), escalatedTo: escalated && `${escalated.partner}/${escalated.desk}` }),
  };
}

const has = (body: Body, { desks }: Staged, desk: Desk): boolean =>
  Array.isArray(body[desks]) && (body[desks] as unknown as readonly Desk[]).some((one) => one.partner === desk.partner && one.desk === desk.desk);

/** Whether any desk of the partner's has the case. */
export const hasDesk = (body: Body, { desks }: Staged, partner: string): boolean =>
  Array.isArray(body[desks]) && (body[desks] as unknown as readonly Desk[]).some((one) => one.partner === partner);

/** What a released record is to the desk; undefined: closed, or none of its cases. */
function caseOf({ registry }: Reader, { staged }: StagedKind, record: Released, desk: Desk, now: number): Case | undefined {
  const { body } = record;
  const [name, since] = [body[staged.field], body[staged.since]];
  if (body['status'] !== 'ACTIVE' || typeof name !== 'string' || typeof since !== 'string') return undefined;
  const mechanism = mechanismOf(registry, record.originator);
  const stage = stageOf(mechanism, name);
  if (stage?.next.length === 0) return undefined;
  const clock = clockOf(stage, Date.parse(since), now);
  const view = viewOf(record, stage, name, since, clock);
  const rank = mechanism?.stages.findIndex((one) => one.stage === name) ?? -1;
  return has(body, staged, desk) || view.escalatedTo === `${desk.partner}/${desk.desk}` ? { view, rank, due: clock.due ?? Infinity } : undefined;
}

const inOrder = (a: Case, b: Case): number => a.rank - b.rank || (a.due === b.due ? 0 : a.due - b.due) || (a.view.record.id < b.view.record.id ? -1 : 1);

/** Every open case of the desk, in order. */
async function casesOf(deps: Deps, reader: Reader, desk: Desk): Promise<{ cases: Case[]; moment: Moment } | undefined> {
  let moment = await deps.read.moment();
  if (moment.version !== reader.registry.version) return undefined;
  const found = new Map<string, Case>();
  for (const kind of deps.dictionary.kinds.values()) {
    if (kind.staged === undefined) continue;
    const staged = kind as StagedKind;
    for (const filter of filtersOf(reader, staged, desk, moment.now)) {
      const some = await all(deps, reader, kind, filter);
      if (some === undefined) return undefined;
      ({ moment } = some);
      for (const record of some.records) {
        const one = caseOf(reader, staged, record, desk, moment.now);
        if (one !== undefined) found.set(record.id, one);
      }
    }
  }
  return { cases: [...found.values()].sort(inOrder), moment };
}

function within(cases: readonly Case[], { stage, dueWithin }: CaseQuery, now: number): Case[] {
  const until = dueWithin === undefined ? Infinity : moved(now, dueWithin);
  return cases.filter(({ view, due }) => (stage === undefined || view.stage === stage) && (dueWithin === undefined || due <= until));
}

/** @throws Refusal INVALID, BAD_CURSOR, CURSOR_SCOPE_CHANGED */
export async function caseload(deps: Deps, asker: Asker, query: CaseQuery): Promise<Page<CaseView>> {
  const first = pageSize(query.first, 50, 500);
  if (query.dueWithin !== undefined && !isDuration(query.dueWithin)) throw invalid('dueWithin', 'must be an ISO 8601 duration: P7D (seven days), PT12H (twelve hours)');
  const bound = ['caseload', query.desk, query.stage, query.dueWithin];
  return answer<Page<CaseView>>(deps, asker, 'records:read', 'caseload', async (reader) => {
    const desk = deskOf(reader, query.desk);
    const after = query.after === undefined ? undefined : openCursor(deps.vault, reader.viewer, bound, query.after, Date.now());
    const found = await casesOf(deps, reader, desk);
    if (found === undefined) return { moment: { version: Number.NaN, now: 0 }, released: [], finish: () => ({ items: [] }) };
    if (found.cases.length === 0) demandDesk(reader, desk);
    const cases = within(found.cases, query, found.moment.now);
    // The case the last page ended with may be closed by now: then the place it had goes on.
    const at = after === undefined ? -1 : cases.findIndex(({ view }) => view.record.id === after.id);
    const start = after === undefined ? 0 : at < 0 ? after.extra : at + 1;
    const items = cases.slice(start, start + first).map(({ view }) => view);
    const last = items.at(-1);
    const next = last === undefined || start + first >= cases.length ? {} : { nextCursor: sealCursor(deps.vault, reader.viewer, bound, last.record.id, found.moment.now, start + items.length) };
    return { moment: found.moment, released: items.map(({ record }) => record), asked: [deps.vault.blindForLedger(JSON.stringify(bound))], finish: () => ({ items, ...next }) };
  });
}
