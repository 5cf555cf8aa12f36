/**
 * One case of the demonstration from end to end, invented throughout: a complaint and the way of its money, the man in whose name an account is, the
 * compound that the calls came from, a checkpoint, an operation, lessons. What stands as `refTo(...)` is the id of another of its records.
 */
import type { Body } from '../../dictionary/types.ts';
import type { Author, DemoRecord } from './records.ts';
import { refTo } from './references.ts';
import { wallet } from './values.ts';

const bank: Author = { partner: 'th-demo-bank', purpose: 'FINANCIAL_INTELLIGENCE', clearance: 'CONFIDENTIAL', caveats: ['PERSONAL', 'FINANCIAL'] };
const police: Author = { partner: 'th-ccib', purpose: 'INVESTIGATION', clearance: 'SECRET', caveats: ['PERSONAL', 'FINANCIAL', 'OPERATIONAL', 'SOURCE'] };
const border: Author = { partner: 'th-atc', purpose: 'PREVENTION', clearance: 'CONFIDENTIAL', caveats: ['PERSONAL', 'OPERATIONAL'] };
const planner: Author = { partner: 'th-pct', purpose: 'OFFICER_SAFETY', clearance: 'SECRET', caveats: ['OPERATIONAL'] };
const teacher: Author = { partner: 'unodc', purpose: 'KNOWLEDGE', clearance: 'RESTRICTED', caveats: [] };

const ground = 'SYNTHETIC: the complainant paid for a share that never was.';
const account = (local: string, number: string, more: Body): Body => ({ local, scheme: 'BANK', institution: { code: 'SYN', country: 'TH' }, number, currency: 'THB', externalRef: `DEMO-ACCOUNT-${local}`, ...more });

/** The account that the money first came to: the README follows it from here. */
export const firstMule = '2022222222';
export const secondMule = '3033333333';

function complaint(now: number): Body {
  const at = (minutes: number): string => new Date(now - 86_400_000 + minutes * 60_000).toISOString();
  const transfer = (n: number, from: Body, to: Body, amount: string, minutes: number, more: Body = {}): Body =>
    ({ from, to, amount, currency: 'THB', at: at(minutes), method: 'MOBILE_BANKING', bankReference: `SYN-TX-000${n}`, externalRef: `DEMO-TRANSFER-${n}`, ...more });
  return {
    classification: 'RESTRICTED', channels: ['aoc-1441'], externalRef: 'DEMO-COMPLAINT-1', reportedThrough: 'HOTLINE', reportedAt: at(55), scamType: 'INVESTMENT', bankCaseNumber: 'SYN-BC-0001',
    suspicionGround: ground, lossReported: { amount: '480000', currency: 'THB' }, complainant: { name: 'SYNTHETIC PERSON 11' },
    accounts: [
      account('first', firstMule, { holderName: 'สมชาย ใจดี', holderDocument: { type: 'PASSPORT', number: 'SYNM00001', issuer: 'TH' }, muleKind: 'RENTED', muleTier: 'DARK_GREY', lossReported: { amount: '480000', currency: 'THB' } }),
      account('second', secondMule, { holderName: 'SYNTHETIC Holder Two', muleKind: 'SOLD', muleTier: 'LIGHT_GREY' }),
      account('third', '4044444444', { holderName: 'SYNTHETIC Holder Three', muleKind: 'COERCED', muleTier: 'LIGHT_GREY' }),
    ],
    indicators: [{ type: 'DOMAIN', value: 'gold-trade-invest[.]example', role: 'INVESTMENT_FRAUD', externalRef: 'DEMO-COMPLAINT-1-SITE' }],
    transfers: [
      transfer(1, { scheme: 'BANK', institution: { code: 'SYN', country: 'TH' }, number: '1011111111' }, { account: 'local:first' }, '480000', 0),
      transfer(2, { account: 'local:first' }, { account: 'local:second' }, '300000', 7),
      transfer(3, { account: 'local:first' }, { account: 'local:third' }, '179000', 8),
      transfer(4, { account: 'local:second' }, { cryptoAddress: wallet(2) }, '299500', 16, { method: 'OTHER' }),
    ],
  };
}

