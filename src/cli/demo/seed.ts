/** Fills an empty demonstration through the exchange's own use case, as the partners' officers would: with their tokens, past every rule. */
import { randomUUID } from 'node:crypto';
import { Refusal } from '../../errors.ts';
import type { Body } from '../../dictionary/types.ts';
import type { Asker } from '../../exchange/api.ts';
import type { Assembly } from '../../assemble.ts';
import type { BuiltinIssuer } from '../../identity/builtin-issuer.ts';
import { demoCases } from './cases.ts';
import { type Author, demoRecords } from './records.ts';

const together = 4;

/** Verified like any caller's: the demonstration has no door of its own. */
async function askerOf({ authenticator }: Assembly, issuer: BuiltinIssuer, { partner, purpose, clearance, caveats }: Author): Promise<Asker> {
  const token = await issuer.issue({ partner, subject: `demo@${partner}`, client: 'prasan-seed', clearance, caveats, purposes: [purpose], scopes: ['records:read', 'records:write'] });
  return { claims: await authenticator.authenticate(`Bearer ${token}`), purpose, requestId: randomUUID(), language: 'en' };
}

/**
 * Submits the demonstration's records. Those that are there (an earlier run was cut short) stay as they are: each has its own number.
 * @param now Unix milliseconds
 * @returns how many were submitted
 */
export async function seed(assembly: Assembly, issuer: BuiltinIssuer, now: number): Promise<number> {
  const records: { readonly author: Author; readonly kind?: string; readonly body: Body }[] = [...demoRecords(now), ...demoCases(now)];
  const askers = new Map<string, Promise<Asker>>();
  let next = 0;
  let submitted = 0;
  const work = async (): Promise<void> => {
    for (let record = records[next++]; record !== undefined; record = records[next++]) {
      const { author, kind = 'Indicator', body } = record;
      const key = `${author.partner} ${author.purpose}`;
      const asker = askers.get(key) ?? askerOf(assembly, issuer, author);
      askers.set(key, asker);
      try {
        await assembly.exchange.submit(await asker, kind, body);
        submitted += 1;
      } catch (error) {
        if (!(error instanceof Refusal && error.code === 'CONFLICT')) throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: together }, work));
  return submitted;
}
