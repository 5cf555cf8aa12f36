/**
 * Grants: what brings a record to a viewer. Computed from the registry and the record's audience, and from nothing else.
 *
 * The same rows are materialised in the database for row-level security (`grantRows`), and computed anew here for `release` (`grantsFor`):
 * two locks, of which the second does not trust what the first has stored.
 */
import { allPurposes, caveatMask, type Caveats, covers, type Level, type Purposes } from '../dictionary/compartment.ts';
import type { Dictionary, Field, Kind } from '../dictionary/types.ts';
import { askedIn, conditionLevel } from './condition.ts';
import { desksReading, receives } from './recipients.ts';
import type { Audience } from './record.ts';
import type { Agreement, Channel, Clause, Partner, Registry } from './registry.ts';
import type { Viewer } from './viewer.ts';

/** One way in which one partner may read the records of one audience. */
export interface GrantRow {
  readonly partner: string;
  /** Undefined: the originator's own grant. */
  readonly channel?: string;
  readonly agreement?: string;
  readonly clause?: string;
  /** Of an opening: the one field that it gives. Undefined: every field that it covers. */
  readonly field?: string;
  readonly purposes: Purposes;
  /** The least clearance that has it. */
  readonly level: Level;
  readonly ceiling: Level;
  readonly caveats: Caveats;
  /** The blinded case that a viewer must name. */
  readonly case?: string;
  /** The desks of the partner that have it, beside who sits at none. Undefined: whoever of the partner. */
  readonly desks?: readonly string[];
  /** Unix milliseconds; in force from `from`, no longer at `to`. */
  readonly from: number;
  readonly to: number;
  /** ISO 8601 duration for which originators do not see readings by it. */
  readonly ledgerDelay?: string;
}

/** A grant of this viewer, capped by its clearance and caveats. */
export interface Grant {
  readonly channel: string | undefined;
  readonly agreement: string | undefined;
  readonly clause: string | undefined;
  /** Of an opening: the one field that it gives. Undefined: every field that it covers. */
  readonly field?: string;
  readonly ceiling: Level;
  readonly caveats: Caveats;
  readonly to: number;
  readonly ledgerDelay?: string;
}

/** What of a viewer decides about grants. Also of one that is only imagined: nobody is a viewer by having it. */
export type Eyes = Pick<Viewer, 'partner' | 'purposeBit' | 'clearance' | 'caveats' | 'case' | 'seat'>;

const beginning = -8.64e15;
export const forever = 8.64e15;

/** The agreement and all that supersede it, oldest first. */
export function chainOf(registry: Registry, id: string): Agreement[] {
  const chain: Agreement[] = [];
  let current = registry.agreements.get(id);
  while (current !== undefined && !chain.includes(current)) {
    chain.push(current);
    const { id: heldBy } = current;
    current = [...registry.agreements.values()].find((next) => next.supersedes === heldBy);
  }
  return chain;
}

interface Span {
  readonly from: number;
  readonly to: number;
}

/** When the agreement is in force; its successor takes over without a gap. Undefined: suspended. */
function inForce(agreement: Agreement, successor: Agreement | undefined): Span | undefined {
  if (agreement.status === 'SUSPENDED') return undefined;
  let to = agreement.validTo === undefined ? forever : Date.parse(agreement.validTo);
  if (agreement.status === 'TERMINATED') to = Math.min(to, agreement.terminatedAt === undefined ? beginning : Date.parse(agreement.terminatedAt));
  if (successor !== undefined && successor.status !== 'SUSPENDED') to = Math.min(to, Math.max(Date.parse(successor.validFrom), Date.parse(agreement.validFrom)));
  return { from: Date.parse(agreement.validFrom), to };
}

/** When a clause lets what was shared be read: as long as its agreement is in force, and where it says so until a date after the end. */
function readable(clause: Clause, force: Span, superseded: boolean): Span {
  if (clause.onTermination === 'END_AT_ONCE' || superseded || force.to === forever) return force;
  return { from: force.from, to: Math.max(force.to, Date.parse(clause.onTermination.readUntil)) };
}

/** A clause with the channel and agreement it is used through, and when. */
export interface Basis {
  readonly channel: Channel;
  readonly agreement: Agreement;
  readonly clause: Clause;
  /** In force for reading. */
  readonly read: Span;
  /** In force for submitting: never beyond the agreement's own end. */
  readonly submit: Span;
}

/** Every clause that speaks to a channel, of every agreement of its chain. */
export function basesOf(registry: Registry, channel: Channel): Basis[] {
  if (channel.status !== 'ACTIVE') return [];
  const chain = chainOf(registry, channel.agreement);
  return chain.flatMap((agreement, i) => {
    const successor = chain[i + 1];
    const force = inForce(agreement, successor);
    if (force === undefined || force.from >= force.to) return [];
    const superseded = successor !== undefined && successor.status !== 'SUSPENDED';
    return agreement.clauses
      .filter((clause) => clause.channels?.includes(channel.id) ?? true)
      .map((clause) => ({ channel, agreement, clause, read: readable(clause, force, superseded), submit: force }));
  });
}

