/**
 * The driver's connection, with what is written to it in one turn of the event loop sent by one call of the system. By itself the driver (postgres 3.4)
 * writes as soon as it holds a kilobyte: a record of seventy rows went out in ten writes, and a write costs as much as a third of a lookup.
 */
import { Socket } from 'node:net';

/** Bytes from which on the driver writes at once; less it keeps until its next turn, which comes right before that of who asks for one now. */
const driverWrites = 1024;
/** Bytes that leave without waiting for what may come behind them: the database has enough to begin with. */
const enough = 65_536;

/**
 * Gathers until all that is ready now has been written: what promises do that are settled already, too; and, of a transaction, what is short and comes behind something long.
 * Of this socket, and once it is connecting: `connect` puts back a `write` that a class has of its own (node:net, since sockets could be used again).
 */
function gathering(socket: Socket, inTransaction: () => boolean): Socket {
  let waiting = false;
  const send = (): void => {
    waiting = false;
    socket.uncork();
  };
  const write = socket.write.bind(socket) as (...given: unknown[]) => boolean;
  socket.write = (...given: unknown[]) => {
    if (!waiting) {
      waiting = true;
      socket.cork();
      const [{ length }] = given as [string | Uint8Array];
      const leave = length < driverWrites || length > enough || !inTransaction() ? send : () => { setImmediate(send); };
      process.nextTick(() => { queueMicrotask(() => { process.nextTick(leave); }); });
    }
    return write(...given);
  };
  return socket;
}

/**
 * Tells of an error only with the end that it brings. The driver answers what is under way when it hears of the error; what it is asked between that and the end
 * (the system takes a turn to close) it would answer never.
 */
function erringAtEnd(socket: Socket): Socket {
  const emit = socket.emit.bind(socket) as (...given: unknown[]) => boolean;
  let held: readonly unknown[] | undefined;
  socket.emit = (event: string, ...given: unknown[]) => {
    if (event === 'error' && held === undefined) {
      held = given;
      return true;
    }
    if (event === 'close' && held !== undefined) emit('error', ...held);
    return emit(event, ...given);
  };
  return socket;
}

/** The driver's settings, as it has read them. */
export interface Target {
  readonly host: readonly string[];
  readonly port: readonly number[];
  /** Of a Unix socket. */
  readonly path?: string | false;
}

/**
 * For the driver's `socket` setting: to the first of the hosts.
 * @returns not connected yet, as the driver's own are: what it writes waits until it is, and it hears of an error as it would of its own. Were an error
 * thrown here, the driver would take the connection for one that is still being made.
 * @param inTransaction whether a commit may come behind what is written: a read has none, and does not wait for the next turn
 */
export async function corkedSocket({ host: [host = 'localhost'], port: [port = 5432], path }: Target, inTransaction = (): boolean => false): Promise<Socket> {
  // Errors are told in the next tick at the earliest: what follows is a microtask, and so is the driver's listening to them.
  await Promise.resolve();
  const socket = new Socket();
  if (typeof path === 'string') socket.connect(path);
  else socket.connect({ host, port });
  // The driver asks for the name that a certificate must bear.
  return Object.assign(erringAtEnd(gathering(socket, inTransaction)), { host, port });
}
