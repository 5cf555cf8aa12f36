/**
 * Name search across scripts, on real pairs of spellings: `sh bin/node bench/names.ts [impostors]`; with 0 impostors, the victim firewall's part alone. The model and the weights were fitted to one half of
 * the pairs; what is printed is the other half. Skips, saying so, where the data is not there.
 */
import { pathToFileURL } from 'node:url';
import { readName } from '../src/dictionary/names/words.ts';
import { threshold } from '../src/dictionary/names/score.ts';
import { type Case, cases, distortions, initials } from './names/cases.ts';
import { havePairs, pairs, pairsFile, scripts, seeded } from './names/data.ts';
import type { Pair } from './names/data.ts';
import { crowd } from './names/impostors.ts';
import { blindly, keysIn } from './names/blind.ts';
import { at } from './names/measure.ts';
import type { Answer, Outcome } from './names/measure.ts';
import { people } from './names/people.ts';

const fixed = (x: number): string => x.toFixed(3);
const row = (...cells: readonly (string | number)[]): string => cells.map((cell, i) => (i === 0 ? String(cell).padEnd(38) : String(cell).padStart(14))).join('');

/** One distortion of the Latin case. */
function byLabel({ queries }: Case, outcome: Outcome, label: string): Pick<Outcome, 'answers' | 'asked'> {
  const mine = (answer: Answer): boolean => queries[answer.query]?.label === label;
  return { answers: outcome.answers.filter(mine), asked: queries.filter((query) => query.label === label && query.person !== undefined).length };
}

const line = (name: string, [only, facts]: readonly Pick<Outcome, 'answers' | 'asked'>[]): string => {
  const [a, b] = [only, facts].map((outcome) => at(outcome ?? { answers: [], asked: 1 }, threshold));
  return row(name, fixed(a?.recall ?? 0), fixed(a?.precision ?? 0), fixed(b?.recall ?? 0), fixed(b?.precision ?? 0));
};
const together = (outcomes: readonly Outcome[]): Pick<Outcome, 'answers' | 'asked'> => ({ answers: outcomes.flatMap(({ answers }) => answers), asked: outcomes.reduce((so, { asked }) => so + asked, 0) });

function galleries(print: (text: string) => void): void {
  print(row('5,000 stored, 1,000 asked, half absent', 'recall', 'precision', '+facts: recall', 'precision'));
  const all: Outcome[][] = [[], []];
  for (const one of cases('reported')) {
    const outcomes = [one.run(false), one.run(true)];
    outcomes.forEach((outcome, i) => all[i]?.push(outcome));
    print(line(one.name, outcomes));
    if (one.script === 'Latn') for (const label of distortions) print(line(`  ${label}`, outcomes.map((outcome) => byLabel(one, outcome, label))));
    if (one.script === 'Latn') print(line('  all but a missing part', outcomes.map((outcome) => {
      const kept = distortions.filter((label) => label !== 'missing').map((label) => byLabel(one, outcome, label));
      return { answers: kept.flatMap(({ answers }) => answers), asked: kept.reduce((so, { asked }) => so + asked, 0) };
    })));
  }
  print(line('over all', all.map(together)));
  for (const one of initials('reported')) print(line(one.name, [one.run(false), one.run(true)]));
}

/** As the victim firewall matches: nothing is opened, the database adds up. */
function blind(print: (text: string) => void): void {
  print('');
  print(row('victim firewall, over tokens alone', 'recall', 'wrong a search', '+facts: recall', 'wrong a search'));
  for (const { name, queries, stored } of [...cases('reported'), ...initials('reported')]) {
    const index = keysIn(stored.texts);
    const [only, facts] = [false, true].map((withFacts) => blindly(queries, index, stored.facts, withFacts));
    print(row(name, ...[only, facts].flatMap((one) => [fixed(one?.recall ?? 0), fixed(one?.wrong ?? 0)])));
  }
}

function impostors(size: number, print: (text: string) => void): void {
  const data = pairs('reported');
  const parts: readonly Pair[] = scripts.filter((script) => script !== 'Hang').flatMap((script) => data.get(script) ?? []);
  const asked = [...scripts, 'Latn' as const].map((script) => {
    const of = script === 'Latn' ? people('Thai', parts, seeded(9), 100) : people(script, data.get(script) ?? [], seeded(9), 100);
    return { script, queries: of.all.slice(0, 100).map((person) => ({ text: script === 'Latn' ? person.latin : person.other, latin: person.latin, stored: person.latin })) };
  });
  print('');
  print(row(`${size.toLocaleString('en')} impostors, name only`, 'sharing', 'opened', 'wrong', 'worst', 'own reached', 'own opened'));
  const found = crowd(asked.map(({ queries }) => queries), parts, size);
  asked.forEach(({ script }, i) => {
    const one = found.groups[i];
    if (one !== undefined) print(row(`${script} asked, Latin stored`, one.sharing.toFixed(0), one.opened.toFixed(0), one.wrong.toFixed(2), one.wrongWorst, fixed(one.reached / one.queries), fixed(one.kept / one.queries)));
  });
  print(`keys of one name ${found.keyMicros.toFixed(0)} µs; scoring one opened name ${found.scoreMicros.toFixed(0)} µs`);
}

/** @param print a line at a time */
export function benchNames(print: (text: string) => void, size = 1_000_000): void {
  if (!havePairs) {
    print(`names: SKIPPED, ${pairsFile} is not there (PRASAN_DATA names its folder)`);
    return;
  }
  readName('');
  if (size === 0) {
    blind(print);
    return;
  }
  galleries(print);
  blind(print);
  impostors(size, print);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) benchNames((text) => console.log(text), Number(process.argv[2] ?? 1_000_000));
