import { join } from 'node:path';
import t from 'tap';
import { fileKms } from '../../src/vault/file-kms.ts';
import { hkdf } from '../../src/vault/gcm.ts';
import { createKeyFile } from '../../src/vault/key-file.ts';

const path = join(t.testdir(), 'keys.json');
await createKeyFile(path);
const kms = await fileKms(path);

t.test('wraps and unwraps under one context only', async (t) => {
  const { key, wrapped } = await kms.generate('a');
  t.equal(key.length, 32);
  t.same(Buffer.from(await kms.unwrap(wrapped, 'a')), Buffer.from(key));
  t.notOk(Buffer.from(wrapped).includes(Buffer.from(key)));
  await t.rejects(kms.unwrap(wrapped, 'b'), /./);
  await t.rejects(kms.unwrap(wrapped.subarray(0, 20), 'a'), /./);
  await t.rejects(kms.wrap(new Uint8Array(16), 'a'), /32-byte/);
  t.not(Buffer.from((await kms.generate('a')).key).toString('hex'), Buffer.from(key).toString('hex'));
  for (let i = 0; i < wrapped.length; i += 1) {
    const bad = Buffer.from(wrapped);
    bad[i] = (bad[i] ?? 0) ^ 1;
    await t.rejects(kms.unwrap(bad, 'a'), /./, `bit flipped in byte ${i}`);
  }
});

t.test('derives: stable, apart by label; unknown versions are refused', async (t) => {
  t.same(await kms.derive('a', 1), await (await fileKms(path)).derive('a', 1));
  t.notSame(await kms.derive('a', 1), await kms.derive('b', 1));
  await t.rejects(kms.derive('a', 2), /no version 2/);
});

t.test('HKDF agrees with RFC 5869, test case 3 (no salt, no info)', async (t) => {
  const okm = '8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8';
  t.equal(hkdf(Buffer.alloc(22, 0x0b), '', 42).toString('hex'), okm);
});
