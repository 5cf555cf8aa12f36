/** Before a block or a hold is sent: whether it would hit what must not be hit by mistake, and who answers for it if it is to go all the same. */
import { levelOf } from '../../dictionary/compartment.ts';
import { isObject } from '../../dictionary/json.ts';
import { normalisers } from '../../dictionary/normalise/index.ts';
import { type HitSubject, subjectsOf } from '../../dictionary/normalise/subjects.ts';
import type { Against, RequestKind } from '../../dictionary/requests.ts';
import type { Body } from '../../dictionary/types.ts';
import { valuesAt } from '../../dictionary/values-at.ts';
import { type FieldFault, Refusal } from '../../errors.ts';
import { compartmentOf } from '../../rules/layout.ts';
import type { Registry } from '../../rules/registry.ts';
import type { Released } from '../../rules/release.ts';
import type { Writer } from '../act.ts';
import { givenMarkings } from '../compose.ts';
import type { Deps } from '../deps.ts';
import { partKind } from './parts.ts';

const field = 'overrides';

interface Hit {
  readonly at: string;
  /** What of the value is on the list: its site, it itself. */
  readonly what: string;
  readonly list: string;
  readonly name: string;
}

/** Where those who take part are reached: whoever blocked that would cut off who answers. By type and value, of each the partner. */
function contactsIn({ partners }: Registry): ReadonlyMap<string, string> {
  const places = [...partners.values()].flatMap(({ id, desks }) => desks.map(({ contact }) => ({ id, contact })));
  return new Map(places.flatMap(({ id, contact }): [string, string][] => {
    const number = normalisers.PHONE(contact, undefined);
    return number.ok ? [[`PHONE ${String(number.value)}`, id]] : contact.includes('@') ? [[`DOMAIN ${contact.slice(contact.lastIndexOf('@') + 1).toLowerCase()}`, id]] : [];
  }));
}

/** The list that something of a value is on: an operator's, or what is known without one. */
function listed({ warn }: Pick<Deps, 'warn'>, contacts: ReadonlyMap<string, string>, { type, value }: HitSubject): Omit<Hit, 'at' | 'what'> | undefined {
  if (type === 'SHARED') return { list: 'public-suffixes', name: 'Names under which others have theirs' };
  const partner = contacts.get(`${type} ${value}`);
  if (partner !== undefined) return { list: 'partners', name: `How ${partner} is reached` };
  const hit = warn(type, value, 'BLOCK');
  return hit && { list: hit.list, name: hit.name ?? hit.list };
}

function hitsOf(deps: Pick<Deps, 'warn'>, contacts: ReadonlyMap<string, string>, body: Body, at: string, { values, as, institution }: Against): Hit[] {
  return valuesAt(body, values.split('.'), at).flatMap(({ at: place, value, beside }): Hit[] => {
    const where = institution === undefined ? undefined : beside[institution.split('.').at(-1) ?? ''];
    for (const subject of subjectsOf(as, value, typeof where === 'string' ? where : undefined)) {
      const hit = listed(deps, contacts, subject);
      if (hit !== undefined) return [{ at: place, what: subject.value, ...hit }];
    }
    return [];
  });
}

interface Given {
  readonly value: string;
  readonly authority: string;
  readonly reason: string;
}

const overridesOf = (body: Body): readonly Given[] => (Array.isArray(body[field]) ? (body[field] as unknown as readonly Given[]) : []);

const faultOf = ({ at, what, list, name }: Hit): FieldFault =>
  ({ field: at, message: `${what} is on the warning list "${list}" (${name}): leave it out, or answer for it in \`${field}\`, with authority and reason` });

/** @throws Refusal FORBIDDEN to whom what is asked is withheld: nobody changes or sends what they cannot see */
export function demandSight({ withheld }: Released, kind: RequestKind): void {
  const names = [kind.body, ...(kind.against.length === 0 ? [] : [field])];
  const errors = names.filter((name) => withheld.some((one) => one === name || one.startsWith(`${name}.`))).map((name) => ({ field: name, message: 'is withheld from this request, and says what is asked: act with the clearance and caveats that it needs' }));
  if (errors.length > 0) throw new Refusal('FORBIDDEN', { errors });
}

/**
 * Holds a request that is about to be sent against the warning lists; what is overridden stands in the request, and in the ledger by itself.
 * @throws Refusal KNOWN_GOOD naming each value, where it stands and its list
 */
export function demandSafe(deps: Pick<Deps, 'warn' | 'dictionary'>, writer: Pick<Writer, 'overridden' | 'registry'>, request: Released, kind: RequestKind): void {
  if (kind.against.length === 0) return;
  const { body } = request;
  const asked = body[kind.body];
  const contacts = contactsIn(writer.registry);
  const hits = isObject(asked) ? kind.against.flatMap((against) => hitsOf(deps, contacts, asked, kind.body, against)) : [];
  const given = overridesOf(body);
  const open = hits.filter(({ at }) => !given.some(({ value }) => value === at));
  if (open.length > 0) throw new Refusal('KNOWN_GOOD', { detail: 'It would hit what must not be hit by mistake', errors: open.slice(0, 50).map(faultOf) });
  noteAll(deps, writer, request, hits.flatMap((hit) => given.filter(({ value }) => value === hit.at).slice(0, 1).map((one) => ({ hit, ...one }))));
}

/** One entry of the ledger a request, that says of each value who answers for it. */
function noteAll(deps: Pick<Deps, 'dictionary'>, writer: Pick<Writer, 'overridden'>, { id, body }: Released, used: readonly (Given & { readonly hit: Hit })[]): void {
  const held = partKind(deps, 'REQUEST').field.get(field);
  if (used.length === 0 || held === undefined) return;
  const { name: compartment } = compartmentOf(held, levelOf(String(body['classification'])) ?? 0, givenMarkings(body));
  const authority = [...new Set(used.map((one) => one.authority))].join('; ');
  const reason = used.map(({ hit: { at, list }, reason: why }) => `${at} (${list}): ${why}`).join('\n');
  writer.overridden({ operation: 'warning-override', record: id, compartment, field, override: { authority, reason } });
}
