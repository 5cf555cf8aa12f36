/** Parts of one call: where they stand, and what is wrong there. */
import { Refusal } from '../errors.ts';

/** The path of a field of what stands at a place; empty: at the top. */
export const under = (at: string, field: string): string => (at === '' ? field : `${at}.${field}`);

/** What is wrong with what stands at a place is told under it. */
export function inPlace<T>(at: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (at === '' || !(error instanceof Refusal)) throw error;
    const errors = (error.public.errors ?? [{ field: '', message: error.public.detail ?? error.title() }]).map(({ field, message }) => ({ field: field === '' ? at : under(at, field), message }));
    throw new Refusal(error.code, { ...error.public, errors });
  }
}
