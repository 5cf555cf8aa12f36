/** Project Wycheproof's JWS vectors against the keys and pinned algorithms of an issuer. `WYCHEPROOF` names the folder that has them. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { compactVerify, decodeProtectedHeader } from 'jose';
import t from 'tap';
import { issuerKeys } from '../../src/identity/issuer-keys.ts';
import type { Algorithm } from '../../src/rules/registry.ts';
import { issuer } from './fixtures/world.ts';

interface Vectors {
  readonly testGroups: readonly {
    readonly public?: Readonly<Record<string, unknown>>;
    readonly private?: Readonly<Record<string, unknown>>;
    readonly tests: readonly { readonly tcId: number; readonly comment: string; readonly jws: string; readonly result: 'valid' | 'invalid' | 'acceptable' }[];
  }[];
}

const ours: readonly string[] = ['ES256', 'ES384', 'PS256', 'RS256'] satisfies Algorithm[];
const folder = process.env['WYCHEPROOF'] ?? '';
const plain = join(folder, 'json_web_signature.json');
const text = folder === '' ? undefined : existsSync(plain) ? readFileSync(plain) : existsSync(`${plain}.zst`) ? zstdDecompressSync(readFileSync(`${plain}.zst`)) : undefined;

function headerAlg(jws: string): string {
  try {
    return String(decodeProtectedHeader(jws).alg);
  } catch {
    return 'unreadable';
  }
}

t.test('JWS', { skip: text === undefined ? 'WYCHEPROOF names no folder with json_web_signature.json' : false }, async (t) => {
  const { testGroups } = JSON.parse(String(text)) as Vectors;
  const keysOf = issuerKeys(fetch, Date.now);
  for (const group of testGroups) {
    const key = group.public ?? group.private ?? {};
    const alg = String(key['alg']);
    const entry = issuer({ jwks: { keys: [key] }, algorithms: ours.includes(alg) ? [alg as Algorithm] : ['EdDSA', 'ES256', 'ES384', 'PS256', 'RS256'] });
    for (const { tcId, comment, jws, result } of group.tests) {
      const accepted = await compactVerify(jws, keysOf(entry), { algorithms: [...entry.algorithms] }).then(() => true, () => false);
      // What the token itself names: two of the set's RSA keys say PS256 where the token, rightly, says PS384, which is none of ours.
      const named = headerAlg(jws);
      const name = `${tcId} ${named} ${comment}: ${result}`;
      if (result === 'invalid' || !ours.includes(named)) t.notOk(accepted, name);
      else if (result === 'valid') t.ok(accepted, name);
    }
  }
});
