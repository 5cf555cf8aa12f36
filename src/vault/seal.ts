import type { Body } from '../dictionary/types.ts';
import { Refusal } from '../errors.ts';
import { bind, decrypt, encrypt } from './gcm.ts';
import { type Found, type RecordKeys, nameOf } from './record-keys.ts';

/** Which sealed compartment: all of it is bound into the ciphertext, so that it opens nowhere else. */
export interface Place {
  /** Record id. */
  readonly record: string;
  /** Partner id. */
  readonly originator: string;
  /** `compartmentName()` */
  readonly compartment: string;
  /** The compartment's own version number: raised whenever its content changes, untouched otherwise. */
  readonly version: number;
}

export interface Plain extends Place {
  readonly fields: Body;
}

export interface Sealed extends Place {
  /** Base64, as `seal` gave it. */
  readonly sealed: string;
}

/** The fields; or that the record's keys were destroyed, and with them the fields. */
export type Opened = Body | 'KEY_DESTROYED';

export interface Sealer {
  /**
   * Seals each item under the key of its record and compartment; makes the keys that are missing. When it resolves, the keys are durable:
   * call it before the transaction that writes the ciphertext (keys of a transaction that then fails are harmless).
   * @param options.fresh the records are new, so none of the keys can exist: spares a look
   * @returns base64 strings in the items' order
   * @throws Refusal KEY_UNAVAILABLE, also when a record's keys were destroyed
   */
  seal(items: readonly Plain[], options?: { readonly fresh?: boolean }): Promise<string[]>;
  /**
   * Seals parts of records that are new, for a transaction that writes them while their keys are being stored.
   * @returns base64 strings in the items' order; `durable` must be awaited before that transaction commits, and rejects with Refusal KEY_UNAVAILABLE
   * @throws Refusal KEY_UNAVAILABLE
   */
  sealNew(items: readonly Plain[]): Promise<{ readonly texts: readonly string[]; readonly durable: Promise<void> }>;
  /**
   * Opens items, in order. Concurrent calls share one look into the key store.
   * @throws Refusal KEY_UNAVAILABLE when any key cannot be had, or a ciphertext is not the one sealed for this place
   */
  open(items: readonly Sealed[]): Promise<Opened[]>;
}

const format = 1;
const block = 32;
const aad = ({ record, originator, compartment, version }: Place): Buffer => bind('sealed', record, originator, compartment, version);
const unavailable = (cause: unknown): Refusal => new Refusal('KEY_UNAVAILABLE', {}, cause);

/** Blanks fill the JSON up to whole blocks, so that a stolen dump does not tell a short name from a long one. */
function padded(fields: Body): Buffer {
  const text = Buffer.from(JSON.stringify(fields), 'utf8');
  const full = Buffer.alloc(Math.ceil((text.length + 1) / block) * block, 0x20);
  text.copy(full);
  return full;
}

function usable(key: Found | undefined): Exclude<Found, Error | 'KEY_DESTROYED'> {
  if (key === undefined || key === 'KEY_DESTROYED') throw unavailable(new Error(key ?? 'there is no such key'));
  if (key instanceof Error) throw unavailable(key);
  return key;
}

async function orUnavailable<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw unavailable(error);
  }
}

function openOne(item: Sealed, key: Found | undefined): Opened {
  if (key === 'KEY_DESTROYED') return key;
  const opening = usable(key);
  try {
    const bytes = Buffer.from(item.sealed, 'base64');
    if (bytes[0] !== format) throw new Error('not a sealed compartment');
    return JSON.parse(decrypt(opening, bytes.subarray(1), aad(item)).toString('utf8')) as Body;
  } catch (error) {
    throw unavailable(error);
  }
}

const head = Buffer.of(format);
const sealOne = (item: Plain, key: Found | undefined): string => Buffer.concat([head, encrypt(usable(key), padded(item.fields), aad(item))]).toString('base64');

export function sealer(keys: RecordKeys): Sealer {
  return {
    async sealNew(items) {
      if (items.length === 0) return { texts: [], durable: Promise.resolve() };
      const begun = await orUnavailable(keys.begin([...new Map(items.map((item) => [nameOf(item), item])).values()]));
      const durable = orUnavailable(begun.durable);
      durable.catch(() => undefined); // Told by whoever awaits it: the transaction may have failed before.
      return { texts: items.map((item) => sealOne(item, begun.keys.get(nameOf(item)))), durable };
    },
    async seal(items, { fresh = false } = {}) {
      if (items.length === 0) return [];
      const found = new Map(fresh ? [] : await orUnavailable(keys.find(items)));
      const missing = new Map(items.filter((item) => !found.has(nameOf(item))).map((item) => [nameOf(item), item]));
      if (missing.size > 0) for (const [name, key] of await orUnavailable(keys.make([...missing.values()]))) found.set(name, key);
      return items.map((item) => sealOne(item, found.get(nameOf(item))));
    },
    async open(items) {
      if (items.length === 0) return [];
      const found = await orUnavailable(keys.find(items));
      return items.map((item) => openOne(item, found.get(nameOf(item))));
    },
  };
}
