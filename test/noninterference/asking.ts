/** Questions about what lies between records: the way of money, links; and those of desks: cases, alerts, agreements to be named, counts. */
import type { Kind } from '../../src/dictionary/types.ts';
import { chance, type Dice, oneOf } from './dice.ts';
import { absent, all, get, graphql, parameter, type Question } from './question.ts';
import { placeholder } from './story.ts';
import { coins, moneyNumbers } from './values.ts';

/** Where money went from an account of the world, from one that none knows, a number, a coin's address. */
export function money(g: Dice, ref: number): Question {
  const [name, value] = oneOf(g, [['account', placeholder(ref)], ['account', absent], ...moneyNumbers.flatMap((number) => [['number', number], ['number', number]]), ...coins.map((coin) => ['cryptoAddress', coin])]) as [string, string];
  const hops = oneOf(g, [undefined, 1, 6]);
  if (chance(g, 2)) return get(`/v1/transfers/from?${parameter(name, value)}${hops === undefined ? '' : `&hops=${hops}`}`);
  return graphql(`query Q($value: ${name === 'account' ? 'ID' : 'String'}) { transfersFrom(${name}: $value, hops: ${hops ?? 6})${all('MoneyTrail')} }`, { value });
}

/** The links of a record. */
export function links(g: Dice, ref: number): Question {
  const [end, id] = [oneOf(g, ['source', 'target']), chance(g, 8) ? absent : placeholder(ref)];
  if (chance(g, 2)) return { ask: 'pages', url: `/v1/links?${end}=${id}` };
  return graphql(`query Q($id: ID!) { links(filter: {${end}: {eq: $id}}) { nodes${all('Link')} } }`, { id });
}

const period = { desk: 'duty', from: '2020-01-01T00:00:00Z', to: '2999-01-01T00:00:00Z' } as const;

export function desks(g: Dice, kind: Kind, id: string): Question {
  const desk = oneOf(g, ['duty', 'alpha/duty', 'beta/duty', 'th-msdhs/nrm', 'nowhere']);
  return oneOf<Question>(g, [
    get(`/v1/caseload?${parameter('desk', desk)}${oneOf(g, ['', '&first=1', '&dueWithin=P30D', '&stage=TEMPORARY_SHELTER'])}`), get(`/v1/caseload?${parameter('desk', desk)}`),
    graphql(`{ caseload(desk: "${desk}")${all('CasePage')} }`), graphql('{ protectionAlerts { nextCursor } }'), get('/v1/naming-agreements'), graphql(`{ namingAgreements${all('NamingAgreement')} }`),
    { ask: 'rest', method: 'POST', url: '/v1/naming-agreements', body: period }, { ask: 'rest', method: 'POST', url: `/v1/${kind.path}/${id}/confirmations`, body: { desk: oneOf(g, ['duty', 'nowhere']) } },
    graphql(`mutation M($id: ID!) { confirmVictim(id: $id, desk: "duty")${all('Victim')} }`, { id }), graphql(`mutation M($id: ID!) { hold(id: $id, authority: "Synthetic court", reason: "Synthetic: a case is open.")${all('Hold')} }`, { id }),
    { ask: 'statistics', table: oneOf(g, ['tally', 'nothing']), period: oneOf(g, ['2021-01', '2021-02', 'soon']) }, graphql(`query Q($id: ID!) { holds(id: $id)${all('Hold')} }`, { id }),
    graphql(`mutation M($id: ID!) { erase(id: $id, reason: OTHER)${all('Tombstone')} }`, { id }),
  ]);
}
