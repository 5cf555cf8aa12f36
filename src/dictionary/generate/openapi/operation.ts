/** One operation of the contract, written short: what is the same everywhere is added here. */
import type { Code } from '../../../errors.ts';
import type { Problems } from './errors.ts';
import { header, parameter } from './parts.ts';
import type { Schema, Schemas } from './schemas.ts';

/** What route descriptions are made with. */
export interface Contract {
  readonly schemas: Schemas;
  readonly problems: Problems;
}

export interface Operation {
  readonly id: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  /** Scope the token needs; undefined: any good token. */
  readonly scope?: string;
  readonly parameters?: readonly Schema[];
  readonly body?: Schema;
  readonly responses: Readonly<Record<string, Schema>>;
  /** Codes beyond those that every call may be refused with. */
  readonly refused?: readonly Code[];
}

const always: readonly Code[] = ['INVALID', 'PURPOSE_REQUIRED', 'UNAUTHENTICATED', 'PURPOSE_NOT_ALLOWED', 'REQUEST_TIMEOUT', 'RATE_LIMITED', 'REGISTRY_MOVED', 'UNAVAILABLE', 'INTERNAL'];
const withBody: readonly Code[] = ['TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE'];

/** @returns the OpenAPI operation object */
export function operation(each: Operation, { problems }: Contract): Schema {
  const codes: Code[] = [...always, ...(each.scope === undefined ? [] : ['INSUFFICIENT_SCOPE' as const]), ...(each.body ? withBody : []), ...(each.refused ?? [])];
  const scope = each.scope === undefined ? '' : `Needs scope \`${each.scope}\`.`;
  return {
    operationId: each.id,
    tags: [each.tag],
    summary: each.summary,
    description: [each.description, scope].filter((words) => words !== undefined && words !== '').join('\n\n') || each.summary,
    parameters: [parameter('ExchangePurpose'), parameter('ExchangeCase'), parameter('AcceptLanguage'), ...(each.parameters ?? [])],
    ...(each.body && { requestBody: each.body }),
    responses: { ...each.responses, ...problems.refusals(codes) },
  };
}

export const jsonContent = (schema: Schema, example?: unknown): Schema => ({ 'application/json': { schema, ...(example !== undefined && { example }) } });

export const answer = (description: string, schema: Schema, headers: readonly Parameters<typeof header>[0][] = [], example?: unknown): Schema => ({
  description,
  ...(headers.length > 0 && { headers: Object.fromEntries(headers.map((name) => [headerName[name] ?? name, header(name)])) }),
  content: jsonContent(schema, example),
});

const headerName: Readonly<Record<string, string>> = { IdempotencyReplayed: 'Idempotency-Replayed', PreferenceApplied: 'Preference-Applied', WWWAuthenticate: 'WWW-Authenticate' };

/** A list under `items`, with where to go on. */
export const pageSchema = (items: Schema, description: string): Schema => ({
  type: 'object',
  description,
  properties: { items: { type: 'array', items }, nextCursor: { type: 'string', description: 'Where to go on: send it as `after`. Absent on the last page.' } },
  required: ['items'],
});

export const listSchema = (items: Schema, description: string): Schema => ({
  type: 'object', description, properties: { items: { type: 'array', items } }, required: ['items'],
});
