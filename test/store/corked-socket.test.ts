/** What the driver writes in one turn leaves in one call of the system. */
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import t from 'tap';
import { corkedSocket } from '../../src/store/corked-socket.ts';

let writing = true;

t.test('pieces that are written while promises settle leave together, later ones by themselves', async (t) => {
  const server = createServer((peer) => void peer.resume()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { readonly port: number };
  const socket = await corkedSocket({ host: ['127.0.0.1'], port: [port] }, () => writing);
  t.teardown(() => {
    socket.destroy();
    server.close();
  });
  await once(socket, 'connect');
  const calls: number[] = [];
  type Writing = Socket & { _write(piece: Buffer, ...rest: unknown[]): void; _writev(pieces: readonly unknown[], ...rest: unknown[]): void };
  const { _write: one, _writev: many } = socket as Writing;
  Object.assign(socket, {
    _write(piece: Buffer, ...rest: unknown[]) { calls.push(1); one.call(socket as Writing, piece, ...rest); },
    _writev(pieces: readonly unknown[], ...rest: unknown[]) { calls.push(pieces.length); many.call(socket as Writing, pieces, ...rest); },
  });
  for (let piece = 0; piece < 5; piece += 1) {
    socket.write('x'.repeat(1500));
    await Promise.resolve();
    await Promise.resolve();
  }
  await new Promise((resolve) => { socket.write('last', resolve); });
  await new Promise((resolve) => { socket.write('another turn', resolve); });
  t.strictSame(calls, [6, 1]);
  calls.length = 0;
  // As the driver does: what is long at once, and what is short in its next turn.
  await new Promise((resolve) => {
    socket.write('x'.repeat(1500));
    setImmediate(() => { socket.write('commit', resolve); });
  });
  t.strictSame(calls, [2], 'what is short leaves with what it comes behind');
  calls.length = 0;
  socket.write('y'.repeat(100_000));
  await new Promise((resolve) => { setImmediate(() => { socket.write('behind', resolve); }); });
  t.strictSame(calls, [1, 1], 'what is very long does not wait');
  calls.length = 0;
  writing = false;
  socket.write('z'.repeat(1500));
  await new Promise((resolve) => { setImmediate(() => { socket.write('another read', resolve); }); });
  t.strictSame(calls, [1, 1], 'nor does anything outside a transaction');
});

t.test('of an error the driver hears with the end it brings: nothing is asked between the two', async (t) => {
  const server = createServer((peer) => { peer.on('error', () => undefined).on('data', () => { peer.resetAndDestroy(); }); }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const { port } = server.address() as { readonly port: number };
  const socket = await corkedSocket({ host: ['127.0.0.1'], port: [port] });
  const told: string[] = [];
  const turn = (): void => { setImmediate(() => told.push('a turn')); };
  socket.on('error', ({ message }) => {
    told.push(/ECONNRESET|EPIPE/.test(message) ? 'the error' : message);
    turn();
  });
  const closed = new Promise((resolve) => socket.on('close', (hadError) => {
    told.push(`the end, ${hadError ? 'by an error' : ''}`);
    setImmediate(() => { setImmediate(resolve); });
  }));
  await once(socket, 'connect');
  socket.write('anything');
  await closed;
  t.strictSame(told, ['the error', 'the end, by an error', 'a turn']);
});
