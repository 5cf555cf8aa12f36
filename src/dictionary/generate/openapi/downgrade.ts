/**
 * The same contract in OpenAPI 3.0.3, for generators that cannot read 3.1: 3.0 has no type lists, no `const`, no siblings of `$ref` and its own
 * `nullable` (Schema Object, OpenAPI 3.0.3 section 4.7.24).
 */
type Node = Readonly<Record<string, unknown>>;

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value);
/** JSON Schema keywords that 3.0 does not know. */
const unknownTo30 = new Set(['contentMediaType', 'contentSchema', 'contentEncoding', '$schema', '$id']);
/** What is under these is data, to be left as it is. */
const data = new Set(['example', 'examples', 'default', 'enum']);
/** Under these, names are somebody's own: a field may be called `example`. */
const maps = new Set(['properties', 'schemas', 'mapping']);

const isNull = (value: unknown): boolean => isNode(value) && value['type'] === 'null';

/** `anyOf: [X, null]` is `X`, nullable; 3.0 wants the type of X beside. */
function nullableChoice({ anyOf, ...rest }: Node, typeOf: (ref: string) => unknown): Node | undefined {
  if (!Array.isArray(anyOf) || !anyOf.some(isNull)) return undefined;
  const others: unknown[] = anyOf.filter((choice) => !isNull(choice));
  const [only] = others;
  const type = isNode(only) && typeof only['$ref'] === 'string' ? typeOf(only['$ref']) : undefined;
  return { ...rest, allOf: others, ...(type !== undefined && { type, nullable: true }) };
}

function typeList({ type, ...rest }: Node): Node | undefined {
  if (!Array.isArray(type)) return undefined;
  return { ...rest, type: (type as unknown[]).find((name) => name !== 'null'), ...(type.includes('null') && { nullable: true }) };
}

function keywords({ const: only, examples, ...rest }: Node): Node {
  return {
    ...Object.fromEntries(Object.entries(rest).filter(([name]) => !unknownTo30.has(name))),
    ...(only !== undefined && { enum: [only] }),
    // A list is a schema's `examples`; a map is a media type's, which 3.0 has too.
    ...(Array.isArray(examples) ? { example: examples[0] as unknown } : examples !== undefined && { examples }),
  };
}

function referred(node: Node): Node {
  const { $ref, ...rest } = node;
  return $ref === undefined || Object.keys(rest).length === 0 || 'summary' in rest ? node : { ...rest, allOf: [{ $ref }] };
}

const each = (map: Node, change: (value: unknown, name: string) => unknown): Node =>
  Object.fromEntries(Object.entries(map).map(([name, value]) => [name, change(value, name)]));

/** @returns a function that converts any part of the document */
function converter(typeOf: (ref: string) => unknown): (value: unknown) => unknown {
  const converted = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(converted);
    if (!isNode(value)) return value;
    const node = referred(keywords(typeList(value) ?? nullableChoice(value, typeOf) ?? value));
    return each(node, (inner, name) => {
      if (data.has(name)) return inner;
      return maps.has(name) && isNode(inner) ? each(inner, converted) : converted(inner);
    });
  };
  return converted;
}

/** Names of the schemas that a part of the document refers to. */
const references = (part: unknown): string[] => [...JSON.stringify(part).matchAll(/"#\/components\/schemas\/([^"]+)"/g)].flatMap(([, name]) => name ?? []);

/** Without the schemas that only what 3.0 does not know referred to (`contentSchema`). */
function used(document: Node): Node {
  const { schemas, ...shared } = document['components'] as { readonly schemas: Readonly<Record<string, unknown>> };
  const reached = new Set(references({ ...document, components: shared }));
  // A set grows while it is walked: what is reached reaches further.
  for (const name of reached) for (const further of references(schemas[name])) reached.add(further);
  return { ...document, components: { ...shared, schemas: Object.fromEntries(Object.entries(schemas).filter(([name]) => reached.has(name))) } };
}

/** @param document in OpenAPI 3.1, with its schemas under `components` */
export function toOpenapi30(document: Node): Node {
  const { schemas } = document['components'] as { readonly schemas: Readonly<Record<string, Node>> };
  const convert = converter((ref) => schemas[ref.slice(ref.lastIndexOf('/') + 1)]?.['type']);
  const { info, ...rest } = convert(document) as { readonly info: Node };
  const { summary: _, ...about } = info;
  return used({ ...rest, openapi: '3.0.3', info: { ...about, license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' } } });
}
