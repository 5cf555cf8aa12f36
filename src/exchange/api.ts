/**
 * The use cases of the exchange, as every surface calls them. Surfaces parse and render; nothing else answers.
 *
 * Each call takes an `Asker` (verified claims, the purpose asked for, ids for the ledger) and gives only released data. Every answer that
 * discloses anything, no-hits included, is durable in the ledger before the promise resolves.
 */
import type { Body, Json } from '../dictionary/types.ts';
import type { Reading } from '../dictionary/normalise/types.ts';
import type { Match } from '../dictionary/search.ts';
import type { Code, FieldFault } from '../errors.ts';
import type { ErasureReason, Tombstone } from '../rules/erasure.ts';
import type { FirewallAlert, Reading as OriginatorReading, StatisticCell, ProtectionReferral } from '../rules/declassify.ts';
import type { Released } from '../rules/release.ts';
import type { RequestSum } from '../rules/request-sums.ts';
import type { Access, Text } from '../rules/registry.ts';
import type { Claims } from '../rules/viewer.ts';

export interface Asker {
  readonly claims: Claims;
  /** The `Exchange-Purpose` header; undefined: the token's only one. */
  readonly purpose: string | undefined;
  /** The `Exchange-Case` header: `authority number`, the number percent-encoded. */
  readonly case?: string | undefined;
  readonly requestId: string;
  readonly language: 'en' | 'th';
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Undefined on the last page. */
  readonly nextCursor?: string;
}

/** A page of a search. */
export interface Found extends Page<Released> {
  /** Why each item is an answer, where the search ranked them: the same order, the best first. */
  readonly matches?: readonly Match[];
}

export interface FindQuery {
  readonly kind: string;
  /** By searchable field: `{type: {eq: 'DOMAIN'}, value: {value: 'evil.example'}, observedAt: {from, to}}`. */
  readonly filter: Readonly<Record<string, Readonly<Record<string, Json>>>>;
  /** 1..500, default 50. */
  readonly first?: number | undefined;
  readonly after?: string | undefined;
}

export interface LookupValue {
  readonly type?: string | undefined;
  readonly value: string;
}

/** A record in which a looked-up value stands, and where. */
export interface Mention {
  readonly record: Released;
  /** Dotted names of the fields that hold it: of a transfer `to.number`, of a complaint `complainant.phones`. */
  readonly fields: readonly string[];
}

export interface LookupAnswer {
  readonly asked: string;
  readonly type?: string;
  /** The normal form that was looked up. */
  readonly value?: string;
  readonly readings: readonly Reading[];
  /** Records of the value itself: what somebody says of it. */
  readonly claims: readonly Released[];
  /** Records of something else in which it stands. */
  readonly mentions: readonly Mention[];
  /** Present when nothing was released: a sentence, and the desk to ask. */
  readonly nothing?: { readonly message: string; readonly desk?: { readonly partner: string; readonly desk: string; readonly contact: string } };
  /** Present when the value could not be read; it spoils no other answer. */
  readonly error?: { readonly code: Code; readonly message: string };
}

/** The merged view of one observable, computed from the claims released to this viewer. */
export interface Observable {
  readonly type: string;
  readonly value: string;
  readonly claims: readonly Released[];
  readonly originators: readonly string[];
  readonly firstObserved?: string;
  readonly lastObserved?: string;
}

/** That the record was disclosed under a clause that demands notice to this viewer, or, to its originator, to a client that is compromised. */
export interface Notice {
  /** With the clause. */
  readonly agreement?: string;
  readonly clause?: string;
  /** In the place of both: the partner to whose client, not to be trusted any more, the record was given. */
  readonly compromised?: string;
  /** In the place of both: fields that a correction corrected, of those that this viewer sees; and who proposed it, where it agrees to be named. */
  readonly corrected?: readonly string[];
  readonly correctedBy?: string;
  readonly at: string;
}

/** A record that may be a person whom another looks for, and why. */
export interface PersonMatch {
  readonly record: Released;
  /** 0 to 1. */
  readonly score: number;
  /** Its name that answered; absent: none of its names, a document alone. */
  readonly name?: string;
  readonly rules: readonly string[];
}

/** A case's clock warns, or ran out. */
export interface ClockEvent {
  readonly event: 'CLOCK_WARNING' | 'CLOCK_OVERDUE';
  readonly id: string;
  readonly kind: string;
  readonly case: CaseView;
}

