/** `@extract`: what is made of another record says of every field what that record says, or it would be released under other rules. */
import type { GraphQLSchema } from 'graphql';
import { compartmentName } from '../compartment.ts';
import type { Kind } from '../types.ts';
import type { TypeContext } from './field-type.ts';

function faultsOf(kind: Kind, source: Kind | undefined): string[] {
  const { extract } = kind;
  if (extract === undefined) return [];
  if (source?.consent === undefined) return [`is made of ${extract.of}, which is no kind with a consent`];
  const found: string[] = [];
  const from = kind.field.get(extract.from);
  if (from?.type.name !== 'ID' || !from.required || from.search === undefined) found.push(`from: "${extract.from}" must be a required, searchable id`);
  if (kind.field.get(extract.case)?.type.name !== source.field.get(source.consent)?.type.members?.get('case')?.name) found.push(`case: "${extract.case}" must be of the type of the consent's case`);
  // The purposes of the source stay, so that its originator sees the extract beside it.
  if ((source.purposes & ~kind.purposes) !== 0 || (extract.purpose & ~kind.purposes) !== 0) found.push('must be seen for the purposes of its source, and for its own');
  if ((extract.purpose & source.purposes) !== 0) found.push('is for a purpose that its source is seen for itself');
  for (const field of kind.fields) {
    if (field.envelope || field.name === extract.from || field.name === extract.case) continue;
    const same = source.field.get(field.name);
    if (same === undefined) found.push(`${field.name} is no field of ${source.name}`);
    else if (compartmentName(same) !== compartmentName(field) || same.type.name !== field.type.name || same.type.list !== field.type.list) found.push(`${field.name} must be what it is in ${source.name}: ${compartmentName(same)}`);
    if (field.writable) found.push(`${field.name} is made, and not written`);
  }
  return found;
}

export function checkExtracts(kinds: readonly Kind[], schema: GraphQLSchema, { faults }: TypeContext): void {
  for (const kind of kinds) {
    const source = kinds.find(({ name }) => name === kind.extract?.of);
    for (const message of faultsOf(kind, source)) faults.add(schema.getType(kind.name)?.astNode, { type: kind.name }, 'extract', message);
  }
}
