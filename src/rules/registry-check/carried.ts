import type { Agreement, Channel, Clause } from '../registry.ts';
import { ancestors } from './chain.ts';
import type { Context } from './finding.ts';

/** Channels the clause speaks to: those it names, else all that the agreement carries (opened under it or under what it supersedes). */
export function channelsOf({ registry }: Context, agreement: Agreement, clause: Clause): Channel[] {
  const carried = ancestors(registry, agreement.id).map((older) => older.id);
  const carriedHere = [...registry.channels.values()].filter((channel) => carried.includes(channel.agreement));
  return carriedHere.filter((channel) => clause.channels?.includes(channel.id) ?? true);
}
