import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import t from 'tap';
import type { Refusal } from '../../src/errors.ts';
import { fileKms } from '../../src/vault/file-kms.ts';
import { addKeyVersion, createKeyFile } from '../../src/vault/key-file.ts';
import type { Plain, Sealed } from '../../src/vault/seal.ts';
import { type Vault, openVault } from '../../src/vault/vault.ts';
import { type MemoryKeyStore, memoryKeyStore } from './fixtures/memory-key-store.ts';

const path = join(t.testdir(), 'keys.json');
await createKeyFile(path);

interface World {
  readonly store: MemoryKeyStore;
  readonly vault: Vault;
  /** Another node: same keys, nothing remembered. */
  other(): Promise<Vault>;
  advance(ms: number): void;
}

async function world(): Promise<World> {
  const store = memoryKeyStore();
  let now = 1000;
  const other = async (): Promise<Vault> => openVault({ kms: await fileKms(path), keys: store, clock: { now: () => now } });
  return { store, vault: await other(), other, advance: (ms) => { now += ms; } };
}

// Synthetic personal data.
const item = (change: Partial<Plain> = {}): Plain => ({
  record: randomUUID(), originator: 'th-ccib', compartment: 'C/PERSONAL', version: 1, fields: { subscriber: { name: 'สมชาย ตัวอย่าง', document: '1101700203451' } }, ...change,
});
async function sealed(vault: Vault, plain: Plain): Promise<Sealed> {
  const [text = ''] = await vault.seal([plain]);
  return { record: plain.record, originator: plain.originator, compartment: plain.compartment, version: plain.version, sealed: text };
}
const unavailable = { code: 'KEY_UNAVAILABLE', status: 503 };
const loads = (store: MemoryKeyStore, method = 'loadRecordKeys'): number[] => store.calls.filter((call) => call.method === method).map((call) => call.size);

t.test('what is sealed opens, in order, on any node', async (t) => {
  const { vault, other } = await world();
  const plains = [item(), item({ compartment: 'S/SOURCE', fields: { sourceDetail: 'x', deep: [1, null, true, { a: '"\\ ' }] } }), item({ originator: 'kr-embassy', fields: {} })];
  const texts = await vault.seal(plains, { fresh: true });
  const things = plains.map((plain, i) => ({ ...plain, sealed: texts[i] ?? '' }));
  t.same(await vault.open(things), plains.map((plain) => plain.fields));
  t.same(await (await other()).open(things.toReversed()), plains.map((plain) => plain.fields).reverse());
  t.same(await vault.open([]), []);
  t.same(await vault.seal([]), []);
});

t.test('the ciphertext and the stored keys say nothing, not even how long the value is', async (t) => {
  const { vault, store } = await world();
  const short = await sealed(vault, item({ fields: { name: 'A' } }));
  const long = await sealed(vault, item({ fields: { name: 'Alexandra' } }));
  t.equal(short.sealed.length, long.sealed.length);
  const plain = item();
  const thing = await sealed(vault, plain);
  const dump = JSON.stringify([...store.rows.values()].map((row) => [...row.wrapped])) + thing.sealed + Buffer.from(thing.sealed, 'base64').toString('utf8');
  t.notMatch(dump, /1101700203451/);
  t.notMatch(dump, /สมชาย/);
  t.not((await vault.seal([plain]))[0], thing.sealed, 'sealing twice gives two texts');
});

t.test('opens only where it was sealed, and unaltered', async (t) => {
  const { vault } = await world();
  const thing = await sealed(vault, item());
  const twin = item({ record: thing.record, compartment: 'S' });
  const foreign = await sealed(vault, item());
  const inS = await sealed(vault, twin);
  const moved: [string, Sealed][] = [
    ['another version', { ...thing, version: 2 }],
    ['another originator', { ...thing, originator: 'kr-embassy' }],
    ['another record', { ...thing, record: foreign.record }],
    ['another compartment', { ...thing, compartment: 'S' }],
    ['another\'s text', { ...thing, sealed: inS.sealed }],
    ['empty', { ...thing, sealed: '' }],
    ['no base64', { ...thing, sealed: '***' }],
  ];
  for (const [name, bad] of moved) await t.rejects(vault.open([bad]), unavailable, name);
  const bytes = Buffer.from(thing.sealed, 'base64');
  for (let i = 0; i < bytes.length; i += 1) {
    const bad = Buffer.from(bytes);
    bad[i] = (bad[i] ?? 0) ^ 0x80;
    await t.rejects(vault.open([{ ...thing, sealed: bad.toString('base64') }]), unavailable, `byte ${i}`);
  }
});

