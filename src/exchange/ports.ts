/** What the use cases need of the store: interfaces here, SQL in `store/`. */
import type { Caveats, Level, Purposes } from '../dictionary/compartment.ts';
import type { Body, Json } from '../dictionary/types.ts';
import type { Erasure, ErasureReason, Tombstone } from '../rules/erasure.ts';
import type { Touched } from '../rules/feed.ts';
import type { Audience, Change, Limits, Opened, SealedPart, Stored } from '../rules/record.ts';
import type { Reading } from '../rules/declassify.ts';
import type { Registry } from '../rules/registry.ts';
import type { Viewer } from '../rules/viewer.ts';
import type { ImportTx } from './imports/store-port.ts';
import type { AttachmentTx } from './requests/attachment-port.ts';
import type { RequestTx } from './requests/request-port.ts';

/** What a connection carries for row-level security. */
export interface Stamp {
  readonly partner: string;
  readonly purposeBit: Purposes;
  readonly clearance: Level;
  readonly caveats: Caveats;
  /** Blinded with each live key; undefined: none is named. */
  readonly case?: readonly string[];
  /** Of the viewer's partner: whose requests are read; undefined: those of all desks. */
  readonly seat?: string;
}

export const stampOf = ({ partner, purposeBit, clearance, caveats, case: named, seat }: Viewer): Stamp =>
  ({ partner, purposeBit, clearance, caveats, ...(named !== undefined && { case: named }), ...(seat !== undefined && { seat }) });

/** When a read was made: under which registry, at which instant of the database's clock. */
export interface Moment {
  readonly version: number;
  /** Unix milliseconds, with fraction. */
  readonly now: number;
}

export interface Rows extends Moment {
  readonly rows: readonly Stored[];
}

/** One condition of a search, as tokens of search keys. */
export interface Condition {
  readonly tokens: readonly Uint8Array[];
  readonly ranges: readonly (readonly [Uint8Array, Uint8Array])[];
  /** How well it narrows: the smallest drives the search. 0 a value, 1 a range, 2 a class (an enumeration). */
  readonly width: 0 | 1 | 2;
}

export interface Listing {
  readonly kind: string;
  readonly conditions: readonly Condition[];
  /** Exclusive; records with a smaller id follow. */
  readonly before: string | undefined;
  readonly limit: number;
  /** Only records of the asking partner's own; without conditions. */
  readonly own?: boolean;
}

/** A search for the records that share most with a question. */
export interface Ranking {
  readonly tokens: readonly Uint8Array[];
  /** One for each token. */
  readonly weights: readonly number[];
  /** What else must hold. */
  readonly conditions: readonly Condition[];
  /** How many records one token brings, newest first, of those that this viewer may find by it. */
  readonly most: number;
  readonly limit: number;
}

export interface TokenHit {
  readonly token: Buffer;
  readonly id: string;
}

export interface TokenRows extends Rows {
  readonly hits: readonly TokenHit[];
}

export interface PastRevision {
  readonly revision: number;
  readonly at: number;
  readonly stored: Stored;
}

/** A record that a reference names, as far as its viewer sees it: no content. */
export interface Target {
  readonly id: string;
  readonly kind: string;
  readonly audience: Audience;
}

export interface Targets extends Moment {
  readonly targets: readonly Target[];
}

export interface ReadStore {
  moment(): Promise<Moment>;
  registry(): Promise<Registry>;
  byIds(stamp: Stamp, ids: readonly string[]): Promise<Rows>;
  /** Those of the ids that this viewer sees. */
  targets(stamp: Stamp, ids: readonly string[]): Promise<Targets>;
  list(stamp: Stamp, listing: Listing): Promise<Rows>;
  /** Ids of the records whose shared tokens weigh most, heaviest first, the newest first of equals. */
  heaviest(stamp: Stamp, ranking: Ranking): Promise<Moment & { readonly ids: readonly string[] }>;
  /** Records that carry any of the tokens, or one within a range: hits say which. */
  byTokens(stamp: Stamp, tokens: readonly Uint8Array[], ranges: readonly (readonly [Uint8Array, Uint8Array])[], limit: number): Promise<TokenRows>;
  /** What is left of erased records, as far as this viewer saw them. */
  tombstones(stamp: Stamp, ids: readonly string[]): Promise<Moment & { readonly tombstones: readonly Tombstone[] }>;
  /** Legal holds on an own record, oldest first. */
  holds(stamp: Stamp, record: string): Promise<Moment & { readonly holds: readonly KeptHold[] }>;
  /** Superseded states of a record that this viewer may see, oldest first. */
  past(stamp: Stamp, id: string): Promise<Moment & { readonly revisions: readonly PastRevision[] }>;
}

