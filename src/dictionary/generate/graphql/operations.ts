/** The operations: what may be asked, and what may be done. The same as REST's, in GraphQL's manner. */
import { isAmended, isSubmitted } from '../../course.ts';
import { lookupsOf } from '../../lookups.ts';
import type { Dictionary, Kind } from '../../types.ts';
import { inWords } from '../describe.ts';
import { lookupTypes, lookupTypeWords } from '../lookup-types.ts';
import { searchable, searchesNames } from './filters.ts';

/** The enumeration that says what an observable is; text where the kinds do not agree on one. */
export function observableType(dictionary: Dictionary): string {
  const [only = '', ...others] = lookupsOf(dictionary).observables;
  return only === '' || others.length > 0 ? 'String' : only;
}

const oneKind = (kind: Kind): string => `
  "One record of kind ${kind.name}. What is absent and what is not yours to see are the same: \`NOT_FOUND\`."
  ${kind.singular}(id: ID!): ${kind.name}
  "Searches ${inWords(kind.plural)} among those released to you, in order of submission${searchesNames(kind) ? '; by a name, the best answers first' : ''}."
  ${kind.plural}(
    ${searchable(kind).length > 0 ? `filter: ${kind.name}Filter` : ''}
    "1 to 500."
    first: Int = 50
    "\`pageInfo.endCursor\` of the page before."
    after: String
  ): ${kind.name}Connection!
  "The history of one record, as far as you may know it: only changes in what you see, oldest first."
  ${kind.singular}Revisions(id: ID!): [${kind.name}Revision!]!`;

const protection = `  "For a protection desk: that somebody searched for persons who match confirmed victims, newest first (การแจ้งเตือนฝ่ายคุ้มครอง)."
  protectionAlerts(
    "1 to 500."
    first: Int = 50
    "\`nextCursor\` of the page before."
    after: String
  ): ProtectionAlertPage!
  "For a protection desk: that persons were decided to be victims, and by which desk, newest first (การส่งต่อฝ่ายคุ้มครอง)."
  protectionReferrals(
    "1 to 500."
    first: Int = 50
    "\`nextCursor\` of the page before."
    after: String
  ): ProtectionReferralPage!
  "For which periods your organisation may be named to protection desks (ความยินยอมให้เปิดเผยผู้ค้น)."
  namingAgreements: [NamingAgreement!]!
`;

const caseload = `  "The open cases of a desk, by stage and due date: those it has, and those whose clock ran out and is told to it (เรื่องของหน่วย)."
  caseload(
    "A desk of yours, or \`partner/desk\`."
    desk: String!
    "Only cases in this stage."
    stage: String
    "Only cases whose clock runs out within this ISO 8601 duration, or ran out already: \`P7D\`."
    dueWithin: String
    "1 to 500."
    first: Int = 50
    "\`nextCursor\` of the page before."
    after: String
  ): CasePage!
`;

const inboxQuery = `  "What waits for a desk of yours, by due date: requests of others to it, its own that wait for its decision, and those that another desk let lie and that are told to it (คำขอที่รอดำเนินการ)."
  inbox(
    "A desk of yours; left out: the one that your token names. With a token that names one, no other."
    desk: String
    "Only what is overdue."
    overdue: Boolean = false
    precedence: Precedence
    asks: RequestKind
    "1 to 500."
    first: Int = 50
    "\`nextCursor\` of the page before."
    after: String
  ): InboxPage!
  "How to reach the other side of each leg of a request, for the two sides alone, whoever's turn it is: the desks you asked, or the desk that asks yours (ช่องทางติดต่ออีกฝ่าย)."
  requestContacts(request: ID!): [RequestContact!]!
  "How requests stand, and how long they took, for each organisation that was asked: of your own requests, and of what your desks were asked (สรุปคำขอ)."
  requestSums(
    "Of one request only, however old it is."
    request: ID
    asks: RequestKind
    "Only those sent at or after this instant; left out, and no request named: the last 30 days."
    from: DateTime
    "Only those sent before this instant."
    to: DateTime
  ): RequestSums!
`;

/** Where a way of money begins, and how far it is followed. */
const wayOfMoney = `    "Id of an account that you see; or a number, or the address of a coin's chain: one of the three."
    account: ID
    number: String
    cryptoAddress: String
    "With a number: what kind of account, and where it is kept."
    scheme: AccountScheme
    bic: String
    code: String
    "Only what moved at or after this instant."
    since: DateTime
    "1 to 6."
    hops: Int = 6
`;

const moneyQuery = `  "Follows money hop by hop from an account, over the transfers released to you: each at or after the money had arrived (เส้นทางการเงิน)."
  transfersFrom(
${wayOfMoney}  ): MoneyTrail!
`;

