/** The records that a row of the table of lives refers to. Synthetic records only. */
import type { Caller } from './app.ts';
import type { Life } from './lives.ts';

type Row = Pick<Life, 'channel' | 'given'> & { readonly needs?: Life['needs'] };

/**
 * The row with the ids of the records that it refers to.
 * @param submit makes one of a path, and gives its id
 */
export async function withNeedsBy<T extends Row>(row: T, submit: (path: string, given: Life['given'] & { readonly channels: readonly string[] }) => Promise<string>): Promise<T> {
  let text = JSON.stringify(row);
  for (const [i, { path, given }] of (row.needs ?? []).entries()) text = text.replaceAll(`$${i}`, await submit(path, { ...given, channels: [row.channel] }));
  return JSON.parse(text) as T;
}

/** Over HTTP. */
export const withNeeds = async <T extends Row>(writer: Caller, row: T): Promise<T> =>
  withNeedsBy(row, async (path, given) => {
    const answer = await writer.post(`/v1/${path}`, given);
    if (answer.statusCode !== 201) throw new Error(answer.body);
    return answer.json<{ id: string }>().id;
  });
