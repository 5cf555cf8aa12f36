/** The one law, tried: worlds are told to two databases, and whatever parts their answers is a leak. */
import { dice } from './dice.ts';
import { outside } from './declassified.ts';
import { askAll, type Before, follow } from './ask.ts';
import { sender } from './telling.ts';
import type { Question } from './question.ts';
import { type Law, laws } from './registry.ts';
import { openSide, type Side, tell, Untellable } from './side.ts';
import { described, sideNames, type World, world } from './world.ts';

export type Sides = readonly [Side, Side];

/** Where two answers part. */
export interface Leak {
  readonly question: Question;
  readonly answers: readonly [string, string];
}

/** As many worlds as share a registry. */
export const batch = 10;
const registrySeed = 1_000_000_000;

/** The registry of a world, in its two versions. */
export const lawsOf = (seed: number, n: number): readonly [Law, Law] => laws(dice(seed, registrySeed + Math.floor(n / batch)));
export const worldOf = (seed: number, n: number): World => world(dice(seed, n), lawsOf(seed, n));

type Teardown = { teardown(done: () => Promise<void>): unknown };
export async function openSides(t: Teardown, seed: number, n = 0): Promise<Sides> {
  const [left, right] = lawsOf(seed, n);
  return [await openSide(t, left), await openSide(t, right)];
}
/** Puts the registry of a world in force on both. */
export async function declare([left, right]: Sides, seed: number, n: number): Promise<void> {
  const [one, other] = lawsOf(seed, n);
  await Promise.all([left.declare(one), right.declare(other)]);
}

let runs = 0;

/** A world as it is told: its run, and where the feed of its eyes stood on either side. */
export interface Standing {
  readonly run: number;
  readonly cursors: readonly [Before, Before];
}

async function toldTo(side: Side, { eyes, sides }: World, name: 0 | 1, run: number): Promise<Before> {
  const [eye] = eyes;
  await side.wipe();
  const earlier = sender(side, await side.tokenOf(eyes.at(-1) ?? eye), eye.case);
  const standing = async (): Promise<string> => (await follow(earlier, undefined, 1000)).end;
  const half = Math.max(1, ...sides.flatMap((steps) => steps.filter(({ own, originator }) => own !== true && originator !== '').map(({ at }) => at))) / 2;
  const before = await standing();
  let cursors: Before = { before, middle: undefined };
  await tell(side, sides[name], run, half, async () => { cursors = { before, middle: await standing() }; });
  return cursors;
}

/** @throws Untellable */
export async function tellBoth([left, right]: Sides, told: World): Promise<Standing> {
  runs += 1;
  const run = runs;
  // Both are waited for, however the one ends: what the other still told would stand in the next world.
  const [one, other] = await Promise.allSettled([toldTo(left, told, 0, run), toldTo(right, told, 1, run)]);
  if (one.status === 'rejected') throw one.reason;
  if (other.status === 'rejected') throw other.reason;
  return { run, cursors: [one.value, other.value] };
}

/** @returns the first question whose answers part, or that one of the two could not answer; undefined: the law holds */
export async function askBoth(sides: Sides, { eyes: [eye], refs }: World, { run, cursors }: Standing, questions: readonly Question[]): Promise<Leak | undefined> {
  const [left = [], right = []] = await Promise.all(sideNames.map(async (name) => askAll(sides[name], eye, questions, refs, run, cursors[name])));
  for (const [i, question] of questions.entries()) {
    const answers = [left[i] ?? '', right[i] ?? ''] as const;
    if (answers[0] !== answers[1] || answers.some((answer) => /^5\d\d /m.test(answer) || answer.includes('"code":"INTERNAL"') || answer.includes(outside))) return { question, answers };
  }
  return undefined;
}

/**
 * Tells a world to both databases and asks both.
 * @throws Untellable when the world cannot be told
 */
export const leakIn = async (sides: Sides, told: World): Promise<Leak | undefined> => askBoth(sides, told, await tellBoth(sides, told), told.questions);

/** Trying many worlds, one after the other. */
export interface Tally {
  worlds: number;
  differing: number;
  questions: number;
  /** Worlds that could not be told, by why. */
  readonly untold: string[];
}

/**
 * Tries worlds `first` to `last` of a seed.
 * @param every told after each world
 * @returns the report of a leak, reduced; undefined: they keep the law
 */
