/** What makes a field safe: each rule as one line of a table, so that a reader sees all of them and a test can break each. */
import { type GraphQLField, isNonNullType } from 'graphql';
import { soleMember } from '../columns.ts';
import { compartmentName, isSealed } from '../compartment.ts';
import type { Field, FieldType } from '../types.ts';

/** A field, and what it stands in. */
export interface InContext {
  readonly field: Field;
  readonly source: GraphQLField<unknown, unknown>;
  /** The fields of the same kind. */
  readonly siblings: ReadonlyMap<string, Field>;
}

export interface FieldRule {
  readonly rule: string;
  /** @returns what is wrong, or undefined */
  check(subject: InContext): string | undefined;
}

/** Which types each normaliser takes. */
const normalised: Readonly<Record<string, readonly string[]>> = {
  OBSERVABLE: ['String'], INSTANT: ['DateTime'], COUNTRY: ['String'], TEXT: ['String', 'ID'], RECORD_ID: ['ID'],
  DATE: ['Date'], PARTIAL_DATE: ['String'], DOCUMENT: ['String'], ACCOUNT_NUMBER: ['String'], BIC: ['String'], DECIMAL: ['String'], CURRENCY: ['String'], PHONE: ['String'], EMAIL: ['String'], DIALLED: ['String'], SITE: ['String'], CELL_ID: ['String'], CRYPTO_ADDRESS: ['String'],
};
const numbers = ['Int', 'SafeInt', 'Float'];

function exactFits({ type, normalise }: Field): string | undefined {
  if (type.name === 'Float') return 'EXACT search of a Float finds nothing reliably: search it by NUMBER';
  if (type.shape === 'object' && [...(type.members?.values() ?? [])].some((member) => member.list || member.shape === 'object')) return `EXACT search needs flat members, and ${type.name} has others`;
  const free = type.shape === 'scalar' && ['String', 'ID', 'DateTime', 'Date'].includes(type.name);
  return free && normalise === undefined ? 'is searchable but has no @normalise: two spellings of one value would not find each other' : undefined;
}

/** One text, or objects that are told by one text. */
function nameFits({ type, normalise }: Field): string | undefined {
  const [by, of] = type.members === undefined ? [normalise?.by, type] : [soleMember(type)?.[1].normalise?.by, soleMember(type)?.[1]];
  return by === 'TEXT' && of?.name === 'String' ? undefined : 'NAME search needs a text with @normalise(by: TEXT), or objects whose only required member is one';
}

function searchFits({ field, siblings }: InContext): string | undefined {
  const { search, normalise, type } = field;
  if (search?.lookup !== undefined && (search.by !== 'EXACT' || normalise === undefined)) return 'what is looked up is searched by EXACT, and has a @normalise';
  switch (search?.by) {
    case undefined: return undefined;
    case 'EXACT': return exactFits(field);
    case 'OBSERVABLE': {
      const typed = normalise?.type === undefined ? undefined : siblings.get(normalise.type);
      if (normalise?.by !== 'OBSERVABLE') return 'OBSERVABLE search needs @normalise(by: OBSERVABLE)';
      return typed?.type.shape === 'enum' && !type.list ? undefined : 'OBSERVABLE search needs one text, and `type:` naming the enum field that says what it is';
    }
    case 'TIME': return normalise?.by === 'INSTANT' && !type.list ? undefined : 'TIME search needs one DateTime with @normalise(by: INSTANT)';
    case 'NAME': return nameFits(field);
    case 'NUMBER': return numbers.includes(type.name) && !type.list ? undefined : `NUMBER search needs one of ${numbers.join(', ')}`;
  }
}

/** Whether a viewer may know the second and not the first. */
const exceeds = (a: Field, b: Field): boolean => a.level > b.level || (a.caveats & ~b.caveats) !== 0;

function normaliseFits({ field, siblings }: InContext): string | undefined {
  const { normalise, type, writable } = field;
  if (normalise === undefined) return type.name === 'DateTime' && writable ? 'a DateTime that is written needs @normalise(by: INSTANT), or it is kept in any zone' : undefined;
  const fits = normalised[normalise.by];
  if (fits === undefined) return `there is no normaliser ${normalise.by}`;
  if (!fits.includes(type.name)) return `normaliser ${normalise.by} takes ${fits.join(' or ')}, not ${type.name}`;
  for (const [argument, name] of [['type', normalise.type], ['subtype', normalise.subtype], ['raw', normalise.raw]] as const) {
    if (name === undefined) continue;
    const sibling = siblings.get(name);
    if (sibling === undefined) return `@normalise(${argument}: "${name}") names no field of this kind`;
    if (argument === 'raw' ? exceeds(field, sibling) : exceeds(sibling, field)) return `@normalise(${argument}: "${name}") names a field of another classification: one would tell of the other`;
    if (argument === 'raw' && (sibling.type.name !== 'String' || sibling.type.list)) return `@normalise(raw: "${name}") must name a String`;
  }
  return undefined;
}