export type ChangeEvent =
  | { readonly event: 'SHARED' | 'REVISED'; readonly id: string; readonly kind: string; readonly record: Released; readonly notices?: readonly Notice[] }
  | { readonly event: 'WITHDRAWN' | 'ACCESS_ENDED'; readonly id: string; readonly kind: string }
  /** A record of the viewer's own that looks for somebody (`id`), and one released to it that may be the person. */
  | { readonly event: 'MATCH'; readonly id: string; readonly kind: string; readonly match: PersonMatch }
  | ClockEvent
  | { readonly event: 'ERASED'; readonly id: string; readonly kind: string; readonly reason: ErasureReason };

export type { ErasureReason, Tombstone };

/** A legal hold: while one stands, the record is not erased. */
export interface Hold {
  readonly id: string;
  readonly record: string;
  readonly placedAt: string;
  /** The officer or system that placed it. */
  readonly placedBy: string;
  /** Absent without the clearance for it. */
  readonly authority?: string;
  readonly reason?: string;
  readonly releasedAt?: string;
  readonly releasedBy?: string;
  readonly releaseAuthority?: string;
  readonly releaseReason?: string;
}

/** Who demands it, and why: kept with the hold. */
export interface HoldWords {
  readonly authority: unknown;
  readonly reason: unknown;
}

export interface ChangesQuery {
  /** Undefined: from the beginning. */
  readonly cursor?: string | undefined;
  /** 1..1000, default 200; matches come beside. */
  readonly first?: number | undefined;
  readonly kinds?: readonly string[] | undefined;
}

export interface ChangesPage {
  readonly events: readonly ChangeEvent[];
  /** Always given: where to go on. */
  readonly cursor: string;
  /** Whether more is there now. */
  readonly more: boolean;
}

/** What a viewer that followed the feed must have: `sha256` over the lines `id SP revision LF` of all records released to it, in order of id. */
export interface Digest {
  readonly count: number;
  readonly sha256: string;
}

export interface ImportOptions {
  readonly kind: string;
  readonly format?: 'ndjson' | 'csv' | 'list' | undefined;
  readonly channels: readonly string[];
  /** Fields that every row gets where it has none of its own. */
  readonly defaults: Body;
  readonly timezone?: string | undefined;
  readonly calendar: 'gregorian' | 'buddhist';
  readonly dryRun: boolean;
  /** Values on a warning list are taken all the same. */
  readonly confirmKnownGood: boolean;
}

export type RowOutcome =
  | { readonly line: number; readonly outcome: 'created' | 'updated' | 'unchanged'; readonly id: string }
  | { readonly line: number; readonly outcome: 'refused'; readonly code: Code; readonly field?: string; readonly reason: string };

export interface ImportReport {
  readonly id: string;
  readonly state: 'RUNNING' | 'DONE' | 'FAILED' | 'WITHDRAWN';
  readonly dryRun: boolean;
  readonly rows: number;
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly refused: number;
  readonly startedAt: string;
  readonly endedAt?: string;
  /** SHA-256 over the outcomes as NDJSON, when done. */
  readonly digest?: string;
  /** When FAILED: why, and after which line. */
  readonly failure?: { readonly code: Code; readonly message: string };
}

export interface RevisionView {
  readonly revision: number;
  readonly at: string;
  /** Fields that changed, of those this viewer sees. */
  readonly changed: readonly string[];
  readonly record: Released;
}

export interface Me {
  readonly partner: { readonly id: string; readonly name: Text };
  readonly subject: string;
  /** The desk that the token names, where the partner has it. */
  readonly desk?: string;
  readonly purpose: string;
  readonly clearance: string;
  readonly caveats: readonly string[];
  readonly scopes: readonly string[];
  readonly grants: readonly {
    readonly channel: string;
    readonly agreement: string;
    readonly clause: string;
    readonly citation: Text;
    readonly access: readonly Access[];
    readonly kinds: readonly string[];
    /** Kinds of requests that may be sent and answered under it, now. */
    readonly requests: readonly string[];
    readonly ceiling: string;
    readonly caveats: readonly string[];
    readonly purposes: readonly string[];
    readonly validTo?: string;
  }[];
}

/** Through whose eyes to look at one's own records. */
export interface ViewAsQuery {
  readonly partner: string;
  readonly purpose: string;
  /** Undefined: the highest that the partner may have. */
  readonly clearance?: string | undefined;
}

/** One record of the asker's own, as a partner would get it. */
export interface ViewedAs {
  readonly id: string;
  readonly kind: string;
  /** False: the partner would not know that it exists. */
  readonly visible: boolean;
  /** Present when visible. */
  readonly record?: Released;
  /** Names of fields that the partner would get and that the asking officer is not cleared for. */
  readonly beyondYourClearance: readonly string[];
}