export const queryType = (dictionary: Dictionary): string => `
"What may be asked (สืบค้น). Every answer holds what is released to you, and nothing else."
type Query {
  "Who you are to the exchange, and what you may do under which agreement (ตัวท่านและสิทธิของท่าน)."
  me: Me!
${[...dictionary.kinds.values()].map(oneKind).join('\n')}
  "One record of any kind, by its id."
  record(id: ID!): Record
  "What a partner would get of a record of yours, by the same release (ดูในมุมมองของหน่วยงานอื่น). The partner is told nothing."
  viewAs(
    id: ID!
    "Id of a partner that shares a channel with you."
    partner: ID!
    "What the partner would ask for."
    purpose: Purpose!
    "With which clearance; left out: the highest that the partner may have."
    clearance: Classification
  ): ViewAs!
  "The same of a page of your records of one kind, newest first."
  viewAsPage(
    "Name of the kind."
    kind: String!
    partner: ID!
    purpose: Purpose!
    clearance: Classification
    "1 to 500."
    first: Int = 50
    "\`nextCursor\` of the page before."
    after: String
  ): ViewAsPage!
  "Looks up to 10,000 values at once; the answers come in the order of the values (ค้นหาหลายค่าพร้อมกัน)."
  lookup(values: [LookupInput!]!): [LookupAnswer!]!
  "The merged view of one observable, over the claims released to you (ภาพรวมของค่าหนึ่ง)."
  observable(type: ${observableType(dictionary)}, value: String!): Observable!
${dictionary.kinds.has('Transfer') ? moneyQuery : ''}  "What was shared with you, changed, withdrawn or ended since a cursor (รายการเปลี่ยนแปลง)."
  changes(
    "Where to go on; left out: from the beginning."
    cursor: String
    "1 to 1000."
    first: Int = 200
    "Only these record kinds, by name. A \`MATCH\` comes where they cover both: that of the record that looks for somebody, and that of the one that may be the person."
    kinds: [String!]
  ): ChangePage!
  "What you must hold if you followed the feed from the beginning."
  digest(kinds: [String!]): Digest!
${protection}${dictionary.kinds.has('Request') ? inboxQuery : ''}${caseload}  "Who read your records (ผู้ที่อ่านข้อมูลของท่าน)."
  ledger(
    "Only readings of this record."
    record: ID
    "Not before this instant."
    from: DateTime
    "Before this instant."
    to: DateTime
    "1 to 500."
    first: Int = 50
    "\`nextCursor\` of the page before."
    after: String
    "Only what became visible since this \`cursor\`, oldest first; instead of from, to and after."
    cursor: String
  ): LedgerPage!
  "Legal holds on a record of yours, those that were released too, oldest first (การสั่งให้คงไว้)."
  holds(id: ID!): [Hold!]!
  "How an import of yours goes (การนำเข้า)."
  importReport(id: ID!): ImportReport
  "The tables of counts that you may ask for (ตารางสถิติ)."
  statisticTables: [StatisticTable!]!
  "The counts of a declared table over a period that is over (สถิติ)."
  statistics(
    "Id of the table."
    table: ID!
    "As \`2026-10\`, \`2026-Q4\` or \`2026\`; left out: the last that is over."
    period: String
  ): Statistics!
  "The organisations that take part (หน่วยงานภาคี)."
  partners: [Partner!]!
  "The agreements that you are a party to (ความตกลง)."
  agreements: [Agreement!]!
  "The channels that you are a member of (กลุ่มทำงาน)."
  channels: [Channel!]!
}`;

/** Only where a value is confirmed so: a request's are answered for one by one. */
const confirm = ({ course }: Kind): string => (course !== undefined ? '' : `"Takes a value that is on a warning list of known-good values all the same; without it the answer is \`KNOWN_GOOD\`."
    confirmKnownGood: Boolean = false`);

const decides = (kind: Kind): boolean => kind.fields.some(({ decided }) => decided !== undefined);

const decision = (kind: Kind): string => (!decides(kind) ? '' : `
  "Decides what an undetermined person is. With it ends what clauses gave only while nobody had decided (วินิจฉัย)."
  decide${kind.name}(id: ID!, decision: DecisionInput!): ${kind.name}!`);

const confirmation = (kind: Kind): string => (!kind.fields.some(({ alertWhile }) => alertWhile !== undefined) ? '' : `
  "Confirms a case that another desk submitted, of your organisation or another: only then is its protection desk alerted of searches (ยืนยันกรณี)."
  confirm${kind.name}(
    id: ID!
    "Your desk, as the token names it."
    desk: String!
    "\`etag\` that the record must still have; left out: whatever it is now."
    ifMatch: String
  ): ${kind.name}!`);

/** What a decision is made of; nothing where no kind is decided upon. */
export const decisionInput = (dictionary: Dictionary): string => (![...dictionary.kinds.values()].some(decides) ? '' : `
"A decision on what a person is (คำวินิจฉัย)."
input DecisionInput {
  outcome: DecisionOutcome!
  "Which desk of yours decided."
  desk: String!
  "On what basis, without saying whether the person is a victim."
  basis: String!
  "The assessment of non-punishment: needed when the outcome is \`VICTIM\` or \`BOTH\`."
  nonPunishment: String
}`);

const submission = (kind: Kind): string => (!isSubmitted(kind) ? '' : `
  "Submits a record of kind ${kind.name}. Without \`channels\` nobody but your own organisation sees it."
  submit${kind.name}(
    input: ${kind.name}Input!
    "Any text of yours, unique to this submission: sent again, it submits nothing twice."
    idempotencyKey: String
    ${confirm(kind)}
  ): ${kind.name}!`);

