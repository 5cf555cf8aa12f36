import type { Agreement, Declared } from '../registry.ts';
import { type Context, fault, type Finding, warning } from './finding.ts';
import { reference } from './reference.ts';

const at = (id: string): Finding['path'] => ['agreements', id, 'supersedes'];

/** The agreement and what it supersedes, newest first; ends at a ring. */
export function ancestors(registry: Declared, id: string): Agreement[] {
  const found: Agreement[] = [];
  let next = registry.agreements.get(id);
  while (next !== undefined && !found.includes(next)) {
    found.push(next);
    next = next.supersedes === undefined ? undefined : registry.agreements.get(next.supersedes);
  }
  return found;
}

/** Every agreement that carries the channels of this one: itself and what supersedes it, in turn. */
export const successors = (registry: Declared, id: string): Agreement[] =>
  [...registry.agreements.values()].filter((agreement) => ancestors(registry, agreement.id).some((older) => older.id === id));

function handover(agreement: Agreement, old: Agreement): Finding[] {
  if (agreement.validFrom <= old.validFrom) {
    return [fault(at(agreement.id), `begins ${agreement.validFrom}, not after ${old.id}, which it supersedes (${old.validFrom})`)];
  }
  const ends = [old.validTo, old.terminatedAt].filter((end) => end !== undefined).sort()[0];
  if (ends !== undefined && ends < agreement.validFrom) {
    return [warning(at(agreement.id), `a gap: ${old.id} ends ${ends}, this begins ${agreement.validFrom}; between, channels give nothing`)];
  }
  return [];
}

/** `supersedes`: what it names exists, has one successor, began earlier, and no ring is made. */
export function checkChain(context: Context, agreement: Agreement): Finding[] {
  const { registry } = context;
  const { id, supersedes } = agreement;
  if (supersedes === undefined) return [];
  const missing = reference(context, 'agreements', supersedes, at(id));
  const old = registry.agreements.get(supersedes);
  if (missing.length > 0 || old === undefined) return missing;
  const line = ancestors(registry, supersedes).map((older) => older.id);
  if (line.includes(id)) return [fault(at(id), `a ring: ${[id, ...line].join(' supersedes ')}`)];
  const rival = [...registry.agreements.values()].find((other) => other.supersedes === supersedes);
  if (rival !== undefined && rival.id !== id) {
    return [fault(at(id), `${supersedes} is superseded by ${rival.id} already: its channels can pass over to one agreement only`)];
  }
  return handover(agreement, old);
}