const suspect: Body = {
  identityStatus: 'PERSON_OF_INTEREST', roles: ['MULE'], nationalities: ['TH'], birthDate: 'พ.ศ. 2533',
  names: [{ full: 'สมชาย ใจดี', script: 'Thai', kind: 'PRIMARY' }, { full: 'Somchai Jaidee', script: 'Latn', kind: 'PRIMARY' }, { full: 'SYNTHETIC PERSON', script: 'Latn', kind: 'ALIAS' }],
  documents: [{ type: 'PASSPORT', number: 'SYNM00001', issuer: 'TH' }], narrative: 'SYNTHETIC: rented his account by the day.', danger: 'SYNTHETIC: none known.',
  classification: 'RESTRICTED', channels: ['aoc-1441'], legalBasis: { ground }, externalRef: 'DEMO-IDENTITY-1',
};

const compound: Body = {
  type: 'COMPOUND', names: [{ full: 'SYNTHETIC Garden', language: 'en' }, { full: 'สวนสมมติ', language: 'th' }], country: 'KH', adminArea: 'KH-1',
  position: { lat: 10.2, lon: 101.7, radiusMetres: 400 }, population: 300, operators: ['SYNTHETIC Group'], connectivity: [{ kind: 'FIBRE', provider: 'SYNTHETIC Telecom' }],
  actions: [{ kind: 'ELECTRICITY', from: '2026-02-01T00:00:00Z', effect: 'SYNTHETIC: generators since.' }], classification: 'UNCLASSIFIED', channels: ['embassies-ip'], externalRef: 'DEMO-PLACE-1',
};

/** @param now Unix milliseconds */
export const demoStory = (now: number): DemoRecord[] => [
  { author: bank, kind: 'Complaint', body: complaint(now) },
  { author: police, kind: 'Identity', body: suspect },
  { author: police, kind: 'Place', body: compound },
  { author: police, kind: 'Link', body: { source: refTo('DEMO-SHOWN-1'), linkType: 'LOCATED_AT', target: refTo('DEMO-PLACE-1'), rationale: 'SYNTHETIC: the gateway answers from there.', classification: 'RESTRICTED', channels: ['embassies-ip'], externalRef: 'DEMO-LINK-1' } },
  { author: border, kind: 'Place', body: { type: 'CHECKPOINT', names: [{ full: 'SYNTHETIC crossing', language: 'en' }], country: 'TH', adminArea: 'TH-27', classification: 'UNCLASSIFIED', channels: ['embassies-ip'], externalRef: 'DEMO-PLACE-2' } },
  {
    author: border, kind: 'Screening',
    body: { at: new Date(now - 3 * 3_600_000).toISOString(), place: refTo('DEMO-PLACE-2'), nationality: 'KR', outcome: 'TURNED_BACK', recruiterContact: 'SYNTHETIC: a messenger group.', traveller: { name: 'SYNTHETIC Traveller' }, story: 'SYNTHETIC: promised work in an office.', classification: 'RESTRICTED', channels: ['embassies-ip'], externalRef: 'DEMO-SCREENING-1' },
  },
  { author: planner, kind: 'Operation', body: { codeName: 'SYNTHETIC DAWN', leadDesk: { name: 'SYNTHETIC duty desk', phone: '+1 202 555 0143' }, operationStatus: 'PLANNED', classification: 'RESTRICTED', channels: ['th-kh-border'], externalRef: 'DEMO-OPERATION-1' } },
  {
    author: teacher, kind: 'Practice',
    body: { title: 'Accounts rented by the day', summary: 'SYNTHETIC: accounts are rented by the day and returned before the bank notices.', topic: 'MONEY', lessons: 'SYNTHETIC: compare devices over accounts first.', classification: 'UNCLASSIFIED', channels: ['unodc'], externalRef: 'DEMO-PRACTICE-1' },
  },
];
