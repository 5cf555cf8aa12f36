import { join } from 'node:path';
import t from 'tap';
import { fileKms } from '../../src/vault/file-kms.ts';
import { addKeyVersion, createKeyFile } from '../../src/vault/key-file.ts';
import { tokens } from '../../src/vault/token.ts';

const path = join(t.testdir(), 'keys.json');
await createKeyFile(path);
const vault = await tokens(await fileKms(path));
const plain = Buffer.from('position 0123456');
const bad = { code: 'BAD_CURSOR', status: 400, public: {} };

t.test('opens with what it was bound to, on any node', async (t) => {
  const token = vault.sealToken('list', plain, 'kr-embassy');
  t.match(token, /^[A-Za-z0-9_-]+$/);
  t.equal(token.length, vault.sealToken('list', Buffer.alloc(16), 'a much longer bound text').length, 'length tells of the plaintext\'s length alone');
  t.same((await tokens(await fileKms(path))).openToken('list', token, 'kr-embassy'), plain);
  t.not(vault.sealToken('list', plain, 'kr-embassy'), token);
});

t.test('refuses whatever else', async (t) => {
  const token = vault.sealToken('list', plain, 'kr-embassy');
  const refused = (text: string, why: string): unknown => t.throws(() => vault.openToken('list', text, 'kr-embassy'), bad, why);
  t.throws(() => vault.openToken('list', token, 'jp-embassy'), bad, 'bound to another');
  t.throws(() => vault.openToken('feed', token, 'kr-embassy'), bad, 'another purpose');
  for (let i = 0; i < token.length; i += 1) {
    for (const letter of ['A', 'B', '_']) if (token[i] !== letter) refused(token.slice(0, i) + letter + token.slice(i + 1), `letter ${i} as ${letter}`);
  }
  const again = [`${token}=`, ` ${token}`, `${token}\n`, `${token}A`, token.slice(1), token.slice(0, -1), '', 'x'.repeat(100_000), '\u0000', token.replace(/^./, 'ก')];
  again.forEach((text, i) => refused(text, `text ${i}`));
});

t.test('after rotation, cursors of the old version still open', async (t) => {
  const token = vault.sealToken('feed', plain, 'x');
  await addKeyVersion(path);
  const after = await tokens(await fileKms(path));
  t.same(after.openToken('feed', token, 'x'), plain);
  t.throws(() => vault.openToken('feed', after.sealToken('feed', plain, 'x'), 'x'), bad, 'a node that does not know the version yet');
});
