/**
 * REST and GraphQL give the same fields for the same viewer: records of every kind, in generated worlds, for generated viewers. Every field is asked for.
 * The questions that are no record's are in test/parity.test.ts. Synthetic records only.
 */
import t from 'tap';
import { dice } from './noninterference/dice.ts';
import { batch, lawsOf, worldOf } from './noninterference/law.ts';
import { all } from './noninterference/question.ts';
import { type Eye, eyeOf } from './noninterference/registry.ts';
import { idOf, openSide, tell, Untellable } from './noninterference/side.ts';
import { dictionary } from './noninterference/values.ts';
import type { World } from './noninterference/world.ts';
import type { Caller } from './support/app.ts';
import { type Case, graphqlTruth, items, page, restTruth, withoutCursor } from './support/parity.ts';

const seed = 17;
/** So many worlds hold a record of every kind, each told by several. */
const enough = 14;

/** Worlds of registries of their own, until each kind is told. */
function worldsOfEveryKind(): { n: number; told: World }[] {
  const chosen: { n: number; told: World }[] = [];
  const met = new Set<string>();
  for (let n = 0; n < 600 && (met.size < dictionary.kinds.size || chosen.length < enough); n += batch) {
    const told = worldOf(seed, n);
    const kinds = told.sides[0].flatMap(({ kind, what }) => (what.op === 'submit' ? [kind] : []));
    if (chosen.length >= enough && kinds.every((kind) => met.has(kind))) continue;
    for (const kind of kinds) met.add(kind);
    chosen.push({ n, told });
  }
  return chosen;
}

/** What is asked of one record, and of its kind. */
function casesOf(ref: string, name: string): Case[] {
  const kind = dictionary.kinds.get(name);
  if (kind === undefined) throw new Error(name);
  const { path, singular, plural } = kind;
  return [
    { name: `${name} ${ref}`, rest: async (who) => who.get(`/v1/${path}/${ref}`), graphql: `query Q($id: ID!) { ${singular}(id: $id)${all(name)} }`, variables: { id: ref } },
    { name: `${name} ${ref}, revisions`, rest: async (who) => who.get(`/v1/${path}/${ref}/revisions`), graphql: `query Q($id: ID!) { ${singular}Revisions(id: $id)${all(`${name}Revision`)} }`, variables: { id: ref }, shape: items },
    { name: `${name}, all`, rest: async (who) => who.get(`/v1/${path}?first=50`), graphql: `{ ${plural}(first: 50) { nodes${all(name)} pageInfo { endCursor } } }`, shape: page },
  ];
}

t.setTimeout(1_200_000);
t.test('a record of every kind is the same on both surfaces, for generated viewers', { timeout: 1_200_000 }, async (t) => {
  const side = await openSide(t, lawsOf(seed, 0)[0]);
  const callers = new Map<string, Promise<Caller>>();
  const callerOf = async (eye: Eye): Promise<Caller> => {
    const key = JSON.stringify(eye);
    const known = callers.get(key) ?? side.made.as(eye.partner, eye);
    callers.set(key, known);
    const caller = await known;
    // What names a case names it on either surface.
    return eye.case === undefined ? caller : {
      ...caller, get: async (url) => caller.send('GET', url, undefined, { 'exchange-case': eye.case ?? '' }),
      graphql: async (query, variables) => (await caller.send('POST', '/graphql', { query, variables }, { 'exchange-case': eye.case ?? '' })).json(),
    };
  };
  const released = new Set<string>();
  for (const [run, { n, told }] of worldsOfEveryKind().entries()) {
    const [law] = lawsOf(seed, n);
    await side.declare(law);
    await side.wipe();
    try {
      await tell(side, told.sides[0], run, Infinity, async () => undefined);
    } catch (error) {
      if (error instanceof Untellable) continue;
      throw error;
    }
    const records = told.sides[0].filter(({ what }) => what.op === 'submit');
    const kinds = records.flatMap(({ kind }) => dictionary.kinds.get(kind) ?? []);
    const g = dice(seed, 2_000_000 + n);
    for (const eye of [...told.eyes, eyeOf(g, law, kinds), eyeOf(g, law, kinds)]) {
      const who = await callerOf(eye);
      for (const { kind, asked } of records.flatMap(({ ref, kind: name }) => casesOf(idOf(run, ref), name).map((one) => ({ kind: name, asked: one })))) {
        const rest = withoutCursor(await restTruth(who, asked));
        if ('data' in rest) released.add(kind);
        t.strictSame(withoutCursor(await graphqlTruth(who, asked)), rest, `${asked.name}, by ${eye.partner} for ${eye.purpose}`);
      }
    }
  }
  // Requests are made by moves, and not told in these worlds.
  t.strictSame([...dictionary.kinds.values()].filter(({ name, course }) => course === undefined && !released.has(name)).map(({ name }) => name), [], 'of every kind, something was released');
});
