/** Whom a request reaches: desks that the clauses let be asked it, and that may read what it asks. */
import { type Compartment, compartmentName, covers, type Level, levelName } from '../../dictionary/compartment.ts';
import type { RequestKind } from '../../dictionary/requests.ts';
import { type FieldFault, Refusal } from '../../errors.ts';
import { inForce, toTheDesk } from '../../rules/act.ts';
import { stateOf } from '../../rules/condition.ts';
import { basesOf, type GrantRow, grantRows, speaksTo } from '../../rules/grant.ts';
import type { Routing } from '../../rules/registry.ts';
import { effectiveLevel } from '../../rules/release.ts';
import type { Limits } from '../../rules/record.ts';
import { desksOf, towards } from '../../rules/request.ts';
import { nearestReach, shortfall } from '../../rules/shortfall.ts';
import type { Reader } from '../answer.ts';
import type { Composed } from '../compose.ts';
import type { Deps } from '../deps.ts';
import { fileFields } from './parts.ts';

export interface Asked {
  readonly deps: Pick<Deps, 'dictionary'>;
  readonly reader: Reader;
  readonly composed: Composed;
  readonly kind: RequestKind;
  readonly channel: string;
  readonly now: number;
}

/** What brings a part of a request to this partner, were it of this level. */
export function rowsAt({ deps, reader: { registry, viewer }, composed: { kind, markings, content }, channel, now }: Omit<Asked, 'kind'>, level: Level, partner: string, to: Limits): GrantRow[] {
  const limits = { ...to, recipients: [partner] };
  const rows = grantRows(registry, deps.dictionary, { id: 0, kind: kind.name, level, originator: viewer.partner, channels: [channel], state: stateOf(kind, markings, content), limits });
  return rows.filter((row) => row.channel !== undefined && row.from <= now && now < row.to && row.partner === partner);
}

export interface Given extends Compartment {
  readonly name: string;
}

/** What a part says, in the kind's order: in words and files. What the exchange adds is no more closed than those. */
export function givenIn({ kind, classification, markings, content }: Composed): Given[] {
  const files = fileFields(kind);
  return kind.fields.filter((field) => (field.writable || files.includes(field)) && !field.envelope && content[field.name] !== undefined && content[field.name] !== null)
    .map((field) => ({ name: field.name, level: effectiveLevel(field, classification, markings.get(field.name)), caveats: field.caveats }));
}

/** The first of them that no single grant covers, and why: of the grant that lacks least. */
export function hiddenFrom(partner: string, channel: string, rows: readonly GrantRow[], given: readonly Given[]): { readonly name: string; readonly why: string } | undefined {
  const hidden = given.find((one) => !rows.some(({ ceiling, caveats }) => covers(ceiling, caveats, one)));
  const nearest = hidden === undefined ? undefined : nearestReach(rows, hidden);
  if (hidden === undefined || nearest === undefined) return undefined;
  return { name: hidden.name, why: `${hidden.name} would be withheld from ${partner} in ${channel}: it is ${compartmentName(hidden)}, and what ${partner} is given there ${shortfall(nearest, hidden)}` };
}

/** Why it does not reach this partner; undefined: it does. */
function unreached(asked: Asked, partner: string, field: string): FieldFault | undefined {
  const { composed, kind, channel } = asked;
  const to = towards([partner]);
  const rows = rowsAt(asked, composed.classification, partner, to);
  if (rows.length === 0) {
    const open = rowsAt(asked, 0, partner, to).map(({ ceiling }) => ceiling);
    if (open.length === 0) return { field, message: `no clause in force lets ${partner} be asked ${kind.name} in ${channel}` };
    return { field: 'classification', message: `what ${partner} may be asked in ${channel} goes up to ${levelName(Math.max(...open) as Level)}` };
  }
  // The body first, with what stands beside it, sealed more closely: fields of the same name and more.
  const given = givenIn(composed);
  const hidden = hiddenFrom(partner, channel, rows, [...given.filter(({ name }) => name.startsWith(kind.body)), ...given]);
  return hidden && { field, message: `${hidden.why}. It could not act on it` };
}

/** The desk of another partner that a clause names for what the asker asks, where it may read it. */
function wayRound(asked: Asked): Routing | undefined {
  const { reader: { registry, viewer }, kind, channel, now, composed: { content } } = asked;
  const given = registry.channels.get(channel);
  if (given === undefined || content['via'] !== undefined || !kind.machine.moves.some(({ move }) => move === 'ROUTE')) return undefined;
  const bases = basesOf(registry, given).filter((basis) => speaksTo(basis, viewer.partner) && inForce(basis, now) && basis.clause.requests?.includes(kind.name) === true);
  return bases.flatMap(({ clause: { routing } }) => (routing === undefined || routing.partner === viewer.partner ? [] : [routing])).find(({ partner }) => unreached(asked, partner, '') === undefined);
}

/**
 * Whether everybody who is asked may be asked, and may read it. Looked at when what the asker may ask there is known to be in order.
 * @throws Refusal USE_DIPLOMATIC_CHANNEL where an embassy's desk may be asked in their stead; INVALID naming the desk, and what lacks
 */
export function demandReach(asked: Asked): void {
  const { reader: { registry }, composed: { content }, channel } = asked;
  const faults = desksOf(content).flatMap(({ partner }, i) => {
    const fault = unreached(asked, partner, content['via'] === undefined ? `desks.${i}.partner` : 'via.partner');
    return fault === undefined ? [] : [{ partner, ...fault }];
  });
  if (faults.length === 0) return;
  const [first] = faults;
  // Of members alone: that an embassy would ask somebody who takes no part there, no clause says.
  const way = faults.every(({ partner }) => registry.channels.get(channel)?.members.includes(partner) === true) ? wayRound(asked) : undefined;
  if (first !== undefined && way !== undefined) throw toTheDesk(registry, way, `${first.message}; it goes through an embassy, which a request names in \`via\``);
  const passing = content['passes'] === undefined ? '' : '. Take it up outside the exchange, and ANSWER or REFUSE what you were asked';
  throw new Refusal('INVALID', { errors: faults.map(({ field, message }) => ({ field, message: `${message}${passing}` })) });
}
