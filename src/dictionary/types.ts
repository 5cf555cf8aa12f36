import type { GraphQLSchema } from 'graphql';
import type { Caveats, Level, Purposes } from './compartment.ts';
import type { RequestKinds } from './requests.ts';

/** The compiled dictionary: what `schema/*.graphql` says, as data. Frozen. */
export interface Dictionary {
  /** Every record kind by its name (`Indicator`). */
  readonly kinds: ReadonlyMap<string, Kind>;
  /** Every record kind by its REST path (`indicators`). */
  readonly byPath: ReadonlyMap<string, Kind>;
  /** Enumerations: name to values, for parsers of CSV and filters. */
  readonly enums: ReadonlyMap<string, readonly string[]>;
  /** Kinds of requests by name: what `schema/requests/` says of them. */
  readonly requests: RequestKinds;
  /** The schema files as built (types and directives, without the generated operations). */
  readonly schema: GraphQLSchema;
  /** The schema files' text, joined: source of the printed SDL and of the contract's descriptions. */
  readonly sdl: string;
  /** Names of all fields that hold personal or classified values: what no log may print. */
  readonly redacted: readonly string[];
}

export interface Kind {
  readonly name: string;
  /** camelCase, one and many: `indicator`, `indicators`: GraphQL root fields are made from these. */
  readonly singular: string;
  readonly plural: string;
  /** REST path segment: `missing-persons`. */
  readonly path: string;
  readonly description: string;
  /** Purposes this kind may ever be seen for; every purpose unless `@record(purposes:)` narrows it. */
  readonly purposes: Purposes;
  /** The fields of the kind itself and those of the envelope, in schema order. */
  readonly fields: readonly Field[];
  /** Fields by name, and parts by their dotted names. */
  readonly field: ReadonlyMap<string, Field>;
  /** Members of objects with a classification of their own, each after what holds it: `lastContact.phone`. */
  readonly parts: readonly Field[];
  /** Fields and parts, each part after its field: what is kept, sealed, released, withheld and marked one by one. */
  readonly pieces: readonly Field[];
  /** Where ids of other records stand (`@reference`): on fields, and in objects. */
  readonly references: readonly Reference[];
  /** What the exchange takes over from records that are named (`@filled`). */
  readonly fills: readonly Fill[];
  /** The field that counts as the ground of suspicion (`@ground`). */
  readonly ground?: string;
  /** Those of them without whose target the record is not there (`@reference(existence: true)`). */
  readonly ends: readonly Reference[];
  /** What can be searched, by name: fields, parts, and other members of objects (`documents.number`). */
  readonly searches: ReadonlyMap<string, Field>;
  /** The STIX object type this kind maps to, if any. */
  readonly stix?: string;
  /** The field that says to whom the person concerned agreed (`@consent`); undefined: the kind asks for no consent. */
  readonly consent?: string;
  /** The field that holds the stage of a case (`@stage`), and those beside it; undefined: the kind is no case. */
  readonly staged?: Staged;
  /** Which part of a request its records are (`@course`); undefined: none. */
  readonly course?: CoursePart;
  /** Undefined: partners write it. */
  readonly extract?: Extract;
  /** Fields whose values together identify a claim of one originator when it has no `externalRef` (`@record(identity: [...])`). */
  readonly identity: readonly string[];
}

/** What is asked, how it stands with one desk, what one side does with it. */
export type CoursePart = 'REQUEST' | 'LEG' | 'MOVE' | 'ATTACHMENT';

/** What a kind is made of, and for what (`@extract`). */
export interface Extract {
  readonly of: string;
  /** The field that names the record it is made of, and the one that keeps the case. */
  readonly from: string;
  readonly case: string;
  readonly purpose: Purposes;
  /** Where the source keeps cases that it is never made for, as a path. */
  readonly never: readonly string[] | undefined;
}

/** Names of fields: a case's stage, how a writer tells of its change, since when it stands there, its history, the desks that have it. */
export interface Staged {
  readonly field: string;
  readonly transition: string;
  readonly since: string;
  readonly history: string;
  readonly desks: string;
}

