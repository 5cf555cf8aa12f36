/** What staff need of the database. */
import type { Staff } from '../../rules/staff.ts';

export interface KeptStaff extends Staff {
  /** Name and address. */
  readonly sealed: Uint8Array;
}

export interface NewInvitation {
  /** Digest of its secret. */
  readonly id: Uint8Array;
  readonly staff: string;
  readonly partner: string;
  /** Whether what the person had before ends with it. */
  readonly renews: boolean;
  /** Seconds. */
  readonly life: number;
}

export interface Passkey {
  readonly id: Uint8Array;
  /** COSE. */
  readonly publicKey: Uint8Array;
  readonly counter: number;
}

export interface Doing {
  /** The id of a member of staff, or who ran the command. */
  readonly actor: string;
  /** Sealed. */
  readonly reason?: Uint8Array | undefined;
}

export interface StaffEvent {
  readonly at: Date;
  readonly staff: string;
  readonly act: string;
  readonly actor: string;
  readonly sealed: Uint8Array | undefined;
}

/** Digests throughout: of secrets, of codes, and of the account, by which all is found that a person signed in to. */
export interface StaffPort {
  byId(id: string): Promise<KeptStaff | undefined>;
  passkey(credential: Uint8Array): Promise<(Passkey & { readonly staff: string }) | undefined>;
  invited(invitation: Uint8Array): Promise<string | undefined>;
  ofCode(code: Uint8Array): Promise<string | undefined>;
  join(joining: { readonly staff: string; readonly partner: string; readonly invitation: Uint8Array; readonly passkey: Passkey; readonly codes: readonly Uint8Array[]; readonly account: Uint8Array }): Promise<boolean>;
  usePasskey(partner: string, passkey: Pick<Passkey, 'id' | 'counter'>): Promise<boolean>;
  spendCode(code: Uint8Array, invitation: NewInvitation, account: Uint8Array): Promise<boolean>;
  list(partner: string): Promise<readonly KeptStaff[]>;
  events(partner: string, limit: number): Promise<readonly StaffEvent[]>;
  add(staff: KeptStaff, invitation: NewInvitation, doing: Doing): Promise<void>;
  setStatus(partner: string, id: string, status: 'ACTIVE' | 'SUSPENDED', account: Uint8Array, doing: Doing): Promise<boolean>;
  renew(id: string, invitation: NewInvitation, account: Uint8Array, doing: Doing): Promise<boolean>;
}
