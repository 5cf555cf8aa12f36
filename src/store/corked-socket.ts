/**
 * The driver's connection, with what is written to it in one turn of the event loop sent by one call of the system. By itself the driver (postgres 3.4)
 * writes as soon as it holds a kilobyte: a record of seventy rows went out in ten writes, and a write costs as much as a third of a lookup.
 */
import { Socket } from 'node:net';

/**
 * Gathers until all that is ready now has been written: what promises do that are settled already, too.
 * Of this socket, and once it is connecting: `connect` puts back a `write` that a class has of its own (node:net, since sockets could be used again).
 */
function gathering(socket: Socket): Socket {
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
      process.nextTick(() => { queueMicrotask(() => { process.nextTick(send); }); });
    }
    return write(...given);
  };
  return socket;
}

/** The driver's settings, as it has read them: several hosts are tried in turn. */
interface Target {
  readonly host: readonly string[];
  readonly port: readonly number[];
  /** Of a Unix socket. */
  readonly path?: string | false;
}

let turn = 0;

/**
 * For the driver's `socket` setting.
 * @returns not connected yet, as the driver's own are: what it writes waits until it is, and it hears of an error as it would of its own. Were an error
 * thrown here, the driver would take the connection for one that is still being made.
 */
export async function corkedSocket({ host: hosts, port: ports, path }: Target): Promise<Socket> {
  // Errors are told in the next tick at the earliest: what follows is a microtask, and so is the driver's listening to them.
  await Promise.resolve();
  const i = hosts.length === 0 ? 0 : turn++ % hosts.length;
  const [host, port] = [hosts[i] ?? 'localhost', ports[i] ?? 5432];
  const socket = new Socket();
  if (typeof path === 'string') socket.connect(path);
  else socket.connect({ host, port });
  // The driver asks for the name that a certificate must bear.
  return Object.assign(gathering(socket), { host, port });
}
