/**
 * Long content, sealed piece by piece so that none of it need be held whole: AES-256-GCM under a key of its own, the nonce of each piece its number and
 * whether it is the last (STREAM: Hoang, Reyhanitabar, Rogaway, Vizar, "Online Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance", 2015).
 * What is cut off, exchanged or repeated does not open. The key is kept sealed under the record's, and goes with it.
 */
import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto';
import { Refusal } from '../errors.ts';
import { bind, keyObject } from './gcm.ts';
import type { Place, Sealer } from './seal.ts';

const tagBytes = 16;
/** Apart from every version that a compartment itself may have: they begin at 1. */
const keyVersion = 0;

/** Of which record, under which of its compartments. */
export type ContentPlace = Omit<Place, 'version'>;

export interface ContentSealing {
  /** @param n from 0, each once */
  piece(n: number, plain: Uint8Array, last: boolean): Buffer;
  /** Seals the key under the record's own. The record's keys must be durable. @throws Refusal KEY_UNAVAILABLE */
  keep(place: ContentPlace): Promise<string>;
}

export interface ContentOpening {
  /** @throws Refusal KEY_UNAVAILABLE for what was not sealed as this piece of this content */
  piece(n: number, sealed: Uint8Array, last: boolean): Buffer;
}

export interface Contents {
  /** @param name of the content: bound into every piece */
  sealContent(name: string): ContentSealing;
  /** @param kept as `keep` gave it. @throws Refusal KEY_UNAVAILABLE, also where the record's keys were destroyed */
  openContent(name: string, place: ContentPlace, kept: string): Promise<ContentOpening>;
  /** Seals the key of content once more, under another record's, whose keys must be durable. @throws Refusal KEY_UNAVAILABLE */
  moveContent(from: ContentPlace, kept: string, to: ContentPlace): Promise<string>;
}

/** Eleven bytes of number, one that is set for the last. */
function nonceOf(n: number, last: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUIntBE(n, 5, 6);
  nonce[11] = last ? 1 : 0;
  return nonce;
}

const aadOf = (name: string): Buffer => bind('content', name);

function opening(name: string, key: KeyObject): ContentOpening {
  const aad = aadOf(name);
  return {
    piece(n, sealed, last) {
      try {
        const end = sealed.length - tagBytes;
        const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(n, last), { authTagLength: tagBytes });
        decipher.setAAD(aad).setAuthTag(sealed.subarray(end));
        const plain = decipher.update(sealed.subarray(0, end));
        decipher.final(); // throws before a byte of it is handed out
        return plain;
      } catch (error) {
        throw new Refusal('KEY_UNAVAILABLE', {}, error);
      }
    },
  };
}

/** @throws Refusal KEY_UNAVAILABLE */
async function keyIn({ open }: Sealer, place: ContentPlace, kept: string): Promise<string> {
  const [fields] = await open([{ ...place, version: keyVersion, sealed: kept }]);
  if (fields === undefined || fields === 'KEY_DESTROYED') throw new Refusal('KEY_UNAVAILABLE');
  return String(fields['key']);
}

async function kept({ seal }: Sealer, place: ContentPlace, key: string): Promise<string> {
  const [sealed = ''] = await seal([{ ...place, version: keyVersion, fields: { key } }]);
  return sealed;
}

export const contents = (sealer: Sealer): Contents => ({
  sealContent(name) {
    const bytes = randomBytes(32);
    const text = bytes.toString('base64');
    const key = keyObject(bytes);
    const aad = aadOf(name);
    let next = 0;
    return {
      piece(n, plain, last) {
        if (n !== next) throw new Error('a piece is sealed once, in its turn: its number is its nonce');
        next = last ? Number.NaN : n + 1;
        const cipher = createCipheriv('aes-256-gcm', key, nonceOf(n, last), { authTagLength: tagBytes });
        cipher.setAAD(aad);
        const body = cipher.update(plain);
        cipher.final();
        return Buffer.concat([body, cipher.getAuthTag()]);
      },
      keep: async (place) => kept(sealer, place, text),
    };
  },
  openContent: async (name, place, sealed) => opening(name, keyObject(Buffer.from(await keyIn(sealer, place, sealed), 'base64'))),
  moveContent: async (from, sealed, to) => kept(sealer, to, await keyIn(sealer, from, sealed)),
});
