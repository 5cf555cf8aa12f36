import { caveatsIn, type Level, levelName, purposesIn } from '../../dictionary/compartment.ts';
import type { Agreement, Clause, Partner } from '../registry.ts';
import { checkAsked } from './asked.ts';
import { channelsOf } from './carried.ts';
import { ancestors } from './chain.ts';
import { type Context, fault, type Finding, warning } from './finding.ts';
import { nearest } from '../../dictionary/nearest.ts';
import { reference, references } from './reference.ts';

/**
 * Kinds of the data dictionary that agreements name before the exchange holds them: such a clause is lawful already, and starts to give
 * when the kind comes. (Kinds in no dictionary are refused: a misspelt kind would be a clause that silently gives nothing.)
 */
export const plannedKinds: readonly string[] = [
  'Indicator', 'Account', 'Transfer', 'Complaint', 'Identity', 'MissingPerson',
  'Victim', 'Place', 'Screening', 'Operation', 'Practice', 'Link',
];

type Path = Finding['path'];

function checkKinds({ kinds: known }: Context, kinds: readonly string[], path: Path): Finding[] {
  const planned = kinds.filter((kind) => !known.has(kind) && plannedKinds.includes(kind));
  const found = planned.length === 0 ? [] : [warning(path, `not in the dictionary yet, so nothing is given of: ${planned.join(', ')}`)];
  kinds.forEach((kind, i) => {
    if (kind === '*' && kinds.length > 1) found.push(fault([...path, i], '"*" means all kinds and stands alone'));
    if (kind === '*' || known.has(kind) || planned.includes(kind)) return;
    const near = nearest(kind, [...known, ...plannedKinds]);
    found.push(fault([...path, i], `there is no record kind ${kind}${near === undefined ? '' : `; did you mean ${near}?`}`));
  });
  return found;
}

/** Only what the dictionary lets a clause depend on; of kinds that are not there yet nothing is known. */
function checkWhen({ kinds: known, conditions }: Context, { when = {}, kinds }: Clause, path: Path): Finding[] {
  return Object.entries(when).flatMap(([kind, fields]) => {
    const at = [...path, 'when', kind];
    if (!kinds.includes(kind) && !kinds.includes('*')) return [fault(at, `the clause does not speak of ${kind}`)];
    if (!known.has(kind)) return [];
    return Object.entries(fields).flatMap(([field, values]) => {
      const possible = conditions[kind]?.[field];
      if (possible === undefined) return [fault([...at, field], `a clause cannot depend on ${kind}.${field}: ${Object.keys(conditions[kind] ?? {}).join(', ') || 'no field of it'} can be named here`)];
      return values.flatMap((value, i) => (possible.includes(value) ? [] : [fault([...at, field, i], `a clause can depend on ${field} being ${possible.join(' or ')}, not ${value}`)]));
    });
  });
}

function checkNamed(context: Context, agreement: Agreement, clause: Clause, path: Path): Finding[] {
  const carried = ancestors(context.registry, agreement.id).map((older) => older.id);
  const strangers = (clause.parties ?? []).flatMap((party, i) => {
    if (agreement.parties.includes(party) || !context.has('partners', party)) return [];
    return [fault([...path, 'parties', i], `${party} is no party to ${agreement.id}`)];
  });
  const elsewhere = (clause.channels ?? []).flatMap((id, i) => {
    const channel = context.registry.channels.get(id);
    if (channel === undefined || carried.includes(channel.agreement)) return [];
    return [fault([...path, 'channels', i], `${id} was opened under ${channel.agreement}, which ${agreement.id} does not supersede`)];
  });
  return [
    ...references(context, 'partners', clause.parties ?? [], [...path, 'parties']), ...strangers,
    ...references(context, 'channels', clause.channels ?? [], [...path, 'channels']), ...elsewhere,
  ];
}

const highest = (levels: readonly Level[]): Level => Math.max(0, ...levels) as Level;

const isPartner = (partner: Partner | undefined): partner is Partner => partner !== undefined;

/** What a clause promises and nothing can give: a ceiling above its channels or partners contradicts itself; the rest is a warning. */
function checkReach(context: Context, agreement: Agreement, clause: Clause, path: Path): Finding[] {
  const channels = channelsOf(context, agreement, clause);
  const parties = (clause.parties ?? agreement.parties).map((id) => context.registry.partners.get(id)).filter(isPartner);
  const found: Finding[] = [];
  const asked = levelName(clause.ceiling);
  const roof = highest(channels.map((channel) => channel.ceiling));
  if (channels.length > 0 && clause.ceiling > roof) {
    found.push(fault([...path, 'ceiling'], `${asked} is above every channel the clause speaks to (at most ${levelName(roof)})`));
  }
  const cleared = highest(parties.map((partner) => partner.clearance));
  if (parties.length > 0 && clause.ceiling > cleared) {
    found.push(fault([...path, 'ceiling'],
      `${asked} is above the clearance of every partner it speaks to (at most ${levelName(cleared)})`));
  }
  if (channels.length === 0) found.push(warning(path, 'there is no channel that this clause speaks to: it gives nothing'));
  const idle = clause.purposes & ~channels.reduce((mask, channel) => mask | channel.purposes, 0);
  if (channels.length > 0 && idle !== 0) {
    found.push(warning([...path, 'purposes'], `no channel the clause speaks to is for ${purposesIn(idle).join(', ')}`));
  }
  const unheld = clause.caveats & ~parties.reduce((mask, partner) => mask | partner.caveats, 0);
  if (parties.length > 0 && unheld !== 0) {
    found.push(warning([...path, 'caveats'], `no partner the clause speaks to may hold ${caveatsIn(unheld).join(', ')}`));
  }
  return found;
}