export async function tryWorlds(sides: Sides, seed: number, first: number, last: number, tally: Tally, every: (n: number) => void = () => undefined): Promise<string | undefined> {
  for (let n = first; n <= last; n += 1) {
    if (n % batch === 0 || n === first) await declare(sides, seed, n);
    const told = worldOf(seed, n);
    try {
      const leak = await leakIn(sides, told);
      tally.worlds += 1;
      tally.questions += told.questions.length;
      if (differs(told)) tally.differing += 1;
      if (leak === undefined) continue;
      const least = await reduced(sides, told, leak);
      return report(seed, n, least.world, least.leak);
    } catch (error) {
      if (!(error instanceof Untellable)) throw error;
      tally.untold.push(`world ${n}: ${error.message}`);
    } finally {
      every(n);
    }
  }
  return undefined;
}
export const tallied = (): Tally => ({ worlds: 0, differing: 0, questions: 0, untold: [] });

export const differs = ({ sides: [left, right] }: World): boolean => JSON.stringify(left) !== JSON.stringify(right);

type Reduction = (told: World) => Iterable<World>;

function* withoutRecords(told: World): Generator<World> {
  for (const ref of told.refs) {
    const [left, right] = told.sides.map((steps) => steps.filter((step) => step.ref !== ref));
    yield { ...told, refs: told.refs.filter((one) => one !== ref), sides: [left ?? [], right ?? []] };
  }
}
function* withoutOwnSteps(told: World): Generator<World> {
  for (const name of sideNames) {
    for (const gone of told.sides[name].filter(({ own }) => own === true)) {
      const fewer = told.sides[name].filter((step) => step !== gone);
      yield { ...told, sides: name === 0 ? [fewer, told.sides[1]] : [told.sides[0], fewer] };
    }
  }
}
/** Steps that both have, and that decide nothing about who sees what. */
function* withoutCommonSteps(told: World): Generator<World> {
  for (const gone of told.sides[0].filter(({ own, what }) => own !== true && (what.op === 'read' || (what.op === 'amend' && what.patch['markings'] === undefined && what.patch['classification'] === undefined)))) {
    const [left, right] = told.sides.map((steps) => steps.filter(({ at, ref }) => at !== gone.at || ref !== gone.ref));
    yield { ...told, sides: [left ?? [], right ?? []] };
  }
}
const withoutQuestion = (kept: Question): Reduction => function* reduce(told) {
  const half = told.questions.filter((question) => question === kept);
  yield { ...told, questions: half };
  for (const gone of told.questions.filter((question) => question !== kept)) yield { ...told, questions: told.questions.filter((question) => question !== gone) };
};

/** A smaller world that still leaks: records, steps and questions are left out one by one, as long as it does. */
export async function reduced(sides: Sides, told: World, leak: Leak, patience = 200): Promise<{ world: World; leak: Leak }> {
  let found = { world: told, leak };
  let left = patience;
  for (const reduce of [withoutQuestion(leak.question), withoutRecords, withoutOwnSteps, withoutCommonSteps, withoutQuestion(leak.question)]) {
    for (let again = true; again && left > 0;) {
      again = false;
      for (const smaller of reduce(found.world)) {
        if ((left -= 1) <= 0) break;
        if (smaller.questions.length === found.world.questions.length && !differs(smaller)) continue;
        const still = await leakIn(sides, smaller).catch(() => undefined);
        if (still === undefined) continue;
        found = { world: smaller, leak: still };
        again = true;
        break;
      }
    }
  }
  return found;
}

/** Where two texts part. */
function apart(left: string, right: string): string {
  let at = 0;
  while (at < left.length && left[at] === right[at]) at += 1;
  const near = (text: string): string => text.slice(Math.max(0, at - 400), at + 400);
  return `  left:  ...${near(left)}...\n  right: ...${near(right)}...`;
}

/** The leak in words, and how to see it again. */
export const report = (seed: number, n: number, told: World, { question, answers: [left, right] }: Leak): string =>
  `a leak: npm run -s law -- --seed ${seed} --world ${n}\n${JSON.stringify(question).slice(0, 1500)}\n${left === right ? `  both:  ${left.slice(0, 800)}` : apart(left, right)}\n${described(told)}`;
