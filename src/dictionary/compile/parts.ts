/** What the members of a field's object type say of themselves: their own classification, search, normal form. */
import { type GraphQLField, type GraphQLObjectType, type GraphQLSchema, isNonNullType, isObjectType } from 'graphql';
import { caveatMask, compartmentName, levelOf } from '../compartment.ts';
import type { Subject } from '../fault.ts';
import type { Field, FieldType, Reference } from '../types.ts';
import type { TypeContext } from './field-type.ts';
import { memberRules } from './rules.ts';

export interface Members {
  /** Members with a classification of their own: kept, released and withheld apart from their field. */
  readonly parts: readonly Field[];
  /** Where ids of other records stand, the field itself included. */
  readonly references: readonly Reference[];
  /** Searchable members, parts or not. */
  readonly searches: readonly Field[];
}

type Source = GraphQLField<unknown, unknown>;

/** Where the walk stands. */
interface Place {
  /** The piece that holds what is looked at. */
  readonly holder: Field;
  readonly path: readonly string[];
  /** Within a list, whose items are one piece. */
  readonly listed: boolean;
  readonly subject: Subject;
}

class Walk {
  readonly parts: Field[] = [];
  readonly searches: Field[] = [];
  readonly references: Reference[] = [];
  readonly #schema: GraphQLSchema;
  readonly #context: TypeContext;

  constructor(schema: GraphQLSchema, context: TypeContext) {
    this.#schema = schema;
    this.#context = context;
  }

  /** @param piece what holds it, or itself */
  refer({ name, path, type: { reference, list } }: Field, piece: Field): void {
    if (reference !== undefined) this.references.push(Object.freeze({ ...reference, name, path, piece: piece.name, inner: path.slice(piece.path.length), list }));
  }

  enter({ name, members }: FieldType, place: Place): void {
    const type = this.#schema.getType(name);
    if (members === undefined || !isObjectType(type)) return;
    const siblings = this.#siblings(type, members, place);
    const before = this.parts.length;
    for (const [member, field] of siblings) {
      const source = type.getFields()[member];
      if (source === undefined) continue;
      this.#check(field, type, source, siblings, place);
      const isPart = this.#classified(source, place) !== undefined;
      if (isPart) this.parts.push(field);
      if (field.search !== undefined) this.searches.push(field);
      this.refer(field, isPart ? field : place.holder);
      this.enter(field.type, { ...place, holder: isPart ? field : place.holder, path: field.path, listed: place.listed || field.type.list });
    }
    if (this.parts.length > before) this.#demandNullable(type, place);
  }

  #classified(source: Source, { subject }: Place): { as: string; caveats: readonly string[] } | undefined {
    return this.#context.read(source.astNode, 'classified', subject);
  }

  /** Each member as a field of its own, by its name among its siblings. */
  #siblings(type: GraphQLObjectType, members: ReadonlyMap<string, FieldType>, place: Place): Map<string, Field> {
    const { holder, subject } = place;
    const { read } = this.#context;
    return new Map([...members].flatMap(([name, member]): [string, Field][] => {
      const source = type.getFields()[name];
      if (source === undefined) return [];
      const classified = this.#classified(source, place);
      const search = read(source.astNode, 'searchable', subject);
      const path = [...place.path, name];
      return [[name, {
        name: path.join('.'), path, within: holder.name, description: source.description ?? name, envelope: holder.envelope,
        level: (classified && levelOf(classified.as)) ?? holder.level, caveats: classified ? caveatMask(classified.caveats as never) : holder.caveats,
        type: member, writable: holder.writable, required: false, columns: [], derivedFrom: [],
        ...(member.normalise && { normalise: member.normalise }), ...(search && { search }),
      }]];
    }));
  }

  #check(field: Field, type: GraphQLObjectType, source: Source, siblings: ReadonlyMap<string, Field>, place: Place): void {
    const { holder, listed, subject } = place;
    const fault = (rule: string, message: string): void => this.#context.faults.add(source.astNode, subject, rule, `${field.name}: ${message}`);
    for (const { rule, check } of memberRules) {
      const message = check({ field, source, siblings });
      if (message !== undefined) fault(rule, message);
    }
    if (field.search?.by === 'OBSERVABLE') fault('search', 'a member is searched by EXACT, TIME, NUMBER or NAME: an observable is a field of its own');
    if (field.search !== undefined && holder.search !== undefined) fault('search', `${holder.name} is searched as a whole already: search it, or its members`);
    if (field.type.reference !== undefined && listed) fault('reference', 'an id in the items of a list could not be left out alone: it belongs on a field, or in one object');
    const own = this.#classified(source, place) !== undefined;
    for (const name of [field.normalise?.type, field.normalise?.subtype]) {
      const sibling = name === undefined ? undefined : type.getFields()[name];
      if (!own && sibling !== undefined && this.#classified(sibling, place) !== undefined) fault('normalise', `its form would tell of ${name}, which is withheld on its own`);
    }
    if (!own) return;
    if (holder.envelope) fault('part', 'the envelope is kept in clear as it is: no part of it is classified on its own');
    else if (listed) fault('part', 'items of a list are released together: @classified belongs on the field that holds the list');
    else if (field.level < holder.level || (holder.caveats & ~field.caveats) !== 0) {
      fault('part', `classified ${compartmentName(field)}, and ${holder.name}, which holds it, ${compartmentName(holder)}: a part is never less than its field`);
    }
  }

  /** Of an object whose parts may be all that a viewer has, or all that is missing, no member can be promised. */
  #demandNullable(type: GraphQLObjectType, { subject }: Place): void {
    for (const member of Object.values(type.getFields())) {
      if (isNonNullType(member.type)) this.#context.faults.add(member.astNode, subject, 'nullable', `${type.name}.${member.name}: a type with parts of their own classification promises no member: it must be nullable`);
    }
  }
}

/** @returns the parts and searched members of one compiled field; what is wrong with them is noted */
export function compileMembers(field: Field, schema: GraphQLSchema, context: TypeContext, subject: Subject): Members {
  const walk = new Walk(schema, context);
  walk.refer(field, field);
  walk.enter(field.type, { holder: field, path: field.path, listed: field.type.list, subject });
  return walk;
}
