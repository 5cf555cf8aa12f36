/** The kinds of records that a request is made of. */
import type { Field, Kind } from '../../dictionary/types.ts';
import type { Deps } from '../deps.ts';

/** The kind that is that part of requests. */
export function partKind({ dictionary }: Pick<Deps, 'dictionary'>, part: Kind['course']): Kind {
  const kind = [...dictionary.kinds.values()].find(({ course }) => course === part);
  if (kind === undefined) throw new Error(`the dictionary has no kind that is a request's ${part}`);
  return kind;
}

/** Fields that hold a file. */
export const fileFields = (kind: Kind): readonly Field[] => kind.fields.filter(({ type }) => type.name === 'AttachedFile');
