/** The test's own account of who reads what under a generated registry, and who may share what into which channel: independent of `rules/grant.ts`. */
import { caveatMask, type Caveats, type Level, type PurposeName, purposeNames } from '../../src/dictionary/compartment.ts';
import type { Kind } from '../../src/dictionary/types.ts';
import type { Channel, Clause } from '../../src/rules/registry.ts';
import { type Eye, has, headerOf, type Law, purposeOf, rank } from './registry.ts';

export interface Cover {
  readonly ceiling: Level;
  readonly caveats: Caveats;
}

/** To whom somebody agreed, for what; and of a testimony in which case. */
export interface Agreed {
  readonly recipients: readonly string[];
  readonly purposes: readonly PurposeName[];
  readonly case?: Parameters<typeof headerOf>[0];
}

/** What is decided of a record by its state. */
export interface Place {
  readonly kind: Kind;
  readonly originator: string;
  readonly classification: Level;
  readonly channels: readonly string[];
  /** Levels that its originator raised fields to. */
  readonly markings?: ReadonlyMap<string, Level>;
  /** Values of the fields that clauses may depend on. */
  readonly facts?: Readonly<Record<string, string>>;
  /** Undefined: nobody need agree. */
  readonly agreed?: Agreed | undefined;
}

const least = (...given: Level[]): Level => Math.min(...given) as Level;

/** The clauses that speak to a partner through a channel, as the registry says them: all in force, none superseded. */
function spoken(law: Law, who: string, through: string): { channel: Channel; clause: Clause }[] {
  const its = law.channels.get(through);
  const under = law.agreements.get(its?.agreement ?? '');
  if (its === undefined || under?.status !== 'ACTIVE' || !its.members.includes(who) || !under.parties.includes(who)) return [];
  return under.clauses.filter((one) => (one.parties?.includes(who) ?? true) && (one.channels?.includes(through) ?? true)).map((one) => ({ channel: its, clause: one }));
}
const names = ({ kinds }: Clause, { name }: Kind): boolean => kinds.includes('*') || kinds.includes(name);
/** Of a part of a request a clause speaks by what may be asked. */
const gives = (one: Clause, { kind, facts = {} }: Place): boolean => (kind.course === undefined ? one.access.includes('READ') && names(one, kind) : one.requests?.includes(facts['asks'] ?? '') === true);

/** The least level at which a clause gives such a record: that of what it depends on, too. Undefined: the record is not as the clause wants it. */
function wanted({ when }: Clause, { kind, facts = {}, markings }: Place): Level | undefined {
  let level: Level = 0;
  for (const [name, values] of Object.entries(when?.[kind.name] ?? {})) {
    const base = kind.field.get(name)?.level ?? 4;
    if (!values.includes(facts[name] ?? '') || (markings?.get(name) ?? 0) > base) return undefined;
    level = Math.max(level, base) as Level;
  }
  return level;
}

const agreedTo = ({ kind, agreed }: Place, eye: Pick<Eye, 'partner' | 'purpose' | 'case'>): boolean =>
  (agreed === undefined ? kind.extract === undefined : agreed.recipients.includes(eye.partner) && agreed.purposes.includes(eye.purpose) && (agreed.case === undefined || headerOf(agreed.case) === eye.case));

/** The ways by which a viewer has a record, each capped by it: none, and the record is invisible to it. */
export function covering(law: Law, eye: Eye, place: Place): Cover[] {
  const { kind, originator, classification, channels } = place;
  const given = law.partners.get(eye.partner);
  if (given === undefined || !has(given.purposes, eye.purpose) || !has(kind.purposes, eye.purpose)) return [];
  const top = least(rank(eye.clearance), given.clearance);
  const held = caveatMask(eye.caveats) & given.caveats;
  if (classification > top) return [];
  const through = !agreedTo(place, eye) ? [] : channels.flatMap((id) => spoken(law, eye.partner, id)).filter(({ channel: its, clause: one }) => {
    const level = Math.max(classification, wanted(one, place) ?? 9);
    return gives(one, place) && has(one.purposes & its.purposes, eye.purpose) && least(one.ceiling, its.ceiling, given.clearance, top) >= level;
  });
  return [
    ...(originator === eye.partner ? [{ ceiling: top, caveats: held }] : []),
    ...through.map(({ channel: its, clause: one }) => ({ ceiling: least(one.ceiling, its.ceiling, top), caveats: one.caveats & held })),
  ];
}

/** Who beside the originator would read such a record there if nobody need agree, and for what. */
export function readersIn(law: Law, place: Place, channel: string): ReadonlyMap<string, readonly PurposeName[]> {
  const { kind, originator, classification } = place;
  const found = new Map<string, PurposeName[]>();
  for (const who of law.partners.values()) {
    const its = who.id === originator ? [] : spoken(law, who.id, channel).filter(({ channel: through, clause: one }) =>
      one.access.includes('READ') && names(one, kind) && least(one.ceiling, through.ceiling, who.clearance) >= Math.max(classification, wanted(one, place) ?? 9));
    const purposes = purposeNames.filter((name) => has(who.purposes & kind.purposes, name) && its.some(({ channel: through, clause: one }) => has(one.purposes & through.purposes, name)));
    if (purposes.length > 0) found.set(who.id, purposes);
  }
  return found;
}

/** To what all who would read it there would have to be agreed, under either version of the registry. */
export function neededIn(laws: readonly Law[], place: Place, channels: readonly string[]): Agreed {
  const all = laws.flatMap((law) => channels.flatMap((channel) => [...readersIn(law, place, channel)]));
  return { recipients: [...new Set(all.map(([who]) => who))], purposes: [...new Set(all.flatMap(([, purposes]) => purposes))] };
}

/** Whether what is agreed leaves a channel to somebody, or nobody was there before. */
export const leaves = (law: Law, place: Place, channel: string, agreed: Agreed): boolean => {
  const there = readersIn(law, place, channel);
  return there.size === 0 || [...there].some(([who, purposes]) => agreed.recipients.includes(who) && purposes.some((one) => agreed.purposes.includes(one)));
};

export const within = (some: Agreed, all: Agreed): boolean => some.recipients.every((one) => all.recipients.includes(one)) && some.purposes.every((one) => all.purposes.includes(one));

/** The channels into which an originator may share such a record, at this level. */
export const fitting = (law: Law, { kind, originator, classification }: Omit<Place, 'channels'>): string[] =>
  [...law.channels.keys()].filter((id) => spoken(law, originator, id).some(({ channel: its, clause: one }) =>
    one.access.includes('SUBMIT') && names(one, kind) && has(one.purposes & its.purposes, purposeOf(kind)) && classification <= least(one.ceiling, its.ceiling)));
