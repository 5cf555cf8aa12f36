/** References of the records of a world to one another: those that both versions have, and those of one alone. */
import { valueAt } from '../../src/dictionary/parts.ts';
import type { Body, Reference } from '../../src/dictionary/types.ts';
import { chance, type Dice, oneOf } from './dice.ts';
import { everSeen, seesAt } from './sights.ts';
import { endOf, placeholder, type Story } from './story.ts';
import { merged, nest } from './values.ts';
import type { Common, Shared, SideName } from './versions.ts';

/** A reference, and whether what it names fills in what stands beside it. */
export type Named = Reference & { readonly filling: boolean };

const namedOf = ({ kind }: Story): Named[] => kind.references.filter(({ existence, piece }) => !existence && kind.extract?.from !== piece).map((reference) =>
  ({ ...reference, filling: kind.fills.some(({ by }) => by.join('.') === reference.path.join('.')) }));

export const naming = ({ path, list }: Reference, ref: number): Body => nest(path, list ? [placeholder(ref)] : placeholder(ref));

/** Records that a story may name, as its originator sees them, when it is submitted. */
function targets(shared: Shared, told: Story, { to }: Reference): Story[] {
  const began = told.steps[0]?.at ?? 0;
  return shared.stories.filter((one) => one.ref < told.ref && to.includes(one.kind.name) && one.originator === told.originator && endOf(one) > began && seesAt(shared, told.originator, told.kind, one, began));
}

/** Whether what is filled in is the same in both versions. */
const sameFilled = ({ commons }: Shared, { kind }: Story, { filling, path }: Named, target: Story): boolean =>
  (!filling || kind.fills.every(({ by, source }) => by.join('.') !== path.join('.') || commons.get(target.ref)?.dark.has(source) === false));

/** References that both sides have: to records that an eye sees at some time. */
export const commonReferences = (g: Dice, shared: Shared, told: Story, dark: ReadonlySet<string>): Body => namedOf(told).reduce<Body>((body, reference) => {
  const possible = targets(shared, told, reference).filter((one) => everSeen(shared, one) && (dark.has(reference.piece) || sameFilled(shared, told, reference, one)));
  return possible.length > 0 && chance(g, 2) ? merged(body, naming(reference, oneOf(g, possible).ref)) as Body : body;
}, {});

/** References of one version alone: to records that no eye ever sees, or in a piece that none sees. */
export const ownReferences = (g: Dice, shared: Shared, told: Story, side: SideName, { references, dark }: Common): { reference: Named; refs: number[] }[] =>
  namedOf(told).filter(({ path }) => valueAt(references, path) === undefined).map((reference) => ({
    reference,
    refs: targets(shared, told, reference).filter((one) => shared.there[side].has(one.ref) && (dark.has(reference.piece) || (!reference.filling && !everSeen(shared, one)))).map(({ ref }) => ref),
  })).filter(({ refs }) => refs.length > 0 && chance(g, 2));