/** Whether the clause speaks to this partner as a member of the channel. */
export const speaksTo = ({ channel, agreement, clause }: Basis, partner: string): boolean =>
  channel.members.includes(partner) && agreement.parties.includes(partner) && (clause.parties?.includes(partner) ?? true);

export const coversKind = (clause: Clause, kind: string): boolean => clause.kinds.includes('*') || clause.kinds.includes(kind);

/**
 * Whether a clause gives this of such records. Of a part of a request it speaks by `requests` alone: who may ask may be asked, and answer.
 * @param state undefined: not known yet, so whatever it may be
 */
export function givesOf({ access, requests = [], ...clause }: Clause, to: 'READ' | 'SUBMIT', kind: Kind | undefined, name: string, state: string | undefined): boolean {
  if (kind?.course === undefined) return access.includes(to) && coversKind({ access, ...clause }, name);
  return state === undefined ? requests.length > 0 : requests.includes(askedIn(state) ?? '');
}

const lower = (...given: Level[]): Level => Math.min(...given) as Level;

/** Of a part of a request: for which desks of a partner it is, the originator's own among them. */
function ofDesks({ id, desks }: Partner, kind: Kind | undefined, { limits }: Audience): Pick<GrantRow, 'desks'> {
  const reading = kind?.course === undefined || limits === undefined ? undefined : desksReading(limits.recipients, id, desks);
  return reading === undefined ? {} : { desks: reading };
}

function readersOf(registry: Registry, audience: Audience, kind: Kind | undefined, basis: Basis): GrantRow[] {
  const { channel, agreement, clause, read } = basis;
  const condition = conditionLevel(clause, kind, audience.state);
  if (!givesOf(clause, 'READ', kind, audience.kind, audience.state) || condition === undefined) return [];
  const level = Math.max(audience.level, condition) as Level;
  return channel.members.flatMap((member) => {
    const partner = registry.partners.get(member);
    if (partner?.status !== 'ACTIVE' || !speaksTo(basis, member)) return [];
    // An extract is bound to a case, or to nobody.
    if (kind?.extract !== undefined && audience.limits?.case === undefined) return [];
    if (audience.limits !== undefined && !(kind?.course === undefined ? audience.limits.recipients.includes(member) : receives(audience.limits.recipients, member))) return [];
    const purposes = clause.purposes & channel.purposes & partner.purposes & (kind?.purposes ?? 0) & (audience.limits?.purposes ?? allPurposes);
    const ceiling = lower(clause.ceiling, channel.ceiling, partner.clearance);
    if (purposes === 0 || ceiling < level) return [];
    const bound = audience.limits?.case === undefined ? {} : { case: audience.limits.case };
    return [{ partner: member, channel: channel.id, agreement: agreement.id, clause: clause.id, purposes, level, ceiling, caveats: clause.caveats & partner.caveats, ...bound, ...ofDesks(partner, kind, audience), ...read, ...(clause.ledgerDelay !== undefined && { ledgerDelay: clause.ledgerDelay }) }];
  });
}

/** Whether the second adds nothing to the first: neither purposes nor time, nor for a lower clearance. */
const holds = (a: GrantRow, b: GrantRow): boolean => (a.desks === undefined || b.desks?.every((desk) => a.desks?.includes(desk)) === true) && a.level <= b.level && (a.case === undefined || a.case === b.case) && (b.purposes & ~a.purposes) === 0 && a.from <= b.from && b.to <= a.to;

/** The desks of both. */
function jointDesks(a: readonly string[] | undefined, b: readonly string[] | undefined): Pick<GrantRow, 'desks'> {
  const desks = a === undefined || b === undefined ? (a ?? b) : a.filter((desk) => b.includes(desk));
  return desks === undefined ? {} : { desks };
}

/**
 * A grant as far as one on an end goes with it: the purposes, the desks and the time of both, for the clearance and in the case that both need; what it opens stays
 * its own, never the union of two. Two testimonies in two cases have no one grant together.
 */
function withEnd(row: GrantRow, ends: readonly GrantRow[]): GrantRow[] {
  const joint = ends
    .filter((end) => end.partner === row.partner && (end.case === undefined || row.case === undefined || end.case === row.case))
    .map(({ level, purposes, from, to, desks, case: bound = row.case }) => ({ ...row, ...jointDesks(row.desks, desks), ...(bound !== undefined && { case: bound }), level: Math.max(row.level, level) as Level, purposes: row.purposes & purposes, from: Math.max(row.from, from), to: Math.min(row.to, to) }))
    .filter(({ purposes, from, to }) => purposes !== 0 && from < to);
  return joint.filter((one, i) => !joint.some((other, j) => i !== j && holds(other, one) && (j < i || !holds(one, other))));
}

