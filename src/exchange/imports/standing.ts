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

/**
 * The part of a row that the record does not say yet, as it was given: a merge patch. What a row leaves out stays as it is. Who moves a case to another stage,
 * and why, is news whatever was said of the step before.
 */
export function news({ given, composed }: ReadyRow, { level, body }: Standing): Body {
  const patch: Record<string, Json> = {};
  const said = saidBy(composed);
  for (const [name, value] of Object.entries(given)) {
    if (name === 'channels') continue;
    if (name === 'classification' ? composed.classification !== level : !same(said[name], body[name])) patch[name] = value;
  }
  const { staged } = composed.kind;
  const transition = staged !== undefined && staged.field in patch ? given[staged.transition] : undefined;
  return staged === undefined || transition === undefined ? patch : { ...patch, [staged.transition]: transition };
}

export const newChannels = ({ channels }: ReadyRow, standing: Standing): string[] => channels.filter((channel) => !standing.channels.includes(channel));

export function saysNothingNew(row: ReadyRow, standing: Standing): boolean {
  return Object.keys(news(row, standing)).length === 0 && newChannels(row, standing).length === 0;
}

/** How a record stands once a row was taken: what the row names is said anew, its channels are added. */
export const after = (standing: Standing, { given, composed, channels }: ReadyRow): Standing => {
  const said = saidBy(composed);
  const named = Object.keys(given).filter((name) => name !== 'channels');
  return {
    id: standing.id,
    level: given['classification'] === undefined ? standing.level : composed.classification,
    channels: [...new Set([...standing.channels, ...channels])],
    body: { ...standing.body, ...Object.fromEntries(named.map((name) => [name, said[name] ?? null])) },
  };
};

/**
 * Whether rows of one claim, taken one after the other, would leave the record as it stands: the last that names a field says what the record says.
 * A file that says one claim twice, differently, ends with the second; sent again it must not write the first and the second once more.
 */
export function endAsItStands(rows: readonly ReadyRow[], standing: Standing): boolean {
  const last = new Map<string, ReadyRow>();
  for (const row of rows) for (const name of Object.keys(row.given)) last.set(name, row);
  return rows.every((row) => newChannels(row, standing).length === 0)
    && [...last].every(([name, row]) => !(name in news(row, standing)));
}
