/** From what ajv says to what a caller can act on: the field in the caller's own names, and what would be right. Never the value itself. */
import type { ErrorObject } from 'ajv';
import type { FieldFault } from '../../errors.ts';
import { memberType } from '../parts.ts';
import type { FieldType, Kind } from '../types.ts';
import { shownPath } from './json.ts';
import { patchable } from './schema.ts';

const mostNames = 60;

const listed = (names: readonly string[]): string => (names.length <= mostNames ? names.join(', ') : `${names.slice(0, mostNames).join(', ')} and ${names.length - mostNames} more`);

const typeWords: Readonly<Record<string, string>> = {
  string: 'a text', integer: 'a whole number', number: 'a number', boolean: 'true or false', object: 'an object', array: 'a list', null: 'null',
};
const formatWords: Readonly<Record<string, string>> = {
  'date-time': 'an instant with its zone (RFC 3339): 2026-01-31T08:00:00Z',
  date: 'a calendar date (ISO 8601): 2026-01-31',
  email: 'a mail address', uri: 'an absolute URI', uuid: 'a UUID', ipv4: 'an IPv4 address', ipv6: 'an IPv6 address', hostname: 'a host name', duration: 'an ISO 8601 duration: P30D',
};

function unknownName(kind: Kind, name: string, path: readonly string[], patch: boolean): string {
  if (path.length > 0) return 'there is no such member';
  const field = kind.field.get(name);
  if (field === undefined || field.within !== undefined) return `${kind.name} has no such field: it takes ${listed(kind.fields.filter((each) => (patch ? patchable(each) : each.writable)).map((each) => each.name))}`;
  if (patch && field.writable) return 'is not patched: share the record into a channel, or take it out, by the calls made for that';
  return 'is set by the exchange: leave it out';
}

/** ajv keeps a keyword's operands in `params`, whose shape depends on the keyword. */
const operand = (error: ErrorObject, name: string): unknown => (error.params as Readonly<Record<string, unknown>>)[name];

const limits: Readonly<Record<string, (limit: string) => string>> = {
  minLength: (limit) => (limit === '1' ? 'must not be empty' : `must have at least ${limit} characters`),
  maxLength: (limit) => `must have at most ${limit} characters`,
  minimum: (limit) => `must be at least ${limit}`,
  maximum: (limit) => `must be at most ${limit}`,
  minItems: (limit) => `must have at least ${limit} items`,
  maxItems: (limit) => `must have at most ${limit} items`,
};

/** The type of what ajv speaks of. */
const typeAt = (kind: Kind, [name = '', ...inner]: readonly string[]): FieldType | undefined => memberType(kind.field.get(name)?.type, inner.filter((step) => !/^\d+$/.test(step)));

function sentence(error: ErrorObject, type: FieldType | undefined): string {
  const limit = limits[error.keyword];
  if (limit) return limit(String(operand(error, 'limit')));
  switch (error.keyword) {
    case 'type': return `must be ${[operand(error, 'type')].flat().map((name) => typeWords[String(name)] ?? String(name)).join(' or ')}`;
    case 'enum': return `must be one of ${listed((operand(error, 'allowedValues') as readonly unknown[]).filter((value) => value !== null).map(String))}`;
    case 'format': return `must be ${formatWords[String(operand(error, 'format'))] ?? String(operand(error, 'format'))}`;
    case 'pattern': return type?.means === undefined ? `must match ${String(operand(error, 'pattern'))}` : `must be ${type.means}`;
    default: return 'is not valid';
  }
}

const decoded = (pointer: string): string[] => pointer.split('/').slice(1).map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));

export function faultOf(error: ErrorObject, kind: Kind, patch: boolean): FieldFault {
  const path = decoded(error.instancePath);
  if (error.keyword === 'additionalProperties') {
    const name = String(operand(error, 'additionalProperty'));
    return { field: shownPath([...path, name]), message: unknownName(kind, name, path, patch) };
  }
  if (error.keyword === 'required') return { field: shownPath([...path, String(operand(error, 'missingProperty'))]), message: 'is required' };
  return { field: shownPath(path), message: sentence(error, typeAt(kind, path)) };
}