const amendment = (kind: Kind): string => (!isAmended(kind) ? '' : `
  "Changes a record of yours. Fields that you cannot see stay as they are."
  amend${kind.name}(
    id: ID!
    "\`etag\` of the record as you read it: if it changed since, the answer is \`STALE\`."
    ifMatch: String!
    patch: ${kind.name}Patch!
    ${confirm(kind)}
  ): ${kind.name}!`);

const kindMutations = (kind: Kind): string => `${submission(kind)}${amendment(kind)}${decision(kind)}${confirmation(kind)}`;

const holdsMutation = `
  """
  Follows the money that is released to you from an account, and drafts a hold on each account it went to, for the desk of the bank that keeps it: nothing is sent (ร่างคำขอระงับตามเส้นทางเงิน).
  Look at the drafts, and send each by \`draft: false\`. Called again, it drafts them again.
  """
  proposeHolds(
${wayOfMoney}    "The whole accounts, and not the amounts that arrived there."
    whole: Boolean = false
    "The channel that the requests go through."
    channel: String!
    "What all of them say: classification, authority, ground of suspicion, how much they press."
    request: RequestPatch!
  ): HoldProposals!`;

export const mutationType = (dictionary: Dictionary): string => `
"What may be done (บันทึก). Each answers with the record as it is released to you."
type Mutation {
${[...dictionary.kinds.values()].map(kindMutations).join('\n')}${dictionary.kinds.has('Request') && dictionary.kinds.has('Transfer') ? holdsMutation : ''}
  "Agrees that your desk be named to protection desks for its searches of a period: of all of them (ยินยอมให้เปิดเผยผู้ค้น)."
  agreeToBeNamed(
    "Your desk, as the token names it."
    desk: String!
    from: DateTime!
    to: DateTime!
  ): NamingAgreement!
  "Withdraws a record of yours: those that had it are told (ถอนข้อมูล)."
  withdraw(id: ID!): Record!
  """
  Erases a record of yours for good: its content, its history, its search keys, and the keys it was sealed with, also for all backups (ลบถาวร).
  Those who had it are told, with the reason and without content. Again, with the same answer.
  """
  erase(
    id: ID!
    "\`RETENTION_ENDED\` is not yours to give: it comes with \`retainUntil\`."
    reason: ErasureReason!
    "\`etag\` that the record must still have; left out: whatever it is now."
    ifMatch: String
  ): Tombstone!
  "Puts a legal hold on a record of yours: it is not erased until the hold is released (สั่งให้คงไว้)."
  hold(
    id: ID!
    "Who demands it."
    authority: String!
    "Why."
    reason: String!
  ): Hold!
  "Releases a legal hold (ยกเลิกการสั่งให้คงไว้)."
  releaseHold(
    id: ID!
    "The hold's id."
    hold: ID!
    "Who lets it go."
    authority: String!
    "Why."
    reason: String!
  ): Hold!
  "Shares a record of yours into a channel (แบ่งปัน)."
  share(id: ID!, channel: String!): Record!
  "Takes a record of yours out of a channel (เลิกแบ่งปัน)."
  unshare(id: ID!, channel: String!): Record!
}`;

export const lookupInput = (dictionary: Dictionary): string => `
"${lookupTypeWords}"
enum LookupType {
${lookupTypes(dictionary).map(({ name, description }) => `  ${JSON.stringify(description)}\n  ${name}`).join('\n')}
}

"A value to look up; defanged text, Thai digits and what numbers are grouped with are understood."
input LookupInput {
  "What it is; may be left out where it is an indicator's and says so beyond doubt."
  type: LookupType
  value: String!
}`;

/** A kind's pages (Relay's Cursor Connections) and revisions. */
export const kindTypes = (kind: Kind): string => `
"A page of ${inWords(kind.plural)}."
type ${kind.name}Connection {
  edges: [${kind.name}Edge!]!
  "The records themselves, without edges."
  nodes: [${kind.name}!]!
  pageInfo: PageInfo!
}
"One record in a page."
type ${kind.name}Edge {
  node: ${kind.name}!
  "Where to go on after this record: the last one of a page has it."
  cursor: String${searchesNames(kind) ? `
  "Why it is an answer to the name that was asked; null where none was (เหตุผลที่พบ)."
  match: NameMatch` : ''}
}
"A change of a record, as far as you may know it."
type ${kind.name}Revision {
  "Counts the changes in what you may see, from 1."
  revision: Int!
  "When."
  at: DateTime!
  "Names of the fields that changed, of those you may see."
  changed: [String!]!
  "The record as it was then, as it is released to you now."
  record: ${kind.name}!
}`;

export const pageInfo = `
"Where a page stands."
type PageInfo {
  "Whether more follows."
  hasNextPage: Boolean!
  "Always false: pages go forward only."
  hasPreviousPage: Boolean!
  "Where this page began."
  startCursor: String
  "Where to go on."
  endCursor: String
}`;
