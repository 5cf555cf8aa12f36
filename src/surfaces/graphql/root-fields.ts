/**
 * Every field of Query and Mutation: the scope it needs and the use case it calls. A schema with a field that is not here does not start.
 */
import { isAmended, isSubmitted } from '../../dictionary/course.ts';
import type { Dictionary, Kind } from '../../dictionary/types.ts';
import type { ChangeEvent, Exchange, ViewAsQuery, ViewedAs } from '../../exchange/api.ts';
import { bodyIn, channelIn, filterIn, firstIn, idempotencyIn, idIn, instantIn, kindsIn, textIn, valuesIn } from './arguments.ts';
import type { Arguments, Context, RootField, Scope } from './context.ts';
import { bodyOf, connection } from './released.ts';

type Call = (exchange: Exchange, asker: Context['asker'], args: Arguments) => Promise<unknown>;

const field = (scope: Scope, call: Call): RootField => ({ scope, resolve: (args, { exchange, asker }) => call(exchange, asker, args) });
const reads = (call: Call): RootField => field('records:read', call);
const writes = (call: Call): RootField => field('records:write', call);
const erases = (call: Call): RootField => field('records:erase', call);
const wordsIn = ({ authority, reason }: Arguments) => ({ authority, reason });

const kindFields = (kind: Kind): readonly (readonly [string, RootField])[] => {
  const { name, singular, plural } = kind;
  return [
    [singular, reads(async (exchange, asker, args) => bodyOf(await exchange.get(asker, name, idIn(args))))],
    [plural, reads(async (exchange, asker, args) => {
      const query = { kind: name, filter: filterIn(args, kind), first: firstIn(args, 500), after: textIn(args, 'after') };
      return connection(await exchange.find(asker, query), args);
    })],
    [`${singular}Revisions`, reads(async (exchange, asker, args) =>
      (await exchange.revisions(asker, name, idIn(args))).map((revision) => ({ ...revision, record: bodyOf(revision.record) })))],
    ...(isSubmitted(kind) ? [[`submit${name}`, writes(async (exchange, asker, args) =>
      bodyOf((await exchange.submit(asker, name, bodyIn(args, 'input'), { idempotency: idempotencyIn(args), confirmKnownGood: args['confirmKnownGood'] === true })).record))] as const] : []),
    ...(kind.fields.some(({ decided }) => decided !== undefined) ? [[`decide${name}`, writes(async (exchange, asker, args) => bodyOf(await exchange.decide(asker, name, idIn(args), bodyIn(args, 'decision'))))] as const] : []),
    ...(kind.fields.some(({ alertWhile }) => alertWhile !== undefined) ? [[`confirm${name}`, writes(async (exchange, asker, args) => bodyOf(await exchange.confirmCase(asker, name, idIn(args), { desk: textIn(args, 'desk') ?? '' }, textIn(args, 'ifMatch'))))] as const] : []),
    ...(isAmended(kind) ? [[`amend${name}`, writes(async (exchange, asker, args) =>
      bodyOf(await exchange.amend(asker, name, idIn(args), bodyIn(args, 'patch'), textIn(args, 'ifMatch'), { confirmKnownGood: args['confirmKnownGood'] === true })))] as const] : []),
  ];
};

const viewAsIn = (args: Arguments): ViewAsQuery => ({ partner: textIn(args, 'partner') ?? '', purpose: textIn(args, 'purpose') ?? '', clearance: textIn(args, 'clearance') });
const seen = ({ record, ...view }: ViewedAs): unknown => ({ ...view, ...(record === undefined ? {} : { record: bodyOf(record) }) });

