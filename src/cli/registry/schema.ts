/** The form of a registry file, as JSON Schema. `description` is what a lawyer is told when a pattern or format does not fit. */
import { caveatNames, levels, purposeNames } from '../../dictionary/compartment.ts';
import { scopes } from '../../rules/registry.ts';
import { defaultLimits } from '../../rules/limits.ts';

type Properties = Record<string, object>;
const closed = (properties: Properties, required: string[]) => ({ type: 'object', additionalProperties: false, properties, required });
const listOf = (items: object, minItems = 0) => ({ type: 'array', items, minItems, uniqueItems: true });
const byId = (items: object, names: object = id) => ({ type: 'object', propertyNames: names, additionalProperties: items });

const id = {
  type: 'string', pattern: '^[a-z][a-z0-9]*(-[a-z0-9]+)*$', maxLength: 64,
  description: 'lower-case letters and digits, words joined by hyphens (th-ccib)',
};
const line = { type: 'string', minLength: 1, maxLength: 2000, pattern: '\\S', description: 'must not be empty' };
const text = closed({ en: line, th: line }, ['en', 'th']);
const level = { type: 'string', enum: [...levels] };
const instant = { type: 'string', format: 'instant', description: 'must be a date and time with zone, as in 2024-05-01T00:00:00+07:00' };
const country = { type: 'string', format: 'country', description: 'must be a two-letter country code (ISO 3166-1), as in TH' };
const caveats = listOf({ type: 'string', enum: [...caveatNames] });
const purposes = listOf({ type: 'string', enum: [...purposeNames] }, 1);
const boolean = { type: 'boolean' };
const status = { type: 'string', enum: ['ACTIVE', 'SUSPENDED'] };


/** `LimitName` of `rules/limits`. */
const limits = { ...closed(Object.fromEntries(Object.keys(defaultLimits).map((name) => [name, { type: 'integer', minimum: 1, maximum: 1_000_000_000 }])), []), minProperties: 1 };

const institution = { type: 'string', pattern: '^(?:[A-Z]{6}[A-Z0-9]{2}|[A-Z]{2}/[A-Za-z0-9-]{1,20})$', description: 'must be a BIC of eight characters, as in SYNTTHBK, or country and national code, as in TH/002' };

const partner = closed({
  name: text,
  type: {
    type: 'string',
    enum: ['POLICE', 'EMBASSY', 'REGULATOR', 'FIU', 'BANK', 'TELECOM', 'CERT', 'MINISTRY', 'SOCIAL_SERVICE', 'UN_BODY', 'OTHER'],
  },
  country: { type: 'string', format: 'country-or-un', description: 'must be a two-letter country code (ISO 3166-1), as in TH, or UN' },
  clearance: level,
  caveats,
  purposes,
  scopes: listOf({ type: 'string', enum: [...scopes] }, 1),
  desks: byId(closed({ name: text, contact: line, onCall: line, escalateTo: id, institutions: listOf(institution, 1) }, ['name', 'contact'])),
  limits,
  status,
}, ['name', 'type', 'country', 'clearance', 'purposes', 'scopes']);

// RFC 7517 (JSON Web Key), public members only: a private key has no business in a reviewed file.
const word = { type: 'string', minLength: 1 };
const publicKey = closed({
  kty: { type: 'string', enum: ['OKP', 'EC', 'RSA'] },
  kid: word, alg: word, use: word, key_ops: listOf(word), crv: word, x: word, y: word, n: word, e: word,
}, ['kty', 'kid']);

const issuerName = { type: 'string', pattern: '^\\S+$', maxLength: 500, description: 'the "iss" of its tokens, exactly, without spaces' };
const keySets = { url: { type: 'string', format: 'https', description: 'must be an https:// address' }, keys: { type: 'array', items: publicKey, minItems: 1 } };
const oneOf = (properties: Properties) => ({ ...closed(properties, []), minProperties: 1, maxProperties: 1 });
const algorithms = listOf({ type: 'string', enum: ['EdDSA', 'ES256', 'ES384', 'PS256', 'RS256'] }, 1);

const issuer = closed({
  jwks: oneOf({ ...keySets, builtin: { type: 'boolean', enum: [true] } }),
  algorithms,
  partners: listOf(id, 1),
  maxLife: { type: 'integer', minimum: 60, maximum: 86_400 },
  senderConstrained: closed({ clearance: level, scopes: listOf({ type: 'string', enum: [...scopes] }) }, []),
  status,
}, ['jwks', 'algorithms', 'partners', 'maxLife']);

