/**
 * Answers, reduced to what must be the same: whole bytes, but for what differs by chance. Ids become names, instants of this run `now`, sealed cursors their
 * length; the length of a body counts as it is. An entity tag must be the one of the very bytes sent.
 */
import { hash } from 'node:crypto';
import type { LightMyRequestResponse } from 'fastify';
import { idOf, type Side } from './side.ts';

export type Send = (method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE', url: string, body?: unknown, headers?: Readonly<Record<string, string>>) => Promise<LightMyRequestResponse>;

export function sender(side: Side, authorization: string, named?: string): Send {
  return async (method, url, body, headers = {}) => {
    const payload = body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) };
    const type = body === undefined ? {} : { 'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json' };
    return side.app.inject({ method, url, headers: { authorization, ...(named === undefined ? {} : { 'exchange-case': named }), ...type, ...headers }, ...payload });
  };
}

const hours = 3_600_000;
/** Of this run: near now, or counted from it (a case's due date). What is told has whole minutes, or is of 2021. */
const isNow = (text: string): boolean => Math.abs(Date.parse(text) - Date.now()) < 12 * hours || (!text.startsWith('2021-') && !text.endsWith(':00.000Z'));
const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
/** An import's digest is a hash of ids. */
const digests = /(?<="digest":")[0-9a-f]{64}/g;
const instants = /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z/g;
const cursors = /"(nextCursor|cursor|endCursor|startCursor)":"([^"]*)"/g;

/** Names for what has no name: told records by their number, all else in the order in which it shows. */
export class Names {
  readonly #known: Map<string, string>;
  #unknown = 0;

  constructor(refs: readonly number[], run: number) {
    this.#known = new Map(refs.map((ref) => [idOf(run, ref), `r${ref}`]));
  }

  of(id: string): string {
    const known = this.#known.get(id) ?? `#${(this.#unknown += 1)}`;
    this.#known.set(id, known);
    return known;
  }

  /** The text with names in place of ids, and without what is different each time. */
  shown(text: string): string {
    return text
      .replaceAll(/"requestId":"[^"]*"|"instance":"[^"]*"/g, '"request":""')
      .replaceAll(cursors, (_, name: string, cursor: string) => `"${name}":"${cursor.length} characters"`)
      .replaceAll(digests, (digest) => this.of(digest))
      .replaceAll(uuid, (id) => this.of(id))
      .replaceAll(instants, (at) => (isNow(at) ? 'now' : at));
  }
}

const passing: ReadonlySet<string> = new Set(['date', 'x-request-id', 'etag', 'connection', 'keep-alive']);

export function told({ statusCode, headers, body }: LightMyRequestResponse, names: Names): string {
  const fresh = (body.match(instants) ?? []).some(isNow);
  const { etag } = headers;
  const tag = etag === undefined ? 'none' : fresh && etag === `"${hash('sha256', body, 'base64url').slice(0, 27)}"` ? 'of the body' : String(etag);
  const said = Object.entries(headers).filter(([name]) => !passing.has(name)).map(([name, value]) => `${name}: ${names.shown(String(value))}`).sort();
  return `${statusCode} etag ${tag}\n${said.join('\n')}\n${names.shown(body)}`;
}