t.test('wrapped keys that were moved in the key store open nothing', async (t) => {
  const { vault, store, other } = await world();
  const thing = await sealed(vault, item());
  const victim = await sealed(vault, item());
  const key = (one: Sealed): string => `${one.record} ${one.compartment}`;
  const row = store.rows.get(key(thing));
  if (row === undefined) return t.fail('no key stored');
  store.rows.set(key(victim), { ...row, record: victim.record });
  await t.rejects((await other()).open([victim]), unavailable);
  const planted = item();
  store.rows.set(`${planted.record} ${planted.compartment}`, { ...row, record: planted.record });
  await t.rejects((await other()).seal([planted]), unavailable, 'nothing is sealed under a key planted from another record');
  const [[at, originatorKey] = []] = store.originators;
  if (at === undefined || originatorKey === undefined) return t.fail('no originator key');
  store.originators.set(at, { ...originatorKey, originator: 'kr-embassy' });
  await t.rejects((await other()).open([thing]), unavailable, 'the originator is bound into its key');
});

t.test('an amendment reuses the key; a new compartment gets its own; untouched text still opens', async (t) => {
  const { vault, store, other } = await world();
  const first = item();
  const one = await sealed(vault, first);
  const two = await sealed(await other(), { ...first, version: 2, fields: { subscriber: null } });
  await sealed(vault, { ...first, compartment: 'S', version: 1, fields: { sourceDetail: 's' } });
  t.equal(store.rows.size, 2);
  t.same(await vault.open([one, two]), [first.fields, { subscriber: null }]);
});

t.test('two nodes that seal the same new compartment at once use one key', async (t) => {
  const { vault, other, store } = await world();
  const plain = item();
  const [a, b] = await Promise.all([sealed(vault, plain), sealed(await other(), { ...plain, version: 2 })]);
  t.equal(store.rows.size, 1);
  t.equal(store.originators.size, 1);
  t.same(await (await other()).open([a, b]), [plain.fields, plain.fields]);
  const late = { ...plain, version: 3 };
  const [text = ''] = await (await other()).seal([late], { fresh: true });
  t.same(await vault.open([{ ...late, sealed: text }]), [plain.fields], 'a writer that thinks it is first takes the key that stands');
});

t.test('parts of new records are sealed while their keys are stored; who comes meanwhile shares the next write', async (t) => {
  const { vault, store, other } = await world();
  await vault.seal([item()]);
  const before = loads(store, 'saveRecordKeys').length;
  const plains = [item(), item(), item()];
  const begun = await Promise.all(plains.map(async (plain) => vault.sealNew([plain])));
  t.equal(store.rows.size, 1, 'nothing is stored yet, and the texts are there');
  await Promise.all(begun.map(async ({ durable }) => durable));
  t.same(loads(store, 'saveRecordKeys').slice(before), [1, 2], 'one write for the first, one for those who came meanwhile');
  t.same(await (await other()).open(plains.map((plain, i) => ({ ...plain, sealed: begun[i]?.texts[0] ?? '' }))), plains.map(({ fields }) => fields));
  t.same((await vault.sealNew([])).texts, []);
});

t.test('a new record whose keys are not stored, or which had keys, is not to be kept', async (t) => {
  const { vault, store } = await world();
  const there = item();
  const kept = await sealed(vault, there);
  const late = await vault.sealNew([there]);
  await t.rejects(late.durable, unavailable, 'another wrote a record of that id');
  t.same(await vault.open([kept]), [there.fields], 'whose key still opens');
  await vault.destroy([{ record: there.record, reason: 'COURT_ORDER', at: '2026-01-01T00:00:00.000Z' }]);
  await t.rejects((await vault.sealNew([there])).durable, unavailable, 'it was erased');
  const [before, after] = [item(), item()];
  const begun = await vault.sealNew([before]);
  store.down = true;
  await t.rejects(begun.durable, unavailable);
  store.down = false;
  await t.resolves((await vault.sealNew([after])).durable, 'and well again afterwards');
});

t.test('concurrent opens share one look; what is remembered needs none; an import makes one write', async (t) => {
  const { vault, other, store, advance } = await world();
  const plains = Array.from({ length: 500 }, (_, i) => item({ fields: { i } }));
  const texts = await vault.seal(plains, { fresh: true });
  t.same(store.calls.map((call) => [call.method, call.size]), [['currentOriginatorKey', 1], ['sampleOriginatorKeys', 1], ['saveOriginatorKey', 1], ['saveRecordKeys', 500]]);
  const things = plains.map((plain, i) => ({ ...plain, sealed: texts[i] ?? '' }));
  const node = await other();
  store.calls.length = 0;
  const opened = await Promise.all(things.map((thing) => node.open([thing])));
  t.same(opened, plains.map((plain) => [plain.fields]));
  t.same(store.calls.map((call) => [call.method, call.size]), [['loadRecordKeys', 500], ['loadOriginatorKeys', 1]]);
  await node.open(things);
  t.equal(store.calls.length, 2);
  advance(30_001);
  await node.open(things.slice(0, 3));
  t.same(loads(store), [500, 3], 'after 30 s the store is asked again');
  t.same(loads(store, 'loadOriginatorKeys'), [1]);
});

