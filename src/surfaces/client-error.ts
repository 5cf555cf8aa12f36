/** What is not even HTTP: answered on the bare socket, without repeating a byte of it. */
import type { Socket } from 'node:net';
import { type Code, Refusal } from '../errors.ts';
import { typeOf } from './problem.ts';

interface Told {
  readonly line: string;
  readonly code: Code;
  readonly detail: string;
}

const notHttp: Told = { line: '400 Bad Request', code: 'INVALID', detail: 'The request is not HTTP/1.1 that can be read here' };
const known: Readonly<Record<string, Told>> = {
  HPE_HEADER_OVERFLOW: { line: '431 Request Header Fields Too Large', code: 'INVALID', detail: 'The head of the request is larger than is taken here: 16 KiB' },
  ERR_HTTP_REQUEST_TIMEOUT: { line: '408 Request Timeout', code: 'REQUEST_TIMEOUT', detail: 'The head of the request did not arrive in time' },
};

/** Fastify's `clientErrorHandler`. */
export function answerBadRequest(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) return void socket.destroy();
  const { line, code, detail } = known[error.code ?? ''] ?? notHttp;
  const body = JSON.stringify({ type: typeOf(code), title: new Refusal(code).title(), status: Number(line.slice(0, 3)), code, detail });
  socket.end(
    `HTTP/1.1 ${line}\r\nContent-Type: application/problem+json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n${body}`,
  );
}
