/** What a writer may put in, and where. */
import { says } from '../dictionary/says.ts';
import type { Body, Kind } from '../dictionary/types.ts';
import { Refusal } from '../errors.ts';
import { holdable, mayShare, type ShareBasis, withinClearance, withinPurposes } from '../rules/act.ts';
import { stateOf } from '../rules/condition.ts';
import type { Limits } from '../rules/record.ts';
import { partnersAsked } from '../rules/request.ts';
import type { Reader } from './answer.ts';
import { deskFault } from './case-desks.ts';
import { type Composed, withinSight } from './compose.ts';
import type { Deps } from './deps.ts';
import { demandRequest, isDiplomatic, requestKind } from './requests/check.ts';
import { demandReach } from './requests/reach.ts';

/** The ground of suspicion: of the legal basis, else what the kind says for one (`@ground`). */
export const groundOf = (kind: Kind, content: Body): string | undefined => {
  const basis = content['legalBasis'];
  const ground = typeof basis === 'object' && basis !== null && !Array.isArray(basis) ? (basis as Body)['ground'] : undefined;
  const said = [ground, kind.ground === undefined ? undefined : content[kind.ground]];
  return said.find((text): text is string => typeof text === 'string' && says(text));
};

/** The type of a field that names a desk: a sign that nobody is to review would help nobody. */
const deskType = 'VictimReview';

/** Whether a body names desks: then it is looked at by itself, whatever others are like it. */
export const namesDesks = (kind: Kind, content: Body): boolean =>
  [kind.staged?.desks, kind.staged?.transition].some((name) => name !== undefined && name in content) || kind.fields.some(({ name, type }) => type.name === deskType && name in content);

/** @throws Refusal INVALID for a desk that no partner declared */
function demandDesks({ registry }: Reader, { kind, content }: Composed): void {
  const faults = kind.fields.flatMap(({ name, type }) => {
    const given = type.name === deskType ? content[name] : undefined;
    if (typeof given !== 'object' || given === null || Array.isArray(given)) return [];
    const { partner, desk } = given as Body;
    const fault = deskFault(registry, String(partner), String(desk));
    return fault === undefined ? [] : [{ field: `${name}.${fault.of}`, message: fault.message }];
  });
  if (faults.length > 0) throw new Refusal('INVALID', { errors: faults });
}

/** What a writer may put in, where: the level it may hold, what it can read back, each channel's clause. @param to of a part of a request: whom it goes to */
export function mayPut(deps: Pick<Deps, 'maximum' | 'dictionary'>, reader: Reader, composed: Composed, channels: readonly string[], now: number, to?: Limits): ShareBasis[] {
  const { registry, viewer } = reader;
  const { kind, classification, markings, content } = composed;
  withinPurposes(viewer, kind);
  holdable(registry, viewer, deps.maximum, classification, markings);
  withinClearance(viewer, classification);
  withinSight(viewer, composed);
  demandDesks(reader, composed);
  if (kind.course === 'REQUEST') demandRequest(deps, reader, composed, channels, now);
  const recipients = kind.course === 'REQUEST' ? partnersAsked(content) : to?.recipients;
  const sharing = { kind, classification, sensitive: content['sensitive'] === true, state: stateOf(kind, markings, content), ground: groundOf(kind, content), diplomatic: isDiplomatic(deps, composed), ...(recipients !== undefined && { recipients }) };
  const shares = channels.map((channel) => mayShare(registry, viewer, sharing, channel, now));
  // What the asker may not ask there at all, or asks past an embassy, is said first: it is the truth about its own agreement.
  if (kind.course === 'REQUEST') for (const channel of channels) demandReach({ deps, reader, composed, kind: requestKind(deps, content['asks']), channel, now });
  return shares;
}

/** A value on a list of known-good ones is refused unless confirmed. @throws Refusal KNOWN_GOOD */
export function notKnownGood(deps: Pick<Deps, 'warn'>, { content }: Composed, confirmed: boolean): void {
  if (confirmed || typeof content['type'] !== 'string' || typeof content['value'] !== 'string') return;
  const hit = deps.warn(content['type'], content['value']);
  if (hit === undefined) return;
  throw new Refusal('KNOWN_GOOD', { errors: [{ field: 'value', message: `it is on the list of known-good values "${hit.list}": confirm to submit it all the same` }] });
}

export const channelsOf = (body: Body): string[] => [...new Set(Array.isArray(body['channels']) ? (body['channels'] as string[]) : [])].sort();
