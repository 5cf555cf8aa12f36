/** An authenticator in software (WebAuthn level 3): makes keys and shows them, rightly or in whichever way a test wants it wrong. */
import { generateKeyPairSync, hash, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isoCBOR } from '@simplewebauthn/server/helpers';

export interface WrongPasskey {
  readonly origin?: string;
  readonly rpId?: string;
  readonly challenge?: string;
  /** Flags of the authenticator data: present 1, verified 4. */
  readonly flags?: number;
  readonly counter?: number;
  readonly userHandle?: string | undefined;
  readonly key?: KeyObject;
  readonly client?: object;
}

interface CreationOptions {
  readonly challenge: string;
  readonly rp: { readonly id?: string };
  readonly user: { readonly id: string };
}

interface RequestOptions {
  readonly challenge: string;
  readonly rpId?: string;
}

export interface SoftPasskey {
  readonly id: string;
  create(options: unknown, wrong?: WrongPasskey): object;
  get(options: unknown, wrong?: WrongPasskey): object;
}

const b64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');
const present = 1;
const verified = 4;
const attested = 64;

function authData(rpId: string, flags: number, counter: number, credential: Uint8Array = new Uint8Array()): Buffer {
  const count = Buffer.alloc(4);
  count.writeUInt32BE(counter);
  return Buffer.concat([hash('sha256', rpId, 'buffer'), Buffer.of(flags), count, credential]);
}

/** @param origin of the page that asks it */
export function softPasskey(origin: string): SoftPasskey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const id = randomBytes(32);
  let counter = 0;
  let handle: string | undefined;
  const clientData = (type: string, challenge: string, wrong: WrongPasskey): Buffer =>
    Buffer.from(JSON.stringify({ type, challenge: wrong.challenge ?? challenge, origin: wrong.origin ?? origin, crossOrigin: false, ...wrong.client }));
  // RFC 9053: EC2, ES256, P-256.
  const cose = isoCBOR.encode(new Map<number, number | Uint8Array>([[1, 2], [3, -7], [-1, 1], [-2, new Uint8Array(Buffer.from(x, 'base64url'))], [-3, new Uint8Array(Buffer.from(y, 'base64url'))]]));
  return {
    id: b64(id),
    create: (options, wrong = {}) => {
      const { challenge, rp, user } = options as CreationOptions;
      handle = user.id;
      const length = Buffer.alloc(2);
      length.writeUInt16BE(id.length);
      const data = authData(wrong.rpId ?? rp.id ?? '', (wrong.flags ?? (present | verified)) | attested, counter, Buffer.concat([Buffer.alloc(16), length, id, cose]));
      const attestationObject = isoCBOR.encode(new Map<string, unknown>([['fmt', 'none'], ['attStmt', new Map()], ['authData', new Uint8Array(data)]]) as never);
      return { id: b64(id), rawId: b64(id), type: 'public-key', clientExtensionResults: {}, response: { clientDataJSON: b64(clientData('webauthn.create', challenge, wrong)), attestationObject: b64(attestationObject) } };
    },
    get: (options, wrong = {}) => {
      const { challenge, rpId = '' } = options as RequestOptions;
      counter += 1;
      const data = authData(wrong.rpId ?? rpId, wrong.flags ?? (present | verified), wrong.counter ?? counter);
      const client = clientData('webauthn.get', challenge, wrong);
      const signature = sign('sha256', Buffer.concat([data, hash('sha256', client, 'buffer')]), wrong.key ?? privateKey);
      return {
        id: b64(id), rawId: b64(id), type: 'public-key', clientExtensionResults: {},
        response: { clientDataJSON: b64(client), authenticatorData: b64(data), signature: b64(signature), userHandle: 'userHandle' in wrong ? wrong.userHandle : handle },
      };
    },
  };
}
