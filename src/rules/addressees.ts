/** Of the desks that a request names, those that a viewer sees. */
import { isObject } from '../dictionary/json.ts';
import type { Json } from '../dictionary/types.ts';
import { standsFor } from './recipients.ts';
import type { StoredMeta } from './record.ts';
import type { Sight } from './release.ts';

/** Whom a request is for: who asks sees all, and who passes it on; whoever is asked sees itself, a desk what it was asked, or has from another. */
export function addresseesFor(value: Json, via: Json | undefined, { audience }: StoredMeta, { grants, partner, desks }: Sight): Json {
  if (!Array.isArray(value) || (isObject(via) && via['partner'] === partner) || grants.some(({ channel }) => channel === undefined)) return value;
  const its = (value as readonly Json[]).filter((one) => isObject(one) && one['partner'] === partner);
  if (desks === undefined || partner === undefined) return its;
  return its.filter((one) => isObject(one) && standsFor(audience.limits?.recipients ?? [], partner, String(one['desk']), desks));
}
