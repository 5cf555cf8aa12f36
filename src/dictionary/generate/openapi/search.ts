/** The query parameters by which a kind is searched, and those by which an import gives every row a value. */
import type { Field, Kind } from '../../types.ts';
import { nameFacts, searchable } from '../graphql/filters.ts';
import { parameter as shared } from './parts.ts';
import type { Schema, Schemas } from './schemas.ts';

const parameter = (name: string, schema: Schema, description: string, example?: unknown): Schema => ({
  name, in: 'query', required: false, schema, description, ...(example !== undefined && { example }),
});

/** What is asked for: of the right type, without the limits of what is written. */
function asked(field: Field, schemas: Schemas): Schema {
  const one = schemas.type(field.type.name);
  return one['type'] === 'string' ? { ...one, maxLength: 4096 } : one;
}

function exact(field: Field, schemas: Schemas): Schema[] {
  if (field.type.members === undefined) {
    const several = { type: 'array', items: asked(field, schemas) };
    return [{ ...parameter(field.name, several, `${field.description} Given several times: any of them.`), style: 'form', explode: true }];
  }
  return [...field.type.members].map(([member, type]) => parameter(`${field.name}.${member}`, schemas.written(type), `${field.description} Its \`${member}\`: all members that a value must have are asked for together.`));
}

function range(field: Field, equality: boolean, schemas: Schemas): Schema[] {
  const schema = asked(field, schemas);
  return [
    ...(equality ? [parameter(field.name, schema, `${field.description} Exactly this.`)] : []),
    parameter(`${field.name}From`, schema, `${field.description} Not before, or not less than, this.`),
    parameter(`${field.name}To`, schema, `${field.description} Not after, or not more than, this.`),
  ];
}

const facts = {
  birthDate: ['BirthDate', 'When the person was born, as far as is known: `1990`, `1990-12`, `1990-12-31`; Buddhist-era years are understood. Raises or lowers a score.'],
  nationality: ['Nationality', 'ISO 3166-1 alpha-2, or the country\'s name. Raises or lowers a score.'],
} as const;

const name = (field: Field): Schema[] => [
  parameter(field.name, { type: 'string', maxLength: 300 }, `${field.description} Asked in any script and order, with or without titles, with a slip or initials: the best answers come first, and \`matches\` says why.`, 'สมชาย ใจดี'),
  ...nameFacts(field).map((fact) => parameter(`${field.name}${facts[fact][0]}`, { type: 'string', maxLength: 100 }, `With \`${field.name}\`. ${facts[fact][1]}`)),
];

function parametersOf(field: Field, kind: Kind, schemas: Schemas): Schema[] {
  switch (field.search?.by) {
    case 'TIME': return range(field, false, schemas);
    case 'NUMBER': return range(field, true, schemas);
    case 'NAME': return name(field);
    case 'OBSERVABLE': {
      const within = searchable(kind).filter(({ search }) => search?.by === 'OBSERVABLE').length === 1 ? 'within' : `${field.name}Within`;
      return [
        parameter(field.name, { type: 'string', maxLength: 4096 }, `${field.description} An address also finds the networks that hold it, a network also what lies inside it.`),
        parameter(within, { type: 'boolean' }, `With \`${field.name}\`. true: also what lies under it; false: nothing that lies inside it; left out: what its type suggests.`),
      ];
    }
    default: return exact(field, schemas);
  }
}

export const searchParameters = (kind: Kind, schemas: Schemas): Schema[] => searchable(kind).flatMap((field) => parametersOf(field, kind, schemas));

const importOwn = new Set(['channels', 'format', 'timezone', 'calendar', 'dryRun', 'confirmKnownGood']);

/** Fields a default can be given for: what a writer sends as one word or number. */
const defaultable = (field: Field): boolean => field.writable && !field.type.list && field.type.shape !== 'object' && !importOwn.has(field.name);

export const importParameters = (kind: Kind, schemas: Schemas): Schema[] => [
  { ...parameter('channels', { type: 'array', items: { type: 'string', maxLength: 64 } }, 'Channels that every row is shared into.'), style: 'form', explode: true },
  parameter('format', { type: 'string', enum: ['ndjson', 'csv', 'list'] }, 'What the body is, where its media type does not say: lines of JSON, CSV with a header row, a plain list of values.'),
  parameter('timezone', { type: 'string', maxLength: 64 }, 'IANA time zone of times that are written without one.', 'Asia/Bangkok'),
  parameter('calendar', { type: 'string', enum: ['gregorian', 'buddhist'], default: 'gregorian' }, 'Calendar of the years (พุทธศักราช or คริสต์ศักราช).'),
  parameter('dryRun', { type: 'boolean', default: false }, 'Only try: every row gets its outcome, nothing is kept.'),
  shared('ConfirmKnownGood'),
  ...kind.fields.filter(defaultable).map((field) => parameter(field.name, schemas.written(field.type), `For rows that have none of their own. ${field.description}`)),
];
