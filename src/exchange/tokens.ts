/** Tokens of search keys: a field's tag, then the plain payload of an unsealed field or the blinded one of a sealed field. */
import { LRUCache } from 'lru-cache';
import { type Compartment, compartmentName, isSealed, type Level } from '../dictionary/compartment.ts';
import { valueAt } from '../dictionary/parts.ts';
import { fieldTag } from '../dictionary/search/field-tag.ts';
import { searchMethods } from '../dictionary/search/index.ts';
import type { Probe } from '../dictionary/search.ts';
import type { Body, Field, Json, Kind } from '../dictionary/types.ts';
import { compartmentOf } from '../rules/layout.ts';
import type { Viewer } from '../rules/viewer.ts';
import type { Vault } from '../vault/vault.ts';
import { firewallFacts, firewallKeys } from './matching.ts';
import type { Key } from './ports.ts';

const tags = new Map<string, Buffer>();

/** The field's tag, and one byte for how the payload follows. */
function tagOf(kind: Kind, field: Field, sealed: boolean): Buffer {
  const name = `${kind.name}.${field.name} ${sealed}`;
  let tag = tags.get(name);
  if (tag === undefined) {
    tag = Buffer.concat([fieldTag(`${kind.name}.${field.name}`), Buffer.of(sealed ? 1 : 0)]);
    tags.set(name, tag);
  }
  return tag;
}

const plainToken = (kind: Kind, field: Field, payload: Uint8Array): Buffer => Buffer.concat([tagOf(kind, field, false), payload]);

/**
 * The keys that a record carries.
 * @param body with each part under its dotted name
 */
export function keysOf(vault: Vault, kind: Kind, classification: Level, markings: ReadonlyMap<string, Level>, body: Body): Key[] {
  const keys: Key[] = [];
  for (const field of kind.searches.values()) {
    const holder = kind.field.get(field.name) ?? kind.field.get(field.within ?? '');
    if (field.search === undefined || holder === undefined) continue;
    const value = valueAt({ [holder.name]: body[holder.name] ?? null }, [holder.name, ...field.path.slice(holder.path.length)]);
    if (value === undefined || value === null) continue;
    const place = compartmentOf(holder, classification, markings);
    const method = searchMethods[field.search.by];
    if (place.sealed) {
      for (const token of vault.blindAll(`${kind.name}.${field.name}`, place.name, method.sealedKeys(value, body, field), tagOf(kind, field, true))) keys.push({ token, compartment: place.name });
      for (const token of firewallKeys(vault, kind, field, value, body)) keys.push({ token, compartment: place.name });
    } else {
      for (const payload of method.keys(value, body, field)) keys.push({ token: plainToken(kind, field, payload), compartment: place.name });
    }
  }
  for (const { field, token } of firewallFacts(vault, kind, body)) {
    const holder = kind.field.get(field);
    if (holder !== undefined) keys.push({ token, compartment: compartmentOf(holder, classification, markings).name });
  }
  return keys;
}

/** How far somebody is cleared. */
type Cleared = Pick<Viewer, 'clearance' | 'caveats'>;

/** The sealed compartments in which a field can stand, of those that the viewer is cleared for. */
function sealedPlaces(field: Field, viewer: Cleared, maximum: Level): string[] {
  const places: string[] = [];
  if ((field.caveats & ~viewer.caveats) !== 0) return places;
  for (let level = field.level; level <= Math.min(viewer.clearance, maximum); level += 1) {
    const compartment: Compartment = { level: level as Level, caveats: field.caveats };
    if (isSealed(compartment)) places.push(compartmentName(compartment));
  }
  return places;
}

/** As many blinded probes as are remembered: the rungs over neighbouring addresses are the same few, and each costs an HMAC. */
const mostRemembered = 20_000;
const remembered = new WeakMap<Vault, LRUCache<string, readonly Buffer[]>>();

/** Sealed tokens of one payload, one for each live version of the key. */
function sealedProbes(vault: Vault, kind: Kind, field: Field, place: string, payload: Uint8Array): readonly Buffer[] {
  const name = `${kind.name}.${field.name}`;
  if (field.search?.by !== 'OBSERVABLE') return vault.probes(name, place, payload, tagOf(kind, field, true));
  let memory = remembered.get(vault);
  if (memory === undefined) remembered.set(vault, (memory = new LRUCache<string, readonly Buffer[]>({ max: mostRemembered })));
  const key = `${name} ${place} ${Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString('latin1')}`;
  let tokens = memory.get(key);
  if (tokens === undefined) memory.set(key, (tokens = vault.probes(name, place, payload, tagOf(kind, field, true))));
  return tokens;
}

export interface Asked {
  readonly tokens: readonly Buffer[];
  /** One for each token, where the probe is ranked. */
  readonly weights: readonly number[];
  readonly ranges: readonly (readonly [Buffer, Buffer])[];
  readonly probe: Probe;
  /** Whether it looks among blinded values. */
  readonly sealed: boolean;
}

export function probeOf(kind: Kind, field: Field, asked: Readonly<Record<string, Json>>, path: string): Probe {
  if (field.search === undefined) throw new Error(`${kind.name}.${field.name} is not searchable`);
  return searchMethods[field.search.by].probe(asked, field, path);
}

/** What to look for in the search keys for one asked condition. */
export const askedTokens = (vault: Vault, kind: Kind, field: Field, asked: Readonly<Record<string, Json>>, path: string, viewer: Cleared, maximum: Level): Asked =>
  probedTokens(vault, kind, field, probeOf(kind, field, asked, path), viewer, maximum);

/** The same, of what is probed for. */
export function probedTokens(vault: Vault, kind: Kind, field: Field, probe: Probe, viewer: Cleared, maximum: Level): Asked {
  const plain = isSealed(field) ? [] : probe.any.map((payload) => plainToken(kind, field, payload));
  const sealed = sealedPlaces(field, viewer, maximum).flatMap((place) => probe.sealed.map((payload) => sealedProbes(vault, kind, field, place, payload)));
  const weighing = probe.ranking?.weights;
  // Places and versions of one payload weigh the same: a record carries it in one of them.
  const weights = weighing === undefined ? [] : [...plain.map((_, i) => weighing[i] ?? 0), ...sealed.flatMap((versions, i) => versions.map(() => weighing[i % weighing.length] ?? 0))];
  const ranges = isSealed(field) ? [] : probe.ranges.map(([low, high]) => [plainToken(kind, field, low), plainToken(kind, field, high)] as const);
  return { tokens: [...plain, ...sealed.flat()], weights, ranges, probe, sealed: sealed.length > 0 };
}
