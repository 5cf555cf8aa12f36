/** Fills an empty demonstration through the exchange's own use case, as the partners' officers would: with their tokens, past every rule. */
import { randomUUID } from 'node:crypto';
import { Refusal } from '../../errors.ts';
import type { Asker } from '../../exchange/api.ts';
import type { Assembly } from '../../assemble.ts';
import type { BuiltinIssuer } from '../../identity/builtin-issuer.ts';
import { demoBorder } from './border.ts';
import { demoCases } from './cases.ts';
import { type Author, type DemoRecord, demoRecords } from './records.ts';
import { refers, resolved } from './references.ts';
import { demoRequests } from './requests.ts';
import { demoStory } from './story.ts';

const together = 4;

/** Verified like any caller's: the demonstration has no door of its own. */
async function askerOf({ authenticator }: Assembly, issuer: BuiltinIssuer, { partner, desk, purpose, clearance, caveats }: Author): Promise<Asker> {
  const token = await issuer.issue({ partner, ...(desk !== undefined && { desk }), subject: `demo@${partner}`, client: 'prasan-seed', clearance, caveats, purposes: [purpose], scopes: ['records:read', 'records:write'] });
  return { claims: await authenticator.authenticate(`Bearer ${token}`), purpose, requestId: randomUUID(), language: 'en' };
}

/** What is there already (an earlier run was cut short) stays as it is: each record has its own number. @returns its id, and whether it is new */
async function submit({ exchange }: Assembly, asker: Asker, { kind = 'Indicator', body }: DemoRecord): Promise<{ id: string; made: boolean }> {
  try {
    const { record: { id } } = await exchange.submit(asker, kind, body);
    return { id, made: true };
  } catch (error) {
    const taken = error instanceof Refusal && error.code === 'CONFLICT' ? error.public.extra?.['record'] : undefined;
    if (typeof taken !== 'string') throw error;
    return { id: taken, made: false };
  }
}

/** What partners ask of each other, and what was done with it. @returns how many were asked */
async function ask(assembly: Assembly, issuer: BuiltinIssuer, now: number): Promise<number> {
  let asked = 0;
  for (const { author, body, moves } of demoRequests(now)) {
    const { id, made } = await submit(assembly, await askerOf(assembly, issuer, author), { author, kind: 'Request', body });
    if (!made) continue;
    asked += 1;
    for (const move of moves) await assembly.exchange.submit(await askerOf(assembly, issuer, move.author), 'RequestMove', { ...move.body, request: id });
  }
  return asked;
}

/**
 * Submits the demonstration's records: those that name others after the others.
 * @param now Unix milliseconds
 * @returns how many were submitted
 */
export async function seed(assembly: Assembly, issuer: BuiltinIssuer, now: number): Promise<number> {
  const records: readonly DemoRecord[] = [...demoRecords(now), ...demoCases(now), ...demoStory(now), ...demoBorder(now)];
  const askers = new Map<string, Promise<Asker>>();
  const ids = new Map<string, string>();
  let submitted = 0;
  const submitAll = async (wave: readonly DemoRecord[]): Promise<void> => {
    let next = 0;
    const work = async (): Promise<void> => {
      for (let record = wave[next++]; record !== undefined; record = wave[next++]) {
        const { author } = record;
        const key = `${author.partner} ${author.purpose}`;
        const asker = askers.get(key) ?? askerOf(assembly, issuer, author);
        askers.set(key, asker);
        const { id, made } = await submit(assembly, await asker, { ...record, body: resolved(record.body, ids) });
        ids.set(String(record.body['externalRef']), id);
        if (made) submitted += 1;
      }
    };
    await Promise.all(Array.from({ length: together }, work));
  };
  await submitAll(records.filter(({ body }) => !refers(body)));
  await submitAll(records.filter(({ body }) => refers(body)));
  return submitted + (await ask(assembly, issuer, now));
}
