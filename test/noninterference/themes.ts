/** What a world is about: most are about anything; a share of them is where leaks of one sort show, which would be rare among those. */
import type { Kind } from '../../src/dictionary/types.ts';
import { chance, type Dice, oneOf, some, times } from './dice.ts';
import type { Eye } from './registry.ts';
import type { Wish } from './told.ts';
import { missingName } from './values.ts';

/** A record that is to be told. */
export interface Part {
  readonly kind: Kind;
  readonly wish: Wish;
}

export interface Plan {
  readonly kinds: readonly Kind[];
  readonly parts: readonly Part[];
  /** Links, and testimonies, told after them. */
  readonly links: number;
  readonly testimonies: number;
  /** Records of others that are counted; as many more, where no eye sees them, in one version alone. */
  readonly crowd?: number;
  /** Cases are confirmed, and in one version alone somebody looks for the person. */
  readonly sought?: string;
  /** What the asking eye is, whatever else is drawn. */
  readonly eye?: Partial<Eye>;
}

type Theme = (g: Dice, kinds: readonly Kind[]) => Omit<Plan, 'kinds'> | undefined;

const named = (kinds: readonly Kind[], ...names: readonly string[]): Kind[] => kinds.filter(({ name }) => names.includes(name));
const parts = (kinds: readonly Kind[], wish: Wish = {}): Part[] => kinds.map((kind) => ({ kind, wish }));
const none = { links: 0, testimonies: 0 };

const anything: Theme = (g, kinds) => {
  const some = times(g, 1, 2, () => oneOf(g, kinds));
  return { ...none, parts: parts(times(g, 2, 5, () => oneOf(g, some))) };
};

/** Records that lie beside one another, and links between them: what an eye sees of the one it need not see of the other. */
const links: Theme = (g, kinds) => {
  const linked = kinds.filter(({ purposes: its }) => (its & 2) !== 0);
  if (linked.length === 0) return undefined;
  const originator = oneOf(g, ['alpha', 'delta', 'beta']);
  const ends = [{ kind: oneOf(g, linked), wish: { originator, open: true as const } }, { kind: oneOf(g, linked), wish: { originator, ...(chance(g, 2) ? { unshared: true as const } : {}) } }, ...parts(times(g, 0, 1, () => oneOf(g, linked)), { originator })];
  return { links: 2, testimonies: 0, parts: ends, ...(chance(g, 3) ? {} : { eye: { purpose: 'INVESTIGATION' as const } }) };
};

const witness: Theme = (g, kinds) => {
  const [victim] = named(kinds, 'Victim');
  if (victim === undefined) return undefined;
  const eye = chance(g, 2) ? { purpose: 'PROSECUTION' as const, case: 'alpha 7%2F2569' } : undefined;
  return { links: 0, testimonies: 2, parts: parts(times(g, 1, 2, () => victim), { witness: true }), ...(eye === undefined ? {} : { eye }) };
};

/** One path of money, of which hops are hidden. */
const money: Theme = (g, kinds) => {
  const [transfers, accounts] = [named(kinds, 'Transfer'), named(kinds, 'Account')];
  const [transfer] = transfers;
  if (transfer === undefined) return undefined;
  return { ...none, parts: [...parts(some(g, accounts), { originator: 'delta' }), ...times(g, 3, 4, () => ({ kind: transfer, wish: chance(g, 3) ? { unshared: true as const } : { open: true as const } }))], eye: { clearance: 'SECRET', caveats: ['FINANCIAL', 'PERSONAL', 'OPERATIONAL'] } };
};

