/**
 * What crosses the law by name, modelled: one model for each function of `src/rules/declassify.ts`, of the same name. A model takes out of an answer what
 * may differ between the databases by that function, and nothing else; and holds what it takes out to what the function may tell at all.
 */
import { purposeMask } from '../../src/dictionary/compartment.ts';
import type { Body } from '../../src/dictionary/types.ts';
import type { Question } from './question.ts';
import { delay, type Eye } from './registry.ts';
import type { Side } from './side.ts';
import { type Names, type Send, sender, told } from './telling.ts';

/** No answer may hold this: what is told by name is more than its function may tell. */
export const outside = 'MORE THAN IS DECLASSIFIED';
const broken = (why: string, what: unknown): string => `${outside}: ${why}: ${JSON.stringify(what)}`;
const leastDelay = 86_400_000;

/** What an originator may learn of its colleagues' readings crosses the law by name: see `originatorReading`. */
const changing: ReadonlySet<string> = new Set(['submit', 'amend', 'share', 'unshare', 'withdraw', 'import', 'import (dry run)', 'withdraw import']);

interface LedgerItem {
  readonly id: string;
  readonly at: string;
  readonly delayedBy?: string;
  readonly partner: string;
  readonly operation: string;
}

/**
 * `originatorReading` of rules/declassify.ts, modelled: an originator's officer learns that a colleague was given the record it changed, also when
 * what was changed is not for it. Those entries are set apart; in all others, and in the length of a page, the two must agree.
 */
async function originatorReading(send: Send, eye: Eye, { record, first }: Question & { ask: 'ledger' }, names: Names): Promise<string> {
  const items: LedgerItem[] = [];
  const lengths: number[] = [];
  for (let after = ''; ;) {
    const answer = await send('GET', `/v1/ledger?first=${first}${record === undefined ? '' : `&record=${record}`}${after === '' ? '' : `&after=${encodeURIComponent(after)}`}`);
    if (answer.statusCode !== 200) return told(answer, names);
    const page = answer.json<{ items: LedgerItem[]; nextCursor?: string }>();
    items.push(...page.items);
    lengths.push(page.items.length);
    if (page.nextCursor === undefined) break;
    after = page.nextCursor;
  }
  const whole = lengths.slice(0, -1).every((length) => length === first);
  const early = items.filter(({ at, delayedBy }) => delayedBy !== undefined && Date.parse(at) > Date.now() - leastDelay);
  if (early.length > 0) return broken(`a reading is told that a clause keeps for ${delay}`, early);
  const kept = items.filter(({ partner, operation }) => partner !== eye.partner || !changing.has(operation));
  return `${whole} ${names.shown(JSON.stringify(kept.map((item) => ({ ...item, id: '' }))))}`;
}

interface Cell {
  readonly values: readonly (string | null)[];
  readonly count: number;
}

/** By originator, every record of the table's kind and channel in that month, of whatever level: no cell may come of fewer than these. */
async function most({ made: { admin } }: Side, month: string): Promise<ReadonlyMap<string, number>> {
  const rows = await admin<{ originator: string; records: number }[]>`select r.originator, count(*)::int as records from record r join audience a on a.id = r.audience_id
    where a.kind = 'Indicator' and 'one' = any(a.channels) and r.created_at >= ${`${month}-01`}::timestamptz and r.created_at < ${`${month}-01`}::timestamptz + interval '1 month' group by 1`;
  return new Map(rows.map(({ originator, records }) => [originator, records]));
}

/**
 * `statisticCells`, modelled: which cells are shown and what they say may differ, as far as each is made of at least 11 records of at least two
 * originators other than the asker, and says how many within 5.
 */
async function statisticCells(side: Side, eye: Eye, { table, period }: Question & { ask: 'statistics' }, names: Names): Promise<string> {
  const send = sender(side, await side.tokenOf({ ...eye, purpose: 'STATISTICS' }));
  const [tables, answer] = [await send('GET', '/v1/statistics'), await send('GET', `/v1/statistics/${table}?period=${period}`)];
  const other = await send('POST', '/graphql', { query: 'query Q($table: ID!, $period: String) { statistics(table: $table, period: $period) { cells { values count } } }', variables: { table, period } });
  if (answer.statusCode !== 200) return [tables, answer, other].map((one) => told(one, names)).join('\n');
  const body = answer.json<{ cells: readonly Cell[] }>();
  const again = other.json<{ data: { statistics: { cells: readonly Cell[] } } }>().data.statistics.cells;
  const held = await most(side, period);
  const all = [...held.values()].reduce((sum, one) => sum + one, 0);
  const others = [...held].filter(([originator]) => originator !== eye.partner);
  const wrong = body.cells.filter(({ count }) => others.length < 2 || others.reduce((sum, [, one]) => sum + one, 0) < 11 || count < 6 || count > all + 5);
  if (wrong.length > 0 || JSON.stringify(again) !== JSON.stringify(body.cells)) return broken('cells', [body.cells, again, [...held]]);
  return `${told(tables, names)}\n${answer.statusCode} ${names.shown(JSON.stringify({ ...body, cells: 'modelled' }))}`;
}

