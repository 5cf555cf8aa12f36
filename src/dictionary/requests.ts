/** What `schema/requests/*.graphql` says of requests, as data: kinds, machines, clocks, authorities. Frozen. */
export const requestStates = ['DRAFT', 'SENT', 'RECEIVED', 'ACCEPTED', 'PARTLY_ANSWERED', 'ANSWERED', 'REFUSED', 'WITHDRAWN', 'EXPIRED', 'APPEALED'] as const;
export type RequestState = (typeof requestStates)[number];
export const precedences = ['ROUTINE', 'PRIORITY', 'IMMEDIATE', 'FLASH'] as const;
/** How much a request presses, from the least. */
export type Precedence = (typeof precedences)[number];
export type RequestRole = 'ASKER' | 'ASKED' | 'EITHER' | 'CLOCK';

/** One move of a machine. */
export interface MoveRule {
  readonly move: string;
  readonly from: readonly RequestState[];
  /** Undefined: the state stays. */
  readonly to?: RequestState;
  readonly by: RequestRole;
  /** Members of the move that must be given. */
  readonly needs: readonly string[];
  /** Made at most once. */
  readonly once: boolean;
  /** Made only while the clock of this name runs. */
  readonly while?: string;
  /** Made only where this move was made before. */
  readonly after?: string;
}

/** States and what leads from one to another. */
export interface Machine {
  readonly name: string;
  /** The move that says that what was asked is done. */
  readonly done: string;
  /** States in which nobody waits for anything more. */
  readonly ends: readonly RequestState[];
  readonly moves: readonly MoveRule[];
}

export interface RequestClock {
  readonly clock: string;
  /** It runs while the state is one of these. */
  readonly in: readonly RequestState[];
  /** Begun by this move, in the place of the clock of the same name; undefined: by coming into `in`. */
  readonly on?: string;
  /** ISO 8601 durations. */
  readonly within: Readonly<Record<Precedence, string>>;
  readonly then: 'TELL' | 'ESCALATE' | 'EXPIRE';
  readonly waitsFor: WaitsFor;
  /** Begins only where the state before was one of these. */
  readonly after?: readonly RequestState[];
  /** Begins only where this move was made before. */
  readonly made?: string;
  /** Ended by this move, too. */
  readonly endedBy?: string;
  /** Who asks may name an earlier end. */
  readonly until: boolean;
}

/** Whose turn it is. */
export type WaitsFor = 'ASKER' | 'ASKED' | 'EITHER';

/** What who asks in a country must name. */
export interface RequestAuthority {
  /** ISO 3166-1 alpha-2, `UN`; `*`: every country that is not named. */
  readonly country: string;
  /** One of these; empty: nothing. */
  readonly types: readonly string[];
  readonly law?: string;
  readonly lawThai?: string;
}

/** What answering does to the record that a request is about: its originator opens fields of it, or takes over what is proposed; or to what holds the accounts that it names. */
export type RequestEffect = 'OPENS' | 'CORRECTS' | 'LIFTS';
/** An instant of a body that is to come. */
export interface LatestInstant {
  /** Path in the body. */
  readonly value: string;
  /** ISO 8601 duration from the sending. */
  readonly within: string;
}

/** Values of a body that are held against the warning lists. */
export interface Against {
  /** Path in the body: `accounts.number`. */
  readonly values: string;
  readonly as: 'SITE' | 'NUMBER' | 'ACCOUNT';
  /** Of accounts: path of the institution, beside the value. */
  readonly institution?: string;
}

export interface RequestKind {
  readonly name: string;
  readonly description: string;
  /** File that it stands in, as it is shown. */
  readonly file: string;
  /** The field of `Request` that holds its typed body. */
  readonly body: string;
  readonly machine: Machine;
  readonly clocks: readonly RequestClock[];
  readonly authorities: readonly RequestAuthority[];
  /** Goes through an embassy's desk where the clause says so. */
  readonly embassy: boolean;
  /** Held against the warning lists before it is sent; empty: nothing of it is. */
  readonly against: readonly Against[];
  /** Undefined: nothing. */
  readonly effect?: RequestEffect;
  /** Fields of the request, members of its body dotted, of which one says what is asked; empty: the body does. */
  readonly says: readonly string[];
  /** Where the body names institutions whose accounts the asked desks keep. */
  readonly keptAt?: string;
  /** Instants of the body that are to come, and how far ahead at most. */
  readonly latest: readonly LatestInstant[];
}

/** Kinds of requests by name. */
export type RequestKinds = ReadonlyMap<string, RequestKind>;
