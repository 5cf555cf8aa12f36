import t from 'tap';
import { type Frontier, type Hash, append, emptyFrontier, emptyRoot, leafHash, nodeHash, rootOf } from '../../src/ledger/tree.ts';

/** The reference leaves and roots of the Certificate Transparency log (RFC 6962's own implementation, `merkletree/merkle_tree_test`). */
const leaves = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'].map((hex) => Buffer.from(hex, 'hex'));
const roots = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

t.test('agrees with the reference tree at each size', async (t) => {
  t.equal(emptyRoot.toString('hex'), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  let frontier: Frontier = emptyFrontier;
  t.equal(rootOf(frontier), emptyRoot);
  for (const [i, leaf] of leaves.entries()) {
    frontier = append(frontier, leafHash(leaf));
    t.equal(frontier.size, i + 1);
    t.equal(rootOf(frontier).toString('hex'), roots[i]);
  }
});

/** MTH as RFC 9162 section 2.1.1 defines it, word by word. */
function definition(hashes: readonly Hash[]): Hash {
  const [only] = hashes;
  if (only === undefined) return emptyRoot;
  if (hashes.length === 1) return only;
  let k = 1;
  while (k * 2 < hashes.length) k *= 2;
  return nodeHash(definition(hashes.slice(0, k)), definition(hashes.slice(k)));
}

t.test('agrees with the definition; keeps one peak a bit; tells of each complete subtree once', async (t) => {
  const hashes = Array.from({ length: 70 }, (_, i) => leafHash(Buffer.of(i)));
  const told = new Set<string>();
  let frontier: Frontier = emptyFrontier;
  for (const [i, leaf] of hashes.entries()) {
    const before = frontier;
    frontier = append(frontier, leaf, (level, index, hash) => {
      t.notOk(told.has(`${level} ${index}`));
      told.add(`${level} ${index}`);
      t.same(hash, definition(hashes.slice(index * 2 ** level, (index + 1) * 2 ** level)));
    });
    t.same(rootOf(frontier), definition(hashes.slice(0, i + 1)));
    t.equal(frontier.peaks.length, (i + 1).toString(2).replaceAll('0', '').length);
    t.equal(before.size, i, 'the old frontier stands');
  }
  t.equal(told.size, 70 + 35 + 17 + 8 + 4 + 2 + 1);
  t.throws(() => append({ size: 3, peaks: [] }, emptyRoot), RangeError);
});
