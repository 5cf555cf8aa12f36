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

/** With name and address, sealed. */
export interface KeptStaff extends Staff {
  readonly sealed: Uint8Array;
}

/** A secret that lets its holder register a passkey, by its digest. */
export interface NewInvitation {
  readonly id: Uint8Array;
  readonly staff: string;
  readonly partner: string;
  /** Whether what the person had before ends with it. */
  readonly renews: boolean;
  /** Seconds from now. */
  readonly life: number;
}

export interface Passkey {
  /** The credential's own id. */
  readonly id: Uint8Array;
  /** COSE. */
  readonly publicKey: Uint8Array;
  readonly counter: number;
}

/** A person that registers a passkey by an invitation. Digests: of its secret, of recovery codes, and of the account, by which is found what the person signed in to. */
export interface Joining {
  readonly staff: string;
  readonly partner: string;
  readonly invitation: Uint8Array;
  readonly passkey: Passkey;
  readonly codes: readonly Uint8Array[];
  readonly account: Uint8Array;
}

/** Who does something about staff, and why. */
export interface Doing {
  /** The id of a member of staff, or who ran the command. */
  readonly actor: string;
  /** Sealed. */
  readonly reason?: Uint8Array | undefined;
}

/** What was done about somebody. */
export interface StaffEvent {
  readonly at: Date;
  readonly staff: string;
  readonly act: string;
  /** The id of a member of staff, or who ran the command. */
  readonly actor: string;
  /** Sealed: the reason, where one was given. */
  readonly sealed: Uint8Array | undefined;
}

/** What signing in and administering staff need of the database. Digests throughout: of secrets, of codes, and of the account, by which all is found that a person signed in to. */
export interface StaffPort {
  /** @returns undefined when there is no such person, whatever its status */
  byId(id: string): Promise<KeptStaff | undefined>;
  passkey(credential: Uint8Array): Promise<(Passkey & { readonly staff: string }) | undefined>;
  /** Whom an invitation that still counts is for. */
  invited(invitation: Uint8Array): Promise<string | undefined>;
  /** Whose an unused recovery code is. */
  ofCode(code: Uint8Array): Promise<string | undefined>;
  join(joining: Joining): Promise<boolean>;
  usePasskey(partner: string, passkey: Pick<Passkey, 'id' | 'counter'>): Promise<boolean>;
  spendCode(code: Uint8Array, invitation: NewInvitation, account: Uint8Array): Promise<boolean>;
  list(partner: string): Promise<readonly KeptStaff[]>;
  /** Newest first. */
  events(partner: string, limit: number): Promise<readonly StaffEvent[]>;
  add(staff: KeptStaff, invitation: NewInvitation, doing: Doing): Promise<void>;
  /** @returns false when there is no such person of this partner, or it is so already */
  setStatus(partner: string, id: string, status: 'ACTIVE' | 'SUSPENDED', account: Uint8Array, doing: Doing): Promise<boolean>;
  renew(id: string, invitation: NewInvitation, account: Uint8Array, doing: Doing): Promise<boolean>;
}

/** The client that persons come through, built in wherever the built-in issuer is in force. No registry may declare it. */
export const consoleClient = 'console';

/** Whether the partner's own entry lets it give these. @returns what is too much, by field */
export function staffFaults(partner: Partner, { desk, clearance, caveats, purposes, scopes }: StaffRights): FieldFault[] {
  const most = (field: string, message: string, th: string, wrong: boolean): FieldFault[] => (wrong ? [{ field, message, th }] : []);
  const among = (field: string, words: readonly string[], wrong: boolean): FieldFault[] => most(field, `among ${words.join(', ') || 'none'}`, `ต้องอยู่ในรายการ ${words.join(', ') || 'ซึ่งไม่มีรายการใด'}`, wrong);
  const desks = partner.desks.map(({ id }) => id);
  return [
    ...most('desk', `is none of the desks: ${desks.join(', ') || 'there is none'}`, `ไม่ใช่โต๊ะงานของหน่วยงาน: ${desks.join(', ') || 'ไม่มีโต๊ะงาน'}`, desk !== undefined && !desks.includes(desk)),
    ...most('clearance', `at most ${levelName(partner.clearance)}`, `ไม่เกิน ${levelName(partner.clearance)}`, clearance > partner.clearance),
    ...among('caveats', caveatsIn(partner.caveats), (caveats & ~partner.caveats) !== 0),
    ...among('purposes', purposesIn(partner.purposes), (purposes & ~partner.purposes) !== 0),
    ...most('purposes', 'at least one', 'ต้องมีอย่างน้อยหนึ่งรายการ', purposes === 0),
    ...among('scopes', partner.scopes, scopes.some((scope) => !partner.scopes.includes(scope))),
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
