/** Another master key, step by step, as nodes see it. Synthetic records only. */
import { randomUUID } from 'node:crypto';
import { copyFile, readFile } from 'node:fs/promises';
import postgres from 'postgres';
import t from 'tap';
import { rotate } from '../../src/cli/issuer.ts';
import { begin, finish, wrapAnew } from '../../src/cli/keys.ts';
import { keyContext } from '../../src/identity/signing.ts';
import { keyDatabase } from '../../src/store/keys.ts';
import { fileKms } from '../../src/vault/file-kms.ts';
import { createKeyFile } from '../../src/vault/key-file.ts';
import { contextOf } from '../../src/vault/originator-keys.ts';
import type { OriginatorKey } from '../../src/vault/key-store.ts';
import { openVault } from '../../src/vault/vault.ts';
import { freshExchange, type TestExchange } from '../support/exchange.ts';
import { refused } from '../support/refused.ts';

t.test('the master key is rotated: all opens with the new file, and nothing with the old one', { timeout: 120_000 }, async (t) => {
  const x = await freshExchange(t);
  const keys = postgres(x.database.url(x.database.keysName), { max: 1, onnotice: () => undefined });
  t.teardown(async () => keys.end());
  const wrapped = { sql: x.admin, keys, keyFile: x.keyFile };
  const old = `${x.keyFile}.old`;
  const wrappedBy = async (): Promise<unknown> => (await keys`select distinct get_byte(wrapped, 0) as version from originator_key order by 1`).map(({ version }) => version as unknown);
  const submit = async (node: Pick<TestExchange, 'exchange'>, partner: string, value: string): Promise<string> =>
    (await node.exchange.submit(x.asker(partner, { purpose: 'INVESTIGATION' }), 'Indicator', { type: 'DOMAIN', value, classification: 'CONFIDENTIAL', channels: ['embassies-ip'] })).record.id;
  const found = async (node: Pick<TestExchange, 'exchange'>, value: string): Promise<unknown> => {
    const [answer] = await node.exchange.lookup(x.asker('th-ccib', { purpose: 'INVESTIGATION' }), [{ value }]);
    return answer?.claims.map(({ body }) => body['value']);
  };

  await submit(x, 'th-ccib', 'first.example');
  await rotate(x.admin, x.dictionary, { keyFile: x.keyFile, after: 0, atOnce: false, actor: 'test', reason: null });
  await t.rejects(finish(wrapped), /no rotation is under way/);
  await copyFile(x.keyFile, old);

  t.equal(await begin(x.keyFile), 2);
  await t.rejects(begin(x.keyFile), /to version 2 is under way/, 'one after the other');
  const another = await x.node();
  await submit(another, 'kr-embassy', 'second.example');
  t.same(await wrappedBy(), [1, 2], 'a node that begins now wraps by it');
  t.same([await found(another, 'first.example'), await found(another, 'second.example')], [['first.example'], ['second.example']]);
  t.same(await found(x, 'second.example'), ['second.example'], 'one that serves reads the file again when it meets what the new version wrapped');
  const store = keyDatabase(x.keysUrl, 1);
  t.teardown(async () => store.close());
  const forgotten = await openVault({ kms: await fileKms(old), keys: store });
  const part = { record: randomUUID(), originator: 'jp-embassy', compartment: 'CONFIDENTIAL', version: 1, fields: { value: 'lost.example' } };
  t.equal((await refused(forgotten.seal([part]))).code, 'KEY_UNAVAILABLE', 'one that was not given the file makes no key');
  const late = { id: randomUUID(), originator: 'jp-embassy', compartment: 'CONFIDENTIAL', generation: 1 };
  t.equal(await store.saveOriginatorKey({ ...late, wrapped: await (await fileKms(old)).wrap(new Uint8Array(32), contextOf(late)) }), undefined, 'nor one that looked before the new one came');
  t.equal((await keys`select from originator_key where originator = 'jp-embassy'`).length, 0, 'that would be lost with the old one');

  const stranger = `${x.keyFile}.stranger`;
  await createKeyFile(stranger);
  await begin(stranger);
  await t.rejects(finish({ ...wrapped, keyFile: stranger }), /does not open what is kept/);
  t.same(await wrappedBy(), [1, 2], 'another file changes nothing');

  t.equal(await wrapAnew(wrapped), 2, 'stopped in the middle: an originator\'s and the issuer\'s are wrapped anew');
  t.same(await found(await x.node(), 'first.example'), ['first.example'], 'nodes begin with both versions meanwhile');
  t.same(await finish(wrapped), { to: 2, count: 0 }, 'run again, it ends');
  t.same(await wrappedBy(), [2]);
  await t.rejects(finish(wrapped), /no rotation is under way/);

  const node = await x.node();
  t.same([await found(node, 'first.example'), await found(node, 'second.example')], [['first.example'], ['second.example']], 'opened, and found by sealed values');
  await submit(node, 'jp-embassy', 'third.example');
  const [kms, before] = [await fileKms(x.keyFile), await fileKms(old)];
  const rows = await keys<OriginatorKey[]>`select id, originator, compartment, generation, wrapped from originator_key`;
  for (const row of rows) {
    await t.resolves(kms.unwrap(row.wrapped, contextOf(row)));
    await t.rejects(before.unwrap(row.wrapped, contextOf(row)), /no version 2/);
  }
  for (const { kid, wrapped: one } of await x.admin<{ kid: string; wrapped: Buffer }[]>`select kid, wrapped from signing_key`) await t.resolves(kms.unwrap(one, keyContext(kid)), 'the issuer still signs');
  t.same(await kms.derive('blinding', 1), await before.derive('blinding', 1), 'what is blinded stays comparable');
  await t.rejects(kms.unwrap(await before.wrap(new Uint8Array(32), 'x'), 'x'), /no version 1 that opens/, 'the new file opens nothing that was wrapped before');
  const { versions } = JSON.parse(await readFile(old, 'utf8')) as { versions: { key: string }[] };
  t.notMatch(await readFile(x.keyFile, 'utf8'), versions[0]?.key ?? '', 'nor holds the old key');

  t.equal(await begin(x.keyFile), 3, 'and again');
  t.equal((await finish(wrapped)).count, rows.length + 1);
  t.same(await found(await x.node(), 'third.example'), ['third.example']);
});
