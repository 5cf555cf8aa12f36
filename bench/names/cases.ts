/** The cases the data's README asks for: each script both ways, and Latin to Latin with each distortion. */
import { pairs, pick, scripts, seeded } from './data.ts';
import type { Half, PairScript, Random } from './data.ts';
import { passport, slip } from './distort.ts';
import { ask, factsOf, gallery } from './measure.ts';
import type { Outcome, Query } from './measure.ts';
import type { Facts } from '../../src/dictionary/names/score.ts';
import { people } from './people.ts';
import type { People, Person } from './people.ts';

export interface Case {
  readonly name: string;
  readonly script: string;
  readonly queries: readonly Query[];
  run(withFacts: boolean): Outcome;
  /** Who is stored. */
  readonly stored: { readonly texts: readonly string[]; readonly facts: readonly Facts[] };
}

export const sizes = { gallery: 5000, queries: 1000 } as const;

const shuffled = <T>(list: readonly T[], random: Random): T[] => list.map((item) => [random(), item] as const).sort((a, b) => a[0] - b[0]).map(([, item]) => item);

function caseOf(name: string, script: string, { all, whole }: People, random: Random, stored: (p: Person) => string, asked: (p: Person) => readonly [string, string?]): Case {
  const half = sizes.queries / 2;
  // Whole names (Hang) are few: those are asked for, in the gallery and out of it; the recombined only fill it.
  const [asks, fill] = whole === 0 ? [all, []] : [all.slice(0, whole), all.slice(whole)];
  const outside = asks.slice(-half);
  const inside = [...asks.slice(0, -half), ...fill].slice(0, sizes.gallery);
  const chosen = shuffled(inside.slice(0, whole === 0 ? inside.length : whole - half).map((_, i) => i), random).slice(0, half);
  const query = (person: Person | undefined, at: number | undefined): Query => {
    if (person === undefined) throw new Error('too few people');
    const [text, label] = asked(person);
    return { text, facts: factsOf(person), person: at, ...(label === undefined ? {} : { label }) };
  };
  const queries = [...chosen.map((i) => query(inside[i], i)), ...Array.from({ length: half }, (_, i) => query(outside[i], undefined))];
  let built: ReturnType<typeof gallery> | undefined;
  const kept = { texts: inside.map(stored), facts: inside.map(factsOf) };
  return { name, script, queries, stored: kept, run: (withFacts) => ask((built ??= gallery(kept.texts, kept.facts)), queries, withFacts) };
}

export const distortions = ['slip', 'swapped', 'missing', 'initial', 'title'] as const;

function distorted(person: Person, kind: (typeof distortions)[number], random: Random): string {
  const [given = '', family = ''] = person.parts;
  switch (kind) {
    case 'slip': return slip(person.latin, random);
    case 'swapped': return `${family} ${given}`;
    case 'missing': return random() < 0.5 ? given : family;
    case 'initial': return `${given.charAt(0)}. ${family}`;
    case 'title': return `${pick(random, ['Mr', 'Mrs.', 'Ms', 'Dr.', 'Pol. Lt. Col.', 'Nai'])} ${person.latin}`;
  }
}

const spread = 1.4;

export function cases(half: Half): Case[] {
  const data = pairs(half);
  const rowsOf = (script: PairScript) => data.get(script) ?? [];
  const made = (script: PairScript, seed: number): People => people(script, rowsOf(script), seeded(seed), Math.round(sizes.gallery * spread));
  const both = scripts.flatMap((script, i) => {
    const all = made(script, 100 + i);
    return [
      caseOf(`${script} stored, Latin asked`, script, all, seeded(200 + i), (p) => p.other, (p) => [p.latin]),
      caseOf(`Latin stored, ${script} asked`, script, all, seeded(300 + i), (p) => p.latin, (p) => [p.other]),
    ];
  });
  const loose = made('Thai', 150);
  const random = seeded(5);
  const passports = [
    caseOf('Thai stored, passport spelling asked', 'Thai-passport', loose, seeded(250), (p) => p.other, (p) => [p.parts.map((part) => passport(part, random)).join(' ')]),
    caseOf('passport spelling stored, Thai asked', 'Thai-passport', loose, seeded(251), (p) => p.parts.map((part) => passport(part, random)).join(' '), (p) => [p.other]),
  ];
  const latin = people('Thai', scripts.filter((script) => script !== 'Hang').flatMap(rowsOf), seeded(160), Math.round(sizes.gallery * spread));
  let turn = 0;
  const latins = caseOf('Latin stored, Latin asked', 'Latn', latin, seeded(260), (p) => p.latin, (p) => {
    const kind = distortions[turn % distortions.length] ?? 'slip';
    turn += 1;
    return [distorted(p, kind, random), kind];
  });
  return [...both, ...passports, latins];
}

const thaiLetter = /[ก-ฮ]/u;
const latinLetter = /[A-Za-z]/u;
/** Of two parts one whole, of the other the initial, in turns. */
function shortened(letter: RegExp): (name: string) => string {
  const initialOf = (part: string): string => `${letter.exec(part)?.[0] ?? ''}.`;
  let turn = 0;
  return (name) => {
    const [given = '', family = ''] = name.split(' ');
    turn += 1;
    return turn % 2 === 0 ? `${initialOf(given)} ${family}` : `${given} ${initialOf(family)}`;
  };
}

/** Thai initials, as asked and as stored; beside them Latin ones, of the same people. A part is one word in both spellings, as parts of Thai persons' names are. */
export function initials(half: Half): Case[] {
  const rows = (pairs(half).get('Thai') ?? []).map(({ latin, other }) => ({ latin: latin.charAt(0) + latin.slice(1).replaceAll(' ', '').toLowerCase(), other: other.replaceAll(' ', '') }));
  const all = people('Thai', rows, seeded(170), Math.round(sizes.gallery * spread));
  const [inThai, ofLatin, kept] = [shortened(thaiLetter), shortened(thaiLetter), shortened(thaiLetter)];
  const [inLatin, ofThai, latinKept] = [shortened(latinLetter), shortened(latinLetter), shortened(latinLetter)];
  return [
    caseOf('Thai stored, Thai initial asked', 'Thai', all, seeded(270), (p) => p.other, (p) => [inThai(p.other)]),
    caseOf('Latin stored, Thai initial asked', 'Thai', all, seeded(271), (p) => p.latin, (p) => [ofLatin(p.other)]),
    caseOf('Thai initial stored, Thai asked', 'Thai', all, seeded(272), (p) => kept(p.other), (p) => [p.other]),
    caseOf('Thai stored, Latin initial asked', 'Thai', all, seeded(273), (p) => p.other, (p) => [ofThai(p.latin)]),
    caseOf('Latin stored, Latin initial asked', 'Thai', all, seeded(274), (p) => p.latin, (p) => [inLatin(p.latin)]),
    caseOf('Latin initial stored, Latin asked', 'Thai', all, seeded(275), (p) => latinKept(p.latin), (p) => [p.latin]),
  ];
}
