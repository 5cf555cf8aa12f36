import type { GraphQLField } from 'graphql';
import { caveatMask, levelOf } from '../compartment.ts';
import type { Subject } from '../fault.ts';
import type { Field } from '../types.ts';
import { fieldType, type TypeContext } from './field-type.ts';

const words = (name: string): string => name.replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase();

/** @returns undefined when the field cannot be one of a record: the fault is noted */
export function compileField(source: GraphQLField<unknown, unknown>, envelope: boolean, context: TypeContext, subject: Subject): Field | undefined {
  const { read, faults } = context;
  const node = source.astNode;
  const classified = read(node, 'classified', subject);
  if (classified === undefined) {
    faults.add(node, subject, 'classified', 'has no @classified: every field of a record says who may see it');
  }
  const type = fieldType(source, context, [], subject);
  const level = classified && levelOf(classified.as);
  if (type === undefined || classified === undefined || level === undefined) return undefined;
  const input = read(node, 'input', subject);
  const normalise = read(node, 'normalise', subject);
  const search = read(node, 'searchable', subject);
  const stix = read(node, 'stix', subject)?.property;
  return {
    name: source.name,
    description: source.description ?? words(source.name),
    envelope,
    level,
    caveats: caveatMask(classified.caveats),
    type,
    writable: input !== undefined,
    required: input?.required ?? false,
    columns: read(node, 'column', subject)?.names ?? [],
    derivedFrom: read(node, 'derived', subject)?.from ?? [],
    ...(normalise && { normalise }),
    ...(search && { search }),
    ...(stix !== undefined && { stix }),
  };
}
