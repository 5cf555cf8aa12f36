/** What can be asked, as plain data; and the forms that most questions have. */
import { graphqlSchema } from '../../src/dictionary/generate/graphql-sdl.ts';
import type { Body, Json } from '../../src/dictionary/types.ts';
import { everything } from '../support/selection.ts';
import { dictionary } from './values.ts';

type Headers = Readonly<Record<string, string>>;
export type Question =
  | { readonly ask: 'rest'; readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'; readonly url: string; readonly body?: Json; readonly headers?: Headers; readonly fresh?: true }
  | { readonly ask: 'graphql'; readonly query: string; readonly variables: Body; readonly fresh?: string }
  /** The entity tag in GraphQL beside the one in REST. */
  | { readonly ask: 'tags'; readonly url: string; readonly query: string; readonly variables: Body }
  /** All pages of a list, to the end. */
  | { readonly ask: 'pages'; readonly url: string }
  | { readonly ask: 'connection'; readonly query: string; readonly variables: Body }
  /** The same with the entity tag that it had: nothing changed. */
  | { readonly ask: 'again'; readonly url: string }
  /** An import, and what became of each of its rows. */
  | { readonly ask: 'import'; readonly url: string; readonly body: string }
  /** Counts, by an officer who may only count. */
  | { readonly ask: 'statistics'; readonly table: string; readonly period: string }
  | { readonly ask: 'alerts'; readonly first: number }
  /** A record of one's own, as a partner whose caps are not known would have it. */
  | { readonly ask: 'viewed'; readonly url: string; readonly purpose: string }
  | { readonly ask: 'feed'; readonly from: 'nothing' | 'before' | 'middle'; readonly first: number; readonly kinds?: readonly string[] }
  | { readonly ask: 'ledger'; readonly record?: string; readonly first: number };


const schema = graphqlSchema(dictionary);
const selections = new Map<string, string>();
/** An entity tag is a hash of instants of the run too: it is asked for by itself. */
export function all(type: string): string {
  let selection = selections.get(type);
  if (selection === undefined) selections.set(type, (selection = everything(schema, type, ['etag'])));
  return selection;
}

export const absent = '01900000-0000-7000-8fff-ffffffffffff';
export const get = (url: string, headers?: Headers): Question => ({ ask: 'rest', method: 'GET', url, ...(headers === undefined ? {} : { headers }) });
export const graphql = (query: string, variables: Body = {}): Question => ({ ask: 'graphql', query, variables });
export const parameter = (name: string, value: unknown): string => `${name}=${encodeURIComponent(String(value))}`;

/** Whether it changes nothing: neither a record, nor what another question is answered (the ledger keeps who asked). */
export const isRead = (question: Question): boolean =>
  (question.ask === 'rest' ? question.method === 'GET' || question.url === '/v1/lookups' : question.ask === 'graphql' ? !question.query.startsWith('mutation') : !['import', 'ledger'].includes(question.ask));
