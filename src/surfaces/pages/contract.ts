/** Serves the contract: OpenAPI 3.1 as JSON and YAML, and a 3.0 copy for generators that cannot read 3.1. */
import { hash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { stringify } from 'yaml';
import { openapi, toOpenapi30 } from '../../dictionary/generate/openapi.ts';
import type { Dictionary } from '../../dictionary/types.ts';

/** What is generated from the dictionary at start. */
export interface Contract {
  readonly openapi: Readonly<Record<string, unknown>>;
  readonly openapi30: Readonly<Record<string, unknown>>;
  /** The 3.1 document as YAML. */
  readonly yaml: string;
  /** Tables that records are enriched from: the reference page names their licence and date. */
  readonly sources?: readonly Source[];
}

export interface Source {
  readonly name: string;
  readonly licence: string;
  /** When the table was made, ISO 8601. */
  readonly date: string;
  readonly url?: string;
}

type Documents = Omit<Contract, 'sources'>;

/** A large document: made when it is first asked for. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

function documentsOf(dictionary: Dictionary, version: string): Documents {
  const document = openapi(dictionary, version);
  const [older, yaml] = [once(() => toOpenapi30(document)), once(() => stringify(document, { aliasDuplicateObjects: false, lineWidth: 0 }))];
  return { openapi: document, get openapi30() { return older(); }, get yaml() { return yaml(); } };
}

/** A dictionary does not change: several apps over one share what is made of it. */
const known = new WeakMap<Dictionary, Map<string, Documents>>();

/**
 * The contract of this dictionary.
 * @param version of the exchange
 */
export function contractOf(dictionary: Dictionary, version: string, sources: readonly Source[] = []): Contract {
  const versions = known.get(dictionary) ?? new Map<string, Documents>();
  known.set(dictionary, versions);
  const documents = versions.get(version) ?? documentsOf(dictionary, version);
  versions.set(version, documents);
  return { openapi: documents.openapi, get openapi30() { return documents.openapi30; }, get yaml() { return documents.yaml; }, sources };
}

const config = { access: 'public', hidden: true } as const;

function serve(app: FastifyInstance, url: string, type: string, make: () => string): void {
  const served = once(() => {
    const text = make();
    return { text, etag: `"${hash('sha256', text, 'base64url').slice(0, 27)}"` };
  });
  app.get(url, { config }, async (request, reply) => {
    const { text, etag } = served();
    reply.headers({ ETag: etag, 'Cache-Control': 'no-cache' });
    if (request.headers['if-none-match'] === etag) return reply.code(304).send();
    return reply.type(type).send(text);
  });
}

export function addContract(app: FastifyInstance, contract: Contract): void {
  serve(app, '/openapi.json', 'application/json; charset=utf-8', () => JSON.stringify(contract.openapi));
  serve(app, '/openapi-3.0.json', 'application/json; charset=utf-8', () => JSON.stringify(contract.openapi30));
  serve(app, '/openapi.yaml', 'application/yaml; charset=utf-8', () => contract.yaml);
}