/** The records of one cell that one originator has, by value of each of the table's fields. */
export interface CountedRecords {
  /** Numbers of values, in the order of the fields: 0 none, -1 several. */
  readonly values: readonly number[];
  readonly originator: string;
  readonly records: number;
  /** Sum of the records' keys, modulo 2^32. */
  readonly key: number;
}

/** A value that records are counted by, as a token of search keys: of which field (from 1), and its number. */
export interface CountedToken {
  readonly field: number;
  readonly token: Uint8Array;
  readonly value: number;
}

/** Counts of one month, sealed. */
export interface KeptCounts {
  readonly month: string;
  readonly id: string;
  readonly sealed: string;
}

export interface StatisticStore {
  /** Counts a declared table over one month, `2026-10`. For partners to whom the registry gives it; the database looks for itself. */
  count(stamp: Stamp, table: string, month: string, secret: Uint8Array, tokens: readonly CountedToken[]): Promise<readonly CountedRecords[]>;
  kept(stamp: Stamp, definition: string, months: readonly string[]): Promise<readonly KeptCounts[]>;
  /** Keeps the counts unless others were first. */
  keep(stamp: Stamp, definition: string, counts: KeptCounts): Promise<void>;
}

/** That records of an originator were counted: how many of a kind, up to a level. */
export interface Counted {
  readonly originator: string;
  readonly kind: string;
  readonly level: Level;
  readonly records: number;
}

/** A legal hold as it is kept: its words are sealed. */
export interface KeptHold {
  readonly id: string;
  readonly record: string;
  readonly originator: string;
  readonly placedAt: string;
  readonly placedBy: string;
  readonly compartment: string;
  /** `{authority, reason}`, sealed under the hold's own id, version 1. */
  readonly placed: string;
  readonly release?: {
    readonly at: string;
    readonly by: string;
    /** As `placed`, version 2. */
    readonly sealed: string;
  };
}

/** Erasing: the rows' half, and what ties it to the keys' half. */
export interface ErasureStore {
  /** Erases what its own retention ends, by the database's clock, one node at a time. @returns how many */
  eraseDue(atMost: number): Promise<number>;
  /** Erased records whose keys are not known to be destroyed yet. */
  waiting(atMost: number): Promise<readonly Erasure[]>;
  settled(records: readonly string[]): Promise<void>;
  /** Enters the present state of holds into the journal, where it outlives a restore of the rows. */
  journalHolds(): Promise<void>;
}

/** Who did what, as the ledger names it. */
export type Actor = Pick<Viewer, 'partner' | 'subject' | 'client' | 'issuer' | 'registryVersion' | 'token' | 'session'> & { readonly purpose: string };

/** What a search or submission of a person asks of the victim firewall: blinded, maybe nothing. */
export interface Question {
  /** What the search or submission is for. */
  readonly purpose: string;
  /** Of the partner whose search or submission it is. */
  readonly desk: string | undefined;
  /** As many for each question. */
  readonly tokens: readonly WeighedToken[];
  /** What raises or lowers the weight of whom those bring. As many for each question. */
  readonly facts: readonly WeighedToken[];
}

export interface WeighedToken {
  readonly token: Uint8Array;
  readonly weight: number;
}

/** Who wrote what tells who a person is. */
export interface Hand {
  readonly desk: string | undefined;
  readonly subject: string;
}

/** That a person was decided to be a victim, as its protection desk may read it. */
export interface KeptReferral {
  readonly id: string;
  readonly at: string;
  readonly from: { readonly partner: string; readonly desk: string };
  /** Where the reader sees it. */
  readonly record: string | undefined;
}

/** An alert as its protection desk may read it. */
export interface KeptAlert {
  readonly id: string;
  /** The day of its batch, UTC. */
  readonly day: string;
  readonly record: string;
  /** Those whose own desks agreed to be named. */
  readonly searchers: readonly { readonly partner: string; readonly desk: string | null; readonly purpose: string }[];
}

