/** Extracts: what of one record may be had for another purpose, by its consent, in one named case, by those alone who name it. */
import { isObject } from '../dictionary/json.ts';
import { levelName, purposesIn } from '../dictionary/compartment.ts';
import { valueAt } from '../dictionary/parts.ts';
import type { Body, Extract, Json, Kind } from '../dictionary/types.ts';
import { maskedNotFound, Refusal } from '../errors.ts';
import { consentOf } from '../rules/consent.ts';
import { mayChange } from '../rules/act.ts';
import type { Stored, StoredMeta } from '../rules/record.ts';
import type { Released } from '../rules/release.ts';
import type { Vault } from '../vault/vault.ts';
import { validate as isUuid } from 'uuid';
import type { Writer } from './act.ts';
import type { Composed } from './compose.ts';
import { type Consented, withinExtract } from './consent.ts';
import type { Deps } from './deps.ts';

interface CaseName {
  readonly authority: string;
  readonly number: string;
}

const payload = ({ authority, number }: CaseName): Uint8Array => Buffer.from(JSON.stringify([authority.normalize('NFC').trim(), number.normalize('NFC').trim()]));
const field = 'testimony.case';

/**
 * The case that a request names, blinded with each live key.
 * @param text `authority number`, the number percent-encoded (a header holds no Thai)
 * @throws Refusal INVALID
 */
export function namedCase(vault: Pick<Vault, 'probes'>, text: string | undefined): readonly string[] | undefined {
  if (text === undefined) return undefined;
  const [, authority, encoded] = /^([a-z0-9][a-z0-9-]{0,63}) (\S{1,900})$/.exec(text) ?? [];
  const invalid = (): Refusal => new Refusal('INVALID', { errors: [{ field: 'Exchange-Case', message: 'the authority, a space, and its number percent-encoded: th-ccib 12%2F2569' }] });
  if (authority === undefined || encoded === undefined) throw invalid();
  try {
    return vault.probes(field, 'case', payload({ authority, number: decodeURIComponent(encoded) })).map((tag) => tag.toString('hex'));
  } catch {
    throw invalid();
  }
}

const caseIn = (value: Json | undefined): CaseName | undefined => (isObject(value) ? { authority: String(value['authority']), number: String(value['number']) } : undefined);
const refused = (message: string): Refusal => new Refusal('CONSENT_REQUIRED', { detail: message, errors: [{ field: 'consent', message }] });

/** The writer's own record that it is made of, locked, so that no change of its consent passes it by. @throws Refusal NOT_FOUND, FORBIDDEN */
async function sourceOf(writer: Writer, extract: Extract, id: string): Promise<{ stored: Stored; seen: Released }> {
  const nowhere = (): Refusal => maskedNotFound([{ field: extract.from, message: 'names no record that is there for you' }]);
  const [found] = isUuid(id) ? await writer.tx.byIds([id]) : [];
  if (found?.meta.kind.name !== extract.of) throw nowhere();
  mayChange(writer.viewer, found.meta.originator);
  const stored = await writer.tx.lock(id);
  const [seen] = stored === undefined ? [] : await writer.release([stored], writer.tx.now);
  if (stored === undefined || seen === undefined || stored.meta.status !== 'ACTIVE') throw nowhere();
  return { stored, seen };
}

