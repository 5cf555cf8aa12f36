/** Consent in the way of a write: what a record may be shared beyond, by whose authority, and how the ledger keeps that. */
import type { Level } from '../dictionary/compartment.ts';
import type { Body, Json, Kind } from '../dictionary/types.ts';
import { Refusal } from '../errors.ts';
import { channelsLeft, type Consent, consentOf, demandConsent, type Override, overrideUsed } from '../rules/consent.ts';
import { stateOf } from '../rules/condition.ts';
import { compartmentOf } from '../rules/layout.ts';
import { addressedTo, desksAsking } from '../rules/request.ts';
import type { Limits, Stored } from '../rules/record.ts';
import type { Released } from '../rules/release.ts';
import type { Viewer } from '../rules/viewer.ts';
import type { Reader } from './answer.ts';
import type { Composed } from './compose.ts';
import type { Deps } from './deps.ts';
import type { LedgerEntry } from './ports.ts';

/** What decides under which compartment a record's consent is kept. */
type Classified = Pick<Composed, 'kind' | 'classification' | 'markings'>;
export type Writing = Reader & { readonly tx: { readonly now: number } };

export interface Consented {
  readonly limits: Limits | undefined;
  /** Used, and so to be kept in the ledger. */
  readonly override: Override | undefined;
}

const unasked: Consented = { limits: undefined, override: undefined };

export interface Where {
  readonly kind: Kind;
  readonly level: Level;
  readonly channels: readonly string[];
  readonly state: string;
}

const audienceAt = ({ viewer }: Reader, { kind, level, channels, state }: Where) => ({ kind: kind.name, level, originator: viewer.partner, channels, state });

function within(deps: Pick<Deps, 'dictionary'>, writer: Writing, consent: Consent, where: Where): Consented {
  const audience = audienceAt(writer, where);
  demandConsent(writer.registry, deps.dictionary, consent, audience, writer.tx.now);
  return { limits: consent.limits, override: overrideUsed(writer.registry, deps.dictionary, consent, audience, writer.tx.now) };
}

/** Of an extract: what it was consented to when it was made, and no override. @throws Refusal CONSENT_REQUIRED */
export function withinExtract(deps: Pick<Deps, 'dictionary'>, writer: Writing, limits: Limits | undefined, where: Where): Consented {
  const agreed = limits ?? { recipients: [], purposes: 0 };
  within(deps, writer, { agreed, limits: agreed, override: undefined, withdrawn: false, untimely: false }, where);
  return { limits, override: undefined };
}

/** What a new record's consent lets it be shared with. @throws Refusal CONSENT_REQUIRED */
export function consented(deps: Pick<Deps, 'dictionary'>, writer: Writing, { kind, classification, markings, content }: Composed, channels: readonly string[]): Consented {
  if (kind.course === 'REQUEST') return { limits: addressedTo(content, desksAsking(writer, content)), override: undefined };
  const consent = consentOf(kind, content, writer.tx.now);
  return consent === undefined ? unasked : within(deps, writer, consent, { kind, level: classification, channels, state: stateOf(kind, markings, content) });
}

/** What decides where a record may be shared: of one that stands, or as an amendment would leave it. */
export interface Shareable {
  readonly kind: Kind;
  readonly classification: Level;
  readonly state: string;
  readonly limits: Limits | undefined;
  /** As far as the writer sees it. */
  readonly body: Body;
  readonly withheld: readonly string[];
}

export const asItStands = ({ meta: { kind, classification, audience: { state, limits } } }: Stored, { body, withheld }: Released): Shareable => ({ kind, classification, state, limits, body, withheld });

/**
 * What the consent of a record that stands, or will, says of more channels.
 * @throws Refusal CONSENT_REQUIRED; FORBIDDEN to a writer from whom the consent is withheld: the answer would tell of it
 */
export function consentedShare(deps: Pick<Deps, 'dictionary'>, writer: Writing, { kind, classification, state, limits, body, withheld }: Shareable, added: readonly string[]): Consented {
  const where = { kind, level: classification, channels: added, state };
  if (kind.extract !== undefined) return withinExtract(deps, writer, limits, where);
  if (kind.consent === undefined) return { limits, override: undefined };
  if (withheld.includes(kind.consent)) {
    throw new Refusal('FORBIDDEN', { errors: [{ field: kind.consent, message: 'is withheld from this request, and decides about sharing: ask with the clearance and caveats it needs' }] });
  }
  const consent = consentOf(kind, body, writer.tx.now);
  return consent === undefined ? unasked : within(deps, writer, consent, where);
}

