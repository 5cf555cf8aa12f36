/** RECORD_ID: a UUID (RFC 9562 section 4), in lower case as PostgreSQL gives it back. */
import { validate } from 'uuid';
import { bad, good } from './result.ts';
import type { Normaliser } from './types.ts';

export const recordId: Normaliser = (value) => {
  if (typeof value !== 'string' || !validate(value)) return bad('it is no id of a record: a UUID');
  const lower = value.toLowerCase();
  return good(lower, lower === value ? [] : ['LOWER_CASED']);
};
