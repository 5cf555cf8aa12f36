/** Proofs over the tree (RFC 9162 sections 2.1.3 and 2.1.4), and their verification, which needs nothing but hashes. */
import { type Hash, emptyRoot, nodeHash } from './tree.ts';

/** Reads a complete subtree's root: of 2^level leaves, the index-th of its level (what `append` told `onNode`). */
export type ReadNode = (level: number, index: number) => Hash;

const isWhole = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;

function checkRange(first: number, last: number): void {
  if (!isWhole(first) || !isWhole(last) || first > last) throw new RangeError(`no proof from ${first} to ${last}`);
}

/** The largest power of two below `size`. */
function split(size: number): number {
  let power = 1;
  while (power * 2 < size) power *= 2;
  return power;
}

/** The root over the leaves `start` up to, not including, `end`; `start` is where such a subtree begins. */
function range(node: ReadNode, start: number, end: number): Hash {
  const size = end - start;
  const level = Math.log2(size);
  if (Number.isInteger(level)) return node(level, start / size);
  const middle = start + split(size);
  return nodeHash(range(node, start, middle), range(node, middle, end));
}

/** The root that the tree had at `size`. */
export function rootAt(node: ReadNode, size: number): Hash {
  checkRange(0, size);
  return size === 0 ? emptyRoot : range(node, 0, size);
}

/**
 * That leaf `index` is in the tree of `size` leaves.
 * @throws RangeError unless index < size
 */
export function inclusionProof(node: ReadNode, index: number, size: number): Hash[] {
  checkRange(index + 1, size);
  checkRange(0, index);
  const path = (start: number, end: number): Hash[] => {
    if (end - start === 1) return [];
    const middle = start + split(end - start);
    return index < middle ? [...path(start, middle), range(node, middle, end)] : [...path(middle, end), range(node, start, middle)];
  };
  return path(0, size);
}

/**
 * That the tree of `from` leaves is the beginning of the tree of `to`.
 * @throws RangeError unless from <= to
 */
export function consistencyProof(node: ReadNode, from: number, to: number): Hash[] {
  checkRange(from, to);
  if (from === 0) return [];
  const subproof = (start: number, end: number, known: boolean): Hash[] => {
    if (from === end) return known ? [] : [range(node, start, end)];
    const middle = start + split(end - start);
    return from <= middle ? [...subproof(start, middle, known), range(node, middle, end)] : [...subproof(middle, end, false), range(node, start, middle)];
  };
  return subproof(0, to, true);
}

const half = (value: number): number => Math.floor(value / 2);
const odd = (value: number): boolean => value % 2 === 1;

/** RFC 9162 section 2.1.3.2. @param leaf the leaf's hash */
export function verifyInclusion(leaf: Hash, index: number, size: number, proof: readonly Hash[], root: Hash): boolean {
  if (!isWhole(index) || !isWhole(size) || index >= size) return false;
  let fn = index;
  let sn = size - 1;
  let r = leaf;
  for (const p of proof) {
    if (sn === 0) return false;
    if (odd(fn) || fn === sn) {
      r = nodeHash(p, r);
      while (!odd(fn) && fn !== 0) [fn, sn] = [half(fn), half(sn)];
    } else {
      r = nodeHash(r, p);
    }
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && r.equals(root);
}

/** RFC 9162 section 2.1.4.2; an empty tree is the beginning of any, and needs no proof. */
export function verifyConsistency(from: number, fromRoot: Hash, to: number, toRoot: Hash, proof: readonly Hash[]): boolean {
  if (!isWhole(from) || !isWhole(to) || from > to) return false;
  if (from === 0) return proof.length === 0 && fromRoot.equals(emptyRoot);
  if (from === to) return proof.length === 0 && fromRoot.equals(toRoot);
  if (proof.length === 0) return false;
  const [first, ...rest] = Number.isInteger(Math.log2(from)) ? [fromRoot, ...proof] : proof;
  if (first === undefined) return false;
  let fn = from - 1;
  let sn = to - 1;
  while (odd(fn)) [fn, sn] = [half(fn), half(sn)];
  let fr = first;
  let sr = first;
  for (const c of rest) {
    if (sn === 0) return false;
    if (odd(fn) || fn === sn) {
      fr = nodeHash(c, fr);
      sr = nodeHash(c, sr);
      while (!odd(fn) && fn !== 0) [fn, sn] = [half(fn), half(sn)];
    } else {
      sr = nodeHash(sr, c);
    }
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && fr.equals(fromRoot) && sr.equals(toRoot);
}
