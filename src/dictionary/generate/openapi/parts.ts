/** Parameters and headers that several routes share. */
import type { Schema } from './schemas.ts';

const text = (maxLength: number): Schema => ({ type: 'string', maxLength });

export const inQuery = (name: string, schema: Schema, description: string): Schema => ({ name, in: 'query', required: false, schema, description });

export const parameters = {
  ExchangePurpose: {
    name: 'Exchange-Purpose', in: 'header', required: false, schema: { $ref: '#/components/schemas/Purpose' }, example: 'INVESTIGATION',
    description: 'What this request is for. Needed when the token carries several purposes; one of them.',
  },
  ExchangeCase: {
    name: 'Exchange-Case', in: 'header', required: false, schema: text(1000), example: 'th-ccib 12%2F2569',
    description: 'The one case that this request is for: its authority, a space, and its number percent-encoded. A testimony is there for those alone who name its case.',
  },
  AcceptLanguage: {
    name: 'Accept-Language', in: 'header', required: false, schema: text(200), example: 'th',
    description: 'Language of what people read: `en` or `th`.',
  },
  IdempotencyKey: {
    name: 'Idempotency-Key', in: 'header', required: false, schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[\\x21-\\x7e]+$' },
    example: '5f2c1e6a-report-17', description: 'Any text of yours, unique to this submission, kept for 24 hours: sent again with the same body, it submits nothing twice.',
  },
  IfMatch: {
    name: 'If-Match', in: 'header', required: false, schema: text(200), example: '"c29tZS1ldGFn"',
    description: '`ETag` of the record as you read it. Without it the answer is `PRECONDITION_REQUIRED`; if the record changed since, `STALE`.',
  },
  IfNoneMatch: {
    name: 'If-None-Match', in: 'header', required: false, schema: text(2000), example: '"c29tZS1ldGFn"',
    description: '`ETag` you hold: if the record is still the same, the answer is `304` without a body.',
  },
  Prefer: {
    name: 'Prefer', in: 'header', required: false, schema: text(200), example: 'respond-async',
    description: '`respond-async` (RFC 7240): answer with the report alone; fetch the outcomes another time.',
  },
  Id: { name: 'id', in: 'path', required: true, schema: { type: 'string', format: 'uuid' }, example: '01920000-0000-7000-8000-000000000001', description: 'Id of the record or the import.' },
  Hold: { name: 'hold', in: 'path', required: true, schema: { type: 'string', format: 'uuid' }, example: '01920000-0000-7000-8000-000000000002', description: 'Id of the hold.' },
  IfStill: {
    name: 'If-Match', in: 'header', required: false, schema: text(200), example: '"c29tZS1ldGFn"', description: '`ETag` that the record must still have, else `STALE`; left out: whatever it is now.',
  },
  Channel: { name: 'channel', in: 'path', required: true, schema: text(64), example: 'embassies-ip', description: 'Id of the channel.' },
  First: { name: 'first', in: 'query', required: false, schema: { type: 'integer', format: 'int32', minimum: 1, maximum: 500, default: 50 }, description: 'How many at most.' },
  After: { name: 'after', in: 'query', required: false, schema: text(4096), description: '`nextCursor` of the page before.' },
  ViewAsPartner: { name: 'partner', in: 'query', required: true, schema: text(64), example: 'kr-embassy', description: 'Id of a partner that shares a channel with you.' },
  ViewAsPurpose: { name: 'purpose', in: 'query', required: true, schema: { $ref: '#/components/schemas/Purpose' }, example: 'INVESTIGATION', description: 'What the partner would ask for.' },
  ViewAsClearance: {
    name: 'clearance', in: 'query', required: false, schema: { $ref: '#/components/schemas/Classification' }, example: 'RESTRICTED',
    description: 'With which clearance the partner would ask; left out: the highest that it may have.',
  },
  ConfirmKnownGood: {
    name: 'confirmKnownGood', in: 'query', required: false, schema: { type: 'boolean', default: false },
    description: 'Take a value that is on a warning list of known-good values all the same; without it the answer is `KNOWN_GOOD`.',
  },
  Kinds: {
    name: 'kinds', in: 'query', required: false, schema: { type: 'array', items: text(100) }, style: 'form', explode: true, description: 'Only these record kinds, by name.',
  },
} as const satisfies Readonly<Record<string, Schema>>;

export const headers = {
  ETag: { description: 'Entity tag of what was released to you: send it as `If-Match` to amend the record.', schema: { type: 'string' }, example: '"c29tZS1ldGFn"' },
  Location: { description: 'Where what was made is read.', schema: { type: 'string', format: 'uri-reference' }, example: '/v1/indicators/01920000-0000-7000-8000-000000000001' },
  IdempotencyReplayed: { description: '`true` when the Idempotency-Key was used before and nothing new was made.', schema: { type: 'string', enum: ['true'] } },
  PreferenceApplied: { description: 'The preference that was followed (RFC 7240).', schema: { type: 'string' }, example: 'respond-async' },
  RetryAfter: { description: 'After how many seconds to try again (RFC 9110).', schema: { type: 'integer', format: 'int32', minimum: 0 }, example: 12 },
  WWWAuthenticate: { description: 'How to authenticate (RFC 6750, RFC 9449).', schema: { type: 'string' }, example: 'Bearer realm="prasan", DPoP realm="prasan", algs="ES256 EdDSA ES384 PS256"' },
} as const satisfies Readonly<Record<string, Schema>>;

export const parameter = (name: keyof typeof parameters): Schema => ({ $ref: `#/components/parameters/${name}` });
export const header = (name: keyof typeof headers): Schema => ({ $ref: `#/components/headers/${name}` });
