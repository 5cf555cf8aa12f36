/** The query parameters by which a kind is searched, made from its searchable fields, and the filter they ask for. */
import { requiredMembers } from '../../dictionary/columns.ts';
import type { Field, FieldType, Json, Kind } from '../../dictionary/types.ts';
import type { FindQuery } from '../../exchange/api.ts';
import { invalid, Refusal } from '../../errors.ts';
import { type Query } from './query.ts';

type Condition = Readonly<Record<string, Json>>;

/** One searchable field: the names of its parameters, and how they make its condition. */
export interface SearchParameters {
  readonly field: Field;
  readonly names: readonly string[];
  /** @returns undefined when none of them was given */
  read(query: Query): Condition | undefined;
}

/** A parameter's text as the JSON its field holds. */
function valueOf(text: string, type: FieldType, name: string): Json {
  if (type.name === 'Boolean') {
    if (text !== 'true' && text !== 'false') throw invalid(name, 'must be true or false');
    return text === 'true';
  }
  if (type.shape === 'enum') {
    const { enum: words = [] } = (type.list ? type.schema['items'] : type.schema) as { readonly enum?: readonly string[] };
    if (!words.includes(text)) throw invalid(name, `must be one of ${words.join(', ')}`);
  }
  if (type.shape !== 'scalar' || !/^(?:Int|SafeInt|Float)$/.test(type.name)) return text;
  if (!/^-?\d{1,15}(?:\.\d{1,15})?$/.test(text) || (type.name !== 'Float' && text.includes('.'))) throw invalid(name, 'must be a number');
  return Number(text);
}

function exact(field: Field): SearchParameters {
  return {
    field,
    names: [field.name],
    read: (query) => {
      const values = query.many(field.name).map((text) => valueOf(text, field.type, field.name));
      if (values.length === 0) return undefined;
      return values.length === 1 ? { eq: values[0] as Json } : { in: values };
    },
  };
}

/** An object is asked for by its members: `caseRefs.authority=...&caseRefs.number=...`. */
function exactObject(field: Field, members: ReadonlyMap<string, FieldType>): SearchParameters {
  const names = [...members.keys()].map((member) => `${field.name}.${member}`);
  return {
    field,
    names,
    read: (query) => {
      const eq: Record<string, Json> = {};
      for (const [member, type] of members) {
        const name = `${field.name}.${member}`;
        const text = query.one(name);
        if (text !== undefined) eq[member] = valueOf(text, type, name);
      }
      if (Object.keys(eq).length === 0) return undefined;
      const missing = requiredMembers(field.type).filter((member) => !(member in eq));
      const faults = missing.map((member) => ({ field: `${field.name}.${member}`, message: `is missing: ${names.join(' and ')} are asked for together` }));
      if (faults.length > 0) throw new Refusal('INVALID', { errors: faults });
      return { eq };
    },
  };
}

function range(field: Field, equality: boolean): SearchParameters {
  const [from, to] = [`${field.name}From`, `${field.name}To`];
  return {
    field,
    names: equality ? [field.name, from, to] : [from, to],
    read: (query) => {
      const condition: Record<string, Json> = {};
      for (const [name, operator] of [[field.name, 'eq'], [from, 'from'], [to, 'to']] as const) {
        const text = name === field.name && !equality ? undefined : query.one(name);
        if (text !== undefined) condition[operator] = valueOf(text, field.type, name);
      }
      return Object.keys(condition).length === 0 ? undefined : condition;
    },
  };
}

function observable(field: Field, within: string): SearchParameters {
  const typeName = field.normalise?.type;
  return {
    field,
    names: [field.name, within],
    read: (query) => {
      const value = query.one(field.name);
      const wide = query.flag(within);
      if (value === undefined && wide !== undefined) throw invalid(within, `goes with ${field.name}: give the value too`);
      if (value === undefined) return undefined;
      const types = typeName === undefined ? [] : query.many(typeName);
      return { value, ...(types.length === 1 ? { type: types[0] as Json } : {}), ...(wide === undefined ? {} : { within: wide }) };
    },
  };
}

/** A name, and what it is told apart by. */
function personName(field: Field): SearchParameters {
  const facts = ([['birthDate', 'BirthDate'], ['nationality', 'Nationality']] as const).filter(([fact]) => field.search?.[fact] !== undefined).map(([fact, suffix]) => [fact, `${field.name}${suffix}`] as const);
  return {
    field,
    names: [field.name, ...facts.map(([, parameter]) => parameter)],
    read: (query) => {
      const name = query.one(field.name);
      const given = facts.flatMap(([fact, parameter]) => {
        const text = query.one(parameter);
        if (text !== undefined && name === undefined) throw invalid(parameter, `goes with ${field.name}: give the name too`);
        return text === undefined ? [] : [[fact, text] as const];
      });
      return name === undefined ? undefined : { name, ...Object.fromEntries(given) };
    },
  };
}

function parametersOf(field: Field, kind: Kind): SearchParameters {
  switch (field.search?.by) {
    case 'TIME': return range(field, false);
    case 'NUMBER': return range(field, true);
    case 'NAME': return personName(field);
    case 'OBSERVABLE': {
      const only = kind.fields.filter((other) => other.search?.by === 'OBSERVABLE').length === 1;
      return observable(field, only ? 'within' : `${field.name}Within`);
    }
    default: return field.type.members === undefined ? exact(field) : exactObject(field, field.type.members);
  }
}

/** One entry a searchable field, in the order of the schema. */
export const searchParameters = (kind: Kind): readonly SearchParameters[] =>
  [...kind.searches.values()].map((field) => parametersOf(field, kind));

/** A filter's faults under the names of the parameters that made it: `value.value` is `value`, `observedAt.from` is `observedAtFrom`. */
export async function asParameters<T>(parameters: readonly SearchParameters[], search: Promise<T>): Promise<T> {
  try {
    return await search;
  } catch (error) {
    if (!(error instanceof Refusal) || error.public.errors === undefined) throw error;
    const errors = error.public.errors.map(({ field: path, message }) => ({ field: parameterOf(parameters, path), message }));
    throw new Refusal(error.code, { ...error.public, errors }, error.cause);
  }
}

function parameterOf(parameters: readonly SearchParameters[], path: string): string {
  const found = parameters.find(({ field }) => path === field.name || path.startsWith(`${field.name}.`));
  if (found === undefined || found.names.includes(path)) return path;
  const operator = path.slice(found.field.name.length + 1);
  const joined = `${found.field.name}${operator.charAt(0).toUpperCase()}${operator.slice(1)}`;
  return [joined, found.field.name].find((name) => found.names.includes(name)) ?? path;
}

/** The filter that the given parameters ask for. */
export function filterOf(parameters: readonly SearchParameters[], query: Query): FindQuery['filter'] {
  const filter: Record<string, Condition> = {};
  for (const { field, read } of parameters) {
    const condition = read(query);
    if (condition !== undefined) filter[field.name] = condition;
  }
  return filter;
}
