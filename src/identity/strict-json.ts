import { memberTwice } from '../dictionary/validate/twice.ts';

const decoder = new TextDecoder('utf-8', { fatal: true });

/**
 * One base64url segment of a token as a JSON object. Two members of one name are refused, at any depth (RFC 7519 section 4 allows that),
 * because two parsers may each believe another one.
 * @throws Error
 */
export function strictObject(segment: string): Readonly<Record<string, unknown>> {
  const text = decoder.decode(Buffer.from(segment, 'base64url'));
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('not a JSON object');
  if (memberTwice(text, value) !== undefined) throw new Error('a member stands twice');
  return value as Record<string, unknown>;
}
