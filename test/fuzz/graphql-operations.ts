/** Operations for a GraphQL schema: valid ones, and ones with something wrong in them. */
import { type GraphQLArgument, type GraphQLField, type GraphQLInputType, type GraphQLNamedType, type GraphQLOutputType, type GraphQLSchema, getNamedType, getNullableType, isEnumType, isInputObjectType, isInterfaceType, isLeafType, isListType, isNonNullType, isObjectType } from 'graphql';
import { lives } from '../support/lives.ts';
import { chance, type Dice, oneOf, upTo } from './dice.ts';
import type { Known } from './requests.ts';
import { anything, type Manner, nasty } from './values.ts';

export interface Asked {
  readonly manner: Manner;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

const unheard = '01890000-0000-7000-8000-000000000001';
const texts: Readonly<Record<string, readonly unknown[]>> = {
  String: ['Synthetic', 'th', 'TH-10', '192.0.66.7', 'fuzz.example', '+12025550143', 'embassies-ip', 'th-ccib'], DateTime: ['2026-01-31T08:00:00Z', '1900-01-01T00:00:00+07:00'], Date: ['2026-01-31'],
  Int: [0, 1, 50, 500, 501, -1, 2 ** 31 - 1], SafeInt: [0, 2 ** 53 - 1], Float: [0, 13.6, -1e300], Boolean: [true, false],
};

function leaf(g: Dice, name: string, type: string, known: Known): unknown {
  const ids = [...known.ids.values()].flat();
  if (type === 'ID' || name === 'record' || name === 'account') return oneOf(g, ids.length > 0 ? [...ids, ...ids, unheard] : [unheard]);
  if ((name === 'after' || name === 'cursor') && known.cursors.length > 0) return oneOf(g, known.cursors);
  if (name === 'channel') return oneOf(g, lives).channel;
  if (name === 'ifMatch') return oneOf(g, ['"x"', '*', ...known.etags]);
  return oneOf(g, texts[type] ?? ['x']);
}

function input(g: Dice, name: string, given: GraphQLInputType, known: Known, manner: Manner, depth: number): unknown {
  if (manner === 'broken' && chance(g, 12)) return anything(g);
  if (!isNonNullType(given) && depth > 0 && chance(g, 12)) return null;
  const type = getNullableType(given);
  if (isListType(type)) return Array.from({ length: upTo(g, 2) }, () => input(g, name, type.ofType, known, manner, depth + 1));
  if (isEnumType(type)) return oneOf(g, type.getValues()).name;
  if (!isInputObjectType(type)) return manner !== 'valid' && chance(g, 8) ? oneOf(g, nasty) : leaf(g, name, type.name, known);
  const life = lives.find(({ kind }) => type.name === `${kind}Input`);
  const row = life === undefined ? {} : (JSON.parse(JSON.stringify({ ...life.given, channels: [life.channel] }).replaceAll(/\$[0-9]/g, () => String(leaf(g, 'id', 'ID', known)))) as object);
  if (life !== undefined && manner === 'valid') return row;
  const fields = Object.values(type.getFields()).filter((field) => isNonNullType(field.type) || (depth < 3 && chance(g, life === undefined ? 4 : 20)));
  return { ...row, ...Object.fromEntries(fields.map((field) => [field.name, input(g, field.name, field.type, known, manner, depth + 1)])) };
}

/** One operation in the making. */
interface Draft {
  readonly g: Dice;
  readonly schema: GraphQLSchema;
  readonly known: Known;
  readonly manner: Manner;
  readonly declared: string[];
  readonly variables: Record<string, unknown>;
  readonly fragments: string[];
  left: number;
}

/** The argument as a variable: literals are another way to say the same, and tried where the values are plain. */
function argument(draft: Draft, { name, type }: GraphQLArgument): string {
  const { g, known, manner, declared, variables } = draft;
  const value = input(g, name, type, known, manner, 0);
  if (['number', 'boolean', 'string'].includes(typeof value) && !isEnumType(getNamedType(type)) && chance(g, 2)) return `${name}: ${JSON.stringify(value)}`;
  const variable = `v${declared.length}`;
  declared.push(`$${variable}: ${String(type)}`);
  variables[variable] = value;
  return `${name}: $${variable}`;
}

function field(draft: Draft, at: GraphQLField<unknown, unknown>, depth: number): string {
  const { g } = draft;
  const needed = at.args.filter(({ type, defaultValue }) => (isNonNullType(type) && defaultValue === undefined) || chance(g, 4));
  const args = needed.map((each) => argument(draft, each));
  const selection = isLeafType(getNamedType(at.type)) ? '' : ` ${selectionOf(draft, at.type, depth + 1)}`;
  const directive = chance(g, 25) ? oneOf(g, [' @include(if: true)', ' @skip(if: false)', ' @skip(if: true)']) : '';
  // Two of one name and other arguments do not merge: an alias for whatever takes any.
  const alias = args.length > 0 || chance(g, 15) ? `a${draft.left}: ` : '';
  return `${alias}${at.name}${args.length > 0 ? `(${args.join(', ')})` : ''}${directive}${selection}`;
}

function selectionOf(draft: Draft, given: GraphQLOutputType | GraphQLNamedType, depth: number): string {
  const { g, schema, fragments } = draft;
  const type = getNamedType(given as GraphQLOutputType);
  if (!isObjectType(type) && !isInterfaceType(type)) return '';
  const fields = Object.values(type.getFields());
  const plain = fields.filter((each) => isLeafType(getNamedType(each.type)));
  const deep = fields.filter((each) => !plain.includes(each));
  const names = depth < 5 && draft.left > 0 ? deep.filter(() => chance(g, deep.length > 6 ? 6 : 2)) : [];
  const chosen = [...plain.filter(() => chance(g, 2)), ...names];
  const parts = chosen.map((each) => {
    draft.left -= 1;
    return field(draft, each, depth);
  });
  if (isInterfaceType(type) && chance(g, 2)) {
    const kind = oneOf(g, schema.getPossibleTypes(type));
    const inner = Object.values(kind.getFields()).filter((each) => isLeafType(getNamedType(each.type)) && type.getFields()[each.name] === undefined);
    if (inner.length > 0) parts.push(`... on ${kind.name} { r${kind.name}: ${oneOf(g, inner).name} }`);
  }
  if (chance(g, 3)) parts.push('__typename');
  const body = `{ ${parts.length === 0 ? '__typename' : parts.join(' ')} }`;
  if (!chance(g, 8)) return body;
  fragments.push(`fragment f${fragments.length} on ${type.name} ${body}`);
  return `{ ...f${fragments.length - 1} }`;
}

const cutOrTwist = (g: Dice, query: string): string => {
  const at = upTo(g, query.length - 1);
  return oneOf(g, [
    () => query.slice(0, at), () => query.slice(0, at) + oneOf(g, ['}', '{', '"', '$', '@', '...', '#', '\u0000', '\ufeff', '(', '🙂', '!!', ' __proto__ ', '1e999']) + query.slice(at), () => query.replace(/\b([a-z]\w+)\b/u, '$1x'),
    () => query.replace('{', '{ __schema { types { name fields { name type { name ofType { name } } } } } '), () => `${query} ${query}`, () => query.replace(/\$v0: [^,)]+/u, '$v0: Nothing'), () => query.replace(/"[^"]*"/u, '999999999999999999'),
    () => `subscription${query.slice(query.indexOf('{'))}`, () => `{ ${Array.from({ length: 40 }, (_, i) => `a${i}: me { clearance }`).join(' ')} }`, () => query.replace(/ f0 on \w+/u, ' f0 on Query'),
  ])();
};

/** An operation with one root field or two, of the schema. */
export function operationFor(g: Dice, schema: GraphQLSchema, root: 'query' | 'mutation', name: string, known: Known): Asked {
  const manner = oneOf(g, ['valid', 'boundary', 'broken'] as const);
  const draft: Draft = { g, schema, known, manner, declared: [], variables: {}, fragments: [], left: 25 };
  const fields = schema.getRootType(root as never)?.getFields() ?? {};
  const at = fields[name];
  if (at === undefined) throw new Error(`${root} has no ${name}`);
  const body = field(draft, at, 0);
  const text = `${root} q${draft.declared.length > 0 ? `(${draft.declared.join(', ')})` : ''} { ${body} } ${draft.fragments.join(' ')}`;
  return { manner, query: manner === 'broken' && chance(g, 2) ? cutOrTwist(g, text) : text, variables: draft.variables };
}
