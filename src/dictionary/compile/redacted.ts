import type { Field, Kind } from '../types.ts';

/** A level or caveat protects it, or it is free text or a value that an originator may raise: an enum or a number in clear names nobody. */
const tells = ({ level, caveats, envelope, type, normalise, search }: Field): boolean =>
  level > 0 || caveats !== 0 || (!envelope && (type.shape === 'object' || type.name === 'String' || normalise !== undefined || search?.by === 'OBSERVABLE'));

/** Names of the fields whose values no log, metric, error or trace may print. Sorted, without doubles. */
export const redactedNames = (kinds: readonly Kind[]): readonly string[] =>
  Object.freeze([...new Set(kinds.flatMap((kind) => kind.pieces.filter(tells).flatMap(({ path }) => path.at(-1) ?? [])))].sort());
