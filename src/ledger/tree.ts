/** The Merkle tree of RFC 9162 (Certificate Transparency 2.0, section 2.1; the same as RFC 6962) over SHA-256. */
import { hash } from 'node:crypto';

/** 32 bytes. */
export type Hash = Buffer;

const leafPrefix = Buffer.of(0);
const nodePrefix = Buffer.of(1);

/** MTH({}): the root of a tree without leaves. */
export const emptyRoot: Hash = hash('sha256', '', 'buffer');
/** Leaves and nodes are told apart, so that no node can pass for a leaf. */
export const leafHash = (data: Uint8Array): Hash => hash('sha256', Buffer.concat([leafPrefix, data]), 'buffer');
export const nodeHash = (left: Uint8Array, right: Uint8Array): Hash => hash('sha256', Buffer.concat([nodePrefix, left, right]), 'buffer');

/** All that appending needs to know of a tree: the roots of its complete subtrees, the largest first; one for each bit set in `size`. */
export interface Frontier {
  readonly size: number;
  readonly peaks: readonly Hash[];
}

export const emptyFrontier: Frontier = Object.freeze({ size: 0, peaks: Object.freeze([]) });

/** A complete subtree that an append finished: of 2^level leaves, the index-th of its level. */
export type OnNode = (level: number, index: number, hash: Hash) => void;

/**
 * The frontier with one leaf more.
 * @param leaf a leaf's hash
 * @param onNode told of the leaf (level 0) and of each subtree that it completes: kept, they are what proofs are made from
 */
export function append({ size, peaks }: Frontier, leaf: Hash, onNode: OnNode = () => undefined): Frontier {
  const rest = [...peaks];
  let node = leaf;
  let level = 0;
  let index = size;
  onNode(level, index, node);
  while (index % 2 === 1) {
    const left = rest.pop();
    if (left === undefined) throw new RangeError('the frontier has fewer peaks than its size says');
    node = nodeHash(left, node);
    level += 1;
    index = (index - 1) / 2;
    onNode(level, index, node);
  }
  return { size: size + 1, peaks: [...rest, node] };
}

/** The root over all leaves. */
export function rootOf({ peaks }: Frontier): Hash {
  return peaks.reduceRight<Hash | undefined>((right, left) => (right === undefined ? left : nodeHash(left, right)), undefined) ?? emptyRoot;
}
