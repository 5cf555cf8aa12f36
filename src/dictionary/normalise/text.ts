/** TEXT: NFC, trimmed, and something left. */
import { says } from '../says.ts';
import type { Normaliser } from './types.ts';
import { overmarked, tooMarked } from './marks.ts';
import { bad, good } from './result.ts';

/** PostgreSQL cannot keep NUL, and a lone surrogate is no Unicode text (it would become U+FFFD in UTF-8, another value). */
export const text: Normaliser = (value) => {
  if (typeof value !== 'string') return bad('it is no text: send a string');
  if (!value.isWellFormed()) return bad('it holds half of a surrogate pair: send well-formed Unicode');
  if (value.includes('\0')) return bad('it holds a NUL character: send it without');
  if (overmarked(value)) return bad(tooMarked);
  const normal = value.normalize('NFC');
  const trimmed = normal.trim();
  if (!says(trimmed)) return bad('it holds no text: leave it out');
  return good(trimmed, trimmed.length < normal.length ? ['TRIMMED'] : []);
};
