/**
 * What a feed tells: visibility at the window's beginning compared with visibility at its end, never the events themselves. So access that was
 * gained, lost or merely lapsed shows alike, only for records that this viewer had or has, and nothing shows of what happened out of its sight.
 */
import type { Caveats, Level } from '../dictionary/compartment.ts';
import type { Dictionary, Kind } from '../dictionary/types.ts';
import { givesField, type Grant } from './grant.ts';
import type { Audience } from './record.ts';
import { effectiveLevel, lensOf } from './release.ts';

/** A grant with the time it was in force, as it was kept. */
export interface Held {
  readonly audience: Audience;
  /** The least clearance that has it. */
  readonly level: Level;
  readonly ceiling: Level;
  readonly caveats: Caveats;
  /** Of an opening: its field. */
  readonly field?: string;
  readonly from: number;
  readonly to: number;
}

/** What a viewer with these caps saw of each audience at one instant: the names of fields, or nothing. */
export interface Horizon {
  /** Undefined: the audience was not visible. */
  sees(audience: number): ReadonlySet<string> | undefined;
  /** Whether it saw a change of the field, in a record of the audience, that was known under this marking. */
  noticed(audience: number, change: Touched): boolean;
}

/** A field that changed, and the lowest marking under which the change was known: of a field that is marked before and after, no less than that. */
export interface Touched {
  readonly name: string;
  readonly under: Level;
}

/** As an event keeps it: `location`, or `location 3` where it is marked. */
/** What an event says, in the place of a field, whose record's originator is to be told of it again, for a notice goes with it. Nobody else notices. */
export const warned = '@warned';

export const touchedText = ({ name, under }: Touched): string => (under === 0 ? name : `${name} ${under}`);
export const touchedOf = (text: string): Touched => {
  const [name = '', under = '0'] = text.split(' ');
  return { name, under: Number(under) as Level };
};

/** The changed fields of a record with its markings before and after: whoever saw a field before it was marked knows that it was. */
export const touched = (fields: readonly string[], before: ReadonlyMap<string, Level>, after: ReadonlyMap<string, Level>): Touched[] =>
  fields.map((name) => ({ name, under: Math.min(before.get(name) ?? 0, after.get(name) ?? 0) as Level }));

const noMarkings: ReadonlyMap<string, Level> = new Map();

/** With what openings give: a field that its originator raised is opened as it stood, and its opening shows where the unmarked field's would not. */
function withOpened(kind: Kind, { opened = [] }: Audience, visible: ReadonlySet<string>, grants: readonly Grant[]): ReadonlySet<string> {
  const given = opened.filter(({ field, level }) => {
    const known = kind.field.get(field);
    return known !== undefined && givesField(grants.filter((grant) => grant.field === field), known, level);
  });
  return given.length === 0 ? visible : new Set([...visible, ...given.map(({ field }) => `opened ${field}`)]);
}

/** @param partner whose viewer it is: of its own records it sees what is its alone @param at Unix milliseconds; NaN: before everything, when nothing was visible */
export function horizonAt(dictionary: Dictionary, held: readonly Held[], partner: string, at: number, clearance: Level, caveats: Caveats): Horizon {
  const grants = new Map<number, { audience: Audience; grants: Grant[] }>();
  for (const { audience, level, ceiling, caveats: granted, field, from, to } of held) {
    if (!(from <= at && at < to) || level > clearance) continue;
    let known = grants.get(audience.id);
    if (known === undefined) grants.set(audience.id, (known = { audience, grants: [] }));
    known.grants.push({ channel: audience.originator === partner ? undefined : '', agreement: undefined, clause: undefined, ceiling: Math.min(ceiling, clearance) as Level, caveats: granted & caveats, ...(field !== undefined && { field }), to });
  }
  const lenses = new Map<number, ReadonlySet<string>>();
  for (const [id, { audience, grants: its }] of grants) {
    const kind = dictionary.kinds.get(audience.kind);
    if (kind !== undefined) lenses.set(id, withOpened(kind, audience, lensOf(kind, audience.level, noMarkings, its).visible, its));
  }
  return {
    sees: (id) => lenses.get(id),
    noticed(id, { name, under }) {
      const known = grants.get(id);
      const field = known === undefined ? undefined : dictionary.kinds.get(known.audience.kind)?.field.get(name);
      return known !== undefined && field !== undefined && givesField(known.grants, field, effectiveLevel(field, known.audience.level, under));
    },
  };
}

const sameFields = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean => a.size === b.size && [...a].every((name) => b.has(name));

/** Audiences that show more, less or other fields than they did. */
export const shifted = (audiences: Iterable<number>, before: Horizon, now: Horizon): number[] =>
  [...new Set(audiences)].filter((id) => {
    const old = before.sees(id);
    const present = now.sees(id);
    return old === undefined ? present !== undefined : present === undefined || !sameFields(old, present);
  });

export type Told = 'SHARED' | 'REVISED' | 'WITHDRAWN' | 'ERASED' | 'ACCESS_ENDED';

/** The audience that an erased record leads to: no number of any. */
export const nowhere = 0;

/** One record's way through a window. */
export interface Passage {
  /** Undefined: it was submitted within the window. */
  readonly before: number | undefined;
  readonly after: number;
  readonly through: readonly number[];
  /** Changed fields; `status` for a withdrawal. */
  readonly fields: readonly Touched[];
  /** Whether the channels that this viewer sees are others than before. */
  readonly moved: boolean;
}

/**
 * Whether some of a record's fields are new to a viewer that is told of it: it had none of the record, or others of these fields, or one of them changed in
 * its sight.
 */
export function anew({ before, after, through, fields }: Omit<Passage, 'moved'>, then: Horizon, now: Horizon, names: ReadonlySet<string>): boolean {
  const had = before === undefined ? undefined : then.sees(before);
  const has = now.sees(after);
  if (had === undefined || has === undefined || through.some((id) => now.sees(id) === undefined)) return has !== undefined;
  return [...names].some((name) => had.has(name) !== has.has(name)) || fields.some((change) => names.has(change.name) && now.noticed(after, change));
}

/** What a viewer is told of a record; undefined: nothing. */
export function told({ before, after, through, fields, moved }: Passage, then: Horizon, now: Horizon): Told | undefined {
  const had = before === undefined ? undefined : then.sees(before);
  const has = now.sees(after);
  if (had === undefined) return has === undefined ? undefined : 'SHARED';
  if (has === undefined) {
    // Why access ended shows only while the viewer would still have it otherwise: what happened after its access lapsed is not its to know.
    const lapsed = before === undefined || now.sees(before) === undefined;
    if (lapsed) return 'ACCESS_ENDED';
    if (after === nowhere) return 'ERASED';
    return fields.some(({ name }) => name === 'status') ? 'WITHDRAWN' : 'ACCESS_ENDED';
  }
  const interrupted = through.some((id) => now.sees(id) === undefined);
  return interrupted || moved || fields.some((change) => now.noticed(after, change)) || !sameFields(had, has) ? 'REVISED' : undefined;
}
