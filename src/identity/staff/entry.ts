/** How staff come in: by an invitation, by a passkey, by a recovery code. Whatever is wrong is refused in the same words: no name is told. */
import { Refusal } from '../../errors.ts';
import type { Registry, Text } from '../../rules/registry.ts';
import type { KeptStaff, Staff, StaffPort } from '../../rules/staff.ts';
import { accountDigest, type Sealing } from '../oauth/adapter.ts';
import { personOf } from '../oauth/persons.ts';
import type { AuthorizationServer } from '../oauth/server.ts';
import { asserted, type Ceremonies, joinOptions, registered, type RelyingParty, relyingParty, signInOptions } from './ceremony.ts';
import { openPerson } from './person.ts';
import { codeDigest, newCodes, newSecret, secretDigest } from './secrets.ts';

export interface EntryDeps {
  readonly oauth: Pick<AuthorizationServer, 'issuer' | 'sessions'>;
  readonly registry: () => Promise<Registry>;
  readonly store: StaffPort;
  readonly ceremonies: Ceremonies;
  readonly box: Sealing;
}

/** What a browser is given to begin with, and the cookie that goes with it. */
export interface Begun {
  readonly cookie: string;
  readonly options: object;
}

/** Somebody who is signed in, for its own pages. */
export interface Present {
  readonly staff: Staff;
  readonly name: string;
  readonly partner: { readonly id: string; readonly name: Text };
  /** Whether the passkey was shown a moment ago: demanded of who lets others in (invites, recovers, puts back in force). */
  readonly confirmed: boolean;
}

export interface StaffEntry {
  /** Where staff sign in: the one origin whose pages may. @throws Refusal NOT_FOUND where there is no built-in issuer, FORBIDDEN where it has no name */
  party(): Promise<RelyingParty>;
  /** @throws Refusal FORBIDDEN */
  beginJoin(secret: string): Promise<Begun & { readonly name: string; readonly partner: Text }>;
  /** @returns recovery codes, which stand nowhere else, and the cookie of a session. @throws Refusal FORBIDDEN */
  join(secret: string, ceremony: string, response: unknown): Promise<{ readonly codes: readonly string[]; readonly session: string }>;
  beginSignIn(): Promise<Begun>;
  /** @returns the cookie of a session. @throws Refusal FORBIDDEN */
  signIn(ceremony: string, response: unknown): Promise<string>;
  /** Uses a code up. @returns the secret of an invitation for a new passkey. @throws Refusal FORBIDDEN */
  recover(code: string): Promise<string>;
  present(session: string): Promise<Present | undefined>;
  signOut(session: string): Promise<void>;
}

/** Seconds that a recovery may take from code to passkey. */
const recoverySeconds = 900;

/** Seconds from showing a passkey until it has to be shown again, to let others in: a session lives for hours, in a browser that may be left open. */
const confirmedSeconds = 300;

const badLink = (cause?: unknown): Refusal => new Refusal('FORBIDDEN', 'This link does not count, or no longer: ask the administrator of your organisation for another', cause);
const badPasskey = (cause?: unknown): Refusal => new Refusal('FORBIDDEN', 'The passkey was not accepted', cause);
const badCode = (): Refusal => new Refusal('FORBIDDEN', 'This code does not count, or no longer');

