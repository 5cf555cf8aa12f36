/**
 * Asks one database, and reduces the answers to what must be the same: whole bytes, but for what differs by chance. Ids become names, instants of
 * this run `now`, sealed cursors their length; the length of a body counts as it is. An entity tag must be the one of the very bytes sent.
 */
import { hash } from 'node:crypto';
import type { LightMyRequestResponse } from 'fastify';
import type { Body } from '../../src/dictionary/types.ts';
import type { Question } from './questions.ts';
import type { Eye } from './registry.ts';
import { filled, idOf, type Side } from './side.ts';

/** Where the viewer's feed stood before anything happened, and in the middle of it. */
export interface Before {
  readonly before: string | undefined;
  readonly middle: string | undefined;
}

type Send = (method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE', url: string, body?: unknown, headers?: Readonly<Record<string, string>>) => Promise<LightMyRequestResponse>;

export function sender(side: Side, authorization: string): Send {
  return async (method, url, body, headers = {}) => {
    const payload = body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) };
    const type = body === undefined ? {} : { 'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json' };
    return side.app.inject({ method, url, headers: { authorization, ...type, ...headers }, ...payload });
  };
}

const hours = 3_600_000;
/** Of this run: near now, or counted from it (a case's due date). What is told has whole seconds, or is of 2021. */
const isNow = (text: string): boolean => Math.abs(Date.parse(text) - Date.now()) < 12 * hours || (!text.startsWith('2021-') && !text.endsWith('.000Z'));
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

function told({ statusCode, headers, body }: LightMyRequestResponse, names: Names): string {
  const fresh = (body.match(instants) ?? []).some(isNow);
  const { etag } = headers;
  const tag = etag === undefined ? 'none' : fresh && etag === `"${hash('sha256', body, 'base64url').slice(0, 27)}"` ? 'of the body' : String(etag);
  const said = Object.entries(headers).filter(([name]) => !passing.has(name)).map(([name, value]) => `${name}: ${names.shown(String(value))}`).sort();
  return `${statusCode} etag ${tag}\n${said.join('\n')}\n${names.shown(body)}`;
}

/** What an originator may learn of its colleagues' readings crosses the law by name: see `modelledLedger`. */
const changing: ReadonlySet<string> = new Set(['submit', 'amend', 'share', 'unshare', 'withdraw', 'import', 'import (dry run)', 'withdraw import']);

interface LedgerItem {
  readonly id: string;
  readonly partner: string;
  readonly operation: string;
}

/**
 * `originatorReading` of rules/declassify.ts, modelled: an originator's officer learns that a colleague was given the record it changed, also when
 * what was changed is not for it. Those entries are set apart; in all others, and in the length of a page, the two must agree.
 */
async function modelledLedger(send: Send, eye: Eye, { record, first }: Question & { ask: 'ledger' }, names: Names): Promise<string> {
  const items: LedgerItem[] = [];
  const lengths: number[] = [];
  for (let after = ''; ;) {
    const answer = await send('GET', `/v1/ledger?first=${first}${record === undefined ? '' : `&record=${record}`}${after === '' ? '' : `&after=${encodeURIComponent(after)}`}`);
    if (answer.statusCode !== 200) return told(answer, names);
    const page = answer.json<{ items: LedgerItem[]; nextCursor?: string }>();
    items.push(...page.items);
    lengths.push(page.items.length);
    if (page.nextCursor === undefined) break;
    after = page.nextCursor;
  }
  const whole = lengths.slice(0, -1).every((length) => length === first);
  const kept = items.filter(({ partner, operation }) => partner !== eye.partner || !changing.has(operation));
  return `${whole} ${names.shown(JSON.stringify(kept.map((item) => ({ ...item, id: '' }))))}`;
}