export interface Reconsented extends Consented {
  /** Those it stays in, and those it goes out of. */
  readonly channels: readonly string[];
  readonly ended: readonly string[];
}

const same = (a: Json | undefined, b: Json | undefined): boolean => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

/**
 * What an amendment makes of the sharing. A consent that is taken back ends all of it, whatever an override says: who overrides then shares anew, and
 * says so anew. One that is narrowed leaves a channel in which nobody is left, and ends the reading of the others by the audience alone.
 */
export function reconsented(deps: Pick<Deps, 'dictionary'>, writer: Writing, { meta }: Stored, seen: Released, next: Composed): Reconsented {
  const { channels, limits } = meta.audience;
  const { kind } = meta;
  // A draft may be put into another desk's name.
  const kept = { limits: kind.course === 'REQUEST' ? addressedTo({ draft: true }, desksAsking(writer, next.content, limits)) : limits, channels, ended: [], override: undefined };
  if (kind.consent === undefined || seen.withheld.includes(kind.consent)) return kept;
  const [was, is] = [consentOf(kind, seen.body, writer.tx.now), consentOf(kind, next.content, writer.tx.now)];
  if (was === undefined || is === undefined) return kept;
  if (is.withdrawn && !was.withdrawn) return { limits: is.limits, channels: [], ended: channels, override: undefined };
  if (same(seen.body[kind.consent], next.content[kind.consent])) return { ...kept, limits: is.limits };
  const where = { kind, level: next.classification, state: stateOf(kind, next.markings, next.content) };
  const left = channelsLeft(writer.registry, deps.dictionary, is.limits, audienceAt(writer, { ...where, channels }), writer.tx.now);
  const used = overrideUsed(writer.registry, deps.dictionary, is, audienceAt(writer, { ...where, channels: left }), writer.tx.now);
  return { limits: is.limits, channels: left, ended: channels.filter((channel) => !left.includes(channel)), override: used };
}

/** One use of an override: of which record, under which compartment its authority and reason are kept. */
export interface OverrideUse {
  /** Of what: of consent, of a warning list. */
  readonly operation: 'consent-override' | 'warning-override';
  readonly record: string;
  readonly compartment: string;
  readonly field: string;
  readonly override: Override;
}

export function noteOverride(writer: { overridden(use: OverrideUse): void }, { kind, classification, markings }: Classified, record: string, override: Override | undefined): void {
  const field = kind.consent === undefined ? undefined : kind.field.get(kind.consent);
  if (override === undefined || field === undefined) return;
  writer.overridden({ operation: 'consent-override', record, compartment: compartmentOf(field, classification, markings).name, field: field.name, override });
}

/** Compartments of a record begin with version 1: nothing of a record opens as a note, nor a note as part of a record. */
const noteVersion = 0;

/** An entry of its own: the authority and the reason are sealed as the consent itself is, and erased with it. */
export async function overrideEntry(deps: Pick<Deps, 'vault'>, viewer: Viewer, requestId: string, operation: OverrideUse['operation'], uses: readonly OverrideUse[]): Promise<LedgerEntry> {
  const sealed = await deps.vault.seal(uses.map(({ record, compartment, override }) => ({ record, originator: viewer.partner, compartment, version: noteVersion, fields: { ...override } })));
  return {
    viewer, operation, requestId, asked: [],
    disclosures: uses.map(({ record, compartment, field }, i) => ({ originator: viewer.partner, records: [record], fields: [field], note: `${compartment} ${sealed[i] ?? ''}` })),
  };
}

/** What a note says. @returns nothing when the record's keys were destroyed: the note went with them */
export async function openNote(deps: Pick<Deps, 'vault'>, originator: string, record: string, note: string): Promise<Partial<Override>> {
  const [compartment = '', sealed = ''] = note.split(' ');
  const [body] = await deps.vault.open([{ record, originator, compartment, version: noteVersion, sealed }]);
  if (body === undefined || body === 'KEY_DESTROYED') return {};
  const { authority, reason } = body as Body;
  return { authority: String(authority), reason: String(reason) };
}
