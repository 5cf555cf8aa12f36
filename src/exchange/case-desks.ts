/** Desks that somebody names to a case: a name that no partner declared would lose the case from every caseload, and nobody would be told. */
import { isObject } from '../dictionary/json.ts';
import type { Body, Json, Kind } from '../dictionary/types.ts';
import { type FieldFault, Refusal } from '../errors.ts';
import type { Registry } from '../rules/registry.ts';

/** What is wrong with a desk of a partner; undefined: it is declared. Who takes part, and with which desks, every partner may know. */
export function deskFault(registry: Registry, partner: string, desk: string): { readonly of: 'partner' | 'desk'; readonly message: string } | undefined {
  const desks = registry.partners.get(partner)?.desks.map(({ id }) => id);
  if (desks === undefined) return { of: 'partner', message: 'there is no such partner' };
  if (desks.includes(desk)) return undefined;
  return { of: 'desk', message: desks.length === 0 ? 'that partner has declared no desk' : `one of ${desks.join(', ')}` };
}

/**
 * Only what is given anew is looked at: a desk that was declared when it was named, and is no more, keeps nobody from writing.
 * @param given the content of a new record, or the patch of one that stands
 * @throws Refusal INVALID for a desk of the case, or of its transition, that no partner declared
 */
export function demandCaseDesks(registry: Registry, { staged }: Pick<Kind, 'staged'>, given: Body): void {
  if (staged === undefined) return;
  const faults: FieldFault[] = [];
  const named = given[staged.desks];
  for (const [i, one] of (Array.isArray(named) ? (named as readonly Json[]) : []).entries()) {
    const fault = isObject(one) ? deskFault(registry, String(one['partner']), String(one['desk'])) : undefined;
    if (fault !== undefined) faults.push({ field: `${staged.desks}.${i}.${fault.of}`, message: fault.message });
  }
  const transition = given[staged.transition];
  const by = isObject(transition) ? transition['desk'] : undefined;
  if (typeof by === 'string') {
    const [partner = '', desk = ''] = by.split('/');
    const fault = deskFault(registry, partner, desk);
    if (fault !== undefined) faults.push({ field: `${staged.transition}.desk`, message: `PARTNER/DESK, as th-shelter/protection: ${fault.message}` });
  }
  if (faults.length > 0) throw new Refusal('INVALID', { errors: faults });
}
