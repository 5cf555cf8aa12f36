import { chmod, readFile, readdir, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { fileKms } from '../../src/vault/file-kms.ts';
import { addKeyVersion, createKeyFile, makeCurrent, readKeyFile } from '../../src/vault/key-file.ts';

const fresh = async (folder: string): Promise<string> => {
  const path = join(folder, 'deep', 'keys.json');
  await createKeyFile(path);
  return path;
};

t.test('is made once, for its owner alone', async (t) => {
  const path = join(t.testdir(), 'keys.json');
  const made = await Promise.all([createKeyFile(path), createKeyFile(path), createKeyFile(path)]);
  t.equal(made.filter(Boolean).length, 1, 'one of three makes it');
  t.equal((await stat(path)).mode & 0o777, 0o600);
  const text = await readFile(path, 'utf8');
  t.equal(await createKeyFile(path), false);
  t.equal(await readFile(path, 'utf8'), text, 'an existing one is left alone');
  t.same(await readdir(join(path, '..')), ['keys.json'], 'nothing is left beside it');
});

t.test('refused: missing, open to others, not a key file; and never made on reading', async (t) => {
  const folder = t.testdir();
  await t.rejects(fileKms(join(folder, 'none.json')), /is missing/);
  t.same(await readdir(folder), []);
  const path = await fresh(folder);
  for (const mode of [0o640, 0o604, 0o660, 0o610]) {
    await chmod(path, mode);
    await t.rejects(fileKms(path), /open to others/);
  }
  await chmod(path, 0o400);
  await t.resolves(fileKms(path), 'stricter is fine');
  await symlink(path, join(folder, 'link.json'));
  await t.resolves(fileKms(join(folder, 'link.json')), 'mounted secrets are links; what they lead to counts');
  await t.rejects(fileKms(folder), /open to others|is no file/);
});

t.test('refused: damaged contents, without quoting them', async (t) => {
  const path = await fresh(t.testdir());
  const good = await readKeyFile(path);
  const [version] = good.versions;
  const cases: [unknown, RegExp][] = [
    ['{"secret-canary', /is not JSON$/],
    [null, /no prasan-keys-1/],
    [{ ...good, format: 'other' }, /no prasan-keys-1/],
    [{ ...good, versions: [] }, /no prasan-keys-1/],
    [{ ...good, current: 2 }, /current version/],
    [{ ...good, versions: [{ ...version, id: 256 }] }, /1\.\.255/],
    [{ ...good, versions: [{ ...version, key: 'c2hvcnQ=' }] }, /32-byte/],
    [{ ...good, versions: [version, version] }, /twice/],
  ];
  for (const [content, message] of cases) {
    await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
    const error = await readKeyFile(path).then(() => t.fail('was read'), (reason: unknown) => reason as Error);
    t.match(error, { message });
    t.notMatch(String((error as Error).stack), /secret-canary/);
  }
});

t.test('rotation: old versions stay, the new one is current now or later', async (t) => {
  const path = await fresh(t.testdir());
  const old = await fileKms(path);
  const wrapped = await old.wrap(new Uint8Array(32).fill(7), 'x');
  t.equal(await addKeyVersion(path, { current: false }), 2);
  t.match(await fileKms(path), { versions: [1, 2], current: 1 });
  await makeCurrent(path, 2);
  await t.rejects(makeCurrent(path, 3), /has no version 3/);
  t.equal(await addKeyVersion(path), 3);
  const kms = await fileKms(path);
  t.match(kms, { versions: [1, 2, 3], current: 3 });
  t.same([...(await kms.unwrap(wrapped, 'x'))], Array<number>(32).fill(7));
  t.equal((await kms.wrap(new Uint8Array(32), 'x'))[0], 3);
  t.same(await kms.derive('l', 1), await old.derive('l', 1));
  t.equal((await stat(path)).mode & 0o777, 0o600);
});
