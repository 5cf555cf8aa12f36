/** Reads of one viewer that go out together: each gets what it asked for, nobody another viewer's. */
import t from 'tap';
import type { Stamp } from '../../src/exchange/ports.ts';
import { gathered } from '../../src/store/gather.ts';
import { freshExchange } from '../support/exchange.ts';

const stampOf = (partner: string): Stamp => ({ partner, purposeBit: 1, clearance: 1, caveats: 0 });

t.test('what arrives while others are under way goes out together, by stamp, in order', async (t) => {
  const batches: { partner: string; questions: readonly number[] }[] = [];
  const gates: PromiseWithResolvers<void>[] = [];
  const ask = gathered<number, string>(3, async ({ partner }, take) => {
    const questions = take();
    batches.push({ partner, questions });
    const gate = Promise.withResolvers<void>();
    gates.push(gate);
    await gate.promise;
    return questions.map((question) => `${partner} ${question}`);
  });
  const answers = Promise.all([1, 2, 3, 4, 5, 6].map(async (n) => ask(stampOf('a'), n)));
  const other = ask(stampOf('b'), 9);
  t.same(batches, [{ partner: 'a', questions: [1] }, { partner: 'a', questions: [2] }, { partner: 'b', questions: [9] }]);
  for (let i = 0; i < 5; i += 1) {
    gates[i]?.resolve();
    await new Promise(setImmediate);
  }
  t.same(await answers, ['a 1', 'a 2', 'a 3', 'a 4', 'a 5', 'a 6']);
  t.equal(await other, 'b 9');
  t.same(batches.slice(3), [{ partner: 'a', questions: [3, 4, 5] }, { partner: 'a', questions: [6] }]);
});

t.test('what arrives while there is no connection yet goes with those that wait for one; an error before there is one is told to all of them', async (t) => {
  const batches: (readonly number[])[] = [];
  const connections: PromiseWithResolvers<void>[] = [];
  const ask = gathered<number, number>(3, async (_stamp, take) => {
    const connection = Promise.withResolvers<void>();
    connections.push(connection);
    await connection.promise;
    batches.push(take());
    t.same(take(), batches.at(-1), 'the same, however often it is taken');
    return take();
  });
  const told = Promise.allSettled([1, 2, 3, 4].map(async (n) => ask(stampOf('a'), n)));
  t.equal(connections.length, 1, 'one waits for all');
  connections[0]?.resolve();
  await new Promise(setImmediate);
  t.equal(connections.length, 2, 'for the fourth, once the others are on their way');
  const late = Promise.allSettled([5, 6].map(async (n) => ask(stampOf('a'), n)));
  connections[1]?.reject(new Error('none to be had'));
  await new Promise(setImmediate);
  t.same(batches, [[1, 2, 3]]);
  t.same((await told).map(({ status }) => status), ['fulfilled', 'fulfilled', 'fulfilled', 'rejected']);
  t.same((await late).map(({ status }) => status), ['rejected', 'rejected']);
});

t.test('an error is told to all who went along, and to nobody else', async (t) => {
  let failing = true;
  const ask = gathered<number, number>(2, async (_stamp, take) => {
    const questions = take();
    await new Promise(setImmediate);
    if (failing && questions.length === 2) {
      failing = false;
      throw new Error('gone');
    }
    return questions;
  });
  const told = await Promise.allSettled([1, 2, 3, 4, 5, 6].map(async (n) => ask(stampOf('a'), n)));
  t.same(told.map(({ status }) => status), ['fulfilled', 'fulfilled', 'rejected', 'rejected', 'fulfilled', 'fulfilled']);
  t.equal(await ask(stampOf('a'), 7), 7, 'and the next is answered');
});

t.test('many lookups at once, of several viewers: each has its own claims', async (t) => {
  const { exchange, asker } = await freshExchange(t);
  const ccib = asker('th-ccib', { purpose: 'INVESTIGATION' });
  const values = Array.from({ length: 12 }, (_, i) => `gather-${i}.com`);
  for (const [i, value] of values.entries()) {
    await exchange.submit(ccib, 'Indicator', { value, type: 'DOMAIN', classification: i % 2 === 0 ? 'RESTRICTED' : 'CONFIDENTIAL', channels: i % 3 === 0 ? [] : ['embassies-ip'] });
  }
  const viewers = [
    { by: ccib, sees: () => true },
    { by: asker('kr-embassy', { purpose: 'INVESTIGATION' }), sees: (i: number) => i % 3 !== 0 },
    { by: asker('jp-embassy', { purpose: 'INVESTIGATION', clearance: 'RESTRICTED' }), sees: (i: number) => i % 3 !== 0 && i % 2 === 0 },
    { by: asker('kh-camcert', { purpose: 'CYBER_DEFENCE' }), sees: () => false },
  ];
  const told = await Promise.all(Array.from({ length: 4 }).flatMap(() => viewers.flatMap(({ by, sees }) => values.map(async (value, i) => {
    const [answer] = await exchange.lookup(by, [{ value }]);
    return answer?.claims.length === (sees(i) ? 1 : 0) && (answer?.claims[0]?.body['value'] ?? value) === value;
  }))));
  t.equal(told.filter((right) => !right).length, 0);
});