const client = closed({
  partner: id, desk: id, name: text, issuer: issuerName,
  scopes: listOf({ type: 'string', enum: [...scopes] }, 1),
  clearance: level, caveats, purposes,
  jwks: oneOf(keySets), algorithms,
  dpop: { type: 'string', enum: ['ALWAYS', 'WHERE_DEMANDED'] },
  limits,
  status,
}, ['partner', 'name', 'scopes', 'clearance', 'purposes']);

const kindName = { type: 'string', pattern: '^[A-Z][A-Za-z0-9]*$', description: 'a record kind (Identity)' };
const fieldName = { type: 'string', pattern: '^[a-z][A-Za-z0-9]*$', description: 'a field of the kind (identityStatus)' };
const condition = { ...byId(listOf(line, 1), fieldName), minProperties: 1 };

export const clause = closed({
  id: { type: 'string', maxLength: 40, pattern: '^\\S+$', description: 'must be the number of the clause, without spaces (4.2)' },
  text,
  access: listOf({ type: 'string', enum: ['READ', 'SUBMIT', 'COUNT'] }),
  kinds: listOf(line),
  when: { ...byId(condition, kindName), minProperties: 1 },
  parties: listOf(id, 1),
  channels: listOf(id, 1),
  purposes,
  ceiling: level,
  caveats,
  retention: {
    type: 'string', format: 'duration',
    description: 'must be an ISO 8601 duration: P5Y (five years), P6M (six months), P90D (ninety days)',
  },
  ledgerDelay: { type: 'string', format: 'duration', description: 'must be an ISO 8601 duration: P30D (thirty days)' },
  onward: { type: 'string', enum: ['NONE', 'WITH_CONSENT', 'ALLOWED'] },
  onTermination: {
    type: ['string', 'object'],
    if: { type: 'string' },
    then: { enum: ['END_AT_ONCE'] },
    else: closed({ readUntil: instant }, ['readUntil']),
  },
  routing: closed({ partner: id, desk: id, above: level, sensitive: boolean, arrestWithReturn: boolean }, ['partner', 'desk']),
  groundRequired: boolean,
  requests: listOf(line, 1),
  notices: { type: 'array', items: closed({ to: listOf(id, 1), kinds: listOf(line, 1) }, ['to', 'kinds']), minItems: 1 },
}, ['id', 'text', 'access', 'kinds', 'purposes', 'ceiling', 'onward', 'onTermination']);

export const agreement = closed({
  title: text,
  type: { type: 'string', enum: ['TREATY', 'MOU', 'DECREE', 'TERMS_OF_REFERENCE', 'ARRANGEMENT'] },
  citation: text,
  parties: listOf(id, 2),
  validFrom: instant,
  validTo: instant,
  status: { type: 'string', enum: ['ACTIVE', 'SUSPENDED', 'TERMINATED'] },
  terminatedAt: instant,
  supersedes: id,
  protectionDesk: closed({ partner: id, desk: id }, ['partner', 'desk']),
  nationalMarkings: { type: 'array', items: closed({ mark: line, country, level }, ['mark', 'country', 'level']) },
  clauses: { type: 'array', items: clause, minItems: 1 },
}, ['title', 'type', 'citation', 'parties', 'validFrom', 'clauses']);

const channel = closed({
  name: text, agreement: id, members: listOf(id, 1), purposes, ceiling: level, status,
}, ['name', 'agreement', 'members', 'purposes', 'ceiling']);

// ISO 8601-1 section 5.5.2, in whole units: calendar months and days, then time.
const duration = { type: 'string', format: 'duration', description: 'must be an ISO 8601 duration: P15D (fifteen days), P3M (three months), PT24H (24 hours)' };
const stageName = { type: 'string', pattern: '^[A-Z][A-Z_]*$', maxLength: 60, description: 'must be the name of a stage, as in TEMPORARY_SHELTER' };

const mechanism = closed({
  country, title: text, citation: text,
  stages: {
    type: 'array', minItems: 1, maxItems: 100,
    items: closed({ stage: stageName, next: listOf(stageName), clock: duration, warnBefore: duration, escalateTo: closed({ partner: id, desk: id }, ['partner', 'desk']) }, ['stage', 'next']),
  },
}, ['country', 'title', 'citation', 'stages']);

const statistic = closed({
  title: text, agreement: id, clause: { type: 'string', maxLength: 40 }, channels: listOf(id, 1), kind: line, dimensions: listOf(line, 1),
  period: { type: 'string', enum: ['MONTH', 'QUARTER', 'YEAR'] }, status,
}, ['title', 'agreement', 'clause', 'channels', 'kind', 'dimensions', 'period']);

/** One file; several files of a folder are read as one registry. */
export const fileSchema = closed({
  partners: byId(partner), issuers: byId(issuer, issuerName), clients: byId(client), agreements: byId(agreement), channels: byId(channel), mechanisms: byId(mechanism), statistics: byId(statistic),
}, []);
