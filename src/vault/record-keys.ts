/** The foot of the key hierarchy: one random key a record and compartment, wrapped by the originator's key. Destroying it erases what it sealed. */
import { type KeyObject, randomBytes } from 'node:crypto';
import { LRUCache, type Perf } from 'lru-cache';
import { gather, inCompany, pieces } from './batch.ts';
import { bind, decrypt, encrypt, keyObject } from './gcm.ts';
import type { KeyStore, RecordKey, RecordKeyId } from './key-store.ts';
import type { OriginatorKeys } from './originator-keys.ts';

export interface NewRecordKey extends RecordKeyId {
  readonly originator: string;
}

/** What a look for a key gives; nothing where there is none. */
export type Found = KeyObject | 'KEY_DESTROYED' | Error;

export interface RecordKeys {
  find(ids: readonly RecordKeyId[]): Promise<ReadonlyMap<string, Found>>;
  /** Makes and stores the keys of these; where another writer was first, gives that one's. */
  make(ids: readonly NewRecordKey[]): Promise<ReadonlyMap<string, Found>>;
  /** Makes the keys of records that nobody else can be writing, and gives them while they are being stored. */
  begin(ids: readonly NewRecordKey[]): Promise<Begun>;
  /** Drops what is remembered of a record. */
  forget(record: string): void;
}

export interface Begun {
  readonly keys: ReadonlyMap<string, KeyObject>;
  /** Settles when they are stored; rejects when they are not, or not all: what they sealed must then not be kept. */
  readonly durable: Promise<void>;
}

export const nameOf = ({ record, compartment }: RecordKeyId): string => `${record} ${compartment}`;
const aad = ({ record, compartment }: RecordKeyId, wrappedBy: string): Buffer => bind('record-key', record, compartment, wrappedBy);

/** Destroyed keys stop opening things on every node after this time, and at once on the one that destroyed them. */
const life = 30_000;
const most = 20_000;
/** Ids in one call of the store. */
const chunk = 5_000;
/** Larger batches come from imports, and would only push out what readers use. */
const rememberBelow = 100;

const keyBytes = 32;

async function freshKeys(originators: OriginatorKeys, ids: readonly NewRecordKey[]): Promise<{ readonly keys: Map<string, KeyObject>; readonly rows: RecordKey[] }> {
  const keys = new Map<string, KeyObject>();
  const rows: RecordKey[] = [];
  // Drawn at once: a draw costs the same for one as for many.
  const drawn = randomBytes(keyBytes * ids.length);
  for (const [i, id] of ids.entries()) {
    const by = await originators.forWrapping(id.originator, id.compartment);
    const key = drawn.subarray(keyBytes * i, keyBytes * (i + 1));
    rows.push({ record: id.record, compartment: id.compartment, wrappedBy: by.id, wrapped: encrypt(by.key, key, aad(id, by.id)) });
    keys.set(nameOf(id), keyObject(key));
  }
  return { keys, rows };
}

export function recordKeys(store: KeyStore, originators: OriginatorKeys, clock: Perf): RecordKeys {
  const memory = new LRUCache<string, KeyObject>({ max: most, ttl: life, ttlResolution: 0, perf: clock });
  let forgotten = 0;

  async function unwrap(row: RecordKey): Promise<Found> {
    try {
      return keyObject(decrypt(await originators.forUnwrapping(row.wrappedBy, row.compartment), row.wrapped, aad(row, row.wrappedBy)));
    } catch (error) {
      return error instanceof Error ? error : new Error('unwrapping failed'); // spoils this key alone, not its batch
    }
  }

  async function load(batch: ReadonlyMap<string, RecordKeyId>): Promise<Map<string, Found>> {
    const before = forgotten;
    const found = new Map<string, Found>();
    for (const piece of pieces([...batch.values()], chunk)) {
      const { keys, destroyed } = await store.loadRecordKeys(piece);
      const gone = new Set(destroyed);
      for (const id of piece) if (gone.has(id.record)) found.set(nameOf(id), 'KEY_DESTROYED');
      await Promise.all(keys.map(async (row) => {
        if (!gone.has(row.record)) found.set(nameOf(row), await unwrap(row));
      }));
    }
    // A record forgotten while this ran must not be remembered again by it.
    if (before === forgotten) for (const [name, key] of found) if (typeof key === 'object' && !(key instanceof Error)) memory.set(name, key);
    return found;
  }
  const gathered = gather(load);

  async function find(ids: readonly RecordKeyId[]): Promise<ReadonlyMap<string, Found>> {
    const found = new Map<string, Found>();
    const missing = new Map<string, RecordKeyId>();
    for (const id of ids) {
      const name = nameOf(id);
      const key = memory.get(name);
      if (key === undefined) missing.set(name, id);
      else found.set(name, key);
    }
    if (missing.size === 0) return found;
    const loaded = await gathered(missing);
    for (const name of missing.keys()) {
      const key = loaded.get(name);
      if (key !== undefined) found.set(name, key);
    }
    return found;
  }

  const save = inCompany((rows: readonly RecordKey[]) => store.saveRecordKeys(rows));

  function remember(made: ReadonlyMap<string, Found>, before: number): void {
    if (before !== forgotten || made.size > rememberBelow) return;
    for (const [name, key] of made) if (typeof key === 'object' && !(key instanceof Error)) memory.set(name, key);
  }

  async function make(ids: readonly NewRecordKey[]): Promise<ReadonlyMap<string, Found>> {
    const before = forgotten;
    const { keys: own, rows } = await freshKeys(originators, ids);
    const made = new Map<string, Found>(own);
    for (const piece of pieces(rows, chunk)) {
      const { keys, destroyed } = await store.saveRecordKeys(piece);
      for (const row of keys) made.set(nameOf(row), await unwrap(row));
      const gone = new Set(destroyed);
      if (gone.size > 0) for (const row of piece) if (gone.has(row.record)) made.set(nameOf(row), 'KEY_DESTROYED');
    }
    remember(made, before);
    return made;
  }

  async function begin(ids: readonly NewRecordKey[]): Promise<Begun> {
    const before = forgotten;
    const { keys, rows } = await freshKeys(originators, ids);
    const stored = async (): Promise<void> => {
      const own = new Set(ids.map(({ record }) => record));
      const answers = await Promise.all(pieces(rows, chunk).map(save));
      if (answers.some((answer) => answer.keys.some(({ record }) => own.has(record)) || answer.destroyed.some((record) => own.has(record)))) throw new Error('a new record has keys already, or had');
      remember(keys, before);
    };
    return { keys, durable: stored() };
  }

  function forget(record: string): void {
    forgotten += 1;
    const names = memory.keys().filter((name) => name.startsWith(`${record} `)).toArray(); // before any of them goes
    for (const name of names) memory.delete(name);
  }

  return { find, make, begin, forget };
}
