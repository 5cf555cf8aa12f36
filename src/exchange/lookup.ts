/** Many values at once, and the merged view of one observable. */
import { mostLookedUp } from '../dictionary/lookups.ts';
import { Refusal } from '../errors.ts';
import { basesOf, speaksTo } from '../rules/grant.ts';
import type { Released } from '../rules/release.ts';
import { answer, type Reader } from './answer.ts';
import type { Asker, LookupAnswer, LookupValue, Observable } from './api.ts';
import type { Deps } from './deps.ts';
import { type Answering, lookUp } from './look-up.ts';
import { lookedUpQuestions } from './matching.ts';

/** Whom to ask when nothing is released: another member's desk in a channel in which this viewer reads for its purpose. */
function deskToAsk({ registry, viewer }: Reader): { partner: string; desk: string; contact: string } | undefined {
  const channels = [...registry.channels.values()].filter(({ members }) => members.includes(viewer.partner)).sort((a, b) => (a.id < b.id ? -1 : 1));
  for (const channel of channels) {
    const reads = basesOf(registry, channel).some((basis) => speaksTo(basis, viewer.partner) && basis.clause.access.includes('READ') && (basis.clause.purposes & viewer.purposeBit) !== 0);
    if (!reads) continue;
    for (const member of channel.members) {
      const [desk] = registry.partners.get(member)?.desks ?? [];
      if (member !== viewer.partner && desk !== undefined) return { partner: member, desk: desk.id, contact: desk.contact };
    }
  }
  return undefined;
}

const nobody: Answering = { claims: [], mentions: [] };
const nothingMessage = { en: 'nothing released to you', th: 'ไม่มีข้อมูลที่เปิดเผยแก่ท่าน' } as const;

export async function lookup(deps: Deps, asker: Asker, values: readonly LookupValue[]): Promise<readonly LookupAnswer[]> {
  if (values.length === 0 || values.length > mostLookedUp) throw new Refusal('INVALID', { errors: [{ field: 'values', message: `from 1 to ${mostLookedUp} values` }] });
  return answer(deps, asker, 'records:read', 'lookup', async (reader) => {
    const { moment, questions, answering, sought, disclosed } = await lookUp(deps, reader, values);
    const found = (i: number): Answering => answering[i] ?? nobody;
    const isNothing = (i: number): boolean => found(i).claims.length + found(i).mentions.length === 0;
    const unanswered = questions.some(({ error }, i) => error === undefined && isNothing(i));
    const desk = unanswered ? deskToAsk(reader) : undefined;
    const nothing = { message: nothingMessage[asker.language], ...(desk === undefined ? {} : { desk }) };
    return {
      moment,
      released: disclosed,
      asked: questions.map(({ asked, value }) => deps.vault.blindForLedger(value ?? asked)),
      questions: await lookedUpQuestions(deps.vault, reader.viewer, sought),
      finish: () => questions.map((said, i) => ({ ...said, ...found(i), ...(said.error === undefined && isNothing(i) ? { nothing } : {}) })),
    };
  });
}

const earliest = (claims: readonly Released[], names: readonly string[], pick: (a: string, b: string) => string): string | undefined =>
  claims.flatMap(({ body }) => names.map((name) => body[name]).filter((at): at is string => typeof at === 'string')).reduce<string | undefined>((best, at) => (best === undefined ? at : pick(best, at)), undefined);

/** The merged view of one observable: computed from the claims released to this viewer, and from nothing else. */
export async function observable(deps: Deps, asker: Asker, value: LookupValue): Promise<Observable> {
  return answer(deps, asker, 'records:read', 'observable', async (reader) => {
    const { moment, questions, answering, disclosed } = await lookUp(deps, reader, [value], ({ claims }) => claims);
    const [said] = questions;
    if (said?.error !== undefined) throw new Refusal('INVALID', { errors: [{ field: 'value', message: said.error.message }] });
    const found = answering[0]?.claims ?? [];
    const first = earliest(found, ['observedAt', 'observedFrom'], (a, b) => (a < b ? a : b));
    const last = earliest(found, ['observedAt', 'observedTo'], (a, b) => (a > b ? a : b));
    return {
      moment,
      released: disclosed,
      asked: [deps.vault.blindForLedger(said?.value ?? value.value)],
      finish: () => ({
        type: said?.type ?? '', value: said?.value ?? '', claims: found, originators: [...new Set(found.map(({ originator }) => originator))].sort(),
        ...(first === undefined ? {} : { firstObserved: first }), ...(last === undefined ? {} : { lastObserved: last }),
      }),
    };
  });
}
