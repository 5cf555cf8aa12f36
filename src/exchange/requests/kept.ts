/** Before a hold or a release is sent: whether the desks that are asked keep the accounts. Whose desk keeps which, every partner may know (`GET /v1/partners`). */
import type { RequestKind } from '../../dictionary/requests.ts';
import { valuesAt } from '../../dictionary/values-at.ts';
import { type FieldFault, Refusal } from '../../errors.ts';
import { keepersOf, keeps } from '../../rules/next-holds.ts';
import type { Registry } from '../../rules/registry.ts';
import type { Released } from '../../rules/release.ts';
import type { DeskOf } from '../../rules/request.ts';

const same = (a: DeskOf) => (b: DeskOf): boolean => a.partner === b.partner && a.desk === b.desk;
const words = (desks: readonly DeskOf[]): string => desks.map(({ partner, desk }) => `${desk} of ${partner}`).join(' or ');

/** Of an account: no desk that is asked keeps it, as the registry says, or as each of them says itself. */
function lostAccount({ partners }: Registry, to: readonly DeskOf[], at: string, institution: string): FieldFault[] {
  const keepers = keepersOf(partners.values(), institution);
  if (keepers.some((keeper) => to.some(same(keeper)))) return [];
  if (keepers.length > 0) return [{ field: at, message: `the accounts of ${institution} are kept by ${words(keepers)}: ask that desk` }];
  const said = to.map(({ partner, desk }) => partners.get(partner)?.desks.find(({ id }) => id === desk)).map((desk) => desk && keeps(desk, institution));
  return said.every((kept) => kept === false) ? [{ field: at, message: `${words(to)} ${to.length === 1 ? 'keeps' : 'keep'} accounts of others, and not of ${institution}, as the registry says: a BIC, or the bank's national code` }] : [];
}

/** Of a desk: it keeps accounts, and none of these. What it is shown of them is nothing to it. */
function idleDesk({ partners }: Registry, { partner, desk }: DeskOf, i: number, institutions: readonly string[]): FieldFault[] {
  const named = partners.get(partner)?.desks.find(({ id }) => id === desk);
  if (named === undefined || !institutions.every((institution) => keeps(named, institution) === false)) return [];
  return [{ field: `desks.${i}`, message: `${desk} of ${partner} keeps none of these accounts, as the registry says: leave it out` }];
}

/** @param to whom it is for, also where an embassy passes it on @throws Refusal INVALID naming the account or the desk */
export function demandKept(registry: Registry, { body }: Released, { body: name, keptAt }: RequestKind, to: readonly DeskOf[]): void {
  if (keptAt === undefined) return;
  const named = valuesAt(body[name], keptAt.split('.'), name);
  const lost = named.flatMap(({ at, value }) => lostAccount(registry, to, at, value));
  const idle = lost.length > 0 ? [] : to.flatMap((desk, i) => idleDesk(registry, desk, i, named.map(({ value }) => value)));
  if (lost.length + idle.length > 0) throw new Refusal('INVALID', { errors: [...lost, ...idle] });
}
