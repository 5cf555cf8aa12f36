/** Whether somebody may ask now: request by request, value by value, row by row. */
import { Refusal } from '../../errors.ts';
import { type CountedName, type LimitName, type Limited, limitedBy, type Limits, periods } from '../../rules/limits.ts';
import type { Registry } from '../../rules/registry.ts';
import type { Claims } from '../../rules/viewer.ts';
import { type Places, places } from './places.ts';
import type { LimitPort } from './port.ts';
import { type QuotaAnswer, type Quotas, quotas } from './quota.ts';

/** How a limit on requests stands, for the caller to know. */
interface Standing {
  readonly type: Limited['type'];
  readonly limit: number;
  /** Seconds. */
  readonly period: number;
  readonly remaining: number;
  readonly resetSeconds: number;
}

export interface Admission {
  /** How the limits on requests stand, as an answer tells it. */
  readonly headers: Readonly<Record<string, string>>;
  /** Ends the request. May be called twice. */
  leave(): void;
}

export interface Limiter {
  /** @throws Refusal RATE_LIMITED */
  admit(claims: Claims): Promise<Admission>;
  /** Before it is done. @throws Refusal RATE_LIMITED */
  take(claims: Claims, measure: CountedName, amount: number): Promise<void>;
  /** What is only counted once it is done: refuses while nothing is left. @throws Refusal RATE_LIMITED */
  check(claims: Claims, measure: CountedName): Promise<void>;
  /** Afterwards. */
  charge(claims: Claims, measure: CountedName, amount: number): Promise<void>;
}

export interface LimiterDeps {
  readonly port: LimitPort;
  readonly registry: () => Promise<Registry>;
  /** Of those of whom the registry says nothing. */
  readonly defaults: Limits;
  /** Told of each refusal: once in a while for each that is limited. */
  readonly alert: (limited: Limited, measure: LimitName) => void;
}

const words: Readonly<Record<LimitName, string>> = {
  requestsPerMinute: 'requests in a minute', concurrentRequests: 'requests at once', lookupsPerMinute: 'lookups and searches in a minute',
  missesPerHour: 'lookups and searches in an hour that find nothing', importRowsPerDay: 'rows of imports in a day',
};

/** `RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers): how requests stand, with an answer as with a refusal. */
const toldOf = (standing: readonly Standing[]): Readonly<Record<string, string>> => ({
  'RateLimit-Policy': standing.map(({ type, limit, period }) => `"${type}";q=${limit};w=${period}`).join(', '),
  RateLimit: standing.map(({ type, remaining, resetSeconds }) => `"${type}";r=${remaining};t=${resetSeconds}`).join(', '),
});

/** RFC 6585 section 4. */
const refusal = ({ type, limits }: Limited, measure: LimitName, seconds: number): Refusal => new Refusal('RATE_LIMITED', {
  detail: `${type === 'partner' ? 'your organisation' : 'this client'} may have ${limits[measure]} ${words[measure]}`,
  headers: {
    'Retry-After': String(seconds),
    ...(measure === 'requestsPerMinute' && toldOf([{ type, limit: limits[measure], period: periods[measure], remaining: 0, resetSeconds: seconds }])),
  },
});

export function limiter({ port, registry, defaults, alert }: LimiterDeps): Limiter {
  const counted: Quotas = quotas(port);
  const entered: Places = places(port);

  const of = async (claims: Claims): Promise<readonly [Limited, Limited]> => limitedBy(await registry(), claims, defaults);
  const asked = ({ name, limits }: Limited, measure: CountedName, amount: number) => ({ name, measure, limit: limits[measure], period: periods[measure], amount });
  function refuse(limited: Limited, measure: LimitName, seconds: number): never {
    alert(limited, measure);
    throw refusal(limited, measure, seconds);
  }

  async function takeAll(all: readonly Limited[], measure: CountedName, amount: number, enough: (answer: QuotaAnswer) => boolean): Promise<QuotaAnswer[]> {
    const answers: QuotaAnswer[] = [];
    for (const limited of all) {
      const answer = await counted.take(asked(limited, measure, amount));
      if (!enough(answer)) refuse(limited, measure, answer.resetSeconds);
      answers.push(answer);
    }
    return answers;
  }

  /** The client first: one that asks too much takes nothing from its partner. */
  const inOrder = ([partner, client]: readonly [Limited, Limited]): readonly Limited[] => [client, partner];

  async function enter(all: readonly Limited[]): Promise<() => void> {
    const leaves: (() => void)[] = [];
    const leave = (): void => { for (const one of leaves) one(); };
    try {
      for (const limited of all) {
        const left = await entered.enter(limited.name, limited.limits.concurrentRequests);
        if (left === undefined) refuse(limited, 'concurrentRequests', 1);
        leaves.push(left);
      }
      return leave;
    } catch (error) {
      leave();
      throw error;
    }
  }

  return {
    async admit(claims) {
      const all = inOrder(await of(claims));
      const answers = await takeAll(all, 'requestsPerMinute', 1, ({ granted }) => granted);
      const leave = await enter(all);
      const period = periods.requestsPerMinute;
      const standing = all.map(({ type, limits }, i) => ({ type, limit: limits.requestsPerMinute, period, remaining: answers[i]?.remaining ?? 0, resetSeconds: answers[i]?.resetSeconds ?? period }));
      return { leave, headers: toldOf(standing) };
    },
    async take(claims, measure, amount) {
      await takeAll(inOrder(await of(claims)), measure, amount, ({ granted }) => granted);
    },
    async check(claims, measure) {
      await takeAll(inOrder(await of(claims)), measure, 0, ({ remaining }) => remaining > 0);
    },
    async charge(claims, measure, amount) {
      if (amount > 0) await Promise.all((await of(claims)).map(async (limited) => counted.charge(asked(limited, measure, amount))));
    },
  };
}