/** Whose cases, and which of them. */
export interface CaseQuery {
  /** A desk of the asker's own, or `partner/desk`. */
  readonly desk: string;
  readonly stage?: string | undefined;
  /** ISO 8601 duration from now; those overdue are among them. Undefined: all. */
  readonly dueWithin?: string | undefined;
  /** 1..500, default 50. */
  readonly first?: number | undefined;
  readonly after?: string | undefined;
}

/** An open case of a desk. */
export interface CaseView {
  readonly record: Released;
  readonly stage: string;
  readonly since: string;
  /** When the stage's clock runs out; absent: it has none. */
  readonly due?: string;
  readonly warnFrom?: string;
  readonly clock: 'NONE' | 'RUNNING' | 'WARNING' | 'OVERDUE';
  readonly overdue: boolean;
  /** The desk that an overdue clock is told to. */
  readonly escalatedTo?: string;
}

/** A declared table of statistics. */
export interface StatisticTableView {
  readonly id: string;
  readonly title: Text;
  readonly kind: string;
  readonly dimensions: readonly string[];
  readonly period: 'MONTH' | 'QUARTER' | 'YEAR';
  readonly agreement: string;
  readonly clause: string;
  /** The last period that is over. */
  readonly latest: string;
}

export interface StatisticsAnswer extends StatisticTableView {
  /** The period that was counted. */
  readonly of: string;
  readonly cells: readonly StatisticCell[];
}

/** One reading of the asking originator's own records. */
export type LedgerReading = OriginatorReading;

export interface LedgerQuery {
  readonly record?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly first?: number | undefined;
  readonly after?: string | undefined;
  /** Instead of `from`, `to` and `after`: what became visible since. */
  readonly cursor?: string | undefined;
}

export interface LedgerPage extends Page<LedgerReading> {
  /** From where to follow what comes; not on the further pages of a list. */
  readonly cursor?: string;
}

/** That somebody searched or submitted a person who matches a confirmed victim: for the protection desk alone. */
export type ProtectionAlert = FirewallAlert;

export type { ProtectionReferral };

/** That an organisation may be named to protection desks, for its searches of a period. */
export interface NamingAgreement {
  readonly id: string;
  readonly desk: string;
  /** The officer who agreed. */
  readonly by: string;
  readonly from: string;
  readonly to: string;
}

/** What a keyed POST remembers: a replay answers with the record rendered anew. */
export interface Idempotency {
  readonly key: string;
  /** The exact body bytes. */
  readonly body: Uint8Array;
}

/** How a write is meant. */
export interface WriteOptions {
  /** A value that is on a list of known-good ones is taken all the same; else KNOWN_GOOD. */
  readonly confirmKnownGood?: boolean | undefined;
}

export interface SubmitOptions extends WriteOptions {
  readonly idempotency?: Idempotency | undefined;
}

export interface Submitted {
  readonly record: Released;
  /** False when an Idempotency-Key was replayed. */
  readonly created: boolean;
}

/** Registry objects as a viewer may know them: plain JSON. */
export type RegistryView = Body;

/** Where to follow money from: one of `account` (a record), `number`, `cryptoAddress`. */
export interface TrailQuery {
  readonly account?: string | undefined;
  readonly number?: string | undefined;
  readonly cryptoAddress?: string | undefined;
  /** With a number: which account of that number. */
  readonly scheme?: string | undefined;
  readonly bic?: string | undefined;
  readonly code?: string | undefined;
  /** RFC 3339; only money that moved at or after this instant. */
  readonly since?: string | undefined;
  /** 1..6, default 6. */
  readonly hops?: number | undefined;
}

export interface MoneyHop {
  /** From 1. */
  readonly hop: number;
  /** In order of time. */
  readonly transfers: readonly Released[];
  /** Whether more left from these ends than is shown, or more ends were reached than are followed. */
  readonly cut: boolean;
}

export interface MoneyTrail {
  readonly hops: readonly MoneyHop[];
  /** Whether any hop was cut. */
  readonly cut: boolean;
}

/** Which of a desk's requests. */
export interface InboxAsked {
  /** A desk of the asker's own; undefined: the token's. */
  readonly desk?: string | undefined;
  /** Only what is overdue. */
  readonly overdue?: boolean | undefined;
  readonly precedence?: string | undefined;
  readonly asks?: string | undefined;
  /** 1..500, default 50. */
  readonly first?: number | undefined;
  readonly after?: string | undefined;
}

