/**
 * Project Wycheproof's vectors against the token check. `WYCHEPROOF` names the folder that has them.
 *
 * What is debatable: a vector that the project calls `acceptable` is refused (in the files of 2026 there is none); a valid one whose algorithm is none of ours
 * (HS256, PS384, ES512 and others) is refused, because an issuer pins algorithms; two RSA keys of the set are declared for PS256 where their valid tokens name PS384:
 * the token's own name counts, and is refused. The JWS set has no EdDSA: signatures of Ed25519, and of ES256 as JWS writes them (P1363), are verified
 * with the same functions over the messages of their own sets.
 */
import { webcrypto } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { compactVerify, decodeProtectedHeader, importJWK } from 'jose';
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
      if (result !== 'valid' || !ours.includes(named)) t.notOk(accepted, name);
      else t.ok(accepted, name);
    }
  }
});

interface SignatureVectors {
  readonly testGroups: readonly {
    readonly publicKeyJwk?: Readonly<Record<string, string>>;
    readonly tests: readonly { readonly tcId: number; readonly comment: string; readonly msg: string; readonly sig: string; readonly result: 'valid' | 'invalid' | 'acceptable' }[];
  }[];
}

for (const [file, alg, algorithm] of [['ed25519.json', 'EdDSA', { name: 'Ed25519' }], ['ecdsa_secp256r1_sha256_p1363.json', 'ES256', { name: 'ECDSA', hash: 'SHA-256' }]] as const) {
  const path = join(folder, file);
  t.test(file, { skip: folder === '' || !existsSync(path) ? `WYCHEPROOF names no folder with ${file}` : false }, async (t) => {
    const { testGroups } = JSON.parse(readFileSync(path, 'utf8')) as SignatureVectors;
    let tried = 0;
    for (const { publicKeyJwk, tests } of testGroups) {
      if (publicKeyJwk === undefined) continue;
      const key = await importJWK(publicKeyJwk, alg);
      if (key instanceof Uint8Array) throw new Error('a public key is no secret');
      for (const { tcId, comment, msg, sig, result } of tests) {
        const accepted = await webcrypto.subtle.verify(algorithm, key, Buffer.from(sig, 'hex'), Buffer.from(msg, 'hex')).catch(() => false);
        tried += 1;
        if (accepted !== (result === 'valid')) t.fail(`${tcId} ${comment}: ${result}, and ${accepted ? 'accepted' : 'refused'}`);
      }
    }
    t.ok(tried > 100, `${tried} tried`);
  });
}
