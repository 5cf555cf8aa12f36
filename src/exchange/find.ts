/** Reading one record, searching, and a record's history. */
import { split, valueAt } from '../dictionary/parts.ts';
import { equals } from '../dictionary/search/asked.ts';
import type { Body, Field, Json, Kind } from '../dictionary/types.ts';
import { maskedNotFound, Refusal } from '../errors.ts';
import type { Tombstone } from '../rules/erasure.ts';
import { coveredBy } from '../rules/grant.ts';
import type { Stored } from '../rules/record.ts';
import type { Released } from '../rules/release.ts';
import { validate as isUuid } from 'uuid';
import { answer, type Reader } from './answer.ts';
import type { Asker, FindQuery, Found, RevisionView } from './api.ts';
import { openCursor, sealCursor } from './cursor.ts';
import type { Deps } from './deps.ts';
import { missing } from './erasure/gone.ts';
import { searchedQuestions } from './matching.ts';
import type { Condition, Moment } from './ports.ts';
import { ranked } from './ranked.ts';
import { withoutReferences } from './references.ts';
import { type Asked, askedTokens } from './tokens.ts';

/** The kind of that name. @throws Refusal NOT_FOUND */
export function kindNamed(deps: Deps, name: string): Kind {
  const kind = deps.dictionary.kinds.get(name);
  if (kind === undefined) throw maskedNotFound();
  return kind;
}

/** One record. @param kind undefined: whatever kind it is */
export async function get(deps: Deps, asker: Asker, kind: string | undefined, id: string): Promise<Released> {
  return answer(deps, asker, 'records:read', 'get', async (reader) => {
    const { released, left, ...moment } = await released1(deps, reader, kind, id);
    return {
      moment,
      released: released === undefined ? [] : [released],
      asked: [deps.vault.blindForLedger(id)],
      finish() {
        if (released === undefined) throw missing(left, kind);
        return released;
      },
    };
  });
}

export interface One extends Moment {
  readonly released: Released | undefined;
  /** What it left, where it was erased and this viewer saw it. */
  readonly left: readonly Tombstone[];
}

export async function released1(deps: Deps, reader: Reader, kind: string | undefined, id: string): Promise<One> {
  if (!isUuid(id)) return { ...(await deps.read.moment()), released: undefined, left: [] };
  const { rows, version, now } = await deps.read.byIds(reader.stamp, [id]);
  const [released] = await reader.release(rows.filter(({ meta }) => kind === undefined || meta.kind.name === kind), now);
  if (released !== undefined) return { version, now, released, left: [] };
  const { tombstones, ...moment } = await deps.read.tombstones(reader.stamp, [id]);
  return { ...moment, released, left: tombstones };
}

interface Search {
  readonly conditions: readonly Condition[];
  /** The condition that ranks, which is none of the others. */
  readonly ranked: Asked | undefined;
  accepts(record: Released): boolean;
}

const widthOf = ({ type: { shape } }: { type: { shape: string } }, { ranges, tokens }: Asked): 0 | 1 | 2 => (shape === 'enum' ? 2 : ranges.length > 0 && tokens.length === 0 ? 1 : 0);

type Asking = Readonly<Record<string, Json>>;

/** Ids that the asker sees nothing of are asked for no more: a page that such rows filled, and that `accepts` emptied, would tell of them. */
async function seenOnly(reader: Reader, field: Field, asked: Asking, path: string): Promise<Asking> {
  const { reference } = field.type;
  if (reference === undefined) return asked;
  const ids = equals(asked, field, path).map(String);
  const kinds = await reader.kindsOf(ids);
  return { in: ids.filter((id) => reference.to.includes(kinds.get(id) ?? '')) };
}

export async function searchOf(deps: Deps, reader: Reader, kind: Kind, filter: FindQuery['filter']): Promise<Search> {
  const { viewer } = reader;
  const parts = await Promise.all(Object.entries(filter).map(async ([name, asked]) => {
    const field = kind.searches.get(name);
    if (field === undefined) {
      const searchable = [...kind.searches.keys()];
      throw new Refusal('INVALID', { errors: [{ field: name, message: `cannot be searched: one of ${searchable.join(', ')}` }] });
    }
    const tokens = askedTokens(deps.vault, kind, field, asked, name, viewer, deps.maximum);
    return { field, asked: field.type.reference === undefined ? tokens : askedTokens(deps.vault, kind, field, await seenOnly(reader, field, asked, name), name, viewer, deps.maximum) };
  }));
  // Under another master key a sealed value would be asked for in vain, and nothing found would pass for nothing there.
  if (parts.some(({ asked }) => asked.sealed)) await deps.vault.fits();
  const [ranking, ...more] = parts.filter(({ asked }) => asked.probe.ranking !== undefined);
  if (more.length > 0) throw new Refusal('INVALID', { errors: more.map(({ field }) => ({ field: field.name, message: 'a search ranks by one name: leave out the others' })) });
  const others = parts.filter((part) => part !== ranking);
  return {
    conditions: others.map(({ field, asked }) => ({ tokens: asked.tokens, ranges: asked.ranges, width: widthOf(field, asked) })),
    ranked: ranking?.asked,
    accepts: ({ body }) => others.every(({ field, asked }) => {
      const value = valueAt(body, field.path);
      return value !== undefined && value !== null && asked.probe.accept(value, body);
    }),
  };
}

