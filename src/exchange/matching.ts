/**
 * The victim firewall's tokens. Every search and submission of a person carries some, and so do the records behind the firewall; they are blinded under
 * keys of the firewall's own, which no search uses. What becomes of them is found out elsewhere, later, and alike whether anything matches or not.
 */
import { hash } from 'node:crypto';
import { valueAt } from '../dictionary/parts.ts';
import { searchMethods } from '../dictionary/search/index.ts';
import type { Body, Field, Json, Kind } from '../dictionary/types.ts';
import type { Vault } from '../vault/vault.ts';
import type { Question } from './ports.ts';

/** By what persons are matched: the normal form that fields of several kinds share. */
const classes: ReadonlySet<string> = new Set(['DOCUMENT']);
const classOf = ({ normalise }: Field): string | undefined => (normalise !== undefined && classes.has(normalise.by) ? normalise.by : undefined);

/** Whether records of the kind lie behind the firewall. */
const isBehind = (kind: Kind): boolean => kind.fields.some(({ alertWhile }) => alertWhile !== undefined);
const matched = (kind: Kind): Field[] => [...kind.searches.values()].filter((field) => classOf(field) !== undefined);

/** Whether a search or submission of the kind is one of a person. */
export const isOfPersons = (kind: Kind): boolean => !isBehind(kind) && matched(kind).length > 0;

/** Four bytes for the class, and one that no other search key has. */
const tagOf = (name: string): Buffer => Buffer.concat([hash('sha256', `firewall ${name}`, 'buffer').subarray(0, 4), Buffer.of(2)]);
const keyName = (name: string): string => `firewall ${name}`;
const tokenOf = (name: string, blinded: Uint8Array): Buffer => Buffer.concat([tagOf(name), blinded]);

function payloads(field: Field, content: Body): readonly Uint8Array[] {
  if (field.search === undefined) return [];
  const holder = field.within ?? field.name;
  const value = valueAt({ [holder]: content[holder] ?? null }, [holder, ...field.path.slice(holder.split('.').length)]);
  return value === undefined || value === null ? [] : searchMethods[field.search.by].sealedKeys(value, content, field);
}

/** The tokens that a record behind the firewall carries, one list a field. */
export function firewallKeys(vault: Vault, kind: Kind, field: Field, value: Json, body: Body): Buffer[] {
  const name = classOf(field);
  if (name === undefined || field.search === undefined || !isBehind(kind)) return [];
  return vault.blindAll(keyName(name), '', searchMethods[field.search.by].sealedKeys(value, body, field)).map((blinded) => tokenOf(name, blinded));
}

const probes = (vault: Vault, field: Field, found: readonly Uint8Array[]): Buffer[] => {
  const name = classOf(field) ?? '';
  return found.flatMap((payload) => vault.probes(keyName(name), '', payload).map((blinded) => tokenOf(name, blinded)));
};

/** What a submitted person asks of the firewall; undefined: it is no person. @param content with each part under its dotted name */
export function submittedQuestion(vault: Vault, kind: Kind, purpose: string, content: Body): Question | undefined {
  return isOfPersons(kind) ? { purpose, tokens: matched(kind).flatMap((field) => probes(vault, field, payloads(field, content))) } : undefined;
}

/** What a search for persons asks of the firewall: nothing to look for is asked as well. */
export function searchedQuestion(vault: Vault, kind: Kind, purpose: string, filter: Readonly<Record<string, Readonly<Record<string, Json>>>>): Question | undefined {
  if (!isOfPersons(kind)) return undefined;
  return { purpose, tokens: matched(kind).flatMap((field) => {
    const asked = filter[field.name];
    return asked === undefined || field.search === undefined ? [] : probes(vault, field, searchMethods[field.search.by].probe(asked, field, field.name).sealed);
  }) };
}