const recordFields: readonly (readonly [string, RootField])[] = [
  ['record', reads(async (exchange, asker, args) => bodyOf(await exchange.get(asker, undefined, idIn(args))))],
  ['viewAs', reads(async (exchange, asker, args) => seen(await exchange.viewAs(asker, undefined, idIn(args), viewAsIn(args))))],
  ['viewAsPage', reads(async (exchange, asker, args) => {
    const page = { ...viewAsIn(args), first: firstIn(args, 500), after: textIn(args, 'after') };
    const { items, ...rest } = await exchange.viewAsPage(asker, textIn(args, 'kind') ?? '', page);
    return { ...rest, items: items.map(seen) };
  })],
  ['lookup', reads(async (exchange, asker, args) =>
    (await exchange.lookup(asker, valuesIn(args))).map((answer) => ({ ...answer, claims: answer.claims.map(bodyOf), mentions: answer.mentions.map(({ record, fields }) => ({ record: bodyOf(record), fields })) })))],
  ['observable', reads(async (exchange, asker, args) => {
    const observable = await exchange.observable(asker, { type: textIn(args, 'type'), value: textIn(args, 'value') ?? '' });
    return { ...observable, claims: observable.claims.map(bodyOf) };
  })],
  ['withdraw', writes(async (exchange, asker, args) => bodyOf(await exchange.withdraw(asker, undefined, idIn(args))))],
  ['erase', erases((exchange, asker, args) => exchange.erase(asker, undefined, idIn(args), args['reason'], textIn(args, 'ifMatch')))],
  ['hold', erases((exchange, asker, args) => exchange.hold(asker, undefined, idIn(args), wordsIn(args)))],
  ['releaseHold', erases((exchange, asker, args) => exchange.releaseHold(asker, undefined, idIn(args), idIn(args, 'hold'), wordsIn(args)))],
  ['holds', reads((exchange, asker, args) => exchange.holds(asker, undefined, idIn(args)))],
  ['share', writes(async (exchange, asker, args) => bodyOf(await exchange.share(asker, undefined, idIn(args), channelIn(args))))],
  ['unshare', writes(async (exchange, asker, args) => bodyOf(await exchange.unshare(asker, undefined, idIn(args), channelIn(args))))],
];

const inboxFields: readonly (readonly [string, RootField])[] = [
  ['inbox', reads(async (exchange, asker, args) => {
    const query = { desk: textIn(args, 'desk'), overdue: args['overdue'] === true, precedence: textIn(args, 'precedence'), asks: textIn(args, 'asks') };
    const { items, ...rest } = await exchange.inbox(asker, { ...query, first: firstIn(args, 500), after: textIn(args, 'after') });
    return { ...rest, items: items.map((one) => ({ ...one, request: bodyOf(one.request), leg: bodyOf(one.leg) })) };
  })],
];

const sumFields: readonly (readonly [string, RootField])[] = [
  ['requestContacts', reads(async (exchange, asker, args) => exchange.requestContacts(asker, idIn(args, 'request')))],
  ['requestSums', reads(async (exchange, asker, args) => {
    const request = textIn(args, 'request') === undefined ? undefined : idIn(args, 'request');
    return exchange.requestSums(asker, { request, asks: textIn(args, 'asks'), from: instantIn(args, 'from'), to: instantIn(args, 'to') });
  })],
];

const holdFields: readonly (readonly [string, RootField])[] = [
  ['proposeHolds', writes(async (exchange, asker, args) => {
    const { requests, ...rest } = await exchange.proposeHolds(asker, { ...args, channel: channelIn(args), request: bodyIn(args, 'request') });
    return { ...rest, requests: requests.map(bodyOf) };
  })],
];

const moneyFields: readonly (readonly [string, RootField])[] = [
  ['transfersFrom', reads(async (exchange, asker, args) => {
    const end = { account: textIn(args, 'account'), number: textIn(args, 'number'), cryptoAddress: textIn(args, 'cryptoAddress'), scheme: textIn(args, 'scheme'), bic: textIn(args, 'bic'), code: textIn(args, 'code') };
    const trail = await exchange.transfersFrom(asker, { ...end, since: instantIn(args, 'since'), hops: typeof args['hops'] === 'number' ? args['hops'] : undefined });
    return { ...trail, hops: trail.hops.map((hop) => ({ ...hop, transfers: hop.transfers.map(bodyOf) })) };
  })],
];

