/** Staff of partners: persons who sign in with a passkey. What one may have is capped by the partner's entry in the registry, at each request anew. */
import { type Caveats, caveatsIn, type Level, levelName, type Purposes, purposesIn } from '../dictionary/compartment.ts';
import type { FieldFault } from '../errors.ts';
import type { Client, Partner } from './registry.ts';

export type StaffStatus = 'INVITED' | 'ACTIVE' | 'SUSPENDED';

/** What a person is given. */
export interface StaffRights {
  /** One of the partner's. */
  readonly desk?: string;
  readonly clearance: Level;
  readonly caveats: Caveats;
  readonly purposes: Purposes;
  readonly scopes: readonly string[];
  /** Whether the person invites, suspends and recovers the staff of the partner. */
  readonly administrator: boolean;
}

/** One person, without a name: that is sealed, and opened for pages alone. */
export interface Staff extends StaffRights {
  /** A UUID: the `sub` of tokens, and what stands in the ledger. */
  readonly id: string;
  readonly partner: string;
  readonly status: StaffStatus;
  /** Raised with every change. */
  readonly revision: number;
}

/** The client that persons come through, built in wherever the built-in issuer is in force. No registry may declare it. */
export const consoleClient = 'console';

/** Whether the partner's own entry lets it give these. @returns what is too much, by field */
export function staffFaults(partner: Partner, { desk, clearance, caveats, purposes, scopes }: StaffRights): FieldFault[] {
  const most = (field: string, message: string, wrong: boolean): FieldFault[] => (wrong ? [{ field, message }] : []);
  return [
    ...most('desk', `is none of the desks: ${partner.desks.map(({ id }) => id).join(', ') || 'there is none'}`, desk !== undefined && !partner.desks.some(({ id }) => id === desk)),
    ...most('clearance', `at most ${levelName(partner.clearance)}`, clearance > partner.clearance),
    ...most('caveats', `among ${caveatsIn(partner.caveats).join(', ') || 'none'}`, (caveats & ~partner.caveats) !== 0),
    ...most('purposes', `among ${purposesIn(partner.purposes).join(', ')}`, (purposes & ~partner.purposes) !== 0),
    ...most('purposes', 'at least one', purposes === 0),
    ...most('scopes', `among ${partner.scopes.join(', ')}`, scopes.some((scope) => !partner.scopes.includes(scope))),
  ];
}

/** How a person's tokens are made: as those of a client that always proves its key. */
export const clientOf = ({ id, partner, desk, clearance, caveats, purposes, scopes, status }: Staff): Client => ({
  id, partner, ...(desk !== undefined && { desk }), name: { en: '', th: '' }, scopes, clearance, caveats, purposes, algorithms: [], dpop: 'ALWAYS',
  status: status === 'ACTIVE' ? 'ACTIVE' : 'SUSPENDED',
});

/** Whether nobody would be left to administer the partner's staff. */
export const isLastAdministrator = (all: readonly Staff[], id: string): boolean =>
  all.some((one) => one.id === id && one.administrator && one.status === 'ACTIVE') && !all.some((one) => one.id !== id && one.administrator && one.status === 'ACTIVE');