/** Follows the feed to its end. */
export async function follow(send: Send, from: string | undefined, first: number, kinds?: readonly string[]): Promise<{ pages: LightMyRequestResponse[]; end: string }> {
  const pages: LightMyRequestResponse[] = [];
  let cursor = from;
  for (;;) {
    const answer = await send('GET', `/v1/changes?first=${first}${kinds === undefined ? '' : `&kinds=${kinds.join(',')}`}${cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`}`);
    pages.push(answer);
    if (answer.statusCode !== 200) return { pages, end: '' };
    const page = answer.json<{ cursor: string; more: boolean }>();
    ({ cursor } = page);
    if (!page.more || pages.length > 200) return { pages, end: page.cursor };
  }
}

async function list(send: Send, url: string): Promise<LightMyRequestResponse[]> {
  const pages: LightMyRequestResponse[] = [];
  for (let after: string | undefined; ;) {
    const answer = await send('GET', after === undefined ? url : `${url}&after=${encodeURIComponent(after)}`);
    pages.push(answer);
    after = answer.statusCode === 200 ? answer.json<{ nextCursor?: string }>().nextCursor : undefined;
    if (after === undefined || pages.length > 200) return pages;
  }
}

type Connection = { readonly pageInfo: { readonly endCursor?: string | null } };

async function connected(send: Send, query: string, variables: Body): Promise<LightMyRequestResponse[]> {
  const pages: LightMyRequestResponse[] = [];
  for (let after: string | undefined; ;) {
    const answer = await send('POST', '/graphql', { query, variables: { ...variables, ...(after === undefined ? {} : { after }) } });
    pages.push(answer);
    const { data } = answer.json<{ data?: Readonly<Record<string, Connection>> | null }>();
    after = Object.values(data ?? {})[0]?.pageInfo.endCursor ?? undefined;
    if (after === undefined || pages.length > 200) return pages;
  }
}

const tagOf = async (send: Send, url: string): Promise<string> => String((await send('GET', url)).headers.etag ?? '"none"');

async function answers(send: Send, eye: Eye, question: Question, cursors: Before, names: Names): Promise<string> {
  const shown = (pages: readonly LightMyRequestResponse[]): string => pages.map((page) => told(page, names)).join('\n');
  switch (question.ask) {
    case 'rest': {
      const { method, url, body, headers, fresh } = question;
      return told(await send(method, url, body, fresh === true ? { 'if-match': await tagOf(send, url) } : headers), names);
    }
    case 'graphql': {
      const { query, variables, fresh } = question;
      const tag = fresh === undefined ? {} : { tag: await tagOf(send, fresh) };
      return told(await send('POST', '/graphql', { query, variables: { ...variables, ...tag } }), names);
    }
    case 'tags': {
      const tag = await tagOf(send, question.url);
      const answer = await send('POST', '/graphql', { query: question.query, variables: question.variables });
      return names.shown(answer.body.replaceAll(JSON.stringify(tag).slice(1, -1), 'as in REST'));
    }
    case 'pages': return shown(await list(send, question.url));
    case 'connection': return shown(await connected(send, question.query, question.variables));
    case 'feed': return shown((await follow(send, question.from === 'nothing' ? undefined : cursors[question.from], question.first, question.kinds)).pages);
    case 'ledger': return modelledLedger(send, eye, question, names);
  }
}

/** The answers, in the order of the questions. */
export async function askAll(side: Side, eye: Eye, questions: readonly Question[], refs: readonly number[], run: number, cursors: Before): Promise<string[]> {
  const send = sender(side, await side.tokenOf(eye));
  const names = new Names(refs, run);
  const given: string[] = [];
  for (const [i, question] of questions.entries()) {
    let made = 0;
    side.ids = () => `01900000-0000-7000-9000-${run.toString(16).padStart(6, '0')}${i.toString(16).padStart(3, '0')}${(made += 1).toString(16).padStart(3, '0')}`;
    given.push(await answers(send, eye, filled(question, run), cursors, names));
  }
  return given;
}
