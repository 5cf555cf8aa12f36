/**
 * The way of money, hop by hop: over transfers released to this viewer, and nothing else. An end is followed only where one grant of that transfer covers
 * it: the search keys are matched under that law, and what was released is looked at again.
 */
import { instantMs } from '../dictionary/normalise/instant.ts';
import { valueAt } from '../dictionary/parts.ts';
import type { Body, Json, Kind } from '../dictionary/types.ts';
import { invalid, maskedNotFound } from '../errors.ts';
import type { Released } from '../rules/release.ts';
import { validate as isUuid } from 'uuid';
import { answer, type Reader } from './answer.ts';
import type { Asker, MoneyHop, MoneyTrail, TrailQuery } from './api.ts';
import type { Deps } from './deps.ts';
import { kindNamed } from './find.ts';
import type { Moment } from './ports.ts';
import { type Asked, askedTokens } from './tokens.ts';

const mostHops = 6;
/** Transfers that one hop shows, and that all hops show together. */
const mostAHop = 200;
const mostInAll = 600;
/** Ends that are followed from one hop. */
const mostEnds = 200;
/** Keys that one hop looks at. */
const mostHits = 5000;

/** An end of a transfer, as far as it says where money lay. */
interface End {
  readonly account?: string;
  readonly number?: string;
  readonly cryptoAddress?: string;
  readonly scheme?: string;
  readonly bic?: string;
  readonly code?: string;
}

/** Money that arrived at an end, not before an instant (RFC 3339, UTC; these compare as text). */
interface Arrival {
  readonly end: End;
  readonly since: string;
}

const textAt = (body: Body, ...path: readonly string[]): string | undefined => {
  const value: Json | undefined = valueAt(body, path);
  return typeof value === 'string' ? value : undefined;
};

const compact = (end: Readonly<Record<string, string | undefined>>): End => Object.fromEntries(Object.entries(end).filter(([, value]) => value !== undefined));

const endOf = (body: Body, side: 'from' | 'to'): End => compact({
  account: textAt(body, side, 'account'), number: textAt(body, side, 'number'), cryptoAddress: textAt(body, side, 'cryptoAddress'),
  scheme: textAt(body, side, 'scheme'), bic: textAt(body, side, 'institution', 'bic'), code: textAt(body, side, 'institution', 'code'),
});

/** Two that both say it say the same. */
const agree = (a: string | undefined, b: string | undefined): boolean => a === undefined || b === undefined || a === b;

/** Whether money that arrived at the one left from the other. */
function joins(arrived: End, left: End): boolean {
  if (arrived.account !== undefined && arrived.account === left.account) return true;
  if (arrived.cryptoAddress !== undefined && arrived.cryptoAddress === left.cryptoAddress) return true;
  const sameNumber = arrived.number !== undefined && arrived.number === left.number;
  return sameNumber && agree(arrived.scheme, left.scheme) && agree(arrived.bic, left.bic) && agree(arrived.code, left.code);
}

const follows = ['account', 'number', 'cryptoAddress'] as const;
const isPlace = (end: End): boolean => follows.some((name) => end[name] !== undefined);

/** The search keys of transfers that leave these ends. */
function tokensOf(deps: Deps, { viewer }: Reader, kind: Kind, ends: readonly End[]): Asked['tokens'] {
  return follows.flatMap((name) => {
    const field = kind.searches.get(`from.${name}`);
    const values = [...new Set(ends.flatMap((end) => end[name] ?? []))];
    return field === undefined || values.length === 0 ? [] : [...askedTokens(deps.vault, kind, field, { in: values }, name, viewer, deps.maximum).tokens];
  });
}

/** Asked ends in every form they may be kept in; what cannot be read is told. @throws Refusal INVALID */
function askedEnd(deps: Deps, reader: Reader, kind: Kind, query: TrailQuery): { readonly matches: (end: End) => boolean; readonly end: End } {
  const name = query.number !== undefined ? 'number' : 'cryptoAddress';
  const field = kind.searches.get(`from.${name}`);
  const value = query[name];
  if (field === undefined || value === undefined) throw maskedNotFound();
  const { probe } = askedTokens(deps.vault, kind, field, { eq: value }, name, reader.viewer, deps.maximum);
  const { scheme, bic, code } = query;
  const end = compact({ [name]: value, scheme, bic: bic?.toUpperCase(), code });
  return { end, matches: (left) => left[name] !== undefined && probe.accept(left[name] ?? null, {}) && agree(scheme, left.scheme) && agree(end.bic, left.bic) && agree(code, left.code) };
}

interface Start {
  readonly moment: Moment;
  readonly arrivals: readonly (Arrival & { readonly matches?: (end: End) => boolean })[];
  readonly seen: readonly Released[];
}

/** From an account that the viewer sees, or from what was named. Undefined: no such account. */
async function startOf(deps: Deps, reader: Reader, kind: Kind, query: TrailQuery): Promise<Start & { readonly found: boolean }> {
  const since = query.since === undefined ? '' : new Date(query.since).toISOString();
  if (query.account === undefined) {
    const { end, matches } = askedEnd(deps, reader, kind, query);
    return { moment: { version: reader.registry.version, now: 0 }, arrivals: [{ end, since, matches }], seen: [], found: true };
  }
  const { rows, version, now } = isUuid(query.account) ? await deps.read.byIds(reader.stamp, [query.account]) : { rows: [], ...(await deps.read.moment()) };
  const seen = await reader.release(rows.filter(({ meta }) => meta.kind.name === 'Account'), now);
  const [account] = seen;
  if (account === undefined) return { moment: { version, now }, arrivals: [], seen, found: false };
  const { body } = account;
  const end = compact({
    account: account.id, number: textAt(body, 'number'), scheme: textAt(body, 'scheme'), bic: textAt(body, 'institution', 'bic'), code: textAt(body, 'institution', 'code'),
  });
  return { moment: { version, now }, arrivals: [{ end, since }], seen, found: true };
}

