/** How a row stands to a record that is there already: nothing new, or which of its fields differ. */
import { isDeepStrictEqual } from 'node:util';
import { levelOf } from '../../dictionary/compartment.ts';
import type { Body, Json } from '../../dictionary/types.ts';
import type { Released } from '../../rules/release.ts';
import type { Composed } from '../compose.ts';
import type { ReadyRow } from './prepare.ts';

/** A record that a row meets: one that is stored, as released to the importer, or one that an earlier row of the batch makes. */
export interface Standing {
  readonly id: string;
  readonly level: number;
  readonly channels: readonly string[];
  readonly body: Body;
}

/** In the shape in which a record is released. */
const saidBy = ({ nested, content: { markings } }: Composed): Body => (markings === undefined ? nested : { ...nested, markings });

export const standingOf = ({ id, body }: Released): Standing => ({ id, level: levelOf(String(body['classification'])) ?? 0, channels: body['channels'] as readonly string[], body });
export const standingRow = (id: string, { composed, channels }: ReadyRow): Standing => ({ id, level: composed.classification, channels, body: saidBy(composed) });

const same = (a: Json | undefined, b: Json | undefined): boolean => a === b || (typeof a === 'object' && a !== null && isDeepStrictEqual(a, b));

/** The part of a row that the record does not say yet, as it was given: a merge patch. What a row leaves out stays as it is. */
export function news({ given, composed }: ReadyRow, { level, body }: Standing): Body {
  const patch: Record<string, Json> = {};
  const said = saidBy(composed);
  for (const [name, value] of Object.entries(given)) {
    if (name === 'channels') continue;
    if (name === 'classification' ? composed.classification !== level : !same(said[name], body[name])) patch[name] = value;
  }
  return patch;
}

export const newChannels = ({ channels }: ReadyRow, standing: Standing): string[] => channels.filter((channel) => !standing.channels.includes(channel));

export function saysNothingNew(row: ReadyRow, standing: Standing): boolean {
  return Object.keys(news(row, standing)).length === 0 && newChannels(row, standing).length === 0;
}
