/** What requests need of the store; implemented in `store/requests.ts`. */
import type { Precedence, RequestState, WaitsFor } from '../../dictionary/requests.ts';
import type { Moment, Stamp } from '../ports.ts';

/** A clock of a request, as it is kept: instants in RFC 3339. */
export interface KeptClock {
  readonly clock: string;
  readonly due: string;
  readonly then: 'TELL' | 'ESCALATE' | 'EXPIRE';
  readonly waitsFor: WaitsFor;
  /** Of one that lets it expire: to which state, and which clocks begin there. */
  readonly to?: string;
  readonly next?: readonly (Pick<KeptClock, 'clock' | 'then' | 'waitsFor'> & { readonly within: string })[];
  readonly fired?: string;
}

/** One thing that was done with a request. */
export interface LegStep {
  readonly step: string;
  readonly at: string;
  readonly to: string;
  /** None: the clock. */
  readonly partner?: string;
  readonly desk?: string;
  readonly answered?: readonly number[];
}

/** What a move changes of a leg. */
export interface LegStand {
  readonly desk: string;
  readonly state: RequestState;
  readonly since: string;
  /** Whether anybody waits for anything. */
  readonly waiting: boolean;
  readonly clocks: readonly KeptClock[];
  readonly steps: readonly LegStep[];
}

/** How a request stands with one desk. */
export interface KeptLeg extends LegStand {
  /** Id of the leg's record. */
  readonly record: string;
  readonly request: string;
  readonly asker: string;
  /** The desk of those who ask that decides where it is their turn. */
  readonly askerDesk: string;
  readonly partner: string;
  readonly asks: string;
  readonly precedence: Precedence;
  /** What the request names as its end. */
  readonly until?: string;
  /** Of a correction: how many changes its record had when it was proposed. */
  readonly basis?: number;
}

/** Requests in a writer's transaction. */
export interface RequestTx {
  /** The legs of a request that this viewer sees, locked until the transaction ends, in order of id. */
  legs(request: string): Promise<readonly KeptLeg[]>;
  begin(legs: readonly KeptLeg[]): Promise<void>;
  /** The leg's record follows, and the feed. @param handedOver it is with another desk now */
  move(record: string, stand: LegStand, handedOver: boolean): Promise<void>;
  /** Ids of the requests of these kinds in which somebody waits for something at this desk of the viewer's organisation; those due first. */
  waitingAt(desk: string, asks: readonly string[], most: number): Promise<readonly string[]>;
  /** What was asked of the leg's desk is read by this one too, with all that was done and said in it: another desk of the same partner. */
  openTo(leg: KeptLeg, desk: string): Promise<void>;
  /** Tells all to whom the writer's own record was disclosed that these fields were corrected. @param by who proposed it; undefined: it is not named */
  noteCorrection(record: string, fields: readonly string[], by: string | undefined): Promise<void>;
}

export interface InboxQuery {
  /** Desks of the asking partner whose requests are listed. */
  readonly desks: readonly string[];
  /** Those, too, that were escalated from these desks. */
  readonly escalatedFrom: readonly string[];
  readonly overdue: boolean;
  readonly precedence: Precedence | undefined;
  readonly asks: string | undefined;
  /** Id of the leg's record that the last page ended with. */
  readonly after: string | undefined;
  readonly limit: number;
}

export interface InboxRow {
  readonly record: string;
  readonly request: string;
  readonly escalated: boolean;
  /** Whose turn it is, of the two sides: the asking partner's side. */
  readonly side: 'ASKER' | 'ASKED';
  readonly due: string;
}

/** Which legs, by when they were sent; instants RFC 3339. */
export interface SentQuery {
  readonly request: string | undefined;
  readonly asks: string | undefined;
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly limit: number;
}

export interface RequestStore {
  /** Ids of the legs of this partner's requests and of those that its desks were asked, newest first. */
  sent(stamp: Stamp, query: SentQuery): Promise<Moment & { readonly records: readonly string[] }>;
  /** What waits for these desks, by due date. `found`: whether the row that `after` names is there. */
  inbox(stamp: Stamp, query: InboxQuery): Promise<Moment & { readonly rows: readonly InboxRow[]; readonly found: boolean }>;
  /** Acts on clocks that ran out, by the database's clock, each once whoever asks. @returns how many requests that concerned */
  fireClocks(atMost: number): Promise<number>;
}
