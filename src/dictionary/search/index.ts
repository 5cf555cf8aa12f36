/** The search methods that `@searchable(by:)` names. Pure. */
import type { SearchMethod } from '../search.ts';
import type { SearchSpec } from '../types.ts';
import { exact } from './exact.ts';
import { name } from './name.ts';
import { number } from './number.ts';
import { observable } from './observable.ts';
import { time } from './time.ts';

export const searchMethods: Readonly<Record<SearchSpec['by'], SearchMethod>> = Object.freeze({ EXACT: exact, OBSERVABLE: observable, TIME: time, NUMBER: number, NAME: name });

export type { Match, Payload, Probe, Ranking, SearchMethod } from '../search.ts';