/** What waits for a desk. */
export interface InboxItem {
  readonly request: Released;
  readonly leg: Released;
  /** Of the two sides, the one on which the asker of this stands: whose turn it is. */
  readonly side: 'ASKER' | 'ASKED';
  readonly due?: string;
  readonly overdue: boolean;
  /** Whether it was told to this desk because the one that has it let a clock run out. */
  readonly escalated: boolean;
  /** The other side, and how to reach it at any hour. */
  readonly contact?: Contact;
}

/** A desk, and how to reach it. */
export interface Contact {
  readonly partner: string;
  readonly desk: string;
  readonly contact: string;
  /** Answered at any hour. */
  readonly onCall?: string;
}

/** How a side of a request reaches the other one. */
export interface RequestContact {
  /** Id of the leg's record. */
  readonly leg: string;
  /** None: the other side's organisation has no desk any more. */
  readonly contact?: Contact;
}

/** A file that is put to a request, or to its answer. */
export interface AttachmentGiven {
  /** Id of the request. */
  readonly request: string;
  /** Id of the leg that it is for; undefined: whoever asks puts it to all, whoever was asked to its own. */
  readonly leg?: string | undefined;
  /** The number of the question that it answers, from 1. */
  readonly question?: number | undefined;
  /** The field that says what it is of: `personalFile`; undefined: of nothing that the exchange protects apart. */
  readonly as?: string | undefined;
  readonly name: string;
  readonly mediaType: string;
  readonly classification: string;
  /** Of the bytes, hexadecimal, as their sender knows it: others are refused. */
  readonly sha256?: string | undefined;
  readonly idempotencyKey?: string | undefined;
}

/** A file, to be fetched. */
export interface AttachedContent {
  readonly record: Released;
  readonly name: string;
  readonly mediaType: string;
  /** In bytes. */
  readonly size: number;
  /** Hexadecimal. */
  readonly sha256: string;
  /** Ends with an error where it is taken away, or its bytes are not those that were attached. */
  readonly content: AsyncIterable<Buffer>;
}

/** Which legs are summed: of one request, of one kind, sent in a period. */
export interface SumsAsked {
  readonly request?: string | undefined;
  readonly asks?: string | undefined;
  /** RFC 3339; undefined, and no request is named: the last 30 days. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

export interface RequestSums {
  /** Each organisation that was asked, over all requests. */
  readonly executors: readonly RequestSum[];
  /** Each request and organisation. */
  readonly requests: readonly RequestSum[];
  /** Whether there were more legs than are summed at once: those sent last are. */
  readonly cut: boolean;
}

/** Where money arrived and no hold is proposed. */
export interface NotHeld {
  /** Id of the first transfer that brought it. */
  readonly transfer: string;
  readonly institution?: string;
  readonly number?: string;
  readonly why: 'NO_NUMBER' | 'NO_DESK' | 'NOT_ASKABLE';
  readonly detail?: string;
}

export interface HoldProposals {
  /** Drafts. */
  readonly requests: readonly Released[];
  readonly left: readonly NotHeld[];
  /** Whether more is released to the asker than was followed. */
  readonly cut: boolean;
}

