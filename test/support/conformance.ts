/** Holds what was answered to what the contract declares: nothing undeclared is sent, by status, media type, header and body. */
import { type AnySchemaObject, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

type Node = Readonly<Record<string, unknown>>;

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Every object takes the properties that it names, and no other. */
function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed);
  if (!isNode(value)) return value;
  const inner = Object.fromEntries(Object.entries(value).map(([name, each]) => [name, name === 'enum' || name === 'examples' || name === 'default' ? each : closed(each)]));
  return isNode(value['properties']) && value['additionalProperties'] === undefined && value['type'] === 'object' ? { ...inner, additionalProperties: false } : inner;
}

export interface Answered {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

/** @throws Error saying what is not in the contract */
export type Conforms = (method: string, url: string, answered: Answered) => void;

/** Not for every answer of this kind. */
const sometimes = new Set(['idempotency-replayed', 'preference-applied']);
const parts = (path: string): string[] => path.split('/').filter((part) => part !== '');

/** @param document the OpenAPI 3.1 document */
export function conformance(document: Node): Conforms {
  const { paths, components } = document as { readonly paths: Readonly<Record<string, Node>>; readonly components: Readonly<Record<string, Node>> };
  const ajv = new Ajv2020({ strict: false, allErrors: true, code: { optimize: false } });
  addFormats.default(ajv);
  ajv.addSchema({ $id: 'contract.json', components: { schemas: closed(components['schemas']) } } as AnySchemaObject);
  const compiled = new Map<string, ValidateFunction>();
  const validator = (schema: Node): ValidateFunction => {
    const text = JSON.stringify(schema).replaceAll('"#/components/', '"contract.json#/components/');
    const known = compiled.get(text) ?? ajv.compile(closed(JSON.parse(text)) as AnySchemaObject);
    compiled.set(text, known);
    return known;
  };
  const resolved = (node: Node | undefined): Node | undefined => {
    const ref = node?.['$ref'];
    if (typeof ref !== 'string') return node;
    const [kind = '', name = ''] = ref.split('/').slice(2);
    return components[kind]?.[name] as Node | undefined;
  };
  const operationOf = (method: string, path: string): Node | undefined => {
    const asked = parts(path);
    const fits = (template: string): boolean => {
      const declared = parts(template);
      return declared.length === asked.length && declared.every((part, i) => part.startsWith('{') || part === asked[i]);
    };
    // A literal part goes before a variable one: `/import` is no id.
    const [best] = Object.keys(paths).filter(fits).sort((a, b) => a.split('{').length - b.split('{').length);
    return best === undefined ? undefined : (paths[best]?.[method.toLowerCase()] as Node | undefined);
  };
  return (method, url, { statusCode, headers, body }) => {
    const { pathname } = new URL(url, 'http://localhost');
    const fail = (what: string): never => { throw new Error(`${method} ${pathname} ${statusCode}: ${what}\n${body.slice(0, 600)}`); };
    const operation = operationOf(method, pathname);
    if (operation === undefined) return statusCode === 404 || statusCode === 405 ? undefined : fail('is not in the contract');
    const response = resolved((operation['responses'] as Readonly<Record<string, Node>>)[statusCode]);
    if (response === undefined) return fail('the status is not declared');
    for (const name of Object.keys((response['headers'] ?? {}) as Node)) {
      if (!sometimes.has(name.toLowerCase()) && headers[name.toLowerCase()] === undefined) fail(`the header ${name} is declared and was not sent`);
    }
    const content = response['content'] as Readonly<Record<string, Node>> | undefined;
    if (content === undefined) return body === '' ? undefined : fail('a body where none is declared');
    const media = String(headers['content-type']).split(';')[0] ?? '';
    const schema = resolved(content[media]?.['schema'] as Node | undefined) && (content[media]?.['schema'] as Node);
    if (schema === undefined) return fail(`${media} is not declared`);
    const each = typeof schema['contentSchema'] === 'object' ? (schema['contentSchema'] as Node) : undefined;
    const bodies = each === undefined ? [body] : body.split('\n').filter((line) => line !== '');
    const validate = validator(each ?? schema);
    for (const text of bodies) if (!validate(media === 'text/csv' ? text : JSON.parse(text))) fail(`does not fit: ${ajv.errorsText(validate.errors)}`);
    return undefined;
  };
}
