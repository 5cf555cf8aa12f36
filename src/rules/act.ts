/**
 * What a viewer may do: submit, share, amend, withdraw. Pure; the database's clock comes in as `now`.
 */
import { type Level, levelName, purposesIn } from '../dictionary/compartment.ts';
import type { Kind } from '../dictionary/types.ts';
import { type FieldFault, maskedNotFound, Refusal } from '../errors.ts';
import { askedIn, conditionLevel } from './condition.ts';
import { type Basis, basesOf, givesOf, speaksTo } from './grant.ts';
import type { Channel, Registry, Routing } from './registry.ts';
import type { Viewer } from './viewer.ts';

export interface Sharing {
  readonly kind: Kind;
  readonly classification: Level;
  readonly sensitive: boolean;
  /** What clauses may depend on (`stateOf`); undefined: not known yet, so whatever a clause demands may be met. */
  readonly state: string | undefined;
  readonly ground: string | undefined;
  /** Of a request: whether it goes through an embassy's desk where the clause says so of arrests with return. */
  readonly diplomatic?: boolean;
  /** Of a part of a request: whom it goes to; undefined: whoever is in the channel. */
  readonly recipients?: readonly string[];
}

/** The clause a share is made under. */
export interface ShareBasis {
  readonly channel: string;
  readonly agreement: string;
  readonly clause: string;
  /** ISO 8601 duration after which the share ends. */
  readonly retention: string | undefined;
  /** Partners whose feeds get a notice. */
  readonly notify: readonly string[];
}

/**
 * @param fault the field that needs it, where the call as a whole does not
 * @throws Refusal INSUFFICIENT_SCOPE (RFC 6750 section 3.1)
 */
export function demandScope(viewer: Viewer, scope: string, fault?: FieldFault): void {
  if (viewer.scopes.has(scope)) return;
  throw new Refusal('INSUFFICIENT_SCOPE', {
    detail: `needs the scope ${scope}`,
    ...(fault !== undefined && { errors: [fault] }),
    headers: { 'WWW-Authenticate': `Bearer realm="prasan", error="insufficient_scope", scope="${scope}"` },
  });
}

/** The refusal that names the desk to go to. */
export function toTheDesk(registry: Registry, routing: Routing | undefined, why: string): Refusal {
  const partner = routing === undefined ? undefined : registry.partners.get(routing.partner);
  const desk = partner?.desks.find(({ id }) => id === routing?.desk);
  const named = partner === undefined || desk === undefined ? undefined : { partner: partner.id, desk: desk.id, name: desk.name, contact: desk.contact };
  const detail = named === undefined ? `${why}: use your embassy's desk` : `${why}: use the desk ${named.desk} of ${named.partner} (${named.contact})`;
  return new Refusal('USE_DIPLOMATIC_CHANNEL', { detail, ...(named === undefined ? {} : { extra: { desk: named } }) });
}

/**
 * The embassy desk for refusals above the exchange's own maximum: the one that an agreement this partner is party to names, else its own if it is an
 * embassy, else that of an embassy of its country.
 */
function anyRouting(registry: Registry, partner: string): Routing | undefined {
  for (const agreement of registry.agreements.values()) {
    if (!agreement.parties.includes(partner)) continue;
    for (const clause of agreement.clauses) if (clause.routing !== undefined) return clause.routing;
  }
  const own = registry.partners.get(partner);
  const embassies = [...registry.partners.values()].filter(({ type, country, desks }) => type === 'EMBASSY' && country === own?.country && desks.length > 0);
  const embassy = embassies.find(({ id }) => id === partner) ?? embassies[0];
  const [desk] = embassy?.desks ?? [];
  return embassy === undefined || desk === undefined ? undefined : { partner: embassy.id, desk: desk.id, sensitive: false, arrestWithReturn: false };
}

/**
 * The exchange refuses to hold what is above its configured maximum, for the record and for every marking.
 * @throws Refusal USE_DIPLOMATIC_CHANNEL naming the desk
 */
export function holdable(registry: Registry, viewer: Viewer, maximum: Level, classification: Level, markings: ReadonlyMap<string, Level>): void {
  const highest = Math.max(classification, ...markings.values());
  if (highest <= maximum) return;
  throw toTheDesk(registry, anyRouting(registry, viewer.partner), `this exchange holds nothing above ${levelName(maximum)}`);
}