const ofVictims = caveatMask(['VICTIM']);

/** For what a field may be opened: what is of a victim, for that alone for which records behind the victim firewall are seen. */
export function openablePurposes({ kinds }: Dictionary, { caveats }: Pick<Field, 'caveats'>): Purposes {
  if ((caveats & ofVictims) === 0) return allPurposes;
  return [...kinds.values()].filter(({ fields }) => fields.some(({ alertWhile }) => alertWhile !== undefined)).reduce((mask, { purposes }) => mask & purposes, allPurposes);
}

/**
 * Openings: a grant of one field each, beside the grant of a clause that brings the record to that partner in that channel, for what both are for, and never
 * longer. So whatever ends or limits that one (the agreement, the channel, consent, a case, the kind's purposes) ends or limits the opening.
 */
function openedRows(registry: Registry, dictionary: Dictionary, audience: Audience, rows: readonly GrantRow[]): GrantRow[] {
  return (audience.opened ?? []).flatMap(({ partner, channel, field, level, purposes, to }) => {
    const cleared = registry.partners.get(partner);
    const known = dictionary.kinds.get(audience.kind)?.field.get(field);
    if (cleared === undefined || known === undefined || cleared.clearance < level) return [];
    const bits = purposes & openablePurposes(dictionary, known);
    return rows.filter((row) => row.partner === partner && row.channel === channel)
      .map((row) => ({ ...row, field, ceiling: level, caveats: cleared.caveats, purposes: row.purposes & bits, to: Math.min(row.to, to) }))
      .filter((row) => row.purposes !== 0 && row.from < row.to);
  });
}

/** Every grant on the records of this audience, of every partner: a pure function of the registry at its version. */
export function grantRows(registry: Registry, dictionary: Dictionary, audience: Audience): GrantRow[] {
  const { ends = [] } = audience;
  const bringing = (end: Audience): GrantRow[] => grantRows(registry, dictionary, end).filter(({ field }) => field === undefined);
  return ends.map(bringing).reduce((rows, ofEnd) => rows.flatMap((row) => withEnd(row, ofEnd)), ownRows(registry, dictionary, audience));
}

/** Grants on the records themselves, whatever they exist by. */
function ownRows(registry: Registry, dictionary: Dictionary, audience: Audience): GrantRow[] {
  const kind = dictionary.kinds.get(audience.kind);
  const rows: GrantRow[] = [];
  const own = registry.partners.get(audience.originator);
  if (own?.status === 'ACTIVE' && own.clearance >= audience.level) {
    rows.push({ partner: own.id, purposes: own.purposes & (kind?.purposes ?? 0), level: audience.level, ceiling: own.clearance, caveats: own.caveats, ...ofDesks(own, kind, audience), from: beginning, to: forever });
  }
  for (const id of audience.channels) {
    const channel = registry.channels.get(id);
    if (channel !== undefined) rows.push(...basesOf(registry, channel).flatMap((basis) => readersOf(registry, audience, kind, basis)));
  }
  const brought = rows.filter((row) => row.purposes !== 0);
  return audience.opened === undefined ? brought : [...brought, ...openedRows(registry, dictionary, audience, brought)];
}

/** The rows of one viewer that are in force at `now` (Unix milliseconds, the database's clock), capped by its clearance and caveats. */
export function grantsOf(rows: readonly GrantRow[], audience: Audience, viewer: Eyes, now: number): Grant[] {
  if (viewer.clearance < audience.level) return [];
  return rows
    .filter((row) => row.partner === viewer.partner && viewer.clearance >= row.level && (row.purposes & viewer.purposeBit) !== 0 && (row.case === undefined || viewer.case?.includes(row.case) === true) && (row.desks === undefined || viewer.seat === undefined || row.desks.includes(viewer.seat)) && row.from <= now && now < row.to)
    .map((row) => ({
      channel: row.channel,
      agreement: row.agreement,
      clause: row.clause,
      ...(row.field !== undefined && { field: row.field }),
      ceiling: lower(row.ceiling, viewer.clearance),
      caveats: row.caveats & viewer.caveats,
      to: row.to,
      ...(row.ledgerDelay !== undefined && { ledgerDelay: row.ledgerDelay }),
    }));
}

/** Whether one single grant covers level and all caveats: never the union of two. An opening covers its one field, and nothing else. */
export const coveredBy = (grants: readonly Grant[], level: Level, caveats: Caveats): boolean =>
  grants.some((grant) => grant.field === undefined && covers(grant.ceiling, grant.caveats, { level, caveats }));

/** Whether one of them gives this field at this level; what is the originator's own, none but its own grant does. */
export const givesField = (grants: readonly Grant[], { name, own, caveats }: Pick<Field, 'name' | 'own' | 'caveats'>, level: Level): boolean =>
  grants.some((grant) => (own !== true || grant.channel === undefined) && (grant.field === undefined || grant.field === name) && covers(grant.ceiling, grant.caveats, { level, caveats }));
