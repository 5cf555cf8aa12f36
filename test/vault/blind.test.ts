import { createHmac, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import t from 'tap';
import { blindBytes, blinder } from '../../src/vault/blind.ts';
import { fileKms } from '../../src/vault/file-kms.ts';
import { bind, hkdf } from '../../src/vault/gcm.ts';
import { hmacUnder } from '../../src/vault/hmac.ts';
import { addKeyVersion, createKeyFile } from '../../src/vault/key-file.ts';

const path = join(t.testdir(), 'keys.json');
await createKeyFile(path);
const kms = await fileKms(path);
const blind = await blinder(kms);
const value = Buffer.from('203.0.113.7');
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

t.test('equal values blind equal, here and on another node; all else differs', async (t) => {
  const one = blind.blind('Account.number', 'C/FINANCIAL', value);
  t.equal(one.length, blindBytes);
  t.equal(one[0], 1);
  t.equal(hex(one), hex((await blinder(await fileKms(path))).blind('Account.number', 'C/FINANCIAL', value)));
  const all = [one, blind.blind('Account.number', 'S', value), blind.blind('Identity.number', 'C/FINANCIAL', value), blind.blind('Account.number', 'C/FINANCIAL', Buffer.from('x'))];
  t.equal(new Set(all.map(hex)).size, 4);
  t.not(hex(blind.blind('A B', 'C', value)), hex(blind.blind('A', 'B C', value)), 'field and compartment have a border');
  t.same(blind.blindAll('Account.number', 'C/FINANCIAL', [value, value]).map(hex), [hex(one), hex(one)]);
});

t.test('is HMAC-SHA-256 under HKDF of the field and compartment, cut to 16 bytes', async (t) => {
  const key = hkdf(await kms.derive('blinding', 1), bind('F', 'C').toString());
  const want = Buffer.concat([Buffer.of(1), createHmac('sha256', key).update(value).digest().subarray(0, 16)]);
  t.equal(hex(blind.blind('F', 'C', value)), hex(want));
});

t.test('the HMAC is RFC 2104\'s, of values of every length', async (t) => {
  const key = randomBytes(32);
  const hmac = hmacUnder(Buffer.from(key));
  // RFC 4231 holds for createHmac; with a key of 32 bytes there is no vector in it.
  for (const length of [0, 1, 31, 55, 56, 64, 65, 200, 511, 512, 513, 100_000, 3]) {
    const bytes = randomBytes(length);
    t.equal(Buffer.from(hmac(bytes), 'binary').toString('hex'), createHmac('sha256', key).update(bytes).digest('hex'), `${length} bytes`);
  }
  t.throws(() => hmacUnder(randomBytes(31)), /32 bytes/);
});

t.test('after rotation a lookup probes each live version, the current first', async (t) => {
  const before = hex(blind.blind('F', 'C', value));
  const digest = blind.digestBody(value);
  await addKeyVersion(path);
  const after = await blinder(await fileKms(path));
  const probes = after.probes('F', 'C', value).map(hex);
  t.same(probes, [hex(after.blind('F', 'C', value)), before]);
  t.not(probes[0], before);
  t.ok(after.sameBody(value, digest), 'a digest of the old version still compares');
});

t.test('bodies and ledger values', async (t) => {
  const digest = blind.digestBody(value);
  t.equal(digest.length, 33);
  t.ok(blind.sameBody(value, digest));
  t.notOk(blind.sameBody(Buffer.from('other'), digest));
  t.notOk(blind.sameBody(value, digest.subarray(0, 32)));
  t.notOk(blind.sameBody(value, Buffer.concat([Buffer.of(9), digest.subarray(1)])), 'a version that is gone');
  t.match(blind.blindForLedger('203.0.113.7'), /^01[0-9a-f]{32}$/);
  t.not(blind.blindForLedger('203.0.113.7').slice(2), hex(digest).slice(2, 34));
});
