/**
 * Generated worlds: one history, told in two versions that differ only in what the eyes of one partner may not see. Everything in it is synthetic.
 */
import { chance, type Dice, upTo } from './dice.ts';
import { drafts, interleaved } from './history.ts';
import type { Question } from './question.ts';
import { questions } from './questions.ts';
import { type Eye, eyeOf, has, type Law, tellers } from './registry.ts';
import { covering } from './reach.ts';
import { requestsOf } from './requests.ts';
import { endOf, mayWrite, type Op } from './story.ts';
import { type Plan, plan } from './themes.ts';
import { dictionary, standsAlone, vocabulary } from './values.ts';
import { commonOf, type Shared, type SideName, sideNames, type Step, version } from './versions.ts';

export { sideNames, type SideName, type Step } from './versions.ts';

export interface World {
  /** The first one asks; a second one of the same partner and purpose had the feed before. */
  readonly eyes: readonly [Eye, ...Eye[]];
  /** The history of each database. */
  readonly sides: readonly [readonly Step[], readonly Step[]];
  readonly refs: readonly number[];
  readonly questions: readonly Question[];
}

/** A second eye of the same partner and purpose: another officer, or the same one with another token. */
function eyesOf(g: Dice, law: Law, { kinds, eye: wish = {} }: Plan): [Eye, ...Eye[]] {
  const drawn = { ...eyeOf(g, law, kinds), ...wish };
  const may = has(law.partners.get(drawn.partner)?.purposes ?? 0, drawn.purpose);
  const eye = may ? drawn : { ...drawn, partner: 'alpha' };
  const other = eyeOf(g, law, kinds);
  return chance(g, 4) ? [eye, { ...other, partner: eye.partner, purpose: eye.purpose, ...(eye.case === undefined ? {} : { case: eye.case }) }] : [eye];
}

/** What others do beside the records of the world: what may be counted, and what the firewall alerts of. */
function beside(g: Dice, { laws: [law], eyes, stories }: Shared, { crowd, sought }: Plan, side: SideName): Step[] {
  const kind = dictionary.kinds.get('Indicator');
  const steps: Step[] = [];
  const add = (at: number, ref: number, name: string, what: Op, own?: true): void => void steps.push({ at, ref, kind: name, originator: '', what, ...(own === undefined ? {} : { own }) });
  if (crowd !== undefined && kind !== undefined) {
    for (const [i, by] of ['beta', 'delta'].entries()) add(2000 + i, 900 + i, kind.name, { op: 'crowd', by, count: crowd });
    const unseen = eyes.every((eye) => covering(law, eye, { kind, originator: 'alpha', classification: 0, channels: ['one'], facts: {} }).length === 0);
    if (unseen && chance(g, 2)) add(2002, 902, kind.name, { op: 'crowd', by: 'alpha', count: crowd }, true);
  }
  if (sought === undefined) return steps;
  for (const { ref, kind: { name } } of stories.filter((one) => endOf(one) === Infinity)) {
    if (!steps.some((one) => one.ref === ref)) for (const by of ['alpha', 'beta']) add(2003, ref, name, { op: 'confirm', by });
    if (chance(g, 2)) add(2004 + side / 10, ref, name, { op: 'seek', by: 'gamma', number: sought }, true);
  }
  return steps;
}

/** A world under these laws, its eyes, its two versions, and what is asked of both. */
export function world(g: Dice, laws: readonly [Law, Law]): World {
  const possible = [...dictionary.kinds.values()].filter((kind) => standsAlone(kind) && vocabulary(kind.name).groups.length > 0 && tellers.some((who) => mayWrite(laws[0], kind, who)));
  const planned = plan(g, possible);
  const eyes = eyesOf(g, laws[0], planned);
  const stories = interleaved(g, laws, drafts(g, laws, planned));
  const shared: Shared = { laws, eyes, between: () => upTo(g, 900) / 1000 + 0.01, used: [new Set(), new Set()], stories, there: [new Set(), new Set()], commons: new Map() };
  const sides: [Step[], Step[]] = [[], []];
  for (const told of stories) {
    const common = commonOf(g, shared, told);
    shared.commons.set(told.ref, common);
    for (const side of sideNames) {
      if (!common.seen && chance(g, 3)) continue;
      // Nothing of an invisible record need be common.
      const its = common.seen ? common : { ...commonOf(g, shared, told), externalRef: {} };
      sides[side].push(...version(g, shared, told, side, its));
    }
  }
  for (const side of sideNames) sides[side].push(...beside(g, shared, planned, side));
  const asked = questions(g, stories, eyes[0]);
  const requests = requestsOf(g, laws[0], stories, eyes);
  for (const side of sideNames) sides[side].push(...requests.sides[side]);
  for (const side of sides) side.sort((a, b) => a.at - b.at);
  const { desk } = requests;
  const [eye, ...others] = desk === undefined ? eyes : eyes.map((one): Eye => ({ ...one, desk }));
  return { eyes: eye === undefined ? eyes : [eye, ...others], sides, refs: stories.map(({ ref }) => ref), questions: [...asked, ...requests.questions] };
}

const shown = ({ partner, purpose, clearance, caveats, case: named, desk }: Eye): string => `${partner}${desk === undefined ? '' : ` at the desk ${desk}`} for ${purpose}, ${clearance} [${caveats.join(' ')}]${named === undefined ? '' : ` in case ${named}`}`;
const line = ({ at, ref, kind, originator, what, own }: Step): string => `  ${at} r${ref} ${kind} of ${originator}${own === true ? ', here alone' : ''}: ${JSON.stringify(what)}`;

/** In words, for whoever looks for the leak. */
export const described = ({ eyes, sides: [left, right] }: World): string => `seen by ${eyes.map(shown).join(' and ')}\n${left.map(line).join('\n')}\n  -- the other --\n${right.map(line).join('\n')}`;
