/** Whether the kinds of requests that a clause lists can be asked at all: by who may write what is asked, of somebody from whom it is not withheld. */
import { type Compartment, compartmentName, covers, type Level } from '../../dictionary/compartment.ts';
import type { Dictionary } from '../../dictionary/types.ts';
import type { Agreement, Channel, Clause, Partner } from '../registry.ts';
import { shortfall } from '../shortfall.ts';
import { channelsOf } from './carried.ts';
import { type Bodies, type Context, type Finding, warning } from './finding.ts';

/** Of a kind that can be asked without a body nothing is said. */
export function bodiesOf({ kinds, requests }: Pick<Dictionary, 'kinds' | 'requests'>): Bodies {
  const asking = [...kinds.values()].find(({ course }) => course === 'REQUEST');
  return new Map([...requests.values()].flatMap(({ name, body }): [string, Compartment][] => {
    const field = asking?.field.get(body);
    const needed = (field?.type.schema['required'] ?? []) as readonly unknown[];
    return field === undefined || needed.length === 0 ? [] : [[name, { level: field.level, caveats: field.caveats }]];
  }));
}

const least = (...levels: Level[]): Level => Math.min(...levels) as Level;

/** Members of the channel that the clause speaks to, for some purpose of theirs. */
function spokenTo({ registry }: Context, agreement: Agreement, clause: Clause, channel: Channel): Partner[] {
  return channel.members.flatMap((id) => {
    const partner = registry.partners.get(id);
    const speaks = agreement.parties.includes(id) && (clause.parties?.includes(id) ?? true);
    return partner === undefined || !speaks || (clause.purposes & channel.purposes & partner.purposes) === 0 ? [] : [partner];
  });
}

/** Asked under one clause, and answered under another: what counts is that the channel has both. What is read is read by one clause alone. */
function canBeAsked(context: Context, agreement: Agreement, kind: string, body: Compartment, channel: Channel): boolean {
  const listing = agreement.clauses.filter(({ requests = [], channels }) => requests.includes(kind) && (channels?.includes(channel.id) ?? true));
  const spoken = listing.map((clause) => ({ clause, partners: spokenTo(context, agreement, clause, channel) }));
  const askers = spoken.flatMap(({ partners }) => partners).filter(({ clearance, caveats }) => covers(clearance, caveats, body));
  return spoken.some(({ clause, partners }) => partners.some(({ id, clearance, caveats }) =>
    covers(least(clause.ceiling, channel.ceiling, clearance), clause.caveats & caveats, body) && askers.some((asker) => asker.id !== id)));
}

/** Kinds that are listed, and that nobody could ask of anybody: a promise that nothing keeps. */
export function checkAsked(context: Context, agreement: Agreement, clause: Clause, path: Finding['path']): Finding[] {
  const channels = channelsOf(context, agreement, clause);
  if (channels.length === 0) return [];
  return (clause.requests ?? []).flatMap((kind, i) => {
    const body = context.bodies.get(kind);
    if (body === undefined || channels.some((channel) => canBeAsked(context, agreement, kind, body, channel))) return [];
    const ceiling = least(clause.ceiling, Math.max(...channels.map((channel) => channel.ceiling)) as Level);
    const short = shortfall({ ceiling, caveats: clause.caveats }, body);
    const why = short === '' ? 'no two of its partners may hold it' : `the clause, with its channels, ${short}`;
    return [warning([...path, 'requests', i], `clause ${clause.id} lets nobody be asked ${kind}: what it asks is ${compartmentName(body)}, and ${why}`)];
  });
}