const pageSize = (first: number | undefined, standard: number, most: number): number => {
  const size = first ?? standard;
  if (!Number.isInteger(size) || size < 1 || size > most) throw new Refusal('INVALID', { errors: [{ field: 'first', message: `a whole number from 1 to ${most}` }] });
  return size;
};
export { pageSize };

/** As many rounds over rows that a coarse sealed key brought and `accept` turned away as one page makes. */
const mostRounds = 8;

export async function find(deps: Deps, asker: Asker, query: FindQuery): Promise<Found> {
  const kind = kindNamed(deps, query.kind);
  const first = pageSize(query.first, 50, 500);
  const bound = [query.kind, query.filter];
  const asked = (): readonly string[] => [deps.vault.blindForLedger(JSON.stringify(query.filter))];
  return answer<Found>(deps, asker, 'records:read', 'find', async (reader) => {
    const search = await searchOf(deps, reader, kind, query.filter);
    const questions = searchedQuestions(deps.vault, kind, reader.viewer, query.filter);
    if (search.ranked !== undefined) return { ...(await ranked(deps, reader, { ...search, ranked: search.ranked, kind, first, after: query.after, bound })), asked: asked(), questions };
    let moment = undefined as Moment | undefined;
    let before = query.after === undefined ? undefined : openCursor(deps.vault, reader.viewer, bound, query.after, Date.now()).id;
    const items: Released[] = [];
    let more = true;
    for (let round = 0; more && items.length < first && round < mostRounds; round += 1) {
      const limit = first - items.length + 1;
      const { rows, version, now } = await deps.read.list(reader.stamp, { kind: kind.name, conditions: search.conditions, before, limit });
      if (moment !== undefined && moment.version !== version) return { moment: { version, now }, released: [], finish: () => ({ items: [] }) };
      moment = { version, now };
      more = rows.length === limit;
      const page = more ? rows.slice(0, -1) : rows;
      const released = await reader.release(page, now);
      items.push(...released.filter((record) => search.accepts(record)));
      before = page.at(-1)?.meta.id ?? before;
    }
    const here = moment ?? (await deps.read.moment());
    const next = more && before !== undefined ? sealCursor(deps.vault, reader.viewer, bound, before, here.now) : undefined;
    return {
      moment: here,
      released: items,
      asked: asked(),
      questions,
      finish: () => ({ items, ...(next === undefined ? {} : { nextCursor: next }) }),
    };
  });
}

/** A record's states, oldest first, as far as they differ in what this viewer sees. */
export async function revisions(deps: Deps, asker: Asker, kind: string, id: string): Promise<readonly RevisionView[]> {
  return answer<readonly RevisionView[]>(deps, asker, 'records:read', 'revisions', async (reader) => {
    const { released: present, left, ...moment } = await released1(deps, reader, kind, id);
    const past = present === undefined ? { ...moment, revisions: [] } : await deps.read.past(reader.stamp, id);
    if (past.version !== moment.version) return { moment: { version: past.version, now: past.now }, released: [], finish: () => [] };
    const views = present === undefined ? [] : viewsOf(kindNamed(deps, kind), [...(await pastStates(reader, past.revisions.map(({ stored }) => stored), past.now)), present]);
    return {
      moment,
      released: views.map(({ record }) => record),
      asked: [deps.vault.blindForLedger(id)],
      finish() {
        if (present === undefined) throw missing(left, kind);
        return views;
      },
    };
  });
}

/** Earlier states, of those that stood no higher than this viewer may see: a record that was lowered to it had no history for it before. */
const pastStates = async (reader: Reader, rows: readonly Stored[], now: number): Promise<Released[]> =>
  reader.release(rows.filter(({ meta }) => coveredBy(reader.grants(meta.audience, now), meta.classification, 0)), now);

const own: ReadonlySet<string> = new Set(['id', 'kind', 'originator', 'createdAt', 'revision', 'updatedAt', 'channels', 'withheld']);

/** Numbers states by what changed in them for this viewer; a state that shows no change is none. */
function viewsOf(kind: Kind, states: readonly Released[]): RevisionView[] {
  const views: RevisionView[] = [];
  let last: Released | undefined;
  for (const record of states) {
    const [pieces, before] = [record, last].map((state) => withoutReferences(kind, state === undefined ? {} : split(kind, state.body))) as [Body, Body];
    const names = new Set([...Object.keys(pieces), ...Object.keys(before)]);
    const changed = [...names].filter((name) => !own.has(name) && JSON.stringify(pieces[name]) !== JSON.stringify(before[name]));
    if (last !== undefined && changed.length === 0) {
      // It may refer to other records now: of the states that are one to this viewer, the latest is shown, however many there are.
      views[views.length - 1] = { ...(views.at(-1) as RevisionView), record };
      continue;
    }
    views.push({ revision: record.revision, at: String(record.body['updatedAt']), changed, record });
    last = record;
  }
  return views;
}
