/** Openings: what an originator may open of a record to a partner that has it, in which channels, at which level. Pure. */
import { covers, levelName, type PurposeName, purposeMask, purposesIn } from '../dictionary/compartment.ts';
import type { Dictionary, Field } from '../dictionary/types.ts';
import { type FieldFault, Refusal } from '../errors.ts';
import { routedAbove } from './act.ts';
import { grantRows, openablePurposes } from './grant.ts';
import type { Opened, StoredMeta } from './record.ts';
import type { Registry } from './registry.ts';
import { effectiveLevel } from './release.ts';
import type { Viewer } from './viewer.ts';

export interface Opening {
  readonly to: string;
  readonly purpose: PurposeName;
  readonly fields: readonly string[];
  /** Unix milliseconds. */
  readonly until: number;
  /** The request by which it is opened. */
  readonly by: string;
}

/** What is opened to a partner by a request, and not over. */
export const openedBy = (opened: readonly Opened[] | undefined, by: string, now: number): string[] =>
  [...new Set((opened ?? []).filter((one) => one.by === by && one.to > now).map(({ field }) => field))];

/**
 * One entry a field and channel that brings the record to the partner.
 * @param sensitive whether the record is
 * @throws Refusal CONFLICT where no clause in force brings it for that purpose; INVALID for a field that would stay withheld; USE_DIPLOMATIC_CHANNEL
 */
export function openedTo(registry: Registry, dictionary: Dictionary, viewer: Viewer, { kind, audience, classification, markings }: StoredMeta, { to, purpose, fields, until, by }: Opening, sensitive: boolean, now: number): Opened[] {
  const purposes = purposeMask([purpose]);
  const bringing = grantRows(registry, dictionary, audience).filter((row) => row.field === undefined && row.partner === to && row.channel !== undefined && (row.purposes & purposes) !== 0 && row.from <= now && now < row.to);
  const channels = [...new Set(bringing.flatMap(({ channel }) => channel ?? []))];
  if (channels.length === 0) throw new Refusal('CONFLICT', `no clause in force, or no consent, brings the record to ${to} for ${purpose}: fields are opened of what it has`);
  const cleared = registry.partners.get(to);
  const known = fields.map((name) => ({ name, field: kind.field.get(name) }));
  const levelOf = (field: Field) => effectiveLevel(field, classification, markings.get(field.name));
  const faults = known.flatMap(({ name, field }, i): FieldFault[] => {
    if (field === undefined || field.own === true) return [{ field: `opens.fields.${i}`, message: `${name} is opened to nobody` }];
    const lawful = openablePurposes(dictionary, field);
    if ((purposes & lawful) === 0) return [{ field: `opens.fields.${i}`, message: `${name} is of a victim, and opened for ${purposesIn(lawful).join(', ')} alone` }];
    const fits = cleared !== undefined && covers(cleared.clearance, cleared.caveats, { level: levelOf(field), caveats: field.caveats });
    return fits ? [] : [{ field: `opens.fields.${i}`, message: `${name} would stay withheld: ${to} is not cleared for it` }];
  });
  if (faults.length > 0) throw new Refusal('INVALID', { errors: faults });
  return known.flatMap(({ name, field }) => (field === undefined ? [] : channels.map((channel): Opened => {
    routedAbove(registry, viewer, channel, kind, { level: levelOf(field), sensitive }, now, `${name} is ${levelName(levelOf(field))}`);
    return { by, partner: to, channel, field: name, level: levelOf(field), purposes, to: until };
  })));
}