export interface Field {
  /** Dotted for a member of an object: `lastContact.phone`. */
  readonly name: string;
  /** The name as steps: where it stands in a body. */
  readonly path: readonly string[];
  /** For a member: the name of the field or part that holds it. */
  readonly within?: string;
  readonly description: string;
  /** From the envelope interface `Record`, or the kind's own. */
  readonly envelope: boolean;
  readonly level: Level;
  readonly caveats: Caveats;
  readonly type: FieldType;
  /** Nobody but the originator's own staff is given it (`@record(own:)`). */
  readonly own?: boolean;
  /** Whether a writer sends it (`@input`); envelope fields such as `id`, `status`, `withheld` are the exchange's own. */
  readonly writable: boolean;
  /** Whether a submission must carry it (`@required`). */
  readonly required: boolean;
  /** Values that only a new record may have (`@initial`). */
  readonly initial?: readonly string[];
  /** What keeps the decisions by which alone it leaves its initial values (`@decided`). */
  readonly decided?: Decided;
  /** Values in which the victim firewall alerts of a record (`@alertWhile`). */
  readonly alertWhile?: readonly string[];
  /** Values that a clause may make its grant depend on (`@grantCondition`). */
  readonly grantCondition?: readonly string[];
  /** Whom records of the kind look for, and while the field has which values (`@seeks`). */
  readonly seeks?: Seeks;
  /** Values in which a record is found by one that looks for somebody (`@soughtWhile`). */
  readonly soughtWhile?: readonly string[];
  /** How it is normalised when written; undefined: kept as given. */
  readonly normalise?: NormaliseSpec;
  /** How it is searched; undefined: it is not. */
  readonly search?: SearchSpec;
  /** Other names of the CSV column, English and Thai (`@column(names:)`), beside the field's own. */
  readonly columns: readonly string[];
  /**
   * The fields it is made or filled in from (`@derived(from:)`, and the value a `raw` field keeps): a marking of one of those marks this too,
   * or it would tell of a raised field what that field itself may not.
   */
  readonly derivedFrom: readonly string[];
  /** A written value to show in the contract (`@example`); synthetic. */
  readonly example?: Json;
  /** The STIX property this maps to, if any. */
  readonly stix?: string;
}

export interface Decided {
  /** The list that keeps every decision, and the one that keeps what each says of the person as a victim. */
  readonly into: string;
  readonly victim: string;
  /** What the field becomes when the outcome is that the person offended, and when it is not. */
  readonly offender: string;
  readonly other: string;
}

/** Records of these kinds are looked for, while the field has one of these values. */
export interface Seeks {
  readonly kinds: readonly string[];
  readonly values: readonly string[];
}

export interface FieldType {
  /** Name of the GraphQL named type: `String`, `Int`, `DateTime`, an enum, or an object type. */
  readonly name: string;
  readonly shape: 'scalar' | 'enum' | 'object';
  readonly list: boolean;
  /** What the field or member is called in Thai: the Thai words in brackets in its description. */
  readonly thai?: string;
  /** For an enumeration: its values by what they are called in Thai, as people write them in files. */
  readonly words?: ReadonlyMap<string, string>;
  /** JSON Schema (2020-12) of a written value, constraints included; made from the type and `@constraint`. */
  readonly schema: Readonly<Record<string, unknown>>;
  /** For object types: members by name. */
  readonly members?: ReadonlyMap<string, FieldType>;
  /** What stands between the two members that such an object must have, where a cell of a file holds it as one text (`@cell`). */
  readonly between?: string;
  /** Ids of other records. */
  readonly reference?: ReferenceSpec;
  /** For a member of an object: the sibling that names the record it is filled from. */
  readonly filled?: string;
  /** For a member of an object: how it is normalised, with its siblings there. */
  readonly normalise?: NormaliseSpec;
  /** The sibling that a time is not before. */
  readonly notBefore?: string;
  /** What a sum of money is more than. */
  readonly above?: number;
  /** What its pattern takes, in words that follow `must be`. */
  readonly means?: string;
}

/** `@reference(to: ["Place"])`: ids of records of these kinds. */
export interface ReferenceSpec {
  readonly to: readonly string[];
  /** Whether a submission may give the body of the one kind instead. */
  readonly inline: boolean;
  /** Given as `*`: every kind that depends on no other record. */
  readonly any: boolean;
  /** Whoever does not see what it refers to sees nothing of the record itself. */
  readonly existence: boolean;
}

/** Where the exchange puts what a named record holds (`@filled`). */
export interface Fill {
  /** `from.number`: where it goes, and the piece that holds it. */
  readonly path: readonly string[];
  readonly piece: string;
  /** Where the record is named. */
  readonly by: readonly string[];
  /** The field of that record. */
  readonly source: string;
}

/** Where a record holds ids of others. */
export interface Reference extends ReferenceSpec {
  /** Dotted, as a caller names it: `from.account`. */
  readonly name: string;
  readonly path: readonly string[];
  /** The piece that holds it, and the steps from there. */
  readonly piece: string;
  readonly inner: readonly string[];
  readonly list: boolean;
}

/** `@normalise(by: OBSERVABLE, type: "type", raw: "rawValue")`: names a normaliser of `dictionary/normalise`. */
export interface NormaliseSpec {
  readonly by: string;
  /** The sibling field that says which type of value it is (an indicator's `type`). */
  readonly type?: string;
  /** The sibling that says it more closely (a document's `issuer`, a proxy's `proxyType`). */
  readonly subtype?: string;
  /** The sibling field that keeps the value as given. */
  readonly raw?: string;
}

/** `@searchable(by: EXACT)`: names a search method of `dictionary/search`. */
export interface SearchSpec {
  readonly by: 'EXACT' | 'OBSERVABLE' | 'TIME' | 'NUMBER' | 'NAME';
  /** With EXACT: as what its values are looked up, many at once. */
  readonly lookup?: string;
  /** With NAME: the fields of the kind, dotted where they are members, by which a found person is held against the one asked for. */
  readonly birthDate?: string;
  readonly nationality?: string;
}

/** JSON as it is stored and sent. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };
export type Body = Readonly<Record<string, Json>>;
