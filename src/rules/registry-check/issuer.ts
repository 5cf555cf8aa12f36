import type { Algorithm, Issuer } from '../registry.ts';
import { type Context, fault, type Finding } from './finding.ts';
import { references, repeated } from './reference.ts';

// RFC 7518 section 3.1 and RFC 8037: which key type each algorithm signs with.
const keyTypes: Record<Algorithm, { kty: string; crv?: string }> = {
  EdDSA: { kty: 'OKP', crv: 'Ed25519' }, ES256: { kty: 'EC', crv: 'P-256' }, ES384: { kty: 'EC', crv: 'P-384' },
  PS256: { kty: 'RSA' }, RS256: { kty: 'RSA' },
};

function usable(key: Readonly<Record<string, unknown>>, algorithms: readonly Algorithm[]): boolean {
  return algorithms.some((algorithm) => {
    const { kty, crv } = keyTypes[algorithm];
    return key['kty'] === kty && (crv === undefined || key['crv'] === crv) && (key['alg'] === undefined || key['alg'] === algorithm);
  });
}

export function checkIssuer(context: Context, issuer: Issuer): Finding[] {
  const at = (...rest: (string | number)[]): Finding['path'] => ['issuers', issuer.issuer, ...rest];
  const found = references(context, 'partners', issuer.partners, at('partners'));
  if ('url' in issuer.jwks) return found;
  const { keys } = issuer.jwks;
  const unusable = `no algorithm of this issuer (${issuer.algorithms.join(', ')}) uses such a key`;
  return [
    ...found,
    ...repeated(keys, (key) => String(key['kid']))
      .map(({ index, first }) => fault(at('jwks', 'keys', index, 'kid'), `keys[${first}] has this kid already`)),
    ...keys.flatMap((key, i) => usable(key, issuer.algorithms) ? [] : [fault(at('jwks', 'keys', i), unusable)]),
  ];
}