/** The case and the fields that the consent covers. @throws Refusal CONSENT_REQUIRED, FORBIDDEN where the writer sees not all of it */
function covered(kind: Kind, extract: Extract, { meta }: Stored, { body, withheld }: Released, now: number): { named: CaseName; fields: Body; recipients: readonly string[] } {
  const name = meta.kind.consent ?? '';
  const given = body[name];
  const scope = isObject(given) && Array.isArray(given['scope']) ? (given['scope'] as readonly string[]) : [];
  const hidden = [name, ...scope, ...(extract.never === undefined ? [] : [extract.never[0] ?? ''])].filter((one) => withheld.includes(one));
  if (hidden.length > 0) throw new Refusal('FORBIDDEN', { errors: hidden.map((one) => ({ field: one, message: 'is withheld from this request: ask with the clearance and caveats it needs' })) });
  const consent = consentOf(meta.kind, body, now);
  const [purpose = ''] = purposesIn(extract.purpose);
  const named = isObject(given) ? caseIn(given['case']) : undefined;
  if (consent === undefined || (consent.agreed.purposes & extract.purpose) === 0) throw refused(`no consent to ${purpose} is on record`);
  if (named === undefined || scope.length === 0) throw refused(`consent to ${purpose} names one case, and in its scope the fields that it covers`);
  const against = extract.never === undefined ? undefined : valueAt(body, extract.never);
  if (Array.isArray(against) && (against as readonly Json[]).some((one) => JSON.stringify(caseIn(one)) === JSON.stringify(named))) throw refused('in this case she is no witness against others: it is against her');
  const fields = Object.fromEntries(scope.flatMap((one) => {
    if (kind.field.get(one)?.derivedFrom.includes(extract.from) !== true || one === extract.case) throw refused(`the scope names ${one}, which no ${kind.name} holds`);
    return body[one] === undefined ? [] : [[one, body[one]] as const];
  }));
  return { named, fields, recipients: consent.agreed.recipients };
}

export interface Extracted {
  readonly body: Body;
  consent(composed: Composed, channels: readonly string[]): Consented;
}

/** What is made of a record by its consent, at the record's own level. */
export async function extractOf(deps: Deps, writer: Writer, kind: Kind, extract: Extract, given: Body): Promise<Extracted> {
  const { stored, seen } = await sourceOf(writer, extract, String(given[extract.from]));
  const { named, fields, recipients } = covered(kind, extract, stored, seen, writer.tx.now);
  const markings = [...stored.meta.markings].flatMap(([name, level]) => (name in fields ? [{ field: name, level: levelName(level) }] : []));
  const limits = { recipients, purposes: extract.purpose, case: deps.vault.blind(field, 'case', payload(named)).toString('hex') };
  return {
    body: { ...given, ...fields, [extract.case]: { ...named }, classification: levelName(stored.meta.classification), ...(markings.length > 0 && { markings }) },
    consent: ({ classification }, channels) => withinExtract(deps, writer, limits, { kind, level: classification, channels, state: '' }),
  };
}

/** Whether records of the kind are made of its records. */
export const isSource = ({ dictionary }: Pick<Deps, 'dictionary'>, { name }: Kind): boolean => [...dictionary.kinds.values()].some(({ extract }) => extract?.of === name);

/** The fields that its extracts hold: its consent names them. @param body whole */
export function scopeIn({ consent }: Kind, body: Body): readonly string[] {
  const given = body[consent ?? ''];
  return isObject(given) && Array.isArray(given['scope']) ? (given['scope'] as readonly string[]) : [];
}

/**
 * Active extracts of a record, locked, if a change of these fields ends them.
 * @param scope what they hold of it: a change of anything else shows in none of them, and their end would tell of it
 */
export async function extractsOf(deps: Pick<Deps, 'dictionary'>, writer: Writer, { id, kind }: Pick<StoredMeta, 'id' | 'kind'>, fields: readonly string[], scope: readonly string[]): Promise<Stored[]> {
  const made = [...deps.dictionary.kinds.values()].flatMap(({ extract, field }) => (extract?.of === kind.name ? [{ extract, field }] : []));
  const ends = made.some(({ extract: { from, never }, field: its }) => {
    const ending = new Set([kind.consent, 'status', 'classification', never?.[0]]);
    return fields.some((name) => ending.has(name) || (scope.includes(name) && its.get(name)?.derivedFrom.includes(from) === true));
  });
  if (!ends) return [];
  const found: Stored[] = [];
  for (const one of await writer.tx.extracts([id])) {
    const locked = await writer.tx.lock(one);
    if (locked?.meta.status === 'ACTIVE') found.push(locked);
  }
  return found;
}
