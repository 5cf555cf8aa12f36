/**
 * Address ranges to AS number and name, from the CSV of `@ip-location-db/asn` (first, last, number, name): half a million ranges in typed
 * arrays of some 12 MB instead of the 60 MB of text. IPv6 ranges are kept by their first 64 bits, which is what networks are announced by.
 */
import { statSync } from 'node:fs';
import { addressBytes } from '../../dictionary/normalise/address.ts';
import { eachLine } from './bytes.ts';

export interface Network {
  readonly asn: number;
  readonly name: string;
}

/** Sorted ranges that do not overlap. */
interface Ranges<T extends Uint32Array | BigUint64Array> {
  readonly first: T;
  readonly last: T;
  /** Index into `numbers`. */
  readonly of: Uint32Array;
}

export interface AsnTable {
  lookup(address: string): Network | undefined;
  readonly ranges: number;
}

const [comma, zero, nine] = [0x2c, 0x30, 0x39];
const top64 = (bytes: readonly number[]): bigint => Buffer.from(bytes.slice(0, 8)).readBigUInt64BE();

/** @returns the decimal number that stands there; without making a text of it, of which there would be a million */
function decimal(bytes: Buffer, from: number, to: number): number {
  let number = 0;
  for (let at = from; at < to; at += 1) {
    const digit = bytes[at] ?? 0;
    if (digit < zero || digit > nine) return Number.NaN;
    number = number * 10 + digit - zero;
  }
  return number;
}

/** @param file4 IPv4 ranges, @param file6 IPv6 ranges: both as numbers */
export function loadAsnTable(file4: string, file6: string): AsnTable {
  const names = new Names();
  const v4 = readRanges(file4, names, (size) => new Uint32Array(size), decimal);
  const v6 = readRanges(file6, names, (size) => new BigUint64Array(size), (bytes, from, to) => BigInt(bytes.toString('latin1', from, to)) >> 64n);
  names.seal();
  return {
    ranges: v4.of.length + v6.of.length,
    lookup(address) {
      const bytes = addressBytes(address);
      if (bytes === undefined) return undefined;
      const index = bytes.length === 4 ? find(v4, Buffer.from(bytes).readUInt32BE()) : find(v6, top64(bytes));
      return index === undefined ? undefined : names.at(index);
    },
  };
}

function readRanges<T extends Uint32Array | BigUint64Array>(file: string, names: Names, make: (size: number) => T, parse: (bytes: Buffer, from: number, to: number) => T[number]): Ranges<T> {
  // Sized by the file, for lines of 48 bytes or more: arrays that grow leave as much garbage as they hold.
  const expected = Math.ceil(statSync(file).size / 48) + 1;
  let [first, last, of] = [make(expected), make(expected), new Uint32Array(expected)];
  let size = 0;
  eachLine(file, (bytes) => {
    const one = bytes.indexOf(comma);
    const two = bytes.indexOf(comma, one + 1);
    const three = bytes.indexOf(comma, two + 1);
    if (three < 0) return;
    if (size === of.length) [first, last, of] = [grown(first, make), grown(last, make), grown(of, (n) => new Uint32Array(n))];
    first[size] = parse(bytes, 0, one);
    last[size] = parse(bytes, one + 1, two);
    of[size] = names.index(decimal(bytes, two + 1, three), bytes, three + 1);
    size++;
  });
  return { first: first.subarray(0, size) as T, last: last.subarray(0, size) as T, of: of.subarray(0, size) };
}

function grown<T extends Uint32Array | BigUint64Array>(array: T, make: (size: number) => T): T {
  const larger = make(array.length * 2);
  (larger as Uint32Array).set(array as Uint32Array);
  return larger;
}

function find<T extends Uint32Array | BigUint64Array>({ first, last, of }: Ranges<T>, wanted: T[number]): number | undefined {
  let [low, high] = [0, of.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((first[middle] ?? 0) <= wanted) low = middle + 1;
    else high = middle;
  }
  const at = low - 1;
  return at >= 0 && (last[at] ?? 0) >= wanted ? of[at] : undefined;
}

/** AS numbers with their names: the names as UTF-8 one after another, read when asked for. */
class Names {
  readonly #known = new Map<number, number>();
  readonly #numbers: number[] = [];
  #text = Buffer.alloc(1 << 20);
  readonly #ends: number[] = [];

  index(asn: number, line: Buffer, from: number): number {
    const known = this.#known.get(asn);
    if (known !== undefined) return known;
    const start = this.#ends.at(-1) ?? 0;
    while (start + line.length > this.#text.length) this.#text = Buffer.concat([this.#text, Buffer.alloc(this.#text.length)]);
    this.#ends.push(start + line.copy(this.#text, start, from));
    this.#known.set(asn, this.#numbers.length);
    return this.#numbers.push(asn) - 1;
  }

  seal(): void {
    this.#known.clear();
    this.#text = Buffer.from(this.#text.subarray(0, this.#ends.at(-1) ?? 0));
  }

  at(index: number): Network | undefined {
    const asn = this.#numbers[index];
    if (asn === undefined || asn === 0) return undefined;
    const written = this.#text.toString('utf8', this.#ends[index - 1] ?? 0, this.#ends[index]).trim();
    return { asn, name: written.startsWith('"') ? written.slice(1, -1).replaceAll('""', '"') : written };
  }
}
