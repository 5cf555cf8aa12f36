/** The form of a file: every key known, every needed one there, every value of its kind. ajv finds the faults; here they become words. */
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { nearest } from '../../dictionary/nearest.ts';
import type { Path } from './fault.ts';
import { fileSchema } from './schema.ts';

const regions = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });
const isCountry = (value: string): boolean => /^(?!UN|ZZ)[A-Z]{2}$/.test(value) && regions.of(value) !== undefined;
// RFC 3339 section 5.6, with "T" and the zone written out; a leap second is a moment that a Date can't hold.
const isInstant = (value: string): boolean =>
  /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/.test(value) && isDateTime(value) && !Number.isNaN(Date.parse(value));
// Made once: ajv compiles, and keeps, a schema for each object that it is given.
const dateTime = { type: 'string', format: 'date-time' };
const isDateTime = (value: string): boolean => ajv.validate(dateTime, value);
const isHttps = (value: string): boolean => URL.canParse(value) && new URL(value).protocol === 'https:' && new URL(value).username === '';

// What ajv writes runs as fast untidied, and tidying takes it longer than all else.
const ajv = new Ajv({ allErrors: true, verbose: true, strict: true, allowUnionTypes: true, coerceTypes: true, code: { optimize: false } });
addFormats.default(ajv, ['date-time', 'duration']);
ajv.addFormat('instant', isInstant);
ajv.addFormat('country', isCountry);
ajv.addFormat('country-or-un', (value: string) => value === 'UN' || isCountry(value));
ajv.addFormat('https', isHttps);
/** Compiled when first needed: most commands read no registry. */
let compiled: ValidateFunction | undefined;

export interface Unfit {
  readonly path: Path;
  readonly message: string;
}

const suggest = (word: unknown, words: readonly string[]): string => {
  const near = typeof word === 'string' ? nearest(word, words) : undefined;
  return near === undefined ? '' : `; did you mean ${near}?`;
};
const typeWords: Record<string, string> = {
  object: 'must be a group of indented "key: value" lines', array: 'must be a list ("- one" a line, or [one, two])',
  string: 'must be a text', boolean: 'must be true or false', integer: 'must be a whole number',
};

/** What ajv tells beside the keyword: of each error, the members its keyword has. */
interface Params {
  readonly allowedValues: readonly string[];
  readonly type: string | readonly string[];
  readonly limit: number;
  readonly missingProperty?: string;
  readonly additionalProperty?: string;
  readonly propertyName?: string;
  readonly i: number;
  readonly j: number;
}
interface Part {
  readonly properties?: object;
  readonly description?: string;
  readonly propertyNames?: { readonly description: string };
}

function messageOf({ keyword, params, data, parentSchema = {} }: ErrorObject): string {
  const { allowedValues, type, limit, additionalProperty, propertyName, j } = params as Params;
  const { properties = {}, description = keyword, propertyNames } = parentSchema as Part;
  switch (keyword) {
    case 'required': return 'is missing';
    case 'additionalProperties': return `unknown key${suggest(additionalProperty, Object.keys(properties))}`;
    case 'enum': return `"${String(data)}" is none of ${allowedValues.join(', ')}${suggest(data, allowedValues)}`;
    case 'type': return [type].flat().map((one) => typeWords[one] ?? `must be ${one}`).join(', or ');
    case 'minItems': return limit === 1 ? 'must name at least one' : `must name at least ${limit}`;
    case 'minProperties': case 'maxProperties': return `needs ${Object.keys(properties).join(' or ')}, one of them`;
    case 'uniqueItems': return `repeats item ${j + 1} of the list`;
    case 'minimum': return `must be ${limit} or more`;
    case 'maximum': return `must be ${limit} or less`;
    case 'maxLength': return `must have at most ${limit} characters`;
    case 'minLength': return 'must not be empty';
    case 'propertyNames': return `"${propertyName}" cannot be a name here: ${propertyNames?.description ?? keyword}`;
    default: return data === '' ? 'must not be empty' : `"${String(data)}": ${description}`;
  }
}

// RFC 6901: "~1" is "/", "~0" is "~". Only what stands in a list is counted: "4" may also be a key.
function pathOf(pointer: string, data: unknown): (string | number)[] {
  const path: (string | number)[] = [];
  let at = data;
  for (const token of pointer.split('/').slice(1)) {
    const name = token.replaceAll('~1', '/').replaceAll('~0', '~');
    path.push(Array.isArray(at) ? Number(name) : name);
    at = (at as Record<string, unknown> | undefined)?.[name];
  }
  return path;
}

function unfit(error: ErrorObject, data: unknown): Unfit {
  const path = pathOf(error.instancePath, data);
  const { missingProperty, additionalProperty, propertyName, i } = error.params as Params;
  const last = missingProperty ?? additionalProperty ?? propertyName ?? (error.keyword === 'uniqueItems' ? i : undefined);
  return { path: last === undefined ? path : [...path, last], message: messageOf(error) };
}

/**
 * @param data as `parse` made it; "true", "false" and numbers become such where the form wants them
 * @returns what does not fit, all of it
 */
export function structureFaults(data: unknown): Unfit[] {
  const validate = (compiled ??= ajv.compile(fileSchema));
  if (validate(data)) return [];
  // An empty text fails its length and its pattern: once is enough. The same for "if", which only repeats what "then" and "else" say.
  const told = new Set<string>();
  return (validate.errors ?? [])
    .filter(({ keyword, propertyName }) => keyword !== 'if' && propertyName === undefined)
    .map((error) => unfit(error, data))
    .filter(({ path }) => {
      const key = JSON.stringify(path);
      return told.has(key) ? false : told.add(key) !== undefined;
    });
}