export function staffEntry({ oauth, registry, store, ceremonies, box }: EntryDeps): StaffEntry {
  const named = async (): Promise<string> => {
    const issuer = await oauth.issuer();
    if (issuer === undefined) throw new Refusal('NOT_FOUND');
    return issuer;
  };
  const party = async (): Promise<RelyingParty> => {
    const issuer = await named();
    const found = relyingParty(issuer);
    if (found === undefined) throw new Refusal('FORBIDDEN', `Passkeys need an address with a name, by https or on this machine, and the exchange is called ${issuer}`);
    return found;
  };
  /** In force, or invited, of a partner in force. */
  const welcome = async (id: string | undefined): Promise<KeptStaff | undefined> => {
    const found = id === undefined ? undefined : await store.byId(id);
    if (found === undefined || found.status === 'SUSPENDED') return undefined;
    return (await personOf({ issuer: await named(), registry, staff: async () => found }, found.id)) === undefined ? undefined : found;
  };
  const begin = async (staff: string): Promise<string> => {
    const session = await oauth.sessions.begin(staff);
    if (session === undefined) throw new Refusal('NOT_FOUND');
    return session;
  };

  return {
    party,
    async beginJoin(secret) {
      const [at, staff] = [await party(), await welcome(await store.invited(secretDigest(secret)))];
      if (staff === undefined) throw badLink();
      const [{ name }, { cookie, challenge }] = [openPerson(box, staff.id, staff.sealed), await ceremonies.begin('join')];
      const partner = (await registry()).partners.get(staff.partner)?.name ?? { en: staff.partner, th: staff.partner };
      return { cookie, options: await joinOptions(at, { id: staff.id, name }, challenge), name, partner };
    },
    async join(secret, ceremony, response) {
      const [at, challenge] = [await party(), await ceremonies.take(ceremony, 'join')];
      const invitation = secretDigest(secret);
      const staff = await welcome(await store.invited(invitation));
      if (challenge === undefined || staff === undefined) throw badLink();
      const passkey = await registered(at, response, challenge).catch((error: unknown) => { throw badPasskey(error); });
      const known = await store.passkey(passkey.id);
      if (known !== undefined && known.staff !== staff.id) throw badPasskey(new Error('the passkey is another\'s'));
      const codes = newCodes();
      const joined = await store.join({ staff: staff.id, partner: staff.partner, invitation, passkey, codes: codes.map(codeDigest), account: accountDigest(staff.id) });
      if (!joined) throw badLink();
      return { codes, session: await begin(staff.id) };
    },
    async beginSignIn() {
      const at = await party();
      const { cookie, challenge } = await ceremonies.begin('sign-in');
      return { cookie, options: await signInOptions(at, challenge) };
    },
    async signIn(ceremony, response) {
      const [at, challenge] = [await party(), await ceremonies.take(ceremony, 'sign-in')];
      const id = (response as { readonly id?: unknown } | undefined)?.id;
      if (challenge === undefined || typeof id !== 'string' || id.length > 1400) throw badPasskey();
      const passkey = await store.passkey(Buffer.from(id, 'base64url'));
      const staff = await welcome(passkey?.staff);
      if (passkey === undefined || staff?.status !== 'ACTIVE') throw badPasskey();
      const counter = await asserted(at, response, challenge, staff.id, passkey).catch((error: unknown) => { throw badPasskey(error); });
      if (!(await store.usePasskey(staff.partner, { id: passkey.id, counter }))) throw badPasskey();
      return begin(staff.id);
    },
    async recover(code) {
      await party();
      const digest = codeDigest(code);
      const staff = await welcome(await store.ofCode(digest));
      if (staff?.status !== 'ACTIVE') throw badCode();
      const secret = newSecret();
      const invitation = { id: secretDigest(secret), staff: staff.id, partner: staff.partner, renews: true, life: recoverySeconds };
      if (!(await store.spendCode(digest, invitation, accountDigest(staff.id)))) throw badCode();
      return secret;
    },
    async present(session) {
      const signedIn = await oauth.sessions.find(session);
      const staff = await welcome(signedIn?.staff);
      if (signedIn === undefined || staff?.status !== 'ACTIVE') return undefined;
      const partner = (await registry()).partners.get(staff.partner)?.name ?? { en: staff.partner, th: staff.partner };
      return { staff, name: openPerson(box, staff.id, staff.sealed).name, partner: { id: staff.partner, name: partner }, confirmed: Date.now() / 1000 - signedIn.since <= confirmedSeconds };
    },
    signOut: async (session) => oauth.sessions.end(session),
  };
}
