/** Quotas and places of nodes that count in one place: never more than the limit, and few questions to the database. */
import t from 'tap';
import type { LimitPort } from '../../../src/exchange/limits/port.ts';
import { places } from '../../../src/exchange/limits/places.ts';
import { quotas } from '../../../src/exchange/limits/quota.ts';

/** What the database does, with a clock that the test moves. */
function counting() {
  const clock = { now: 0 };
  const used = new Map<string, { period: number; used: number }>();
  const held = new Map<string, Map<string, { places: number; until: number }>>();
  let asked = 0;
  const port = (node: string): LimitPort => ({
    take: async ({ name, measure, period, limit, want, anyway }) => {
      asked += 1;
      const now = Math.floor(clock.now / 1000 / period);
      const known = used.get(`${measure} ${name}`);
      const before = known?.period === now ? known.used : 0;
      const granted = anyway ? want : Math.max(0, Math.min(want, limit - before));
      used.set(`${measure} ${name}`, { period: now, used: before + granted });
      return { granted, used: before + granted, resetSeconds: (now + 1) * period - clock.now / 1000 };
    },
    places: async (name, want, limit) => {
      asked += 1;
      const all = held.get(name) ?? new Map<string, { places: number; until: number }>();
      held.set(name, all);
      const others = [...all].filter(([other, { until }]) => other !== node && until > clock.now).reduce((sum, [, one]) => sum + one.places, 0);
      const given = Math.max(0, Math.min(want, limit - others));
      all.set(node, { places: given, until: clock.now + 30_000 });
      return given;
    },
  });
  return { clock, port, asked: () => asked };
}

const minute = { name: 'partner one', measure: 'requestsPerMinute', limit: 100, period: 60, amount: 1 };

t.test('two nodes together give out the limit and no more, and a new period begins anew', async (t) => {
  const { clock, port, asked } = counting();
  const nodes = [quotas(port('a'), () => clock.now), quotas(port('b'), () => clock.now)] as const;
  const count = async (): Promise<number> => {
    const answers = await Promise.all(Array.from({ length: 300 }, async (_, i) => (nodes[i % 2 === 0 ? 0 : 1]).take(minute)));
    return answers.filter(({ granted }) => granted).length;
  };
  t.equal(await count(), 100);
  t.ok(asked() <= 2 * 20 + 2, `${asked()} questions for 300 requests`);
  const before = asked();
  t.equal(await count(), 0, 'and none more in this minute');
  t.equal(asked(), before, 'nor is anything asked for one that is used up');
  t.match(await nodes[0].take(minute), { granted: false, remaining: 0, resetSeconds: 60 });
  clock.now = 60_000;
  t.equal(await count(), 100);
});

t.test('what happened already counts beyond the limit', async (t) => {
  const { clock, port } = counting();
  const node = quotas(port('a'), () => clock.now);
  t.match(await node.take({ ...minute, amount: 0 }), { granted: true, remaining: 100 });
  await node.charge({ ...minute, amount: 250 });
  t.match(await node.take({ ...minute, amount: 0 }), { remaining: 0 });
  t.match(await quotas(port('b'), () => clock.now).take({ ...minute, amount: 0 }), { remaining: 0 }, 'on the other node too');
  clock.now = 60_000;
  t.match(await node.take({ ...minute, amount: 0 }), { remaining: 100 });
});

t.test('an amount is taken whole or not at all', async (t) => {
  const { clock, port } = counting();
  const node = quotas(port('a'), () => clock.now);
  t.match(await node.take({ ...minute, amount: 80 }), { granted: true, remaining: 20 });
  t.match(await node.take({ ...minute, amount: 30 }), { granted: false, remaining: 20 });
  t.match(await node.take({ ...minute, amount: 20 }), { granted: true, remaining: 0 });
});

t.test('places: of all nodes no more than the limit; what is given back is free; a node that died loses its own', async (t) => {
  const { clock, port, asked } = counting();
  const a = places(port('a'), () => clock.now);
  const b = places(port('b'), () => clock.now);
  const leaves: (() => void)[] = [];
  for (let i = 0; i < 40; i += 1) {
    const left = await (i % 2 === 0 ? a : b).enter('partner one', 16);
    if (left !== undefined) leaves.push(left);
  }
  t.equal(leaves.length, 16);
  const before = asked();
  t.equal(await a.enter('partner one', 16), undefined);
  t.ok(asked() - before <= 1);
  leaves[0]?.();
  leaves[0]?.();
  const again = await a.enter('partner one', 16);
  t.ok(again, 'one that was given back, once');
  t.equal(await a.enter('partner one', 16), undefined);
  again?.();
  clock.now = 31_000;
  const c = places(port('c'), () => clock.now);
  t.ok(await c.enter('partner one', 16), 'after half a minute of silence the places of the others are free');
});
