/** Reading an OpenAPI 3.1 document as data: only what the reference page shows of it. */

export type Node = Readonly<Record<string, unknown>>;

export const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value);
export const nodeIn = (node: Node, name: string): Node => (isNode(node[name]) ? node[name] : {});
export const textIn = (node: Node, name: string): string | undefined => (typeof node[name] === 'string' ? node[name] : undefined);
export const listIn = (node: Node, name: string): readonly unknown[] => (Array.isArray(node[name]) ? node[name] : []);

/** What a `$ref` within the document points to; the node itself when it is none. */
export function resolve(document: Node, node: Node): Node {
  const ref = textIn(node, '$ref');
  if (ref?.startsWith('#/') !== true) return node;
  const steps = ref.slice(2).split('/').map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  return steps.reduce<Node>(nodeIn, document);
}

export interface Operation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly tag: string;
  readonly node: Node;
  readonly parameters: readonly Node[];
}

const methods = ['get', 'post', 'put', 'patch', 'delete'];

/** Every operation, in the document's order. */
export function operationsOf(document: Node): Operation[] {
  return Object.entries(nodeIn(document, 'paths')).flatMap(([path, item]) => {
    if (!isNode(item)) return [];
    return methods.filter((method) => isNode(item[method])).map((method) => {
      const node = nodeIn(item, method);
      const parameters = [...listIn(item, 'parameters'), ...listIn(node, 'parameters')].filter(isNode).map((each) => resolve(document, each));
      const tag = listIn(node, 'tags').find((each) => typeof each === 'string');
      return { id: textIn(node, 'operationId') ?? `${method}-${path}`, method: method.toUpperCase(), path, tag: typeof tag === 'string' ? tag : '', node, parameters };
    });
  });
}

/** A schema in a word or two, with the name of the schema it refers to. */
export interface TypeName {
  readonly text: string;
  readonly schema?: string;
}

const last = (ref: string): string => ref.slice(ref.lastIndexOf('/') + 1);

export function typeNameOf(schema: Node): TypeName {
  const ref = textIn(schema, '$ref');
  if (ref !== undefined) return { text: last(ref), schema: last(ref) };
  const union = [...listIn(schema, 'oneOf'), ...listIn(schema, 'anyOf'), ...listIn(schema, 'allOf')].filter(isNode);
  if (union.length > 0) {
    const names = union.map(typeNameOf);
    const target = names.find((name) => name.schema !== undefined)?.schema;
    return { text: names.map((name) => name.text).join(' | '), ...(target === undefined ? {} : { schema: target }) };
  }
  if (isNode(schema['items'])) {
    const item = typeNameOf(schema['items']);
    return { ...item, text: `${item.text}[]` };
  }
  if (Array.isArray(schema['enum'])) return { text: schema['enum'].map(String).join(' | ') };
  const format = textIn(schema, 'format');
  return { text: `${[schema['type'] ?? 'any'].flat().join(' | ')}${format === undefined ? '' : ` (${format})`}` };
}

/** The first example a media type, parameter or schema gives. */
export function exampleOf(document: Node, media: Node): unknown {
  if (media['example'] !== undefined) return media['example'];
  const first = Object.values(nodeIn(media, 'examples'))[0];
  if (isNode(first)) return resolve(document, first)['value'];
  const schema = resolve(document, nodeIn(media, 'schema'));
  return schema['example'] ?? listIn(schema, 'examples')[0];
}