const firewallFields: readonly (readonly [string, RootField])[] = [
  ['protectionAlerts', reads((exchange, asker, args) => exchange.protectionAlerts(asker, { first: firstIn(args, 500), after: textIn(args, 'after') }))],
  ['protectionReferrals', reads((exchange, asker, args) => exchange.protectionReferrals(asker, { first: firstIn(args, 500), after: textIn(args, 'after') }))],
  ['namingAgreements', reads((exchange, asker) => exchange.namingAgreements(asker))],
  ['agreeToBeNamed', writes((exchange, asker, args) => exchange.agreeToBeNamed(asker, { desk: textIn(args, 'desk') ?? '', from: instantIn(args, 'from') ?? '', to: instantIn(args, 'to') ?? '' }))],
];

const eventBody = (event: ChangeEvent): object => {
  if (event.event === 'MATCH') return { ...event, match: { ...event.match, record: bodyOf(event.match.record) } };
  if ('case' in event) return { ...event, case: { ...event.case, record: bodyOf(event.case.record) } };
  return 'record' in event ? { ...event, record: bodyOf(event.record) } : event;
};

const feedFields = (dictionary: Dictionary): readonly (readonly [string, RootField])[] => [
  ['changes', reads(async (exchange, asker, args) => {
    const page = await exchange.changes(asker, { cursor: textIn(args, 'cursor'), first: firstIn(args, 1000), kinds: kindsIn(args, dictionary) });
    return { ...page, events: page.events.map(eventBody) };
  })],
  ['caseload', reads(async (exchange, asker, args) => {
    const query = { desk: textIn(args, 'desk') ?? '', stage: textIn(args, 'stage'), dueWithin: textIn(args, 'dueWithin') };
    const { items, ...rest } = await exchange.caseload(asker, { ...query, first: firstIn(args, 500), after: textIn(args, 'after') });
    return { ...rest, items: items.map((one) => ({ ...one, record: bodyOf(one.record) })) };
  })],
  ['digest', reads((exchange, asker, args) => exchange.digest(asker, kindsIn(args, dictionary)))],
];

const registryFields: readonly (readonly [string, RootField])[] = [
  ['me', field('any', (exchange, asker) => exchange.me(asker))],
  ['partners', field('any', (exchange, asker) => exchange.partners(asker))],
  ['agreements', field('any', (exchange, asker) => exchange.agreements(asker))],
  ['channels', field('any', (exchange, asker) => exchange.channels(asker))],
  ['statisticTables', field('statistics', (exchange, asker) => exchange.statisticTables(asker))],
  ['statistics', field('statistics', (exchange, asker, args) => exchange.statistics(asker, textIn(args, 'table') ?? '', textIn(args, 'period')))],
  ['importReport', field('import', (exchange, asker, args) => exchange.importReport(asker, idIn(args)))],
  ['ledger', field('ledger:read', async (exchange, asker, args) => {
    const period = { from: instantIn(args, 'from'), to: instantIn(args, 'to') };
    const record = textIn(args, 'record') === undefined ? undefined : idIn(args, 'record');
    return exchange.ledger(asker, { record, ...period, first: firstIn(args, 500), after: textIn(args, 'after'), cursor: textIn(args, 'cursor') });
  })],
];

/** @returns the root fields of every kind, and those that all kinds share, by name */
export const rootFields = (dictionary: Dictionary): ReadonlyMap<string, RootField> =>
  new Map([...[...dictionary.kinds.values()].flatMap(kindFields), ...recordFields, ...firewallFields, ...(dictionary.kinds.has('Transfer') ? moneyFields : []), ...(dictionary.kinds.has('Request') ? [...inboxFields, ...sumFields] : []), ...(dictionary.kinds.has('Request') && dictionary.kinds.has('Transfer') ? holdFields : []), ...feedFields(dictionary), ...registryFields]);