/** Checks that surfaces make before a body is read: the token is good, the scope is there, the partner is active. */
export interface Exchange {
  me(asker: Asker): Promise<Me>;
  get(asker: Asker, kind: string | undefined, id: string): Promise<Released>;
  find(asker: Asker, query: FindQuery): Promise<Found>;
  lookup(asker: Asker, values: readonly LookupValue[]): Promise<readonly LookupAnswer[]>;
  observable(asker: Asker, value: LookupValue): Promise<Observable>;
  revisions(asker: Asker, kind: string, id: string): Promise<readonly RevisionView[]>;
  submit(asker: Asker, kind: string, body: unknown, options?: SubmitOptions): Promise<Submitted>;
  /** @param ifMatch the ETag the writer read; undefined: PRECONDITION_REQUIRED */
  amend(asker: Asker, kind: string, id: string, patch: unknown, ifMatch: string | undefined, options?: WriteOptions): Promise<Released>;
  /** Decides what an undetermined person is. @param body `{outcome, desk, basis, nonPunishment?}` */
  decide(asker: Asker, kind: string, id: string, body: unknown): Promise<Released>;
  /** Confirms a case that another desk submitted. @param body `{desk}` */
  /** @param ifMatch the ETag of the case that was looked at; undefined: whatever it is now */
  confirmCase(asker: Asker, kind: string, id: string, body: unknown, ifMatch?: string): Promise<Released>;
  protectionAlerts(asker: Asker, query: { readonly first?: number | undefined; readonly after?: string | undefined }): Promise<Page<ProtectionAlert>>;
  protectionReferrals(asker: Asker, query: { readonly first?: number | undefined; readonly after?: string | undefined }): Promise<Page<ProtectionReferral>>;
  /** @param body `{desk, from, to}` */
  agreeToBeNamed(asker: Asker, body: unknown): Promise<NamingAgreement>;
  namingAgreements(asker: Asker): Promise<readonly NamingAgreement[]>;
  withdraw(asker: Asker, kind: string | undefined, id: string): Promise<Released>;
  share(asker: Asker, kind: string | undefined, id: string, channel: string): Promise<Released>;
  unshare(asker: Asker, kind: string | undefined, id: string, channel: string): Promise<Released>;
  viewAs(asker: Asker, kind: string | undefined, id: string, query: ViewAsQuery): Promise<ViewedAs>;
  viewAsPage(asker: Asker, kind: string, query: ViewAsQuery & { readonly first?: number | undefined; readonly after?: string | undefined }): Promise<Page<ViewedAs>>;
  /**
   * Erases a record of one's own for good. Resolves when its keys are destroyed; again, with what it left.
   * @param ifMatch the ETag that the record must still have; undefined: whatever it is now
   * @throws Refusal HELD, STALE; KEY_UNAVAILABLE when the rows are gone and the keys are yet to be destroyed
   */
  erase(asker: Asker, kind: string | undefined, id: string, reason: unknown, ifMatch?: string): Promise<Tombstone>;
  hold(asker: Asker, kind: string | undefined, id: string, words: HoldWords): Promise<Hold>;
  /** Idempotent: what was released stays as it was released. */
  releaseHold(asker: Asker, kind: string | undefined, id: string, hold: string, words: HoldWords): Promise<Hold>;
  /** Holds on a record of one's own, those that were released too, oldest first. */
  holds(asker: Asker, kind: string | undefined, id: string): Promise<readonly Hold[]>;
  /** What waits for a desk, by due date. */
  inbox(asker: Asker, query: InboxAsked): Promise<Page<InboxItem>>;
  /** How to reach the other side of each leg of a request that the asker is a side of, newest first. @param request its id */
  requestContacts(asker: Asker, request: string): Promise<readonly RequestContact[]>;
  /** Puts a file to a request. */
  attach(asker: Asker, given: AttachmentGiven, bytes: AsyncIterable<Uint8Array>): Promise<Submitted>;
  /** @param id of its record */
  attached(asker: Asker, id: string): Promise<AttachedContent>;
  /** How requests stand, and how long they took, of each organisation that was asked. */
  requestSums(asker: Asker, query: SumsAsked): Promise<RequestSums>;
  caseload(asker: Asker, query: CaseQuery): Promise<Page<CaseView>>;
  /** Drafts holds on where money went, each for the desk of the bank that keeps the account. @param body `TrailQuery`, `whole`, `channel`, `request`: what all drafts say */
  proposeHolds(asker: Asker, body: unknown): Promise<HoldProposals>;
  /** Follows released money hop by hop. */
  transfersFrom(asker: Asker, query: TrailQuery): Promise<MoneyTrail>;
  changes(asker: Asker, query: ChangesQuery): Promise<ChangesPage>;
  digest(asker: Asker, kinds?: readonly string[]): Promise<Digest>;
  statisticTables(asker: Asker): Promise<readonly StatisticTableView[]>;
  statistics(asker: Asker, table: string, period?: string): Promise<StatisticsAnswer>;
  partners(asker: Asker): Promise<readonly RegistryView[]>;
  agreements(asker: Asker): Promise<readonly RegistryView[]>;
  channels(asker: Asker): Promise<readonly RegistryView[]>;
  ledger(asker: Asker, query: LedgerQuery): Promise<LedgerPage>;
  /** Runs to the end of the stream; the report's outcomes are read by `importOutcomes`. Returns as soon as the import resource exists: `done` resolves at the end. */
  startImport(asker: Asker, options: ImportOptions, stream: AsyncIterable<Uint8Array>): Promise<{ readonly id: string; readonly done: Promise<ImportReport> }>;
  importReport(asker: Asker, id: string): Promise<ImportReport>;
  importOutcomes(asker: Asker, id: string, afterLine?: number): AsyncIterable<RowOutcome>;
  withdrawImport(asker: Asker, id: string): Promise<ImportReport>;
  /** Refuses early, before a body is read: UNAUTHENTICATED, INSUFFICIENT_SCOPE, PURPOSE_*. */
  admit(asker: Asker, scope: string): Promise<void>;
}

export type FieldFaults = readonly FieldFault[];
