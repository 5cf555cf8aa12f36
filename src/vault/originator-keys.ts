/** The middle of the key hierarchy: one random key an originator and compartment, wrapped by the KMS. */
import { type KeyObject, randomUUID } from 'node:crypto';
import { LRUCache, type Perf } from 'lru-cache';
import { gather } from './batch.ts';
import { keyObject } from './gcm.ts';
import type { KeyStore, OriginatorKey } from './key-store.ts';
import type { Kms } from './kms.ts';

export interface WrappingKey {
  readonly id: string;
  readonly key: KeyObject;
}

export interface OriginatorKeys {
  /** The key that wraps new record keys; made on first use. */
  forWrapping(originator: string, compartment: string): Promise<WrappingKey>;
  /** A key that wraps existing ones. @throws Error when there is none, it belongs to another compartment, or the KMS refuses */
  forUnwrapping(id: string, compartment: string): Promise<KeyObject>;
  /** @throws Error when the KMS opens not all that is wrapped */
  fits(): Promise<void>;
}

/** An originator's key that was taken away stops opening things everywhere after this time. */
const life = 5 * 60_000;
/** Some hundred partners times a dozen compartments fit. */
const most = 4096;

/** What the wrapping of an originator's key is bound to. */
export const contextOf = ({ id, originator, compartment }: Omit<OriginatorKey, 'wrapped'>): string => JSON.stringify(['originator-key', id, originator, compartment]);

export function originatorKeys(kms: Kms, store: KeyStore, clock: Perf): OriginatorKeys {
  const byId = gather<null, OriginatorKey>(async (batch) => new Map((await store.loadOriginatorKeys([...batch.keys()])).map((key) => [key.id, key])));
  const unwrap = async (row: OriginatorKey): Promise<KeyObject> => keyObject(Buffer.from(await kms.unwrap(row.wrapped, contextOf(row))));

  async function keep(originator: string, compartment: string): Promise<OriginatorKey | undefined> {
    const row = { id: randomUUID(), originator, compartment, generation: 1 };
    const { key, wrapped } = await kms.generate(contextOf(row));
    key.fill(0); // the stored one is unwrapped instead: another node may have been first
    return store.saveOriginatorKey({ ...row, wrapped });
  }

  async function make(originator: string, compartment: string): Promise<OriginatorKey> {
    const kept = await keep(originator, compartment);
    if (kept !== undefined) return kept;
    await kms.refresh();
    const again = await keep(originator, compartment);
    if (again === undefined) throw new Error('other nodes wrap by a newer master key: give this one the newest key file');
    return again;
  }

  const fitting = new LRUCache<'all', true>({
    max: 1, ttl: life, ttlResolution: 0, perf: clock,
    async fetchMethod(): Promise<true> {
      for (const row of await store.sampleOriginatorKeys()) keyObject(Buffer.from(await kms.unwrap(row.wrapped, contextOf(row))));
      return true;
    },
  });
  const fits = async (): Promise<void> => void (await fitting.fetch('all'));

  const options = { max: most, ttl: life, ttlResolution: 0, perf: clock };
  const current = new LRUCache<string, WrappingKey, readonly [string, string]>({
    ...options,
    async fetchMethod(_name, _stale, { context: [originator, compartment] }) {
      let row = await store.currentOriginatorKey(originator, compartment);
      if (row === undefined) {
        await fits();
        row = await make(originator, compartment);
      }
      return { id: row.id, key: await unwrap(row) };
    },
  });
  const known = new LRUCache<string, { readonly compartment: string; readonly key: KeyObject }>({
    ...options,
    async fetchMethod(id) {
      const row = (await byId(new Map([[id, null]]))).get(id);
      return row && { compartment: row.compartment, key: await unwrap(row) };
    },
  });

  return {
    fits,
    async forWrapping(originator, compartment) {
      const found = await current.fetch(`${compartment} ${originator}`, { context: [originator, compartment] });
      if (found === undefined) throw new Error('no originator key');
      return found;
    },
    async forUnwrapping(id, compartment) {
      const found = await known.fetch(id);
      if (found?.compartment !== compartment) throw new Error('the originator key is missing or of another compartment');
      return found.key;
    },
  };
}
