/** An index of networks that answers whether anything in it overlaps an address or network, in the time of a binary search. */
import { addressBytes } from '../../dictionary/normalise/address.ts';

interface Entry<T> {
  readonly first: string;
  readonly last: string;
  readonly owner: T;
}

/** First and last address as hexadecimal text, whose order is that of the addresses; the families differ in length and are kept apart. */
function boundsOf(value: string): { readonly first: string; readonly last: string } | undefined {
  const [address = '', length] = value.trim().split('/');
  const bytes = addressBytes(address);
  if (bytes === undefined) return undefined;
  const prefix = length === undefined ? bytes.length * 8 : Number(length);
  if (!Number.isInteger(prefix) || prefix < 0 || prefix > bytes.length * 8) return undefined;
  const masks = bytes.map((_, i) => (0xff00 >> Math.max(0, Math.min(8, prefix - i * 8))) & 0xff);
  const hex = (numbers: readonly number[]): string => Buffer.from(numbers).toString('hex');
  return { first: hex(bytes.map((byte, i) => byte & (masks[i] ?? 0))), last: hex(bytes.map((byte, i) => byte | (~(masks[i] ?? 0) & 0xff))) };
}

export class NetworkIndex<T> {
  readonly #entries = new Map<number, Entry<T>[]>();
  /** Per family, for each entry in order of its first address: of all up to it, the one that reaches furthest. */
  readonly #furthest = new Map<number, Entry<T>[]>();

  /** @returns whether the text is an address or network */
  add(network: string, owner: T): boolean {
    const bounds = boundsOf(network);
    if (bounds === undefined) return false;
    const family = bounds.first.length;
    const entries = this.#entries.get(family) ?? [];
    entries.push({ ...bounds, owner });
    this.#entries.set(family, entries);
    return true;
  }

  /** Call once, after the last `add`. */
  seal(): void {
    for (const [family, entries] of this.#entries) {
      entries.sort((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0));
      const furthest: Entry<T>[] = [];
      for (const entry of entries) {
        const before = furthest.at(-1);
        furthest.push(before !== undefined && before.last >= entry.last ? before : entry);
      }
      this.#furthest.set(family, furthest);
    }
  }

  overlapping(network: string): T | undefined {
    const bounds = boundsOf(network);
    if (bounds === undefined) return undefined;
    const entries = this.#entries.get(bounds.first.length) ?? [];
    let [low, high] = [0, entries.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((entries[middle]?.first ?? '') <= bounds.last) low = middle + 1;
      else high = middle;
    }
    const found = this.#furthest.get(bounds.first.length)?.[low - 1];
    return found !== undefined && found.last >= bounds.first ? found.owner : undefined;
  }
}
