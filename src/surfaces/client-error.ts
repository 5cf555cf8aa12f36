/** What is not even HTTP: answered on the bare socket, without repeating a byte of it. */
import type { Socket } from 'node:net';
import { Refusal } from '../errors.ts';
import { typeOf } from './problem.ts';

const status: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

/** Fastify's `clientErrorHandler`. */
export function answerBadRequest(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) return void socket.destroy();
  const line = status[error.code ?? ''] ?? '400 Bad Request';
  const refusal = new Refusal('INVALID', 'The request is not HTTP/1.1 that can be read here');
  const body = JSON.stringify({ type: typeOf('INVALID'), title: refusal.title(), status: Number(line.slice(0, 3)), code: 'INVALID', detail: refusal.public.detail });
  socket.end(
    `HTTP/1.1 ${line}\r\nContent-Type: application/problem+json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n${body}`,
  );
}