/** That an organisation may be named for its searches of a period. */
export interface KeptNaming {
  readonly id: string;
  readonly desk: string;
  readonly by: string;
  readonly from: string;
  readonly to: string;
}

export interface FirewallStore {
  /** Of this desk, without those of cases that this officer wrote, had corrected, or confirmed; newest first. @param before an alert's id */
  alerts(stamp: Stamp, reader: Hand, before: string | undefined, limit: number): Promise<Moment & { readonly alerts: readonly KeptAlert[] }>;
  /** Of this desk, newest first. @param before a referral's id */
  referrals(stamp: Stamp, desk: string, before: string | undefined, limit: number): Promise<Moment & { readonly referrals: readonly KeptReferral[] }>;
  namings(stamp: Stamp): Promise<Moment & { readonly namings: readonly KeptNaming[] }>;
  /** This day's batch of alerts, once. @returns how many it made */
  today(): Promise<number>;
}

/** The firewall's part of a writer's transaction. */
export interface FirewallTx {
  /** Of the writer's own organisation: who wrote what tells who the person is, or proposed it before it was written. */
  hands(record: string): Promise<readonly Hand[]>;
  /** Who drafted, amended or sent a request of the writer's has a hand in what it would correct from the next time on that it is written who the person is. */
  proposed(request: string, record: string): Promise<void>;
  /** A second confirmation by the same officer is of what stands now; whoever confirmed before is kept. */
  confirm(record: string, desk: string, subject: string): Promise<void>;
  /** Refers a person of the writer's to the protection desks of the agreements in force that ever carried it, each once. @returns to how many */
  refer(record: string, desk: string): Promise<number>;
  /** @returns its id */
  agreeNaming(desk: string, subject: string, from: string, to: string): Promise<string>;
}

/** One disclosure's entry. */
export interface LedgerEntry {
  readonly viewer: Actor;
  readonly operation: string;
  readonly requestId: string;
  /** Blinded. */
  readonly asked: readonly string[];
  /** Of a search for persons. */
  readonly questions?: readonly Question[] | undefined;
  /** What was disclosed, grouped by originator and set of fields. */
  readonly disclosures: readonly {
    readonly originator: string;
    readonly records: readonly string[];
    readonly fields: readonly string[];
    /** Sealed: what the originator reads beside it. */
    readonly note?: string;
    /** ISO 8601 duration for which the originator does not see it. */
    readonly delay?: string;
  }[];
  readonly counted?: readonly Counted[];
}

/** What became visible between two looks at the ledger: numbers of transactions, and Unix milliseconds; `from` is the end of the look before. */
export interface Span {
  readonly fromTx: number;
  readonly toTx: number;
  readonly fromTime: number;
  readonly toTime: number;
}

export interface ReadingsQuery {
  readonly record: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** Left out: all, newest first; else what became visible within the span, oldest first. */
  readonly span?: Span | undefined;
  readonly limit: number;
  /** `entry.part`, exclusive: where to go on. */
  readonly after: string | undefined;
}

export interface LedgerStore {
  /** Durable when it resolves. @returns false when the registry has moved on from the viewer's version: nothing was written. @throws Refusal UNAUTHENTICATED when the viewer's token no longer counts */
  append(entry: LedgerEntry): Promise<boolean>;
  readings(stamp: Stamp, query: ReadingsQuery): Promise<Moment & { readonly readings: readonly KeptReading[] }>;
  /** Up to where all that was entered is committed: below that transaction; and the database's time, whole milliseconds. */
  horizon(stamp: Stamp): Promise<Moment & { readonly epoch: string; readonly tx: number; readonly time: number }>;
}

/** A reading as it is kept. */
export interface KeptReading extends Reading {
  /** An entry has one part for each of an originator's sets of fields. */
  readonly part: number;
  /** Sealed. */
  readonly note: string | null;
  /** Of a counting: the records' kind, and the highest level that was counted. */
  readonly countedKind?: string;
  readonly countedLevel?: Level;
}

/** A search key to be written: its token, under which compartment. */
export interface Key {
  readonly token: Uint8Array;
  readonly compartment: string;
}

