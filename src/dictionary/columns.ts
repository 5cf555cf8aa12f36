/** Columns of a file of rows: the fields a writer may send, and the members of their objects under dotted names (`institution.bic`). */
import type { Field, FieldType, Kind } from './types.ts';

export interface Column {
  /** `scheme`, `institution.bic`. */
  readonly name: string;
  readonly path: readonly string[];
  readonly type: FieldType;
  /** The field it is of. */
  readonly field: Field;
  /** `สถาบันการเงิน: รหัส BIC`; undefined where the dictionary has no Thai word. */
  readonly thai: string | undefined;
}

const known = new WeakMap<Kind, ReadonlyMap<string, Column>>();

function* columnsOf(field: Field, path: readonly string[], type: FieldType, thai: string | undefined): Generator<Column> {
  yield { name: path.join('.'), path, type, field, thai };
  if (type.list) return;
  for (const [name, member] of type.members ?? []) yield* columnsOf(field, [...path, name], member, thai === undefined || member.thai === undefined ? undefined : `${thai}: ${member.thai}`);
}

const inThai = /[\u0e00-\u0e7f]/;
const thaiName = ({ columns, type }: Field): string | undefined => columns.find((name) => inThai.test(name)) ?? type.thai;

/** Every column that rows of this kind may have, by name. */
export function columnsByName(kind: Kind): ReadonlyMap<string, Column> {
  let columns = known.get(kind);
  if (columns === undefined) {
    columns = new Map(kind.fields.filter(({ writable }) => writable).flatMap((field) => [...columnsOf(field, field.path, field.type, thaiName(field))].map((column) => [column.name, column] as const)));
    known.set(kind, columns);
  }
  return columns;
}

/** The members that an object of this type must have. */
export function requiredMembers({ list, schema }: Pick<FieldType, 'list' | 'schema'>): readonly string[] {
  const { required = [] } = (list ? schema['items'] : schema) as { readonly required?: readonly string[] };
  return required;
}

/** The one member by which an object is written as a text: the only one it must have. A name by its `full`, a document by its `number`. */
export function soleMember({ members, list, schema }: FieldType): readonly [name: string, type: FieldType] | undefined {
  const [name, ...others] = requiredMembers({ list, schema });
  const type = name === undefined ? undefined : members?.get(name);
  return name === undefined || type === undefined || others.length > 0 || type.list || type.shape === 'object' ? undefined : [name, type];
}

/** The two members by which an object is written as one text, and what stands between them (`@cell`): a desk as `partner/desk`, a case as `authority: number`. */
export interface Paired {
  readonly between: string;
  readonly members: readonly [readonly [name: string, type: FieldType], readonly [name: string, type: FieldType]];
}

export function pairedMembers(type: FieldType): Paired | undefined {
  const [first, second] = requiredMembers(type).flatMap((name) => {
    const member = type.members?.get(name);
    return member === undefined ? [] : [[name, member] as const];
  });
  return type.between === undefined || first === undefined || second === undefined ? undefined : { between: type.between, members: [first, second] };
}

/** How people write the text: a colon has a space after it, which nothing is read by. */
export const pairText = (between: string, first: string, second: string): string => `${first}${between}${between === ':' ? ' ' : ''}${second}`;

/** What a template offers: columns that are filled in without writing JSON, the kind's own first. */
function offered(kind: Kind): Column[] {
  const all = [...columnsByName(kind).values()].filter(({ type }) => type.shape !== 'object' || (type.list && (soleMember(type) ?? pairedMembers(type)) !== undefined));
  return [...all.filter(({ field }) => !field.envelope), ...all.filter(({ field }) => field.envelope)];
}

/** How the columns of a template that hold two members in one text are written: `nrmDesks` as `partner/desk`. */
export const templatePairs = (kind: Kind): string[] =>
  offered(kind).flatMap(({ name, type }) => {
    const paired = pairedMembers(type);
    return paired === undefined ? [] : [`\`${name}\` as \`${pairText(paired.between, paired.members[0][0], paired.members[1][0])}\``];
  });

/**
 * The header row of a template.
 * @param language in which the columns are named; those without a Thai name keep their own
 */
export const templateHeader = (kind: Kind, language: 'en' | 'th'): string[] => offered(kind).map(({ name, thai }) => (language === 'th' ? (thai ?? name) : name));
