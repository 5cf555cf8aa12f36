/** From a whole body to what is stored: placed, sealed, with its search keys and blinded own numbers. */
import { compartmentName, covers, type Level, levelName, levelOf } from '../dictionary/compartment.ts';
import { spreadMarkings } from '../dictionary/markings.ts';
import { split } from '../dictionary/parts.ts';
import type { Body, Json, Kind } from '../dictionary/types.ts';
import { Refusal } from '../errors.ts';
import { layoutOf } from '../rules/layout.ts';
import type { SealedPart } from '../rules/record.ts';
import { effectiveLevel } from '../rules/release.ts';
import type { Viewer } from '../rules/viewer.ts';
import type { Vault } from '../vault/vault.ts';
import type { Deps } from './deps.ts';
import { derived, normalForm } from './normalise.ts';

/** Envelope members that stand in columns of their own, not in the body. */
const columns: ReadonlySet<string> = new Set(['id', 'kind', 'originator', 'channels', 'classification', 'status', 'revision', 'createdAt', 'updatedAt', 'withheld']);

/** A body as it is to be stored, with what decides about it. */
export interface Composed {
  readonly kind: Kind;
  readonly classification: Level;
  readonly markings: ReadonlyMap<string, Level>;
  /** Content only; `markings` included. Each part under its dotted name. */
  readonly content: Body;
  /** The same in the shape in which it comes and goes, without markings. */
  readonly nested: Body;
}

export function contentOf(body: Body): Body {
  const content: Record<string, Json> = {};
  for (const [name, value] of Object.entries(body)) if (!columns.has(name)) content[name] = value;
  return content;
}

export function givenMarkings(body: Body): Map<string, Level> {
  const markings = new Map<string, Level>();
  const given = body['markings'];
  if (Array.isArray(given)) {
    for (const { field, level } of given as readonly { field: string; level: string }[]) markings.set(field, levelOf(level) ?? 4);
  }
  return markings;
}

export const markingsJson = (markings: ReadonlyMap<string, Level>): Json => [...markings].map(([field, level]) => ({ field, level: levelName(level) }));

/**
 * Brings a checked body to its stored form.
 * @param extraMarkings markings that the writer does not see and that stay
 * @throws Refusal INVALID naming what cannot be read
 */
export function compose(deps: Pick<Deps, 'enrich'>, kind: Kind, body: Body, extraMarkings: ReadonlyMap<string, Level> = new Map()): Composed {
  const { body: normal, faults } = normalForm(kind, body);
  if (faults.length > 0) throw new Refusal('INVALID', { errors: faults });
  const full = derived(deps, kind, normal);
  const classification = levelOf(String(full['classification'])) ?? 0;
  const markings = spreadMarkings(kind, new Map([...extraMarkings, ...givenMarkings(full)]));
  const { markings: _given, ...content } = contentOf(full);
  const pieces = split(kind, content);
  return { kind, classification, markings, content: markings.size === 0 ? pieces : { ...pieces, markings: markingsJson(markings) }, nested: content };
}

/** @throws Refusal FORBIDDEN naming fields that the writer could not read back */
export function withinSight(viewer: Viewer, { kind, classification, markings, content }: Composed): void {
  const faults = Object.keys(content).flatMap((name) => {
    const field = kind.field.get(name);
    if (field === undefined || name === 'markings') return [];
    const compartment = { level: effectiveLevel(field, classification, markings.get(name)), caveats: field.caveats };
    return covers(viewer.clearance, viewer.caveats, compartment) ? [] : [{ field: name, message: `needs ${compartmentName(compartment)}, which this request is not cleared for` }];
  });
  if (faults.length > 0) throw new Refusal('FORBIDDEN', { errors: faults });
}

/** What is sealed, to be sealed or carried over: by compartment, with its version. */
export interface Placed {
  readonly open: Body;
  readonly toSeal: readonly { readonly compartment: string; readonly fields: Body }[];
}

export function place({ kind, classification, markings, content }: Composed): Placed {
  const { open, sealed } = layoutOf(kind, classification, markings, content);
  return { open, toSeal: [...sealed].map(([compartment, fields]) => ({ compartment, fields })) };
}

/** Seals the parts of one record. */
export async function sealParts(vault: Vault, record: string, originator: string, parts: readonly { compartment: string; fields: Body; version: number }[], fresh: boolean): Promise<Map<string, SealedPart>> {
  const sealed = await vault.seal(parts.map(({ compartment, fields, version }) => ({ record, originator, compartment, version, fields })), { fresh });
  return new Map(parts.map(({ compartment, version }, i) => [compartment, { version, sealed: sealed[i] ?? '' }]));
}

/** The originator's own number, blinded; or, of a record without one, the claim that it makes. */
export function refOf(vault: Vault, { kind, content }: Composed, { partner, seat }: Pick<Viewer, 'partner' | 'seat'>): { readonly ref: Buffer; readonly external: boolean } | undefined {
  const external = content['externalRef'];
  // A desk's requests have numbers of its own: that one is taken would tell of another desk's.
  const desk = kind.course === undefined ? '' : ` ${String(content['fromDesk'] ?? seat ?? '')}`;
  if (typeof external === 'string') return { ref: vault.blind(`ref ${kind.name} ${partner}${desk}`, 'external', Buffer.from(external)), external: true };
  if (kind.identity.length === 0) return undefined;
  const claim = JSON.stringify(kind.identity.map((name) => content[name] ?? null));
  return { ref: vault.blind(`ref ${kind.name} ${partner}`, 'claim', Buffer.from(claim)), external: false };
}

