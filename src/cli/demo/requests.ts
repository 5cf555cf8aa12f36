/** What the demonstration's partners ask of each other: about an address, for a hold at two desks, two that wait for the police, one of them too long. Invented throughout. */
import type { Sql } from 'postgres';
import type { Body } from '../../dictionary/types.ts';
import { type Author, shownAddress } from './records.ts';
import { secondMule } from './story.ts';

export interface DemoRequest {
  readonly author: Author;
  readonly body: Body;
  /** What was done with it, in order. */
  readonly moves: readonly { readonly author: Author; readonly body: Body }[];
}

const police: Author = { partner: 'th-ccib', desk: 'duty', purpose: 'INVESTIGATION', clearance: 'CONFIDENTIAL', caveats: ['PERSONAL', 'FINANCIAL', 'OPERATIONAL'] };
const special: Author = { ...police, partner: 'th-dsi' };
const laundering: Author = { ...police, partner: 'th-amlo', desk: 'analysis' };
const telecom: Author = { partner: 'th-demo-isp', desk: 'lawful', purpose: 'INVESTIGATION', clearance: 'CONFIDENTIAL', caveats: ['PERSONAL'] };
const bank: Author = { partner: 'th-demo-bank', desk: 'fraud', purpose: 'FINANCIAL_INTELLIGENCE', clearance: 'CONFIDENTIAL', caveats: ['PERSONAL', 'FINANCIAL'] };

const common = { classification: 'UNCLASSIFIED', channels: ['aoc-1441'], legalBasis: { ground: 'SYNTHETIC: named by a complainant.' } };
const step = (author: Author, move: string, more: Body = {}) => ({ author, body: { move, classification: 'UNCLASSIFIED', ...more } });

/** @param now Unix milliseconds */
export const demoRequests = (now: number): DemoRequest[] => [
  {
    author: police,
    body: {
      ...common, asks: 'SUBSCRIBER_DATA', precedence: 'PRIORITY', desks: [{ partner: 'th-demo-isp', desk: 'lawful' }], fromDesk: 'duty', subject: 'SYNTHETIC: who had this address', questions: ['Who had it?', 'Since when?'],
      authority: { type: 'STATUTE', number: 'section 18' }, subscriberData: { value: shownAddress, port: 5060, at: new Date(now - 6 * 3_600_000).toISOString() }, externalRef: 'DEMO-REQUEST-1',
    },
    moves: [step(telecom, 'RECEIVE')],
  },
  {
    author: police,
    body: {
      ...common, asks: 'ACCOUNT_HOLD', precedence: 'IMMEDIATE', desks: [{ partner: 'th-demo-bank', desk: 'fraud' }, { partner: 'th-bot', desk: 'fraud' }], fromDesk: 'duty', subject: 'SYNTHETIC: hold what arrived there',
      authority: { type: 'STATUTE', number: 'section 7' }, accountHold: { accounts: [{ institution: 'SYN', number: secondMule, amount: { amount: '300000', currency: 'THB' } }] }, externalRef: 'DEMO-REQUEST-2',
    },
    moves: [step(bank, 'ANSWER', { held: [{ institution: 'SYN', number: secondMule, amount: { amount: '500', currency: 'THB' } }], financial: 'SYNTHETIC: 299,500 THB had left an hour before.' })],
  },
  {
    author: laundering,
    body: {
      ...common, asks: 'INFORMATION', precedence: 'PRIORITY', desks: [{ partner: 'th-ccib', desk: 'duty' }], fromDesk: 'analysis', subject: 'SYNTHETIC: is this number in a case of yours', questions: ['In which case?'],
      information: { values: ['+1 202 555 0143'] }, externalRef: 'DEMO-REQUEST-3',
    },
    moves: [],
  },
  {
    author: special,
    body: {
      ...common, asks: 'INFORMATION', precedence: 'FLASH', desks: [{ partner: 'th-ccib', desk: 'duty' }], fromDesk: 'duty', subject: 'SYNTHETIC: is a raid of yours planned near there', questions: ['When?'],
      information: { values: ['gold-trade-invest.example'] }, externalRef: 'DEMO-REQUEST-4',
    },
    moves: [],
  },
];

/** Three hours pass for the last of them: nobody has received it in its time. The clock itself does the rest. */
export async function letTimePass(sql: Sql): Promise<void> {
  const hours = '3 hours';
  await sql`update request_leg set since = since - ${hours}::interval, sent_at = sent_at - ${hours}::interval, due = due - ${hours}::interval, next_at = next_at - ${hours}::interval,
      clocks = (select jsonb_agg(c || jsonb_build_object('due', prasan_instant((c ->> 'due')::timestamptz - ${hours}::interval))) from jsonb_array_elements(clocks) c),
      steps = (select jsonb_agg(s || jsonb_build_object('at', prasan_instant((s ->> 'at')::timestamptz - ${hours}::interval))) from jsonb_array_elements(steps) s)
    where asker = 'th-dsi' and partner = 'th-ccib' and state = 'SENT'`;
}
