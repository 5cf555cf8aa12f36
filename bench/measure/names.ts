/**
 * Names across scripts. How many of the people asked for are found, on the real pairs (bench/names/); then the same questions through the exchange, at ten
 * thousand identities and at a million: how long they take, and who is found that is not the one asked for.
 */
import { type Case, cases } from '../names/cases.ts';
import { havePairs, type Pair, pairs, pairsFile, pick, scripts, seeded } from '../names/data.ts';
import { at } from '../names/measure.ts';
import { birthDateOf, nationOf, people } from '../names/people.ts';
import { seedPeople, type Stored } from '../names/seed.ts';
import { type Figure, median, medianRatio } from '../figure.ts';
import type { Measuring } from '../measuring.ts';
import { makeWorld, reader } from '../registry.ts';
import { nameProbes, threshold } from '../../src/dictionary/names/index.ts';

const precise = 0.85;
const bars: Readonly<Record<string, number>> = { Thai: 0.85, 'Thai-passport': 0.85, Latn: 0.85 };

/** Recall where 85 of 100 answers are right: at the threshold of all scripts, or, where more are wrong there, as far above it as it takes. */
function recallOf(one: Case, withFacts: boolean): { recall: number; here: { recall: number; precision: number } } {
  const outcome = one.run(withFacts);
  const here = at(outcome, threshold);
  if (here.precision >= precise) return { recall: here.recall, here };
  const steps = Array.from({ length: 500 }, (_, i) => threshold + ((i + 1) * (1 - threshold)) / 500);
  const first = steps.map((step) => at(outcome, step)).find(({ precision }) => precision >= precise);
  return { recall: first?.recall ?? 0, here };
}

const recalls = (): Figure[] => cases('reported').flatMap((one) => [true, false].map((withFacts): Figure => {
  const { recall, here } = recallOf(one, withFacts);
  return {
    name: 'names', what: `names: ${one.name}, ${withFacts ? 'with birth date and nationality' : 'by name alone'}: recall at precision ${precise}`, ratio: recall,
    bar: { least: bars[one.script] ?? 0.7 }, detail: `at the threshold of all scripts: recall ${here.recall.toFixed(3)}, precision ${here.precision.toFixed(3)}`,
  };
}));

interface Asked {
  readonly script: string;
  readonly text: string;
  readonly latin: string;
}

const perScript = 10;

/** Who is asked for, in each script; all are stored in Latin letters. */
function questions(data: ReturnType<typeof pairs>, parts: readonly Pair[]): Asked[] {
  return [...scripts, 'Latn' as const].flatMap((script) => {
    const of = script === 'Latn' ? people('Thai', parts, seeded(9), perScript) : people(script, data.get(script) ?? [], seeded(9), perScript);
    return of.all.slice(0, perScript).map((person) => ({ script, text: script === 'Latn' ? person.latin : person.other, latin: person.latin }));
  });
}

/** Those asked for, then as many others as there is room for, who bear none of their names. */
function* stored(asked: readonly Asked[], parts: readonly Pair[], count: number): Generator<Stored> {
  const random = seeded(77);
  const more = (full: string): Stored => ({ full, birthDate: birthDateOf(random), nationality: nationOf(random) });
  const own = new Set(asked.map(({ latin }) => latin));
  for (const latin of own) yield more(latin);
  for (let made = own.size; made < count;) {
    const full = `${pick(random, parts).latin} ${pick(random, parts).latin}`;
    if (own.has(full)) continue;
    made += 1;
    yield more(full);
  }
}

interface Answered {
  readonly milliseconds: number;
  readonly found: boolean;
  readonly wrong: number;
}

async function ask(url: string, token: string, { text, latin }: Asked): Promise<Answered> {
  const began = performance.now();
  const response = await fetch(`${url}/v1/identities?first=500&names=${encodeURIComponent(text)}`, { headers: { authorization: `Bearer ${token}` } });
  const { items, matches } = (await response.json()) as { items?: unknown[]; matches?: { name: string }[] };
  const milliseconds = performance.now() - began;
  if (items === undefined || matches?.length !== items.length) throw new Error(`not the answer that is to be timed: ${response.status}`);
  const right = matches.filter(({ name }) => name === latin).length;
  return { milliseconds, found: right > 0, wrong: matches.length - right };
}

const mean = (list: readonly number[]): number => list.reduce((so, one) => so + one, 0) / list.length;

async function throughTheExchange({ stage, records, rounds, say }: Measuring): Promise<Figure[]> {
  const data = pairs('reported');
  const parts = scripts.filter((script) => script !== 'Hang').flatMap((script) => data.get(script) ?? []);
  const asked = questions(data, parts);
  const world = makeWorld({ kinds: ['Identity'], caveats: ['PERSONAL'] });
  const token = await world.token(reader, 'officer-0');
  const probed = new Set(asked.flatMap(({ text }) => nameProbes(text).map(({ payload }) => payload)));
  const sides = [];
  for (const count of [10_000, records]) {
    const database = await stage.database(`names_${count}`);
    const keys = await seedPeople(stage, database, world, stored(asked, parts, count), probed, say);
    sides.push({ count, keys, server: await stage.serve(database), times: [] as number[], all: [] as Answered[] });
  }
  for (let round = -1; round < rounds; round += 1) {
    for (const side of sides) {
      const answers: Answered[] = [];
      for (const one of asked) answers.push(await ask(side.server.url, token, one));
      side.all = answers;
      say(`${side.count}: median ${median(answers.map(({ milliseconds }) => milliseconds)).toFixed(1)}, mean ${mean(answers.map(({ milliseconds }) => milliseconds)).toFixed(1)} ms`);
      if (round >= 0) side.times.push(mean(answers.map(({ milliseconds }) => milliseconds)));
    }
  }
  for (const { server } of sides) await server.stop();
  const [little, large] = sides;
  if (large === undefined || little === undefined) throw new Error('two sides are needed');
  const wrong = [...Map.groupBy(large.all.map((answer, i) => ({ ...answer, script: asked[i]?.script ?? '' })), ({ script }) => script)].map(([script, answers]): Figure => ({
    name: 'names', what: `names: ${script} asked, wrong answers a query among ${large.count}`, ratio: mean(answers.map((answer) => answer.wrong)), bar: { most: 20 },
    detail: `most ${Math.max(...answers.map((answer) => answer.wrong))}; found ${answers.filter(({ found }) => found).length} of ${answers.length}`,
  }));
  return [{
    name: 'names', what: `names: a query at ${large.count} identities over ${little.count}, mean time`, ratio: medianRatio(large.times, little.times), bar: { most: 5 },
    detail: `${median(large.times).toFixed(1)} over ${median(little.times).toFixed(1)} ms; slowest ${Math.max(...large.all.map(({ milliseconds }) => milliseconds)).toFixed(0)} ms; ${large.keys.toFixed(1)} search keys a record`,
  }, ...wrong];
}

export async function names(measuring: Measuring): Promise<Figure[]> {
  if (!havePairs) {
    measuring.say(`names: SKIPPED, ${pairsFile} is not there (PRASAN_DATA names its folder)`);
    return [];
  }
  return [...(await throughTheExchange(measuring)), ...recalls()];
}
