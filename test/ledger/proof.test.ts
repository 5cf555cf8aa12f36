import t from 'tap';
import { consistencyProof, inclusionProof, rootAt, verifyConsistency, verifyInclusion } from '../../src/ledger/proof.ts';
import { type Frontier, type Hash, append, emptyFrontier, leafHash, rootOf } from '../../src/ledger/tree.ts';

const sizes = 40;
const nodes = new Map<string, Hash>();
const read = (level: number, index: number): Hash => {
  const hash = nodes.get(`${level} ${index}`);
  if (hash === undefined) throw new Error(`node ${level} ${index} is not complete`);
  return hash;
};
const leaves: Hash[] = [];
const roots: Hash[] = [rootOf(emptyFrontier)];
let frontier: Frontier = emptyFrontier;
for (let i = 0; i < sizes; i += 1) {
  const leaf = leafHash(Buffer.from(`entry ${i}`));
  leaves.push(leaf);
  frontier = append(frontier, leaf, (level, index, hash) => nodes.set(`${level} ${index}`, hash));
  roots.push(rootOf(frontier));
}
const root = (size: number): Hash => roots[size] ?? Buffer.alloc(0);
const leaf = (index: number): Hash => leaves[index] ?? Buffer.alloc(0);
const flipped = (hash: Hash): Hash => Buffer.from(hash.map((byte, i) => (i === 5 ? byte ^ 1 : byte)));

t.test('old roots are read back', async (t) => {
  for (let size = 0; size <= sizes; size += 1) t.ok(rootAt(read, size).equals(root(size)));
});

t.test('the proofs of RFC 9162 section 2.1.5, by their nodes', async (t) => {
  // The tree of seven leaves d0..d6 there: a to f and j are its leaves, g to l the nodes above.
  const [, b, c, d, , f] = leaves;
  const j = leaf(6);
  const [g, h, i] = [read(1, 0), read(1, 1), read(1, 2)];
  const k = read(2, 0);
  const l = rootOf(append({ size: 2, peaks: [i] }, j));
  t.same(inclusionProof(read, 0, 7), [b, h, l]);
  t.same(inclusionProof(read, 3, 7), [c, g, l]);
  t.same(inclusionProof(read, 4, 7), [f, j, k]);
  t.same(inclusionProof(read, 6, 7), [i, k]);
  t.same(consistencyProof(read, 3, 7), [c, d, g, l]);
  t.same(consistencyProof(read, 4, 7), [l]);
  t.same(consistencyProof(read, 6, 7), [i, j, k]);
});

t.test('inclusion: each leaf of each size, and nothing else', async (t) => {
  for (let size = 1; size <= sizes; size += 1) {
    for (let index = 0; index < size; index += 1) {
      const proof = inclusionProof(read, index, size);
      const wrong = [
        !verifyInclusion(leaf(index), index, size, proof, root(size)),
        verifyInclusion(leaf((index + 1) % sizes), index, size, proof, root(size)),
        verifyInclusion(leaf(index), index, size, proof, root(size - 1)),
        verifyInclusion(leaf(index), index, size, [...proof, root(size)], root(size)),
        proof.length > 0 && verifyInclusion(leaf(index), index, size, proof.slice(1), root(size)),
        proof.length > 0 && verifyInclusion(leaf(index), index, size, proof.map(flipped), root(size)),
        ...Array.from({ length: size }, (_, other) => other !== index && verifyInclusion(leaf(index), other, size, proof, root(size))),
      ];
      if (wrong.some(Boolean)) t.fail(`leaf ${index} of ${size}: ${JSON.stringify(wrong)}`);
    }
  }
  for (const [index, size] of [[0, 0], [3, 3], [-1, 3], [0.5, 3], [NaN, 3], [0, Infinity]] as const) {
    t.throws(() => inclusionProof(read, index, size), RangeError);
    t.notOk(verifyInclusion(leaf(0), index, size, [], root(1)));
  }
});

t.test('consistency: each pair of sizes, and nothing else', async (t) => {
  for (let to = 0; to <= sizes; to += 1) {
    for (let from = 0; from <= to; from += 1) {
      const proof = consistencyProof(read, from, to);
      const wrong = [
        !verifyConsistency(from, root(from), to, root(to), proof),
        verifyConsistency(from, flipped(root(from)), to, root(to), proof),
        from > 0 && verifyConsistency(from, root(from), to, flipped(root(to)), proof),
        verifyConsistency(from, root(from), to, root(to), [...proof, root(from)]),
        proof.length > 0 && verifyConsistency(from, root(from), to, root(to), proof.slice(0, -1)),
        proof.length > 0 && verifyConsistency(from, root(from), to, root(to), proof.map(flipped)),
        from > 1 && from < to && verifyConsistency(from - 1, root(from), to, root(to), proof),
      ];
      if (wrong.some(Boolean)) t.fail(`${from} to ${to}: ${JSON.stringify(wrong)}`);
    }
  }
  t.throws(() => consistencyProof(read, 4, 3), RangeError);
  t.notOk(verifyConsistency(4, root(4), 3, root(3), []));
  t.notOk(verifyConsistency(2, root(2), 3, root(3), []));
});

t.test('a rewritten past is found out', async (t) => {
  const forgedNodes = new Map(nodes);
  let forged: Frontier = emptyFrontier;
  leaves.forEach((honest, i) => {
    forged = append(forged, i === 10 ? leafHash(Buffer.from('another')) : honest, (level, index, hash) => forgedNodes.set(`${level} ${index}`, hash));
  });
  const lying = (level: number, index: number): Hash => forgedNodes.get(`${level} ${index}`) ?? read(level, index);
  t.notOk(verifyConsistency(20, root(20), 40, rootOf(forged), consistencyProof(lying, 20, 40)));
  t.ok(verifyConsistency(10, root(10), 40, rootOf(forged), consistencyProof(lying, 10, 40)), 'before the lie, both are the same');
});