/** A desk that its partner declared. */
export function checkDesk(context: Context, { partner: id, desk: named }: { readonly partner: string; readonly desk: string }, at: Path): Finding[] {
  const found = reference(context, 'partners', id, [...at, 'partner']);
  const partner = context.registry.partners.get(id);
  if (partner !== undefined && !partner.desks.some((desk) => desk.id === named)) {
    const near = nearest(named, partner.desks.map((desk) => desk.id));
    found.push(fault([...at, 'desk'], `${partner.id} has no desk ${named}${near === undefined ? '' : `; did you mean ${near}?`}`));
  }
  return found;
}

function checkRouting(context: Context, { routing }: Clause, path: Path): Finding[] {
  if (routing === undefined) return [];
  const at = [...path, 'routing'];
  const found = checkDesk(context, routing, at);
  if (routing.above === undefined && !routing.sensitive && !routing.arrestWithReturn) {
    found.push(fault(at, 'routes nothing: say above which level, or sensitive: true, or arrestWithReturn: true'));
  }
  return found;
}

/** A notice goes to parties, of kinds that the clause speaks of; who is a member of none of its channels is given none. */
function checkNotices(context: Context, agreement: Agreement, clause: Clause, path: Path): Finding[] {
  const members = new Set(channelsOf(context, agreement, clause).flatMap((channel) => channel.members));
  const found = (clause.notices ?? []).flatMap(({ to, kinds }, n) => {
    const at = [...path, 'notices', n];
    return [
      ...references(context, 'partners', to, [...at, 'to']),
      ...to.flatMap((id, i) => {
        if (!context.has('partners', id)) return [];
        if (!agreement.parties.includes(id)) return [fault([...at, 'to', i], `${id} is no party to ${agreement.id}`)];
        return members.has(id) ? [] : [fault([...at, 'to', i], `${id} is a member of no channel that the clause speaks to: no notice would reach it`)];
      }),
      ...kinds.flatMap((kind, i) => (kind === '*' || clause.kinds.includes('*') || clause.kinds.includes(kind) ? [] : [fault([...at, 'kinds', i], `the clause does not speak of ${kind}`)])),
    ];
  });
  return clause.notices !== undefined && !clause.access.includes('SUBMIT') ? [...found, warning([...path, 'notices'], 'nothing is shared under a clause without SUBMIT: it gives no notice')] : found;
}

/** Kinds of requests that there are. */
const checkRequests = ({ requests: known }: Context, { requests = [] }: Clause, path: Path): Finding[] =>
  requests.flatMap((kind, i) => {
    if (known.has(kind)) return [];
    const near = nearest(kind, [...known]);
    return [fault([...path, 'requests', i], `there is no kind of request ${kind}${near === undefined ? '' : `; did you mean ${near}?`}`)];
  });

/** A clause of requests alone gives no access to kinds; half of the two, or none and no requests, gives nothing. */
function checkGives({ access, kinds, requests = [] }: Clause, path: Path): Finding[] {
  if (access.length > 0 && kinds.length > 0) return [];
  const lacks = access.length === 0 ? 'access' : 'kinds';
  if (access.length !== kinds.length) return [fault([...path, lacks], `is empty: name what it gives, or leave both empty, \`access\` and \`kinds\`, for a clause of requests alone`)];
  return requests.length > 0 ? [] : [fault([...path, lacks], 'is empty, and the clause lists no `requests`: it gives nothing')];
}

export function checkClause(context: Context, agreement: Agreement, clause: Clause, path: Path): Finding[] {
  const retained = clause.retention === undefined || /[1-9]/.test(clause.retention);
  return [
    ...checkKinds(context, clause.kinds, [...path, 'kinds']),
    ...checkWhen(context, clause, path),
    ...checkNamed(context, agreement, clause, path),
    ...checkReach(context, agreement, clause, path),
    ...checkRouting(context, clause, path),
    ...checkNotices(context, agreement, clause, path),
    ...checkRequests(context, clause, path),
    ...checkAsked(context, agreement, clause, path),
    ...checkGives(clause, path),
    ...(clause.ledgerDelay === undefined || /[1-9]/.test(clause.ledgerDelay) ? [] : [fault([...path, 'ledgerDelay'], 'a delay of nothing: leave it out, or give a duration')]),
    ...(retained ? [] : [fault([...path, 'retention'], 'a retention of nothing: leave it out for no limit, or give a duration')]),
  ];
}
