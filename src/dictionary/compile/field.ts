import type { GraphQLField } from 'graphql';
import { caveatMask, levelOf } from '../compartment.ts';
import type { Subject } from '../fault.ts';
import type { Field, Json } from '../types.ts';
import { fieldType, type TypeContext } from './field-type.ts';

const words = (name: string): string => name.replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase();

function exampleOf(json: string | undefined, fault: (message: string) => void): Json | undefined {
  if (json === undefined) return undefined;
  try {
    return JSON.parse(json) as Json;
  } catch {
    fault(`@example is no JSON: ${json}`);
    return undefined;
  }
}

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
  const normalise = type.reference === undefined ? read(node, 'normalise', subject) : { by: 'RECORD_ID' };
  const search = read(node, 'searchable', subject);
  const initial = read(node, 'initial', subject)?.values;
  const decided = read(node, 'decided', subject);
  const alertWhile = read(node, 'alertWhile', subject)?.values;
  const grantCondition = read(node, 'grantCondition', subject)?.values;
  const seeks = read(node, 'seeks', subject);
  const soughtWhile = read(node, 'soughtWhile', subject)?.values;
  const stix = read(node, 'stix', subject)?.property;
  const example = exampleOf(read(node, 'example', subject)?.json, (message) => faults.add(node, subject, 'example', message));
  return {
    name: source.name,
    path: [source.name],
    description: source.description ?? words(source.name),
    envelope,
    level,
    caveats: caveatMask(classified.caveats),
    type,
    writable: input !== undefined,
    required: input?.required ?? false,
    columns: read(node, 'column', subject)?.names ?? [],
    derivedFrom: read(node, 'derived', subject)?.from ?? [],
    ...(example !== undefined && { example }),
    ...(initial && { initial }),
    ...(decided && { decided }),
    ...(alertWhile && { alertWhile }),
    ...(grantCondition && { grantCondition }),
    ...(seeks && { seeks }),
    ...(soughtWhile && { soughtWhile }),
    ...(normalise && { normalise }),
    ...(search && { search }),
    ...(stix !== undefined && { stix }),
  };
}