t.test('a bad key spoils the request that needs it, and no other', async (t) => {
  const { vault, other, store } = await world();
  const [good, bad, missing] = [await sealed(vault, item()), await sealed(vault, item()), await sealed(vault, item())];
  const at = `${bad.record} ${bad.compartment}`;
  const row = store.rows.get(at);
  if (row === undefined) return t.fail('no key stored');
  store.rows.set(at, { ...row, wrapped: row.wrapped.slice(1) });
  store.rows.delete(`${missing.record} ${missing.compartment}`);
  const node = await other();
  const [one, two, three, mixed] = await Promise.allSettled([node.open([good]), node.open([bad]), node.open([missing]), node.open([good, missing])]);
  t.equal(one.status, 'fulfilled');
  for (const refused of [two, three, mixed]) t.match(refused, { status: 'rejected', reason: unavailable });
  t.same(loads(store), [1, 1, 1, 3], 'three seals looked, then all four opens at once');
  await t.rejects(node.seal([{ ...bad, fields: {} }]), unavailable, 'a damaged key is not replaced by a new one');
});

t.test('a key store that is down: 503 with the cause for the log, and well again afterwards', async (t) => {
  const { vault, other, store } = await world();
  const thing = await sealed(vault, item());
  const node = await other();
  store.down = true;
  const refusal = await node.open([thing]).then(() => undefined, (error: unknown) => error as Refusal);
  t.match(refusal, { code: 'KEY_UNAVAILABLE', public: {}, cause: { message: /down/ } });
  await t.rejects(node.seal([item()]), unavailable);
  await t.rejects(node.seal([item()], { fresh: true }), unavailable);
  store.down = false;
  await t.resolves(node.open([thing]));
});

t.test('erasing: opens nowhere again, seals nothing again', async (t) => {
  const { vault, other, store, advance } = await world();
  const kept = await sealed(vault, item());
  const thing = await sealed(vault, item());
  const node = await other();
  await node.open([thing]);
  await vault.destroy([{ record: thing.record, reason: 'OTHER', at: '2026-01-31T08:00:00.000Z' }]);
  t.same(await vault.open([thing]), ['KEY_DESTROYED'], 'at once here');
  advance(30_001);
  t.same(await node.open([thing, kept]), ['KEY_DESTROYED', { subscriber: { name: 'สมชาย ตัวอย่าง', document: '1101700203451' } }], 'within 30 s elsewhere');
  await t.rejects(vault.seal([{ ...thing, fields: {} }]), unavailable);
  await t.rejects(vault.seal([{ ...thing, fields: {} }], { fresh: true }), unavailable);
  t.notOk([...store.rows.keys()].some((key) => key.startsWith(thing.record)));
});

t.test('a look that is under way while a record is erased is not remembered', async (t) => {
  const { vault, other, store } = await world();
  const thing = await sealed(vault, item());
  const node = await other();
  const look = node.open([thing]);
  await new Promise((resolve) => { setImmediate(resolve); });
  node.forget(thing.record);
  await look;
  store.calls.length = 0;
  await node.open([thing]);
  t.same(loads(store), [1]);
});

t.test('after a new master version, what was sealed before still opens', async (t) => {
  const folder = t.testdir();
  const mine = join(folder, 'keys.json');
  await createKeyFile(mine);
  const store = memoryKeyStore();
  const thing = await sealed(await openVault({ kms: await fileKms(mine), keys: store }), item());
  await addKeyVersion(mine);
  t.match(await (await openVault({ kms: await fileKms(mine), keys: store })).open([thing]), [{ subscriber: {} }]);
  const lost = join(folder, 'other.json');
  await createKeyFile(lost);
  const stranger = await openVault({ kms: await fileKms(lost), keys: store });
  await t.rejects(stranger.open([thing]), unavailable, 'under another master key nothing opens');
  await t.rejects(stranger.fits(), unavailable, 'and it says so');
  await t.rejects(stranger.seal([item({ originator: 'somebody-new' })]), unavailable, 'nor does it begin with an originator anew');
  await (await openVault({ kms: await fileKms(mine), keys: store })).fits();
});
