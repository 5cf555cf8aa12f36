/**
 * A proxy that pools transactions, as PgBouncer does with `pool_mode = transaction`: a client has a backend from a message to the end of the transaction that
 * it begins, and gets the one that was given back last. A client's own login is passed through, and its backend joins the pool.
 */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

interface Backend {
  readonly socket: Socket;
  client: Socket | undefined;
}

/** Whether the last whole message in these bytes says that the backend is idle, outside a transaction: `Z`, length 5, `I`. */
const isIdle = (bytes: Buffer): boolean => bytes.length >= 6 && bytes.subarray(-6).equals(Buffer.from([0x5a, 0, 0, 0, 5, 0x49]));

/** @returns the port it listens on; everything ends with `t` */
export async function transactionPooler(t: { teardown(done: () => Promise<void>): unknown }, target: URL): Promise<number> {
  const idle: Backend[] = [];
  const open = new Set<Socket>();
  const waiting: (() => void)[] = [];

  const release = (backend: Backend): void => {
    backend.client = undefined;
    idle.push(backend);
    waiting.shift()?.();
  };
  const backendFor = (client: Socket): Backend => {
    const socket = connect(Number(target.port), target.hostname);
    const backend: Backend = { socket, client };
    open.add(socket.on('error', () => undefined));
    socket.on('data', (bytes: Buffer) => {
      backend.client?.write(bytes);
      if (isIdle(bytes)) release(backend);
    });
    return backend;
  };
  const server = createServer((client) => {
    open.add(client.on('error', () => undefined));
    const first = backendFor(client);
    let current: Backend | undefined = first;
    const send = (bytes: Buffer): void => {
      if (current?.client !== client) current = undefined;
      current ??= idle.pop();
      if (current === undefined) return void waiting.push(() => { send(bytes); });
      current.client = client;
      current.socket.write(bytes);
    };
    // `X` ends the client's session, and not the backend's.
    client.on('data', (bytes: Buffer) => { if (bytes[0] !== 0x58) send(bytes); else client.end(); });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(async () => {
    for (const socket of open) socket.destroy();
    server.close();
    await once(server, 'close');
  });
  return (server.address() as AddressInfo).port;
}
