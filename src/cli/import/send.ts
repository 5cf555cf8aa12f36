/** One import over HTTP. The answer begins only when all of the file has been sent. */
import { request as plain, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as secure } from 'node:https';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type FieldFault, inWords } from '../../errors.ts';
import { Fault } from '../fault.ts';

export interface Credentials {
  readonly token: string;
  readonly purpose: string | undefined;
}

export interface Sent {
  /** NDJSON: outcomes, and the report last. */
  readonly lines: AsyncIterable<string>;
}

interface Problem {
  readonly title?: string;
  readonly detail?: string;
  readonly code?: string;
  readonly errors?: readonly FieldFault[];
}

const headersOf = ({ token, purpose }: Credentials): Record<string, string> => ({ authorization: `Bearer ${token}`, ...(purpose !== undefined && { 'exchange-purpose': purpose }) });

/** What a problem document (RFC 9457) says, in one line. */
function told(status: number, text: string): Fault {
  let problem: Problem = {};
  try {
    problem = JSON.parse(text) as Problem;
  } catch {
    // Something between here and the exchange answered: its status must do.
  }
  const { title = `the exchange answered ${status}`, detail, code, errors = [] } = problem;
  const fields = inWords(errors);
  const more = detail ?? (fields === '' ? undefined : fields);
  return new Fault(`${title}${more === undefined ? '' : `: ${more}`}${code === undefined ? '' : ` (${code})`}`);
}

function unreachable(url: URL, error: unknown): Fault {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : undefined;
  if (code === 'ECONNREFUSED' || code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'EHOSTUNREACH') return new Fault(`the exchange at ${url.origin} cannot be reached (${code}): is it running, and is --url right?`);
  return new Fault(`the connection to ${url.origin} was lost${code === undefined ? '' : ` (${code})`}: whole batches are kept, send the same file again`);
}

async function textOf(message: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of message.setEncoding('utf8')) text += chunk as string;
  return text;
}

/** A token that is refused is better told before the file is sent. @throws Fault */
async function greet(url: URL, credentials: Credentials): Promise<void> {
  const me = new URL(url.pathname.replace(/\/v1\/.*$/, '/v1/me'), url);
  const answer = await fetch(me, { headers: headersOf(credentials) }).catch((error: unknown) => {
    throw unreachable(url, error);
  });
  const text = await answer.text();
  if (!answer.ok) throw told(answer.status, text);
}

/** @throws Fault in one line */
export async function send(url: URL, credentials: Credentials, bytes: AsyncIterable<Uint8Array>): Promise<Sent> {
  await greet(url, credentials);
  const options: RequestOptions = { method: 'POST', headers: { ...headersOf(credentials), 'content-type': 'application/octet-stream', accept: 'application/x-ndjson, application/problem+json' } };
  const request = (url.protocol === 'https:' ? secure : plain)(url, options);
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    request.once('response', resolve);
    request.once('error', reject);
  });
  // An answer that comes before the end is a refusal, and ends the sending: what fails here then is not what is told.
  const sending = pipeline(Readable.from(bytes, { objectMode: false }), request).catch((error: unknown) => request.destroy(error instanceof Error ? error : undefined));
  const message = await answered.catch((error: unknown) => {
    throw unreachable(url, error);
  });
  if (message.statusCode !== 200) {
    const text = await textOf(message);
    request.destroy();
    throw told(message.statusCode ?? 0, text);
  }
  await sending;
  return { lines: createInterface({ input: message, crlfDelay: Infinity }) };
}
