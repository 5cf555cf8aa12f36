/** What every sealed cursor is bound to: whoever else presents it, or for something else, has none. */
import type { Viewer } from '../rules/viewer.ts';

/** @param what it leads through: a filter, kinds, a record. @returns text; caps are no part of it: they are compared by themselves, so that a change of them is told */
export const cursorBinding = ({ partner, purpose, case: named, seat }: Viewer, what: string | readonly string[] | null): string =>
  JSON.stringify([partner, purpose, what, ...(named === undefined ? [] : [named]), ...(seat === undefined ? [] : [`seat ${seat}`])]);
