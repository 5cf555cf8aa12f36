/**
 * Consent: what the person concerned agreed to, read from the field that `@consent` names. It decides twice: what is shared beyond it is refused when
 * it is written, and an audience carries it (`Limits`), so that nobody reads beyond it, whatever the registry comes to say later.
 */
import { isObject } from '../dictionary/json.ts';
import { allPurposes, purposeMask, type Purposes, purposesIn } from '../dictionary/compartment.ts';
import type { Body, Dictionary, Json, Kind } from '../dictionary/types.ts';
import { Refusal } from '../errors.ts';
import { type GrantRow, grantRows } from './grant.ts';
import type { Audience, Limits } from './record.ts';
import type { Registry } from './registry.ts';

/** By whose authority, and why, a record goes beyond consent. */
export interface Override {
  readonly authority: string;
  readonly reason: string;
}

export interface Consent {
  /** What was agreed to; nothing, when there is no consent or it was taken back. */
  readonly agreed: Limits;
  /** With what an override adds: whom the audience lets read. */
  readonly limits: Limits;
  readonly override: Override | undefined;
  /** Whether it was taken back. */
  readonly withdrawn: boolean;
  /** Whether there is one that counts for nothing: it does not say when it was given, or says a time to come. */
  readonly untimely: boolean;
}

const texts = (value: Json | undefined): string[] => (Array.isArray(value) ? (value as readonly Json[]).filter((one) => typeof one === 'string') : []);

const limitsOf = (given: Body | undefined): Limits => ({ recipients: [...new Set(texts(given?.['recipients']))].sort(), purposes: purposeMask(texts(given?.['purposes'])) });
const union = (a: Limits, b: Limits): Limits => ({ recipients: [...new Set([...a.recipients, ...b.recipients])].sort(), purposes: a.purposes | b.purposes });
const nothing: Limits = { recipients: [], purposes: 0 };

/**
 * @param body whole, or as far as its writer sees it, consent included
 * @param now Unix milliseconds: a consent counts from when it was given
 * @returns undefined for a kind that asks for no consent
 */
export function consentOf(kind: Kind, body: Body, now: number): Consent | undefined {
  if (kind.consent === undefined) return undefined;
  const value = body[kind.consent];
  const given = isObject(value) ? value : undefined;
  const withdrawn = typeof given?.['withdrawn'] === 'string';
  const stands = !withdrawn && Date.parse(String(given?.['given'])) <= now;
  const agreed = stands ? limitsOf(given) : nothing;
  const over = isObject(given?.['override']) ? given['override'] : undefined;
  const override = over === undefined ? undefined : { authority: String(over['authority']), reason: String(over['reason']) };
  return { agreed, limits: over === undefined ? agreed : union(agreed, limitsOf(over)), override, withdrawn, untimely: !withdrawn && !stands && limitsOf(given).purposes !== 0 };
}

/** What would go where no limit lets it. */
interface Beyond {
  readonly recipients: readonly string[];
  readonly purposes: Purposes;
}

type Unlimited = Omit<Audience, 'id' | 'limits'>;

/** Who beside the originator reads what is so limited. */
const limited = (registry: Registry, dictionary: Dictionary, audience: Unlimited, limits: Limits, now: number): GrantRow[] =>
  grantRows(registry, dictionary, { id: 0, ...audience, limits }).filter(({ partner, to }) => partner !== audience.originator && to > now);

/** Who beside the originator would read such a record, for what, if nobody were asked. */
const readers = (registry: Registry, dictionary: Dictionary, audience: Unlimited, now: number): GrantRow[] =>
  limited(registry, dictionary, audience, { recipients: [...registry.partners.keys()], purposes: allPurposes, case: 'any' }, now);

function beyond(rows: readonly GrantRow[], { recipients, purposes }: Limits): Beyond | undefined {
  const strangers = [...new Set(rows.map(({ partner }) => partner).filter((partner) => !recipients.includes(partner)))].sort();
  const others = rows.reduce((mask, row) => mask | (row.purposes & ~purposes), 0);
  return strangers.length === 0 && others === 0 ? undefined : { recipients: strangers, purposes: others };
}

const words = (names: readonly string[]): string => (names.length === 0 ? 'nobody' : names.join(', '));

function refusal({ agreed, withdrawn, untimely }: Consent, over: Beyond, channels: readonly string[]): Refusal {
  const covered = withdrawn
    ? 'the consent was withdrawn'
    : untimely ? 'the consent on record counts from the time that it names in `given`, which is absent or to come'
    : agreed.purposes === 0 ? 'there is no consent on record' : `consent covers ${words(agreed.recipients)}, for ${words(purposesIn(agreed.purposes))}`;
  const more = [over.recipients.join(', '), over.purposes === 0 ? '' : `use for ${purposesIn(over.purposes).join(', ')}`].filter((text) => text !== '').join('; ');
  const message = `${covered}; sharing into ${channels.join(', ')} goes beyond it: ${more}. Ask for consent, share elsewhere, or state an override with authority and reason`;
  const consent = { recipients: agreed.recipients, purposes: purposesIn(agreed.purposes) };
  return new Refusal('CONSENT_REQUIRED', { detail: message, errors: [{ field: 'channels', message }], extra: { consent, beyond: { recipients: over.recipients, purposes: purposesIn(over.purposes) } } });
}

/**
 * A record goes into these channels only if consent, or its override, covers all who would read it there.
 * @throws Refusal CONSENT_REQUIRED naming what the consent covers, and what would go beyond it
 */
export function demandConsent(registry: Registry, dictionary: Dictionary, consent: Consent, audience: Unlimited, now: number): void {
  const rows = readers(registry, dictionary, audience, now);
  const over = beyond(rows, consent.limits);
  if (over !== undefined) throw refusal(consent, beyond(rows, consent.agreed) ?? over, audience.channels);
}

/** Those of the channels in which somebody beside the originator may still read it. */
export const channelsLeft = (registry: Registry, dictionary: Dictionary, limits: Limits, audience: Unlimited, now: number): string[] =>
  audience.channels.filter((channel) => {
    const there = { ...audience, channels: [channel] };
    return readers(registry, dictionary, there, now).length === 0 || limited(registry, dictionary, there, limits, now).length > 0;
  });

/** The override without which some of those who may read it could not; undefined: the consent itself covers them. */
export const overrideUsed = (registry: Registry, dictionary: Dictionary, { agreed, limits, override }: Consent, audience: Unlimited, now: number): Override | undefined =>
  (beyond(limited(registry, dictionary, audience, limits, now), agreed) === undefined ? undefined : override);
