import type { Mechanism } from '../registry.ts';
import { type Context, fault, type Finding, warning } from './finding.ts';
import { nearest } from '../../dictionary/nearest.ts';
import { reference, repeated } from './reference.ts';

/** Stages that follow one another, clocks that can warn, desks that are there to be told; and one mechanism a country. */
export function checkMechanism(context: Context, mechanism: Mechanism): Finding[] {
  const at = (...rest: (string | number)[]): Finding['path'] => ['mechanisms', mechanism.id, ...rest];
  const names = mechanism.stages.map(({ stage }) => stage);
  const other = [...context.registry.mechanisms.values()].find(({ id, country }) => country === mechanism.country && id < mechanism.id);
  const found = repeated(names, (name) => name).map(({ index, first }) => fault(at('stages', index, 'stage'), `${names[index] ?? ''} is stage ${first + 1} already`));
  if (other !== undefined) found.push(fault(at('country'), `${mechanism.country} has the mechanism ${other.id} already`));
  for (const [i, { stage, next, clock, warnBefore, escalateTo }] of mechanism.stages.entries()) {
    if (context.stages?.has(stage) === false) found.push(fault(at('stages', i, 'stage'), `there is no stage ${stage}${meant(stage, context.stages)}`));
    next.forEach((name, n) => {
      if (!names.includes(name)) found.push(fault(at('stages', i, 'next', n), `there is no stage ${name} here${meant(name, names)}`));
    });
    if (clock === undefined && warnBefore !== undefined) found.push(fault(at('stages', i, 'warnBefore'), 'warns before nothing: the stage has no clock'));
    if (clock === undefined && escalateTo !== undefined) found.push(fault(at('stages', i, 'escalateTo'), 'is never told: the stage has no clock'));
    if (escalateTo !== undefined) found.push(...escalation(context, escalateTo, at('stages', i, 'escalateTo')));
    else if (clock !== undefined) found.push(warning(at('stages', i), 'its clock runs out and nobody is told: name a desk in escalateTo'));
    if (i > 0 && !mechanism.stages.some((before) => before.next.includes(stage))) found.push(warning(at('stages', i, 'stage'), `no stage leads to ${stage}`));
  }
  return found;
}

function meant(name: string, names: Iterable<string>): string {
  const near = nearest(name, names);
  return near === undefined ? '' : `; did you mean ${near}?`;
}

function escalation(context: Context, { partner, desk }: { readonly partner: string; readonly desk: string }, path: Finding['path']): Finding[] {
  const known = context.registry.partners.get(partner);
  if (known === undefined) return reference(context, 'partners', partner, [...path, 'partner']);
  return known.desks.some(({ id }) => id === desk) ? [] : [fault([...path, 'desk'], `${partner} has no desk ${desk}${meant(desk, known.desks.map(({ id }) => id))}`)];
}
