import type { Algorithm, Issuer, Jwks } from '../registry.ts';
import { type Context, fault, type Finding, warning } from './finding.ts';
import { references, repeated } from './reference.ts';

// RFC 7518 section 3.1 and RFC 8037: which key type each algorithm signs with.
const keyTypes: Record<Algorithm, { kty: string; crv?: string }> = {
  EdDSA: { kty: 'OKP', crv: 'Ed25519' }, ES256: { kty: 'EC', crv: 'P-256' }, ES384: { kty: 'EC', crv: 'P-384' },
  PS256: { kty: 'RSA' }, RS256: { kty: 'RSA' },
};

/** Algorithms that the built-in issuer signs with. */
const builtinAlgorithm: Algorithm = 'ES256';
const builtinName = /^https:\/\/[^?#]+$|^http:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/;

function usable(key: Readonly<Record<string, unknown>>, algorithms: readonly Algorithm[]): boolean {
  return algorithms.some((algorithm) => {
    const { kty, crv } = keyTypes[algorithm];
    return key['kty'] === kty && (crv === undefined || key['crv'] === crv) && (key['alg'] === undefined || key['alg'] === algorithm);
  });
}

type At = (...rest: (string | number)[]) => Finding['path'];
const confidential = 2;

export function checkIssuer(context: Context, issuer: Issuer): Finding[] {
  const at = (...rest: (string | number)[]): Finding['path'] => ['issuers', issuer.issuer, ...rest];
  const found = references(context, 'partners', issuer.partners, at('partners'));
  if ((issuer.senderConstrained?.clearance ?? 0) > confidential) found.push(warning(at('senderConstrained', 'clearance'), 'whoever steals a token opens CONFIDENTIAL with it'));
  if ('builtin' in issuer.jwks) return [...found, ...checkBuiltin(context, issuer, at)];
  return [...found, ...checkKeys(issuer.jwks, issuer.algorithms, at)];
}

/** RFC 8414 section 2: its name is where its metadata is found. */
function checkBuiltin({ registry }: Context, issuer: Issuer, at: At): Finding[] {
  const found: Finding[] = [];
  const other = [...registry.issuers.values()].find((one) => 'builtin' in one.jwks && one.issuer < issuer.issuer);
  if (other !== undefined) found.push(fault(at('jwks'), `${other.issuer} is the built-in issuer already`));
  if (!builtinName.test(issuer.issuer)) found.push(fault(at(), 'the built-in issuer is called as PUBLIC_URL says: a https:// address'));
  if (!issuer.algorithms.includes(builtinAlgorithm)) found.push(fault(at('algorithms'), `the built-in issuer signs with ${builtinAlgorithm}`));
  return found;
}

/** Of issuers and clients: each key by a name of its own, and of use to a named algorithm. */
export function checkKeys(jwks: Jwks, algorithms: readonly Algorithm[], at: At): Finding[] {
  if ('url' in jwks) return [];
  const { keys } = jwks;
  const unusable = `no algorithm named here (${algorithms.join(', ')}) uses such a key`;
  return [
    ...repeated(keys, (key) => String(key['kid']))
      .map(({ index, first }) => fault(at('jwks', 'keys', index, 'kid'), `keys[${first}] has this kid already`)),
    ...keys.flatMap((key, i) => usable(key, algorithms) ? [] : [fault(at('jwks', 'keys', i), unusable)]),
  ];
}