/** Whether what the clause lets be written may be written now. */
export const inForce = (basis: Basis, now: number): boolean => basis.submit.from <= now && now < basis.submit.to;

/** What a viewer would do, in words. */
const whatOf = ({ kind, state }: Sharing): string => (kind.course === undefined ? `submit ${kind.name} records into` : `ask or answer ${askedIn(state ?? '') ?? 'this'} in`);

/** What the clauses demand of a kind, in words. */
const conditionText = (bases: readonly Basis[], kind: string): string =>
  `while ${[...new Set(bases.flatMap(({ clause }) => Object.entries(clause.when?.[kind] ?? {}).map(([field, values]) => `${field} is ${values.join(' or ')}`)))].join(', or ')}`;

function routed({ clause: { routing } }: Basis, viewer: Viewer, sharing: Sharing): boolean {
  if (routing === undefined) return false;
  // What the embassy's own desk sends goes through it, and so does what goes to nobody else.
  if (sharing.kind.course !== undefined && routing.partner === viewer.partner && routing.desk === viewer.desk) return false;
  const others = sharing.recipients?.filter((partner) => partner !== viewer.partner) ?? [];
  if (others.length > 0 && others.every((partner) => partner === routing.partner)) return false;
  if (routing.arrestWithReturn && sharing.diplomatic === true) return true;
  return (routing.above !== undefined && sharing.classification > routing.above) || (routing.sensitive && sharing.sensitive);
}

/**
 * What is opened of a record is routed as what is shared: above its clause's routing level, or of a sensitive record, it goes through an embassy.
 * @throws Refusal USE_DIPLOMATIC_CHANNEL naming the desk
 */
export function routedAbove(registry: Registry, viewer: Viewer, channelId: string, kind: Kind, { level, sensitive }: { readonly level: Level; readonly sensitive: boolean }, now: number, what: string): void {
  const channel = registry.channels.get(channelId);
  const bases = channel === undefined ? [] : basesOf(registry, channel).filter((basis) => inForce(basis, now) && speaksTo(basis, viewer.partner) && givesOf(basis.clause, 'SUBMIT', kind, kind.name, undefined));
  const routing = bases.find((basis) => routed(basis, viewer, { kind, classification: level, sensitive, state: undefined, ground: undefined }));
  if (routing !== undefined) throw toTheDesk(registry, routing.clause.routing, `${what}: what goes through ${channelId} above its routing level, or is sensitive, goes through an embassy`);
}

/** Whom a share under the clause is told to by a notice: never who is no member of the channel, for it would learn of the channel. */
const notified = ({ channel, clause }: Basis, sharer: string, kind: string): string[] =>
  [...new Set((clause.notices ?? []).filter(({ kinds }) => kinds.includes('*') || kinds.includes(kind)).flatMap(({ to }) => to))].filter((id) => id !== sharer && channel.members.includes(id)).sort();

/**
 * The channel, of whose members the viewer is one. For all others it is as if there were none, so this is asked before anything that depends on it.
 * @throws Refusal NOT_FOUND
 */
export function memberOf(registry: Registry, viewer: Pick<Viewer, 'partner'>, channelId: string): Channel {
  const channel = registry.channels.get(channelId);
  if (channel?.members.includes(viewer.partner) !== true) throw maskedNotFound([{ field: 'channels', message: 'you are a member of no such channel' }]);
  return channel;
}

/**
 * The basis on which this viewer may share such a record into a channel, now.
 * @throws Refusal NOT_FOUND when the channel is not there for this viewer; USE_DIPLOMATIC_CHANNEL; GROUND_REQUIRED; FORBIDDEN
 */
