/** What the pages of staff need of identity. */
import type { Partner, Text } from '../../rules/registry.ts';
import type { Staff, StaffRights } from '../../rules/staff.ts';

interface Begun {
  readonly cookie: string;
  readonly options: object;
}

export interface Present {
  readonly staff: Staff;
  readonly name: string;
  readonly partner: { readonly id: string; readonly name: Text };
  /** Whether the passkey was shown in the last five minutes, as is demanded of who lets others in. */
  readonly confirmed: boolean;
}

export interface Entry {
  party(): Promise<{ readonly origin: string }>;
  beginJoin(secret: string): Promise<Begun & { readonly name: string; readonly partner: Text }>;
  join(secret: string, ceremony: string, response: unknown): Promise<{ readonly codes: readonly string[]; readonly session: string }>;
  beginSignIn(): Promise<Begun>;
  signIn(ceremony: string, response: unknown): Promise<string>;
  recover(code: string): Promise<string>;
  present(session: string): Promise<Present | undefined>;
  signOut(session: string): Promise<void>;
}

export interface Person {
  readonly name: string;
  readonly email?: string;
}

export interface Administration {
  /** Its own, as the registry has it. */
  partner(by: Staff): Promise<Partner>;
  list(by: Staff): Promise<readonly (Staff & Person)[]>;
  events(by: Staff): Promise<readonly { readonly at: Date; readonly name: string; readonly act: string; readonly by: string; readonly reason: string | undefined }[]>;
  invite(by: Staff, person: Person, rights: StaffRights): Promise<string>;
  suspend(by: Staff, id: string, reason: string, knowing: boolean): Promise<void>;
  resume(by: Staff, id: string, reason: string): Promise<void>;
  recover(by: Staff, id: string, reason: string, knowing: boolean): Promise<string>;
}

export interface StaffParts {
  readonly entry: Entry;
  readonly administration: Administration;
  /** Counts a try of this address. @throws Refusal RATE_LIMITED */
  readonly tried: (address: string) => Promise<void>;
}
