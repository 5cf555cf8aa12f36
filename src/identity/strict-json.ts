const decoder = new TextDecoder('utf-8', { fatal: true });
const strings = /"(?:[^"\\]|\\.)*"/g;

function members(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const own = Object.values(value);
  return own.reduce<number>((sum, child) => sum + members(child), Array.isArray(value) ? 0 : own.length);
}

/**
 * One base64url segment of a token as a JSON object. Two members of one name are refused, at any depth (RFC 7519 section 4 allows that),
 * because two parsers may each believe another one: a member has exactly one colon outside strings, and JSON.parse drops doubles.
 * @throws Error
 */
export function strictObject(segment: string): Readonly<Record<string, unknown>> {
  const text = decoder.decode(Buffer.from(segment, 'base64url'));
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('not a JSON object');
  if (text.replaceAll(strings, '').split(':').length - 1 !== members(value)) throw new Error('a member stands twice');
  return value as Record<string, unknown>;
}
