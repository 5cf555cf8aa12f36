/** Which requests somebody has a hand in: those that would correct another's record, or carry a part of what would. */
import type { Body, Kind } from '../../dictionary/types.ts';
import type { Deps } from '../deps.ts';

/** Whether it asks for a correction or holds a part of one: a draft may be said to be one later, by another officer. @param content with each part under its dotted name */
export function carriesCorrection({ dictionary }: Pick<Deps, 'dictionary'>, { course }: Pick<Kind, 'course'>, content: Body): boolean {
  if (course !== 'REQUEST') return false;
  const corrections = [...dictionary.requests.values()].filter(({ effect }) => effect === 'CORRECTS');
  return corrections.some(({ name, body }) => content['asks'] === name || Object.entries(content).some(([field, value]) => field.startsWith(body) && value !== null));
}
