/** Filters: one input a kind, with one member for each searchable field, by its search method. */
import type { Field, Kind } from '../../types.ts';
import { described, inWords } from '../describe.ts';

export const searchable = (kind: Kind): Field[] => [...kind.searches.values()];

/** Whether people are looked for in this kind by name. */
export const searchesNames = (kind: Kind): boolean => searchable(kind).some(({ search }) => search?.by === 'NAME');

/** The name of a type as an input: object types have a twin, scalars and enums are their own. */
export const inputName = ({ type }: Field): string => (type.shape === 'object' ? `${type.name}Input` : type.name);

const pascal = (name: string): string => name.split('.').map((step) => step.charAt(0).toUpperCase() + step.slice(1)).join('');

/** What a name search may be told of the person beside the name. */
export const nameFacts = ({ search }: Field): ('birthDate' | 'nationality')[] => (['birthDate', 'nationality'] as const).filter((fact) => search?.[fact] !== undefined);

const facts = {
  birthDate: `  "When the person was born, as far as is known: 1990, 1990-12, 1990-12-31; Buddhist-era years are understood. Raises or lowers a score (วันเกิด)."
  birthDate: String`,
  nationality: `  "Nationality, ISO 3166-1 alpha-2, or the country's name. Raises or lowers a score (สัญชาติ)."
  nationality: String`,
} as const;

const nameFilter = (name: string, field: Field): string => `"A person by name: in any script and order, with or without titles, with a slip or initials. The best answers come first, each with why (ค้นหาชื่อบุคคลข้ามอักษร)."
input ${name} {
  "The name, as you have it (ชื่อ)."
  name: String
${nameFacts(field).map((fact) => facts[fact]).join('\n')}
}`.replace(/\n+}$/, '\n}');

function filterName(kind: Kind, field: Field): string {
  switch (field.search?.by) {
    case 'TIME': return 'TimeFilter';
    case 'NUMBER': return 'NumberFilter';
    // By what a name is told apart by in this kind.
    case 'NAME': return `Name${nameFacts(field).map(pascal).join('')}Filter`;
    // Its type member is the enumeration of this kind's sibling field.
    case 'OBSERVABLE': return `${kind.name}${pascal(field.name)}Filter`;
    default: return `${field.type.name}Filter`;
  }
}

const shared: Readonly<Record<string, string>> = {
  TimeFilter: `"An instant between two others (ช่วงเวลา)."
input TimeFilter {
  "Not before this instant."
  from: DateTime
  "Not after this instant."
  to: DateTime
}`,
  NumberFilter: `"A number, or a range of them (ช่วงตัวเลข)."
input NumberFilter {
  "Exactly this."
  eq: Float
  "Not less than this."
  from: Float
  "Not more than this."
  to: Float
}`,
};

const exactFilter = (name: string, of: string): string => `"Equal to one value, or to one of several."
input ${name} {
  "Equal to this."
  eq: ${of}
  "Equal to one of these."
  in: [${of}!]
}`;

function observableFilter(name: string, kind: Kind, field: Field): string {
  const type = kind.field.get(field.normalise?.type ?? '')?.type.name ?? 'String';
  return `"A network observable. Defanged text and Thai digits are understood."
input ${name} {
  "The value asked for; an address also finds the networks that hold it, a network also what lies inside it."
  value: String
  "Any of these."
  in: [String!]
  "What the values are; may be left out where they say so beyond doubt."
  type: ${type}
  "\`true\`: also what lies under it (the URLs of a domain or an address). \`false\`: nothing that lies inside it. Left out: what its type suggests."
  within: Boolean
}`;
}

/** @returns the filter input of a kind; undefined when nothing in it is searchable */
export function kindFilter(kind: Kind): string | undefined {
  const fields = searchable(kind);
  if (fields.length === 0) return undefined;
  const members = membersAt(kind, fields, 0);
  return `"Which ${inWords(kind.plural)} to find: all that is named must hold. A record is found by a field only where that field is released to you."
input ${kind.name}Filter {\n${members.flatMap(({ line }) => (line === '' ? [] : [line])).join('\n')}\n}`;
}

interface Member {
  /** As it stands in an input. */
  readonly line: string;
  /** The input it needs, where it holds members itself. */
  readonly inner?: readonly [name: string, text: string];
}

/** Searched fields by the step of their paths: those of one object are asked for inside it, as they stand in a record. */
function membersAt(kind: Kind, fields: readonly Field[], depth: number): Member[] {
  const groups = Map.groupBy(fields, ({ path }) => path[depth] ?? '');
  return [...groups].flatMap(([step, group]): Member[] => {
    const [field] = group;
    if (field === undefined) return [];
    if (field.path.length === depth + 1) return [{ line: `${described(field.description, '  ')}  ${step}: ${filterName(kind, field)}` }];
    const holder = field.path.slice(0, depth + 1).join('.');
    const name = `${kind.name}${pascal(holder)}Filter`;
    const members = membersAt(kind, group, depth + 1);
    const about = kind.field.get(holder)?.description ?? `What ${holder} holds.`;
    const text = `${described(`By what \`${holder}\` holds: all that is named must hold.`)}input ${name} {\n${members.flatMap(({ line }) => (line === '' ? [] : [line])).join('\n')}\n}`;
    return [{ line: `${described(about, '  ')}  ${step}: ${name}`, inner: [name, text] }, ...members.filter(({ inner }) => inner !== undefined).map((member) => ({ ...member, line: '' }))];
  }).filter(({ line, inner }) => line !== '' || inner !== undefined);
}

function inputOf(name: string, kind: Kind, field: Field): string {
  switch (field.search?.by) {
    case 'OBSERVABLE': return observableFilter(name, kind, field);
    case 'NAME': return nameFilter(name, field);
    default: return exactFilter(name, inputName(field));
  }
}

/** The inputs that the kinds' filters are made of, each once, by name. */
export function filterInputs(kinds: readonly Kind[]): Map<string, string> {
  const inputs = new Map<string, string>();
  for (const kind of kinds) {
    for (const { inner } of membersAt(kind, searchable(kind), 0)) if (inner !== undefined) inputs.set(...inner);
    for (const field of searchable(kind)) {
      const name = filterName(kind, field);
      inputs.set(name, shared[name] ?? inputOf(name, kind, field));
    }
  }
  return inputs;
}