/** A whole record as it is to stand. */
export interface RecordState {
  readonly id: string;
  readonly kind: string;
  readonly originator: string;
  readonly classification: Level;
  readonly channels: readonly string[];
  /** What clauses may depend on (`stateOf`). */
  readonly state: string;
  /** What the person concerned agreed to; undefined: the kind asks for no consent. */
  readonly limits: Limits | undefined;
  readonly status: 'ACTIVE' | 'WITHDRAWN' | 'RECALLED';
  readonly body: Body;
  readonly sealed: ReadonlyMap<string, SealedPart>;
  /** Fields opened; undefined: those that were, as far as the record stays in their channels. */
  readonly opened?: readonly Opened[];
}

export interface ShareRow {
  readonly channel: string;
  readonly agreement: string;
  readonly clause: string;
  /** ISO 8601 duration. */
  readonly retention: string | undefined;
  /** Partners that are given notice, in the same transaction. */
  readonly notify: readonly string[];
}

/** A notice, as its recipient has it. */
export interface KeptNotice {
  readonly record: string;
  readonly agreement?: string;
  readonly clause?: string;
  readonly compromised?: string;
  readonly corrected?: readonly string[];
  readonly correctedBy?: string;
  /** Unix milliseconds. */
  readonly at: number;
}

export interface NewRecord {
  readonly state: RecordState;
  /** Ids of the records that it exists by. */
  readonly ends: readonly string[];
  /** Id of the own record that it is made of. */
  readonly source?: string;
  /** Made when they are asked for: the database is already at work on the rest by then. */
  readonly keys: () => readonly Key[];
  readonly shares: readonly ShareRow[];
  /** Blinded own numbers. */
  readonly refs: readonly Uint8Array[];
  /** Of a person. */
  readonly questions?: readonly Question[] | undefined;
  /** Of a person behind the victim firewall, and of a request that would correct one. */
  readonly hand?: Hand | undefined;
  readonly fields: readonly string[];
}

/** A change of a record that stands. */
export interface Amendment {
  readonly before: Stored;
  readonly state: RecordState;
  /** Names of changed fields; empty for a change of channels or status alone, which is no revision. */
  readonly fields: readonly string[];
  /** The state before is kept though no field counts as changed: what changed was which records it refers to. */
  readonly quiet?: boolean;
  /** Compartments whose search keys are replaced by `keys`; the others are carried over. */
  readonly rekeyed: readonly string[];
  readonly keys: readonly Key[];
  /** Of a person. */
  readonly questions?: readonly Question[] | undefined;
  /** Of a person behind the victim firewall, where it says anew who she is; and of a request that would correct one. */
  readonly hand?: Hand | undefined;
  readonly addShares: readonly ShareRow[];
  readonly endShares: readonly string[];
  /** Earlier states sealed anew, when levels were raised. */
  readonly past?: readonly { readonly revision: number; readonly body: Body; readonly sealed: ReadonlyMap<string, SealedPart> }[];
  /** New blinded own numbers; undefined: as they are; empty: none any more. */
  readonly refs?: readonly Uint8Array[];
}

/** Interned audiences, with their grants materialised for row-level security. */
export interface WriteTx {
  readonly version: number;
  /** Unix milliseconds, the database's clock. */
  readonly now: number;
  /** The row, locked until the transaction ends; undefined when this viewer does not see it. */
  lock(id: string): Promise<Stored | undefined>;
  past(id: string): Promise<readonly PastRevision[]>;
  /** Ids of records that hold these blinded own numbers. */
  refs(kind: string, level: Level, refs: readonly Uint8Array[]): Promise<ReadonlyMap<string, string>>;
  insert(records: readonly NewRecord[]): Promise<void>;
  /** Sends records that this transaction stands or falls with; whether they may stand (`RefTaken`) is told when it ends. @returns them as they will stand */
  put(records: readonly NewRecord[]): Promise<readonly Stored[]>;
  amend(amendment: Amendment): Promise<void>;
  byIds(ids: readonly string[]): Promise<readonly Stored[]>;
  /** Ids of the own records that are made of these. */
  extracts(sources: readonly string[]): Promise<readonly string[]>;
  /** Keeps those of these records that this viewer sees in the audiences where they are, until the transaction ends. */
  hold(ids: readonly string[]): Promise<void>;
  /** Those of the ids that this viewer sees, what this transaction wrote included. */
  targets(ids: readonly string[]): Promise<readonly Target[]>;
  tombstones(ids: readonly string[]): Promise<readonly Tombstone[]>;
  /** Buries the record, which is locked and under no hold: row, revisions, search keys, own numbers. */
  erase(id: string, reason: ErasureReason): Promise<void>;
  holds(record: string): Promise<readonly KeptHold[]>;
  placeHold(hold: KeptHold): Promise<void>;
  releaseHold(id: string, release: NonNullable<KeptHold['release']>): Promise<void>;
  /** Sends an entry that this transaction stands or falls with; whether it may stand is told when the transaction ends, so that nobody waits for it twice. */
  enter(entry: LedgerEntry): void;
  /** Serialises writers with the same key. @returns false when another holds it now */
  tryLock(name: string): Promise<boolean>;
  idempotent(viewer: Viewer, key: string): Promise<{ readonly bodyHash: Buffer; readonly record: string } | undefined>;
  remember(viewer: Viewer, key: string, bodyHash: Uint8Array, record: string): Promise<void>;
  readonly imports: ImportTx;
  readonly requests: RequestTx;
  readonly attachments: AttachmentTx;
  readonly firewall: FirewallTx;
}

