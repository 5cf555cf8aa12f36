/** Asks one database what a viewer asks, one question after the other. */
import type { LightMyRequestResponse } from 'fastify';
import type { Body } from '../../src/dictionary/types.ts';
import { models } from './declassified.ts';
import type { Question } from './question.ts';
import type { Eye } from './registry.ts';
import { filled, type Side } from './side.ts';
import { Names, type Send, sender, told } from './telling.ts';

/** Where the viewer's feed stood before anything happened, and in the middle of it. */
export interface Before {
  readonly before: string | undefined;
  readonly middle: string | undefined;
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

async function answers(side: Side, send: Send, eye: Eye, question: Question, cursors: Before, names: Names): Promise<string> {
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
    case 'again': {
      const tag = await tagOf(send, question.url);
      const answer = await send('GET', question.url, undefined, { 'if-none-match': tag });
      // A hash of instants of the run, too.
      return told(answer, names).replace(tag, 'as before');
    }
    case 'import': return imported(send, question, names);
    case 'statistics': return models.statisticCells(side, eye, question, names);
    case 'alerts': return `${await models.firewallAlert(side, send, eye, question, names)}\n${await models.protectionReferral(send, names)}`;
    case 'viewed': return models.partnerEyes(send, question, names);
    case 'feed': return shown((await follow(send, question.from === 'nothing' ? undefined : cursors[question.from], question.first, question.kinds)).pages);
    case 'ledger': return models.originatorReading(send, eye, question, names);
  }
}

/** What became of each row, and then what the import's own resource says of it. */
async function imported(send: Send, { url, body }: Question & { ask: 'import' }, names: Names): Promise<string> {
  const first = await send('POST', url, body, { 'content-type': 'application/x-ndjson' });
  const at = first.headers['location'];
  if (typeof at !== 'string') return told(first, names);
  const id = at.split('/').at(-1) ?? '';
  const again = await send('POST', '/graphql', { query: 'query Q($id: ID!) { importReport(id: $id) { state rows created updated unchanged refused failure { code } } }', variables: { id } });
  return [first, await send('GET', at), await send('GET', `${at}/outcomes`), again].map((answer) => told(answer, names)).join('\n');
}

/** The answers, in the order of the questions. */
export async function askAll(side: Side, eye: Eye, questions: readonly Question[], refs: readonly number[], run: number, cursors: Before): Promise<string[]> {
  const send = sender(side, await side.tokenOf(eye), eye.case);
  const names = new Names(refs, run);
  const given: string[] = [];
  for (const [i, question] of questions.entries()) {
    let made = 0;
    side.ids = () => `01900000-0000-7000-9000-${run.toString(16).padStart(6, '0')}${i.toString(16).padStart(3, '0')}${(made += 1).toString(16).padStart(3, '0')}`;
    given.push(await answers(side, send, eye, filled(question, run), cursors, names));
  }
  return given;
}