export function mayShare(registry: Registry, viewer: Viewer, sharing: Sharing, channelId: string, now: number): ShareBasis {
  const channel = memberOf(registry, viewer, channelId);
  const submits = basesOf(registry, channel).filter((basis) => inForce(basis, now) && speaksTo(basis, viewer.partner) && givesOf(basis.clause, 'SUBMIT', sharing.kind, sharing.kind.name, sharing.state));
  const held = submits.filter(({ clause }) => sharing.state === undefined || conditionLevel(clause, sharing.kind, sharing.state) !== undefined);
  const forPurpose = held.filter(({ clause }) => (clause.purposes & channel.purposes & viewer.purposeBit) !== 0);
  const [first] = forPurpose;
  if (first === undefined) {
    const why = held.length < submits.length ? `${channelId} takes ${sharing.kind.name} records only ${conditionText(submits, sharing.kind.name)}` : submits.length === 0 ? `no clause in force lets you ${whatOf(sharing)} ${channelId}` : `no clause lets you submit into ${channelId} for ${viewer.purpose}`;
    throw new Refusal('FORBIDDEN', { detail: why, errors: [{ field: 'channels', message: why }] });
  }
  const routing = forPurpose.find((basis) => routed(basis, viewer, sharing));
  if (routing !== undefined) throw toTheDesk(registry, routing.clause.routing, `what is shared into ${channelId} above its routing level, or is sensitive, goes through an embassy${sharing.kind.course === 'REQUEST' ? ', which a request names in `via`' : ''}`);
  const fitting = forPurpose.find(({ clause }) => sharing.classification <= Math.min(clause.ceiling, channel.ceiling));
  if (fitting === undefined) {
    const highest = Math.max(...forPurpose.map(({ clause }) => Math.min(clause.ceiling, channel.ceiling))) as Level;
    const message = sharing.kind.course === undefined ? `${channelId} takes records up to ${levelName(highest)}` : `what you may ${whatOf(sharing)} ${channelId} goes up to ${levelName(highest)}`;
    throw new Refusal('FORBIDDEN', { detail: message, errors: [{ field: 'classification', message }] });
  }
  if (fitting.clause.groundRequired && sharing.ground === undefined && !['LEG', 'MOVE', 'ATTACHMENT'].includes(sharing.kind.course ?? '')) {
    const message = `clause ${fitting.clause.id} of ${fitting.agreement.id} demands a ground of suspicion`;
    throw new Refusal('GROUND_REQUIRED', { detail: message, errors: [{ field: 'legalBasis.ground', message }] });
  }
  return { channel: channelId, agreement: fitting.agreement.id, clause: fitting.clause.id, retention: fitting.clause.retention, notify: sharing.kind.course === undefined ? notified(fitting, viewer.partner, sharing.kind.name) : [] };
}

/** The channels in which some clause in force takes such a record, of those in which one took it as it was: the rest it leaves with the change. */
export function channelsLeft(registry: Registry, kind: Kind, state: { readonly before: string; readonly after: string }, channels: readonly string[], now: number): string[] {
  return channels.filter((id) => {
    const channel = registry.channels.get(id);
    const bases = channel === undefined ? [] : basesOf(registry, channel).filter((basis) => inForce(basis, now) && givesOf(basis.clause, 'SUBMIT', kind, kind.name, undefined));
    const took = (given: string): boolean => bases.some(({ clause }) => conditionLevel(clause, kind, given) !== undefined);
    return took(state.after) || !took(state.before);
  });
}

/**
 * Only the originator's own staff change a record; for all others it is as if there were none to change.
 * @throws Refusal FORBIDDEN when the viewer may read, but not change, the record
 */
export function mayChange(viewer: Viewer, originator: string): void {
  if (viewer.partner !== originator) throw new Refusal('FORBIDDEN', 'only its originator changes a record');
}

/** A classification no higher than the writer's own clearance: nobody writes what it could not read back. */
export function withinClearance(viewer: Viewer, classification: Level, field = 'classification'): void {
  if (classification <= viewer.clearance) return;
  const message = `your clearance for this request is ${levelName(viewer.clearance)}`;
  throw new Refusal('FORBIDDEN', { detail: message, errors: [{ field, message }] });
}

/**
 * A kind that is seen for some purposes alone is written for those alone: nobody writes what it could not read back.
 * @throws Refusal PURPOSE_NOT_ALLOWED naming the purposes
 */
export function withinPurposes(viewer: Viewer, kind: Kind): void {
  if ((kind.purposes & viewer.purposeBit) !== 0) return;
  throw new Refusal('PURPOSE_NOT_ALLOWED', { errors: [{ field: 'Exchange-Purpose', message: `${kind.name} records are written and seen for ${purposesIn(kind.purposes).join(', ')} alone` }] });
}
