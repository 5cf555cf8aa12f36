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

/**
 * The contract of this dictionary.
 * @param version of the exchange
 */
export function contractOf(dictionary: Dictionary, version: string, sources: readonly Source[] = []): Contract {
  const document = openapi(dictionary, version);
  return { openapi: document, openapi30: toOpenapi30(document), yaml: stringify(document, { aliasDuplicateObjects: false, lineWidth: 0 }), sources };
}

const config = { access: 'public', hidden: true } as const;

function serve(app: FastifyInstance, url: string, type: string, text: string): void {
  const etag = `"${hash('sha256', text, 'base64url').slice(0, 27)}"`;
  app.get(url, { config }, async (request, reply) => {
    reply.headers({ ETag: etag, 'Cache-Control': 'no-cache' });
    if (request.headers['if-none-match'] === etag) return reply.code(304).send();
    return reply.type(type).send(text);
  });
}

export function addContract(app: FastifyInstance, { openapi, openapi30, yaml }: Contract): void {
  serve(app, '/openapi.json', 'application/json; charset=utf-8', JSON.stringify(openapi));
  serve(app, '/openapi-3.0.json', 'application/json; charset=utf-8', JSON.stringify(openapi30));
  serve(app, '/openapi.yaml', 'application/yaml; charset=utf-8', yaml);
}
