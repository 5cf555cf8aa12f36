/** Filters: one input a kind, with one member for each searchable field, by its search method. */
import type { Field, Kind } from '../../types.ts';
import { described } from '../describe.ts';

export const searchable = (kind: Kind): Field[] => kind.fields.filter((field) => field.search !== undefined);

/** The name of a type as an input: object types have a twin, scalars and enums are their own. */
export const inputName = ({ type }: Field): string => (type.shape === 'object' ? `${type.name}Input` : type.name);

function filterName(kind: Kind, field: Field): string {
  switch (field.search?.by) {
    case 'TIME': return 'TimeFilter';
    case 'NUMBER': return 'NumberFilter';
    // Its type member is the enumeration of this kind's sibling field.
    case 'OBSERVABLE': return `${kind.name}${field.name.charAt(0).toUpperCase()}${field.name.slice(1)}Filter`;
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
  const members = fields.map((field) => `${described(field.description, '  ')}  ${field.name}: ${filterName(kind, field)}`);
  return `"Which ${kind.plural} to find: all that is named must hold. A record is found by a field only where that field is released to you."
input ${kind.name}Filter {\n${members.join('\n')}\n}`;
}

/** The inputs that the kinds' filters are made of, each once, by name. */
export function filterInputs(kinds: readonly Kind[]): Map<string, string> {
  const inputs = new Map<string, string>();
  for (const kind of kinds) {
    for (const field of searchable(kind)) {
      const name = filterName(kind, field);
      inputs.set(name, shared[name] ?? (field.search?.by === 'OBSERVABLE' ? observableFilter(name, kind, field) : exactFilter(name, inputName(field))));
    }
  }
  return inputs;
}