/** A record that all see, and that names one which none sees. */
const references: Theme = (g, kinds) => {
  const referring = kinds.filter(({ references: all }) => all.some(({ existence, to }) => !existence && kinds.some(({ name }) => to.includes(name))));
  if (referring.length === 0) return undefined;
  const kind = oneOf(g, referring);
  const to = kinds.filter(({ name }) => kind.references.some((reference) => reference.to.includes(name)));
  return { ...none, parts: [...parts([oneOf(g, to)], { originator: 'delta', unshared: true }), ...parts(times(g, 1, 2, () => kind), { originator: 'delta', open: true }), ...parts(some(g, to, 1), { originator: 'delta' })], eye: { clearance: 'SECRET' } };
};

/** Many people of one name. */
const names: Theme = (g, kinds) => {
  const people = kinds.filter(({ searches }) => [...searches.values()].some(({ search }) => search?.by === 'NAME'));
  if (people.length === 0) return undefined;
  const kind = oneOf(g, people);
  return { ...none, parts: [...parts(times(g, 2, 3, () => kind), { open: true }), ...parts(times(g, 1, 2, () => kind), { unshared: true })], eye: { clearance: 'SECRET', caveats: ['PERSONAL', 'VICTIM', 'CONSULAR', 'FINANCIAL', 'OPERATIONAL'] } };
};

/** Several ways to a record, none of which opens all of it. */
const ways: Theme = (g, kinds) => {
  const kind = oneOf(g, kinds);
  return { ...none, parts: parts(times(g, 2, 3, () => kind), { originator: 'delta', open: true }), eye: { clearance: 'SECRET', caveats: ['PERSONAL', 'VICTIM', 'HEALTH', 'SOURCE', 'OPERATIONAL', 'FINANCIAL', 'CONSULAR'] } };
};

/** So many records of others that they may be counted. */
const counted: Theme = (_g, kinds) => {
  const indicators = named(kinds, 'Indicator');
  return indicators.length === 0 ? undefined : { ...none, parts: parts([...indicators, ...indicators], { open: true }), crowd: 8, eye: { clearance: 'SECRET', purpose: 'VICTIM_PROTECTION' } };
};

/** A case that is confirmed, whom somebody looks for. */
const sought: Theme = (g, kinds) => {
  const victims = named(kinds, 'Victim');
  if (victims.length === 0) return undefined;
  const said = { documents: [{ type: 'PASSPORT', number: 'VV334455', issuer: 'KR' }], nrmStage: 'TEMPORARY_SHELTER' };
  const eye = { partner: chance(g, 4) ? 'beta' : 'alpha', purpose: 'VICTIM_PROTECTION' as const, clearance: 'SECRET' as const, caveats: ['PERSONAL', 'VICTIM', 'HEALTH', 'CONSULAR'] as const };
  return { ...none, parts: parts(victims, { open: true, said, originator: 'delta' }), sought: 'VV334455', eye };
};

/** Somebody is missing, and records may be of that person: by names that the eye sees, or does not. */
const missing: Theme = (g, kinds) => {
  const [seekers, found] = [named(kinds, 'MissingPerson'), named(kinds, 'Identity', 'Victim', 'Screening')];
  if (seekers.length === 0 || found.length === 0) return undefined;
  const caveats = some(g, ['VICTIM', 'HEALTH', 'OPERATIONAL'] as const);
  return {
    ...none, parts: [...parts(seekers, { originator: 'alpha', open: true, said: { names: [{ full: missingName, script: 'Latn' }] } }), ...parts(times(g, 2, 3, () => oneOf(g, found)), { originator: 'delta', open: true })],
    eye: { partner: 'alpha', purpose: 'VICTIM_PROTECTION', clearance: 'SECRET', caveats: ['PERSONAL', 'CONSULAR', ...caveats] },
  };
};

const themes: readonly Theme[] = [anything, anything, anything, anything, anything, links, links, witness, witness, money, references, names, ways, counted, sought, missing];

export function plan(g: Dice, possible: readonly Kind[]): Plan {
  const made = oneOf(g, themes)(g, possible) ?? anything(g, possible) ?? { ...none, parts: [] };
  return { ...made, kinds: [...new Set(made.parts.map(({ kind }) => kind))] };
}
