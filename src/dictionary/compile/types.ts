/** Rules about types as a whole: which are record kinds, what their names may be, and where directives have no effect. */
import { type GraphQLNamedType, type GraphQLObjectType, type GraphQLSchema, isInterfaceType, isObjectType } from 'graphql';
import type { FieldType, Kind } from '../types.ts';
import type { Directives } from './directives.ts';
import { envelopeName } from './envelope.ts';
import type { TypeContext } from './field-type.ts';

/** Root fields of the API that are no kind's. */
export const reservedNames: ReadonlySet<string> = new Set(
  ['me', 'record', 'records', 'lookup', 'lookups', 'observable', 'observables', 'changes', 'digest', 'ledger', 'statistics', 'partner', 'partners',
    'agreement', 'agreements', 'channel', 'channels', 'import', 'imports', 'withdraw', 'share', 'unshare', 'node', 'nodes'],
);
/** Only a record's own fields are written and imported one by one: on a member these would promise what nothing keeps. */
const ownFieldDirectives = ['input', 'initial', 'decided', 'alertWhile', 'grantCondition', 'seeks', 'soughtWhile', 'consent', 'stage', 'column', 'derived', 'ground', 'example'] as const satisfies readonly (keyof Directives)[];
/** On a member of what a record holds these count; elsewhere nothing reads them. */
const memberDirectives = ['classified', 'searchable', 'normalise', 'reference', 'filled'] as const satisfies readonly (keyof Directives)[];

/** Names of the object types that records hold. */
function heldTypes(kinds: readonly Kind[]): Set<string> {
  const held = new Set<string>();
  const visit = ({ name, members }: FieldType): void => {
    if (members === undefined || held.has(name)) return;
    held.add(name);
    for (const member of members.values()) visit(member);
  };
  for (const { fields } of kinds) for (const { type } of fields) visit(type);
  return held;
}

const types = (schema: GraphQLSchema): GraphQLNamedType[] => Object.values(schema.getTypeMap()).filter((type) => !type.name.startsWith('__'));

/** @returns the object types that are record kinds, each with what `@record` says; half-declared ones are faults */
export function recordTypes(schema: GraphQLSchema, { read, faults }: TypeContext): { type: GraphQLObjectType; record: Directives['record'] }[] {
  return types(schema).filter(isObjectType).flatMap((type) => {
    const record = read(type.astNode, 'record', { type: type.name });
    const implementing = type.getInterfaces().some(({ name }) => name === envelopeName);
    if (record !== undefined && !implementing) faults.add(type.astNode, { type: type.name }, 'record', `has @record but does not implement ${envelopeName}`);
    if (record === undefined && implementing) faults.add(type.astNode, { type: type.name }, 'record', `implements ${envelopeName} but has no @record`);
    return record !== undefined && implementing ? [{ type, record }] : [];
  });
}

/** Notes directives that stand where nothing reads them. */
export function checkStrays(schema: GraphQLSchema, kinds: readonly Kind[], { read, faults }: TypeContext): void {
  const records = new Set(kinds.map(({ name }) => name));
  const held = heldTypes(kinds);
  for (const type of types(schema)) {
    if (records.has(type.name) || !(isObjectType(type) || isInterfaceType(type)) || type.name === envelopeName) continue;
    if (isInterfaceType(type)) {
      faults.add(type.astNode, { type: type.name }, 'interface', `an interface beside ${envelopeName} would release fields under another type's rules: only ${envelopeName} is known`);
    }
    if (!held.has(type.name) && read(type.astNode, 'cell', { type: type.name }) !== undefined) {
      faults.add(type.astNode, { type: type.name }, 'stray', `@cell has no effect here: no record holds ${type.name}`);
    }
    for (const field of Object.values(type.getFields())) {
      for (const name of [...ownFieldDirectives, ...(held.has(type.name) ? [] : memberDirectives)]) {
        if (read(field.astNode, name, { type: type.name, field: field.name }) === undefined) continue;
        faults.add(field.astNode, { type: type.name, field: field.name }, 'stray', `@${name} has no effect here: it belongs on the field of a record that holds ${type.name}`);
      }
    }
  }
}

/** Notes names and paths that are malformed, reserved or used twice. */
export function checkNames(kinds: readonly Kind[], schema: GraphQLSchema, { faults }: TypeContext): void {
  const taken = new Map<string, string>();
  for (const kind of kinds) {
    const fault = (message: string): void => faults.add(schema.getType(kind.name)?.astNode, { type: kind.name }, 'name', message);
    if (!/^[A-Z][A-Za-z0-9]*$/.test(kind.name)) fault('a kind is named in PascalCase');
    if (!/^[a-z][A-Za-z0-9]*$/.test(kind.plural)) fault(`plural "${kind.plural}" is not camelCase`);
    if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(kind.path)) fault(`path "${kind.path}" is not of lower-case words with hyphens`);
    for (const name of new Set([kind.singular, kind.plural, kind.path])) {
      const other = taken.get(name);
      if (reservedNames.has(name)) fault(`"${name}" is the API's own name`);
      if (other !== undefined) fault(`"${name}" is already taken by ${other}`);
      taken.set(name, kind.name);
    }
    if (kind.singular === kind.plural) fault(`plural "${kind.plural}" must differ from the name of one`);
  }
}
