/** The operations of an OpenAPI document, with what its references name put in their place. */
import { isNode, type Node, type Resolve } from './values.ts';

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly schema: Node;
}

export interface Operation {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly parameters: readonly Parameter[];
  /** Media type -> schema of the body. */
  readonly bodies: ReadonlyMap<string, Node>;
}

const methods = ['get', 'post', 'put', 'patch', 'delete'] as const;

/** @returns what a `$ref` of this document names; anything else is itself */
export const resolver = (document: Node): Resolve => (schema) => {
  let found = schema;
  while (typeof found['$ref'] === 'string') {
    let at: unknown = document;
    for (const part of found['$ref'].slice(2).split('/')) at = isNode(at) ? at[part] : undefined;
    if (!isNode(at)) throw new Error(`${found['$ref']} names nothing`);
    found = at;
  }
  return found;
};

export function operationsOf(document: Node): Operation[] {
  const resolve = resolver(document);
  const paths = document['paths'] as Readonly<Record<string, Node>>;
  return Object.entries(paths).flatMap(([path, item]) => methods.flatMap((method): Operation[] => {
    const node = item[method];
    if (!isNode(node)) return [];
    const parameters = [item['parameters'], node['parameters']].flatMap((list) => (Array.isArray(list) ? list.filter(isNode) : [])).map(resolve);
    const content = isNode(node['requestBody']) ? resolve(node['requestBody'])['content'] : undefined;
    const bodies = Object.entries(isNode(content) ? content : {}).map(([type, each]) => [type, isNode(each) && isNode(each['schema']) ? each['schema'] : {}] as const);
    return [{
      method: method.toUpperCase() as Operation['method'], path, bodies: new Map(bodies),
      parameters: parameters.map((each) => ({ name: String(each['name']), in: each['in'] as Parameter['in'], required: each['required'] === true, schema: isNode(each['schema']) ? each['schema'] : {} })),
    }];
  }));
}
