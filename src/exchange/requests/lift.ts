/** A release that is carried out ends the holds that it releases: what the same desk holds of the accounts that it names, whoever asked for that. */
import { isObject } from '../../dictionary/json.ts';
import type { RequestKind } from '../../dictionary/requests.ts';
import type { Body } from '../../dictionary/types.ts';
import { valuesAt } from '../../dictionary/values-at.ts';
import type { Released } from '../../rules/release.ts';
import { openMoves } from '../../rules/request.ts';
import type { Writer } from '../act.ts';
import type { Deps } from '../deps.ts';
import { requestKind } from './check.ts';
import { courseOf } from './leg.ts';
import type { KeptLeg } from './request-port.ts';

/** Holds of one desk that are looked through; those that are due first. */
const most = 1000;

interface Account {
  readonly institution: string;
  readonly number: string;
  /** Undefined: the whole account. */
  readonly sum?: string;
}

const accountsIn = ({ body, keptAt = '' }: RequestKind, request: Body): Account[] =>
  valuesAt(request[body], keptAt.split('.'), body).map(({ value, beside: { number, amount } }) => ({
    // Of a BIC the branch does not count.
    institution: value.toUpperCase().replace(/^([A-Z]{6}[A-Z0-9]{2})[A-Z0-9]{3}$/, '$1'), number: String(number), ...(isObject(amount) && { sum: `${String(amount['amount'])} ${String(amount['currency'])}` }),
  }));

/** Whether a release of the second lets go all of the first. */
const letsGo = (held: Account, released: Account): boolean => held.institution === released.institution && held.number === released.number && (released.sum === undefined || released.sum === held.sum);

/** What a move LIFT is made in. */
export interface Liftable {
  readonly request: Released;
  readonly leg: KeptLeg;
}

/** The holds of which every account is released: one that holds others too goes on. @param leg the release's own */
export async function heldBy(deps: Pick<Deps, 'dictionary'>, { tx, release, viewer }: Writer, kind: RequestKind, { desk }: KeptLeg, { body }: Released): Promise<readonly Liftable[]> {
  const gone = accountsIn(kind, body);
  const kinds = [...deps.dictionary.requests.values()].filter(({ keptAt, effect }) => keptAt !== undefined && effect !== 'LIFTS').map(({ name }) => name);
  if (gone.length === 0) return [];
  const requests = await release(await tx.byIds(await tx.requests.waitingAt(desk, kinds, most)), tx.now);
  const found: Liftable[] = [];
  for (const request of requests) {
    const held = accountsIn(requestKind(deps, request.body['asks']), request.body);
    if (held.length === 0 || !held.every((one) => gone.some((other) => letsGo(one, other)))) continue;
    const legs = (await tx.requests.legs(request.id)).filter((leg) => leg.partner === viewer.partner && leg.desk === desk);
    found.push(...legs.filter((leg) => openMoves(courseOf(requestKind(deps, leg.asks), leg), 'ASKED').includes('LIFT')).map((leg) => ({ request, leg })));
  }
  return found;
}
