import { existsSync, readFileSync } from 'node:fs';
import t from 'tap';
import { zstdDecompressSync } from 'node:zlib';
import { normalisers } from '../../../src/dictionary/normalise/index.ts';

/** Public blocklists; they are not part of the project. `PRASAN_TEST_DATA` says where they are. */
const folder = process.env['PRASAN_TEST_DATA'] ?? new URL('../../../../shared/data/', import.meta.url).pathname;
const file = (name: string): string => {
  const bytes = readFileSync(`${folder}/${name}`);
  return (name.endsWith('.zst') ? zstdDecompressSync(bytes) : bytes).toString();
};
const lines = (name: string): string[] => file(name).split(/\r?\n/).filter((line) => line !== '' && !line.startsWith('#')).map((line) => line.split('\t')[0] ?? '');
const json = (name: string): unknown => JSON.parse(file(name));

/** [what, type, its values, how many may at most be refused] */
const lists: readonly (readonly [string, string, () => string[], number])[] = [
  ['ipsum', 'IPV4_ADDR', () => lines('ip/ipsum.txt.zst'), 0],
  ['phishing addresses', 'IPV4_ADDR', () => lines('ip/phishing-ips-active.txt'), 0],
  ['phishing domains', 'DOMAIN', () => lines('domains/phishing-domains-active2.txt.zst'), 0],
  ['inactive links', 'URL', () => lines('domains/phishing-links-inactive1.txt.zst'), 0],
  ['Unicode look-alikes', 'DOMAIN', () => lines('domains/keplr-phishing-block-list.txt'), 0],
  ['polkadot phishing', 'DOMAIN', () => (json('domains/polkadot-phishing-all.json.zst') as { deny: string[] }).deny, 4],
  ['sanctioned Bitcoin', 'CRYPTO_ADDRESS', () => json('crypto/ofac-XBT.json') as string[], 0],
  ['sanctioned Ethereum', 'CRYPTO_ADDRESS', () => json('crypto/ofac-ETH.json') as string[], 0],
  ['polkadot addresses', 'CRYPTO_ADDRESS', () => Object.values(json('crypto/polkadot-phishing-address.json') as Record<string, string[]>).flat(), 0],
];

const skip = existsSync(folder) ? false : `the public lists are not at ${folder}: set PRASAN_TEST_DATA`;

for (const [what, type, values, mayRefuse] of lists) {
  t.test(`${what}: every line normalises or gives a reason`, { skip }, (t) => {
    let refused = 0;
    let unstable = 0;
    for (const value of values()) {
      const read = normalisers.OBSERVABLE(value, type);
      if (!read.ok) refused += read.message === '' ? Infinity : 1;
      else {
        const again = normalisers.OBSERVABLE(read.value, type);
        if (!again.ok || again.value !== read.value) unstable++;
      }
    }
    t.ok(refused <= mayRefuse, `${refused} refused`);
    t.equal(unstable, 0, 'normal forms are stable');
    t.end();
  });
}
