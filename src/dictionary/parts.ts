/**
 * Parts: members of an object that are classified higher than the field that holds them (`lastContact.phone`). A body is nested where it comes in
 * and where it goes out; between, each part stands beside its field under its dotted name, so that it is sealed, released and compared on its own.
 */
import { isObject } from './json.ts';
import type { Body, Field, FieldType, Json, Kind } from './types.ts';

type Path = readonly string[];

/** The body without what stands at the path, and without objects that nothing is left in. */
function without(body: Body, [name = '', ...rest]: Path): Body {
  const { [name]: value, ...others } = body;
  if (rest.length === 0 || !isObject(value)) return others;
  const inner = without(value, rest);
  return Object.keys(inner).length === 0 ? others : { ...body, [name]: inner };
}

/** The same for a field of which nothing but an empty object was given: its presence would tell of parts that are withheld. */
const bare = (body: Body, path: Path): Body => (isObject(at(body, path)) && Object.keys(at(body, path) as Body).length === 0 ? without(body, path) : body);

function at(body: Body, path: Path): Json | undefined {
  let value: Json | undefined = body;
  for (const name of path) value = isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  return value;
}

/** From a nested body to one with a member for each piece. The inverse of `nest`. */
export function split(kind: Kind, body: Body): Body {
  if (kind.parts.length === 0) return body;
  let rest = body;
  const parts: [string, Json][] = [];
  // Deepest first: a part may hold parts of its own.
  for (const { name, path } of kind.parts.toReversed()) {
    const value = at(rest, path);
    if (value !== undefined && value !== null && !(isObject(value) && Object.keys(value).length === 0)) parts.push([name, value]);
    rest = without(rest, path);
    for (let depth = path.length - 1; depth > 0; depth -= 1) rest = bare(rest, path.slice(0, depth));
  }
  return { ...rest, ...Object.fromEntries(parts.reverse()) };
}

function within(target: Json | undefined, [name, ...rest]: Path, value: Json): Json {
  if (name === undefined) return isObject(target) && isObject(value) ? { ...value, ...target } : value;
  const object = isObject(target) ? target : {};
  return { ...object, [name]: within(object[name], rest, value) };
}

/** The type of a member, down a path; of a list, that of its items. @returns undefined when there is none */
export const memberType = (type: FieldType | undefined, path: Path): FieldType | undefined => path.reduce((so, step) => so?.members?.get(step), type);

/** Puts one piece into a nested body. */
export function nestInto(body: Record<string, Json>, [name = '', ...rest]: Path, value: Json): void {
  body[name] = rest.length === 0 ? value : within(body[name], rest, value);
}

/** Which pieces a nested patch speaks of, also to remove them. */
export function namedIn(kind: Kind, patch: Body): string[] {
  const holds = ({ path }: { path: Path }): boolean => {
    const holder = at(patch, path.slice(0, -1));
    return isObject(holder) && Object.hasOwn(holder, path.at(-1) ?? '');
  };
  return [...Object.keys(patch), ...kind.parts.filter(holds).map(({ name }) => name)];
}

/** What stands at a path of a nested body; through a list, what stands there in each of its items. */
export function valueAt(body: Body, path: Path): Json | undefined {
  const [name, ...rest] = path;
  if (name === undefined) return body;
  const value = Object.hasOwn(body, name) ? body[name] : undefined;
  if (rest.length === 0 || value === undefined || value === null) return value ?? undefined;
  if (Array.isArray(value)) {
    const found = (value as readonly Json[]).flatMap((item) => (isObject(item) ? [valueAt(item, rest)] : [])).flat().filter((one) => one !== undefined && one !== null) as Json[];
    return found.length === 0 ? undefined : found;
  }
  return isObject(value) ? valueAt(value, rest) : undefined;
}

/** What a body says of a field, or of what is searched within one. @param content with each part under its dotted name */
export function heldIn(content: Body, { name, within = name, path }: Field): Json | undefined {
  return valueAt({ [within]: content[within] ?? null }, [within, ...path.slice(within.split('.').length)]);
}
