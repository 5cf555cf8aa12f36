/** The records that a row of the table of lives refers to. Synthetic records only. */
import type { Caller } from './app.ts';
import type { Life } from './lives.ts';

/** The row with the ids of the records that it refers to. */
export async function withNeeds(writer: Caller, life: Life): Promise<Life> {
  let text = JSON.stringify(life);
  for (const [i, { path, given }] of (life.needs ?? []).entries()) {
    const answer = await writer.post(`/v1/${path}`, { ...given, channels: [life.channel] });
    if (answer.statusCode !== 201) throw new Error(answer.body);
    text = text.replaceAll(`$${i}`, answer.json<{ id: string }>().id);
  }
  return JSON.parse(text) as Life;
}
