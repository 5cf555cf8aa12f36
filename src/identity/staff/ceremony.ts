/** WebAuthn ceremonies: a challenge that counts once, for a few minutes, in the browser that asked for it; and what an authenticator answers to it. */
import { randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import type { AuthenticationResponseJSON, PublicKeyCredentialCreationOptionsJSON, PublicKeyCredentialRequestOptionsJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import { type AdapterDeps, digest } from '../oauth/adapter.ts';

export interface RelyingParty {
  readonly origin: string;
  readonly id: string;
}

/** @returns undefined where browsers know no passkeys: under an address without a name, or one that others could listen to */
export function relyingParty(issuer: string): RelyingParty | undefined {
  const { origin, hostname, protocol } = new URL(issuer);
  if (isIP(hostname.replaceAll(/[[\]]/g, '')) !== 0 || (protocol !== 'https:' && hostname !== 'localhost')) return undefined;
  return { origin, id: hostname };
}

/** Seconds. */
export const ceremonySeconds = 300;
const model = 'Ceremony';
/** ES256, EdDSA, RS256. */
const algorithms = [-7, -8, -257];

interface Begun {
  readonly challenge: string;
  readonly for: 'join' | 'sign-in';
}

export interface Ceremonies {
  /** @returns the value of the cookie that it goes with, and the challenge */
  begin(what: Begun['for']): Promise<{ readonly cookie: string; readonly challenge: Uint8Array<ArrayBuffer> }>;
  /** Once. @returns the challenge, base64url; undefined when there is none, or it was another kind */
  take(cookie: string, what: Begun['for']): Promise<string | undefined>;
}

export const ceremonies = ({ items, box }: Pick<AdapterDeps, 'items' | 'box'>): Ceremonies => ({
  begin: async (what) => {
    const cookie = randomBytes(32).toString('base64url');
    const challenge = new Uint8Array(randomBytes(32));
    const begun: Begun = { challenge: Buffer.from(challenge).toString('base64url'), for: what };
    await items.put({ model, id: digest(model, cookie), sealed: box.seal(Buffer.from(JSON.stringify(begun)), model), life: ceremonySeconds }, 'NEW');
    return { cookie, challenge };
  },
  take: async (cookie, what) => {
    const sealed = await items.take(model, digest(model, cookie));
    if (sealed === undefined) return undefined;
    const begun = JSON.parse(Buffer.from(box.open(sealed, model)).toString('utf8')) as Begun;
    return begun.for === what ? begun.challenge : undefined;
  },
});

// Loaded when somebody signs in, so that a start does not pay for it.
const webauthn = async () => import('@simplewebauthn/server');

/** A key that the device keeps, and uses once it knows its holder: no name is asked for at sign-in. */
export async function joinOptions(party: RelyingParty, person: { readonly id: string; readonly name: string }, challenge: Uint8Array<ArrayBuffer>): Promise<PublicKeyCredentialCreationOptionsJSON> {
  const { generateRegistrationOptions } = await webauthn();
  return generateRegistrationOptions({
    rpName: 'Prasan', rpID: party.id, userID: handleOf(person.id), userName: person.name, userDisplayName: person.name, challenge, timeout: ceremonySeconds * 1000, attestationType: 'none',
    supportedAlgorithmIDs: algorithms, authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  });
}

export async function signInOptions(party: RelyingParty, challenge: Uint8Array<ArrayBuffer>): Promise<PublicKeyCredentialRequestOptionsJSON> {
  const { generateAuthenticationOptions } = await webauthn();
  return generateAuthenticationOptions({ rpID: party.id, challenge, timeout: ceremonySeconds * 1000, userVerification: 'required', allowCredentials: [] });
}

/** What the authenticator keeps beside the key: the person's id. */
export const handleOf = (id: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(id.replaceAll('-', ''), 'hex'));

/** A page of another origin may have it asked for in a frame: never here (WebAuthn section 13.4.9). */
function notFramed(clientDataJson: string): void {
  const said = JSON.parse(Buffer.from(clientDataJson, 'base64url').toString('utf8')) as { readonly crossOrigin?: unknown; readonly topOrigin?: unknown };
  if ((said.crossOrigin !== undefined && said.crossOrigin !== false) || said.topOrigin !== undefined) throw new Error('asked for in a frame of another origin');
}

export interface NewPasskey {
  readonly id: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly counter: number;
}

/** @throws Error saying, for the log, what is wrong */
export async function registered(party: RelyingParty, response: unknown, challenge: string): Promise<NewPasskey> {
  const { verifyRegistrationResponse } = await webauthn();
  const given = response as RegistrationResponseJSON;
  const { verified, registrationInfo } = await verifyRegistrationResponse({
    response: given, expectedChallenge: challenge, expectedOrigin: party.origin, expectedRPID: party.id, requireUserVerification: true, supportedAlgorithmIDs: algorithms,
  });
  if (!verified) throw new Error('the registration is not verified');
  notFramed(given.response.clientDataJSON);
  const { id, publicKey, counter } = registrationInfo.credential;
  return { id: Buffer.from(id, 'base64url'), publicKey, counter };
}

/** @returns the counter now. @throws Error saying, for the log, what is wrong */
export async function asserted(party: RelyingParty, response: unknown, challenge: string, staff: string, passkey: NewPasskey): Promise<number> {
  const { verifyAuthenticationResponse } = await webauthn();
  const given = response as AuthenticationResponseJSON;
  const { verified, authenticationInfo } = await verifyAuthenticationResponse({
    response: given, expectedChallenge: challenge, expectedOrigin: party.origin, expectedRPID: party.id, requireUserVerification: true,
    credential: { id: Buffer.from(passkey.id).toString('base64url'), publicKey: new Uint8Array(passkey.publicKey), counter: passkey.counter },
  });
  if (!verified) throw new Error('the signature is not verified');
  notFramed(given.response.clientDataJSON);
  if (Buffer.compare(Buffer.from(given.response.userHandle ?? '', 'base64url'), handleOf(staff)) !== 0) throw new Error('the user handle is another\'s');
  return authenticationInfo.newCounter;
}