export interface WriteStore {
  /** Runs `work` in one transaction stamped for the viewer; whatever throws rolls all of it back. */
  write<T>(stamp: Stamp, work: (tx: WriteTx) => Promise<T>): Promise<T>;
}

/** A grant as the database kept it: end-dated, never deleted. */
export interface HeldGrant {
  readonly audience: Audience;
  readonly level: Level;
  readonly ceiling: Level;
  readonly caveats: Caveats;
  /** Of an opening: its field. */
  readonly field?: string;
  /** Unix milliseconds; in force from `from`, no longer at `to`. */
  readonly from: number;
  readonly to: number;
}

/** What happened to one record between two sequence numbers, as far as this viewer was ever granted the audiences it touched. */
export interface FeedEvent {
  readonly id: string;
  readonly kind: string;
  /** Before the first event; undefined: it was submitted. */
  readonly before: number | undefined;
  /** After the last. */
  readonly after: number;
  /** Every audience it passed through. */
  readonly through: readonly number[];
  readonly fields: readonly Touched[];
}

export interface FeedStore {
  /** Numbers what has been committed. @returns the feed's epoch and the last number given, with the moment */
  head(): Promise<Moment & { readonly epoch: string; readonly seq: number }>;
  /** Grants that this viewer was ever given for its purpose, on audiences of the kinds. */
  grants(stamp: Stamp, kinds: readonly string[] | undefined): Promise<Moment & { readonly grants: readonly HeldGrant[] }>;
  /** The number up to which at most `most` events follow `from`; `to` when there are fewer. */
  reach(stamp: Stamp, from: number, to: number, most: number): Promise<number>;
  /** Records with events in (from, to], in order of id, from after `after`. */
  events(stamp: Stamp, from: number, to: number, kinds: readonly string[] | undefined, after: string | undefined, limit: number): Promise<readonly FeedEvent[]>;
  /** Records that stood in one of these audiences at `to` and had no event in (from, to], in order of id. */
  standing(stamp: Stamp, audiences: readonly number[], from: number, to: number, after: string | undefined, limit: number): Promise<readonly { readonly id: string; readonly kind: string; readonly audience: number }[]>;
  /** The way of these records through (from, to]; of one without events there, that it stood where it is. */
  passages(stamp: Stamp, from: number, to: number, ids: readonly string[]): Promise<readonly FeedEvent[]>;
  /** Notices to this viewer of records that it sees, oldest first. */
  notices(stamp: Stamp, ids: readonly string[]): Promise<readonly KeptNotice[]>;
  /** All records of the kinds that this viewer sees, oldest first, without content: what counts their visible revisions. */
  bones(stamp: Stamp, kinds: readonly string[] | undefined, after: string | undefined, limit: number): Promise<Rows>;
}

/** Kept by one use case each; their interfaces stand with those. */
export type { ImportStore } from './imports/store-port.ts';
export type { AttachmentStore } from './requests/attachment-port.ts';

/** An own number was taken by a concurrent writer: look again, then decide. */
export class RefTaken extends Error {}

export type { Audience, Change, Json };
