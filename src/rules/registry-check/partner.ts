import type { Partner } from '../registry.ts';
import { type Context, fault, type Finding } from './finding.ts';

/** A desk escalates to another desk of its own partner. */
export const checkPartner = (_: Context, { id: partner, desks }: Partner): Finding[] =>
  desks.flatMap(({ id, escalateTo }) => {
    if (escalateTo === undefined || (escalateTo !== id && desks.some((desk) => desk.id === escalateTo))) return [];
    return [fault(['partners', partner, 'desks', id, 'escalateTo'], escalateTo === id ? 'escalates to itself' : `${partner} has no desk ${escalateTo}`)];
  });