const inOrder = (a: Released, b: Released): number => {
  const [left, right] = [`${textAt(a.body, 'at') ?? ''} ${a.id}`, `${textAt(b.body, 'at') ?? ''} ${b.id}`];
  return left < right ? -1 : 1;
};

/** Of the transfers that leave the ends, those at or after the money was there. */
function leaving(released: readonly Released[], arrivals: Start['arrivals'], shown: ReadonlySet<string>): Released[] {
  return released.filter((record) => {
    const at = textAt(record.body, 'at');
    if (at === undefined || shown.has(record.id)) return false;
    const left = endOf(record.body, 'from');
    return arrivals.some(({ end, since, matches }) => at >= since && (matches?.(left) ?? joins(end, left)));
  }).sort(inOrder);
}

/** Where the money of these transfers arrived, with the earliest instant; ends that were followed from as early already are left. */
function arrivalsOf(transfers: readonly Released[], followed: Map<string, string>): Arrival[] {
  const arrivals = new Map<string, Arrival>();
  for (const { body } of transfers) {
    const end = endOf(body, 'to');
    const since = textAt(body, 'at');
    if (since === undefined || !isPlace(end)) continue;
    const name = JSON.stringify(follows.map((each) => end[each] ?? null).concat(end.scheme ?? null, end.bic ?? null, end.code ?? null));
    const before = followed.get(name);
    if (before !== undefined && before <= since) continue;
    followed.set(name, since);
    arrivals.set(name, { end, since });
  }
  return [...arrivals.values()];
}

interface Walked {
  readonly moment: Moment;
  readonly hops: readonly MoneyHop[];
}

/** The last hop with its mark: what leaves the ends that it reached is released, and not shown. */
const goingOn = (hops: readonly MoneyHop[]): MoneyHop[] => hops.map((hop, i) => (i === hops.length - 1 ? { ...hop, cut: true } : hop));

/**
 * One read a hop, and one more that tells no more than whether it goes on. Cycles end: a transfer is shown once, and an end is followed again only for money
 * that was there earlier.
 */
async function walk(deps: Deps, reader: Reader, kind: Kind, start: Start, most: number): Promise<Walked> {
  const hops: MoneyHop[] = [];
  const shown = new Set<string>();
  const followed = new Map<string, string>();
  let { moment } = start;
  let arrivals = start.arrivals;
  for (let hop = 1; arrivals.length > 0; hop += 1) {
    const tokens = tokensOf(deps, reader, kind, arrivals.map(({ end }) => end));
    const found = await deps.read.byTokens(reader.stamp, tokens, [], mostHits);
    moment = found;
    if (found.version !== reader.registry.version) return { moment, hops: [] };
    const released = await reader.release(found.rows.filter(({ meta }) => meta.kind.name === kind.name), found.now);
    const all = leaving(released, arrivals, shown);
    const unread = found.hits.length >= mostHits;
    if (hop > most || shown.size >= mostInAll) return { moment, hops: all.length > 0 || unread ? goingOn(hops) : hops };
    const transfers = all.slice(0, Math.min(mostAHop, mostInAll - shown.size));
    for (const { id } of transfers) shown.add(id);
    const next = arrivalsOf(transfers, followed);
    arrivals = next.slice(0, mostEnds);
    const cut = transfers.length < all.length || arrivals.length < next.length || unread;
    if (transfers.length > 0 || cut) hops.push({ hop, transfers, cut });
  }
  return { moment, hops };
}

function checked(query: TrailQuery): number {
  const given = follows.filter((name) => query[name] !== undefined);
  if (given.length !== 1) throw invalid('account', 'name one: `account`, `number` or `cryptoAddress`');
  if (query.since !== undefined && instantMs(query.since) === undefined) throw invalid('since', 'an instant with its zone, as in 2026-01-31T08:00:00Z (RFC 3339)');
  const hops = query.hops ?? mostHops;
  if (!Number.isInteger(hops) || hops < 1 || hops > mostHops) throw invalid('hops', `a whole number from 1 to ${mostHops}`);
  return hops;
}

/** Follows released money from an account. @throws Refusal NOT_FOUND for an account that is absent or invisible; INVALID */
export async function transfersFrom(deps: Deps, asker: Asker, query: TrailQuery): Promise<MoneyTrail> {
  const most = checked(query);
  const kind = kindNamed(deps, 'Transfer');
  return answer<MoneyTrail>(deps, asker, 'records:read', 'transfersFrom', async (reader) => {
    const start = await startOf(deps, reader, kind, query);
    const { moment, hops } = start.moment.version === reader.registry.version && start.found ? await walk(deps, reader, kind, start, most) : { moment: start.moment, hops: [] };
    return {
      moment,
      released: [...start.seen, ...hops.flatMap(({ transfers }) => transfers)],
      asked: [deps.vault.blindForLedger(JSON.stringify([query.account ?? query.number ?? query.cryptoAddress]))],
      finish() {
        if (!start.found) throw maskedNotFound();
        return { hops, cut: hops.some(({ cut }) => cut) };
      },
    };
  });
}