interface Alert {
  readonly id: string;
  readonly day: string;
  readonly record: string;
  readonly searchers: readonly { readonly partner: string; readonly purpose: string }[];
}

/**
 * `firewallAlert`, modelled: that there is an alert may differ, as far as it is of a record that the asker sees and that a second organisation confirmed,
 * says no more than the day, and names none who did not agree to be named.
 */
async function firewallAlert(side: Side, send: Send, { partner, purpose }: Eye, { first }: Question & { ask: 'alerts' }, names: Names): Promise<string> {
  const answer = await send('GET', `/v1/protection-alerts?first=${first}`);
  if (answer.statusCode !== 200) return told(answer, names);
  const { admin } = side.made;
  const { items } = answer.json<{ items: readonly Alert[] }>();
  for (const alert of items) {
    const seen = await send('GET', `/v1/victims/${alert.record}`);
    const [confirmed] = await admin`select from case_confirmation c join record r on r.id = c.record_id where r.id = ${alert.record} and c.partner <> r.originator`;
    const agreed = await admin<{ partner: string }[]>`select partner from naming_agreement`;
    const named = alert.searchers.every((who) => agreed.some((one) => one.partner === who.partner));
    const plain = Object.keys(alert).sort().join() === 'day,id,record,searchers' && /^\d{4}-\d\d-\d\d$/.test(alert.day);
    if (seen.statusCode !== 200 || confirmed === undefined || !named || !plain || partner !== 'alpha' || (purposeMask([purpose]) & purposeMask(['VICTIM_PROTECTION'])) === 0) return broken('an alert', alert);
  }
  return `${answer.statusCode} alerts, as modelled`;
}

/**
 * `partnerEyes`, modelled: what eps is cleared for differs between the databases, and a view of one's own record as eps tells it. It may tell nothing else: each
 * field that it shows is one that the asker sees, with the value that the asker sees.
 */
async function partnerEyes(send: Send, { url, purpose }: Question & { ask: 'viewed' }, names: Names): Promise<string> {
  const view = await send('GET', `${url}/view-as?partner=eps&purpose=${purpose}`);
  if (view.statusCode !== 200) return told(view, names);
  const own = (await send('GET', url)).json<Body>();
  const { record = {} } = view.json<{ record?: Body }>();
  // What says how much of the record is seen is each viewer's own.
  const relative = new Set(['withheld', 'markings', 'channels', 'revision', 'updatedAt', 'createdAt']);
  const more = Object.entries(record).filter(([name, value]) => !relative.has(name) && JSON.stringify(value).length > JSON.stringify(own[name] ?? null).length);
  return more.length > 0 ? broken('a view as another', more) : `${view.statusCode} a view, as modelled`;
}

interface Referral {
  readonly id: string;
  readonly record?: string;
}

/** `protectionReferral`, modelled: that somebody was decided to be a victim may differ, as far as it tells when and which desk decided, and of the identity its id to those alone who see it. */
async function protectionReferral(send: Send, names: Names): Promise<string> {
  const answer = await send('GET', '/v1/protection-referrals?first=50');
  if (answer.statusCode !== 200) return told(answer, names);
  for (const referral of answer.json<{ items: readonly Referral[] }>().items) {
    const plain = Object.keys(referral).every((name) => ['id', 'at', 'from', 'record'].includes(name));
    const seen = referral.record === undefined || (await send('GET', `/v1/identities/${referral.record}`)).statusCode === 200;
    if (!plain || !seen) return broken('a referral', referral);
  }
  return `${answer.statusCode} referrals, as modelled`;
}

/** By the name of the function that each models. `ledgerDelay` is modelled with the readings that it delays. */
export const models = { originatorReading, statisticCells, firewallAlert, ledgerDelay: originatorReading, partnerEyes, protectionReferral } as const;
