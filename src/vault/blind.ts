/** Keyed one-way values: search keys of sealed fields, asked values in the ledger, bodies under an Idempotency-Key. */
import { timingSafeEqual } from 'node:crypto';
import { bind, hkdf } from './gcm.ts';
import { hmacUnder } from './hmac.ts';
import type { Kms } from './kms.ts';

/** Bytes of a blinded value: one of version, sixteen of HMAC. */
export const blindBytes = 17;

const none = new Uint8Array(0);

type Hmac = ReturnType<typeof hmacUnder>;

export interface Blinder {
  /**
   * A normalised value, blinded with the current key of this field and compartment.
   * @param field `Indicator.value`: kind and field
   * @param compartment `compartmentName()`
   * @param payload the normalised value's bytes
   * @returns version byte and HMAC-SHA-256 cut to 16 bytes (RFC 2104 section 5): equal for equal values, and says nothing more
   */
  blind(field: string, compartment: string, payload: Uint8Array): Buffer;
  /** The same for many payloads of one field and compartment, each behind `tag`. */
  blindAll(field: string, compartment: string, payloads: readonly Uint8Array[], tag?: Uint8Array): Buffer[];
  /** What a lookup compares with: the value blinded with each live version, the current one first; each behind `tag`. */
  probes(field: string, compartment: string, payload: Uint8Array, tag?: Uint8Array): Buffer[];
  /** An asked value as the ledger keeps it, hex. */
  blindForLedger(value: string): string;
  /**
   * The secret that statistic cells' keys are made with. Of the oldest live version: what makes noise must not be made anew with a new key, or the two
   * could be compared.
   */
  cellSecret(): Buffer;
  /** A keyed digest of a request's body: version byte and 32 bytes. */
  digestBody(body: Uint8Array): Buffer;
  /** Whether `digest` is of this body, in constant time; false for one of a version that is gone. */
  sameBody(body: Uint8Array, digest: Uint8Array): boolean;
}

/** Takes the blinding secrets of all live versions from the KMS, once. */
export async function blinder(kms: Kms): Promise<Blinder> {
  const versions = [kms.current, ...kms.versions.filter((version) => version !== kms.current)];
  const roots = new Map(await Promise.all(versions.map(async (version) => [version, await kms.derive('blinding', version)] as const)));
  const cached = new Map<string, Hmac>(); // as many as fields x compartments x versions: some thousands

  function keyOf(version: number, field: string, compartment: string): Hmac {
    const name = `${version} ${field.length} ${field} ${compartment}`; // the length keeps the border
    let key = cached.get(name);
    if (key === undefined) {
      const root = roots.get(version);
      if (root === undefined) throw new Error(`no blinding key of version ${version}`);
      key = hmacUnder(hkdf(root, bind(field, compartment).toString()));
      cached.set(name, key);
    }
    return key;
  }

  /** Names bring hundreds of these: the digest comes as text, which costs half of what a buffer of its own does. */
  function mark(version: number, key: Hmac, payload: Uint8Array, length: number, tag: Uint8Array = none): Buffer {
    const marked = Buffer.allocUnsafe(tag.length + 1 + length);
    marked.set(tag);
    marked[tag.length] = version;
    marked.write(key(payload), tag.length + 1, length, 'binary');
    return marked;
  }

  const blindWith = (version: number, field: string, compartment: string, payload: Uint8Array, tag?: Uint8Array): Buffer =>
    mark(version, keyOf(version, field, compartment), payload, blindBytes - 1, tag);
  const digest = (version: number, body: Uint8Array): Buffer => mark(version, keyOf(version, 'body', ''), body, 32);

  return {
    blind: (field, compartment, payload) => blindWith(kms.current, field, compartment, payload),
    blindAll(field, compartment, payloads, tag) {
      const key = keyOf(kms.current, field, compartment);
      return payloads.map((payload) => mark(kms.current, key, payload, blindBytes - 1, tag));
    },
    probes: (field, compartment, payload, tag) => versions.map((version) => blindWith(version, field, compartment, payload, tag)),
    blindForLedger: (value) => blindWith(kms.current, 'ledger', '', Buffer.from(value, 'utf8')).toString('hex'),
    cellSecret: () => hkdf(roots.get(Math.min(...roots.keys())) ?? new Uint8Array(0), bind('statistic cells').toString()),
    digestBody: (body) => digest(kms.current, body),
    sameBody: (body, kept) => kept.length === 33 && roots.has(kept[0] ?? 0) && timingSafeEqual(digest(kept[0] ?? 0, body), kept),
  };
}