function derivedFits({ field, siblings }: InContext): string | undefined {
  for (const name of field.derivedFrom) {
    const source = siblings.get(name);
    if (source === undefined) return `@derived(from: "${name}") names no field of this kind`;
    if (source.level > field.level || (source.caveats & ~field.caveats) !== 0) {
      return `is made from ${name} (${compartmentName(source)}) but classified only ${compartmentName(field)}: it would tell what ${name} may not`;
    }
  }
  return undefined;
}

function referenceFits({ field: { type, envelope, writable, required, level, caveats, within } }: InContext): string | undefined {
  if (type.reference === undefined) return undefined;
  if (type.reference.existence) {
    if (within !== undefined || type.list || !required) return 'a record exists by one id that every submission carries: `existence` stands on a required ID of the record itself';
    if (level > 1 || caveats !== 0) return 'what a record exists by is kept in clear: at most RESTRICTED, without caveats';
  }
  if (envelope) return '@reference on the envelope: every kind would depend on it';
  return writable ? undefined : '@reference stands on what a writer sends: nobody else resolves it';
}

/** The first of some values that one of this type cannot have. */
function strangerTo({ schema }: FieldType, values: readonly string[]): string | undefined {
  const { enum: words = [] } = schema as { readonly enum?: readonly string[] };
  return values.find((value) => !words.includes(value));
}

function initialFits({ field: { initial = [], type } }: InContext): string | undefined {
  const stranger = strangerTo(type, initial);
  return stranger === undefined ? undefined : `@initial(values: "${stranger}") names no value of one ${type.name}`;
}

function decidedFits({ field: { decided, initial, type }, siblings }: InContext): string | undefined {
  if (decided === undefined) return undefined;
  if (initial === undefined) return '@decided needs @initial: what a decision takes the field away from';
  const stranger = strangerTo(type, [decided.offender, decided.other]);
  if (stranger !== undefined) return `@decided names "${stranger}", which is no value of one ${type.name}`;
  for (const name of [decided.into, decided.victim]) {
    const kept = siblings.get(name);
    if (kept?.type.list !== true || kept.type.shape !== 'object') return `@decided("${name}") names no list of objects of this kind`;
    if (kept.writable) return `@decided("${name}") names a field that writers send: decisions are kept by the exchange alone`;
  }
  return undefined;
}

/** Whether decisions of a sibling are kept in the field. */
const keepsDecisions = ({ field: { name }, siblings }: InContext): boolean => [...siblings.values()].some(({ decided }) => decided?.into === name || decided?.victim === name);

function conditionFits({ field: { grantCondition, alertWhile, seeks, soughtWhile, type, level, caveats } }: InContext): string | undefined {
  for (const [name, values] of [['grantCondition', grantCondition], ['alertWhile', alertWhile], ['seeks', seeks?.values], ['soughtWhile', soughtWhile]] as const) {
    const stranger = strangerTo(type, values ?? []);
    if (stranger !== undefined) return `@${name}(values: "${stranger}") names no value of one ${type.name}`;
  }
  if (grantCondition === undefined && alertWhile === undefined) return undefined;
  return isSealed({ level, caveats }) ? 'is sealed, and what a clause depends on is kept in clear: at most RESTRICTED, without caveat' : undefined;
}

export const fieldRules: readonly FieldRule[] = [
  { rule: 'nullable', check: ({ field, source }) => (!field.envelope && isNonNullType(source.type) ? 'can be withheld, so it must be nullable: withholding it would null the whole record' : undefined) },
  { rule: 'arguments', check: ({ source }) => (source.args.length > 0 ? 'a record field takes no arguments: what is released depends on the viewer alone' : undefined) },
  { rule: 'envelope', check: ({ field }) => (field.envelope && field.caveats !== 0 ? 'an envelope field carries no caveat: the envelope is what a viewer learns of a record it may not open' : undefined) },
  { rule: 'envelope', check: ({ field }) => (field.envelope && field.level > 1 ? 'an envelope field is kept in clear: at most RESTRICTED' : undefined) },
  { rule: 'normalise', check: normaliseFits },
  { rule: 'search', check: searchFits },
  { rule: 'derived', check: derivedFits },
  { rule: 'initial', check: initialFits },
  { rule: 'reference', check: referenceFits },
  { rule: 'condition', check: conditionFits },
  { rule: 'decided', check: decidedFits },
  { rule: 'input', check: (subject) => (!subject.field.writable && !subject.field.envelope && subject.field.derivedFrom.length === 0 && !keepsDecisions(subject) ? 'nobody can fill it: add @input, or @derived(from:) if the exchange makes it' : undefined) },
];

/** The rules that a member of an object is held to, as far as it says anything of itself. */
export const memberRules: readonly FieldRule[] = fieldRules.filter(({ rule }) => rule === 'arguments' || rule === 'normalise' || rule === 'search' || rule === 'reference');
