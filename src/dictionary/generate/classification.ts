/**
 * What is pinned of the dictionary: every field, part and member of every kind, with its compartment and what the exchange does with it. Committed, so that
 * whoever lowers a level, takes a caveat away or makes something searchable changes a line in plain sight of the review.
 */
import { compartmentName, purposesIn } from '../compartment.ts';
import type { Dictionary, Field, FieldType, Kind } from '../types.ts';

function doneWith({ search, derivedFrom, initial, decided, alertWhile, grantCondition, writable, required, type: { reference }, normalise, own }: Field): string[] {
  return [
    ...(writable ? [required ? 'must be written' : 'written'] : []),
    ...(normalise === undefined ? [] : [`normalised by ${normalise.by}`]),
    ...(search === undefined ? [] : [`searched by ${search.by}`]),
    ...(own === true ? ['its originator\'s alone'] : []),
    ...(derivedFrom.length === 0 ? [] : [`made from ${derivedFrom.join(' ')}`]),
    ...(reference === undefined ? [] : [`names ${reference.to.join(' ')}${reference.existence ? ', exists by it' : ''}${reference.inline ? ', inline' : ''}`]),
    ...(initial === undefined ? [] : [`begins as ${initial.join(' ')}`]),
    ...(decided === undefined ? [] : [`decided into ${decided.into} and ${decided.victim}`]),
    ...(grantCondition === undefined ? [] : [`clauses depend on ${grantCondition.join(' ')}`]),
    ...(alertWhile === undefined ? [] : [`alerts in ${alertWhile.join(' ')}`]),
  ];
}

/** Members that are no pieces of their own: they stand and fall with what holds them. */
function members(kind: Kind, holder: string, { members: inner = new Map<string, FieldType>() }: FieldType, compartment: string): string[] {
  return [...inner].flatMap(([name, type]) => {
    const path = `${holder}.${name}`;
    if (kind.field.has(path)) return [];
    const searched = kind.searches.get(path)?.search;
    const said = [compartment, `with ${holder}`, ...(searched === undefined ? [] : [`searched by ${searched.by}`])];
    return [`${kind.name}.${path}: ${said.join(', ')}`, ...members(kind, path, type, compartment)];
  });
}

const linesOf = (kind: Kind): string[] => [
  `${kind.name}: seen for ${purposesIn(kind.purposes).join(' ')}`,
  ...(kind.consent === undefined ? [] : [`${kind.name}: by consent in ${kind.consent}`]),
  ...(kind.extract === undefined ? [] : [`${kind.name}: made of ${kind.extract.of} for ${purposesIn(kind.extract.purpose).join(' ')}, never in ${kind.extract.never?.join('.') ?? 'any'}`]),
  ...kind.pieces.flatMap((field) => [`${kind.name}.${field.name}: ${[compartmentName(field), ...doneWith(field)].join(', ')}`, ...members(kind, field.name, field.type, compartmentName(field))]),
];

/** One line each, kinds in order of their names. */
export const classification = ({ kinds, redacted }: Dictionary): string[] =>
  [...[...kinds.values()].sort((a, b) => (a.name < b.name ? -1 : 1)).flatMap(linesOf), ...[...redacted].sort().map((name) => `no log prints ${name}`)];
