/**
 * One connection to a database, used until it is lost and never made anew: whoever holds it makes another.
 *
 * The driver (postgres 3.4.9) makes a lost connection anew by itself, and not always rightly. What it was about to write when the connection was lost stays
 * with it, marked as on its way: nothing that comes after is sent any more, and every query waits for the time limit of connecting. And one that is ended by the other
 * side while it is being made is made again at once, without end, and its query is never answered.
 */
import { Socket } from 'node:net';
import postgres, { type Sql } from 'postgres';
import { arrayTypes } from './array-types.ts';
import { corkedSocket, type Target } from './corked-socket.ts';
import { guarded } from './guarded.ts';
import { shortLived } from './short-lived.ts';

export const connectionOptions = {
  max: 1,
  idle_timeout: 0,
  max_lifetime: null,
  connect_timeout: 10,
  // What still waits for a connection that is lost is told so at once.
  backoff: () => 0,
  onnotice: () => undefined,
  fetch_types: false,
  types: arrayTypes,
  // No statement of the exchange's takes this long: one that does is ended, and its caller told to try again, before it holds up the others.
  // And none gains by being compiled: the policies make a plan look dear, and PostgreSQL would compile each for longer than it runs (jit, on by default).
  connection: { TimeZone: 'UTC', statement_timeout: 30_000, jit: 'off' },
} as const;

/** A socket that was lost before it was connected; the driver listens to it before the next tick, which tells the error. */
async function spent(): Promise<Socket> {
  await Promise.resolve();
  return new Socket().destroy(Object.assign(new Error('the connection is gone'), { code: 'CONNECTION_CLOSED' }));
}

let turn = 0;

/**
 * Sockets to each host of the URL once, one after the other; after that, and once the connection is lost, such as were lost before they were connected.
 * @param isLost whether the connection is
 */
function eachOnce(inTransaction: (() => boolean) | undefined, isLost: () => boolean): (target: Target) => Promise<Socket> {
  const first = turn++;
  let hosts: readonly string[] | undefined;
  let tries = 0;
  return async (target) => {
    hosts ??= [...target.host];
    const count = Math.max(1, hosts.length);
    // The driver tells no error of a connection being made, its first query included, while it knows of a second host: it never counts those it has tried.
    const known = target.host as string[];
    known.splice(1, known.length, ...(tries + 1 < count && !isLost() ? hosts.slice(1) : []));
    if (tries >= count || isLost()) return spent();
    const at = (first + tries) % count;
    tries += 1;
    const socket = await corkedSocket({ ...target, host: hosts.slice(at), port: target.port.slice(at) }, inTransaction);
    return socket.once('connect', () => { known.length = 1; });
  };
}

export interface ConnectionOptions {
  /** As PostgreSQL shows it among its sessions; `prasan` unless given. */
  readonly name?: string;
  /** false: for what may stand behind a proxy that pools. */
  readonly prepare?: boolean;
  /** Whether a commit may come behind what is written. */
  readonly inTransaction?: () => boolean;
  /** It is lost, or could not be made. */
  readonly onLost?: () => void;
}

/**
 * Opened by the first query.
 * @returns a client whose queries fail with CONNECTION_CLOSED once the connection is lost, and with the driver's and the system's codes when it cannot be made
 */
export function openConnection(url: string, { name = 'prasan', prepare = true, inTransaction, onLost }: ConnectionOptions = {}): Sql {
  let lost = false;
  const isLost = (): boolean => lost;
  const options = {
    ...connectionOptions,
    prepare,
    connection: { ...connectionOptions.connection, application_name: name },
    socket: eachOnce(inTransaction, isLost),
    onclose: () => {
      lost = true;
      onLost?.();
    },
  };
  return guarded(shortLived(postgres(url, options)), isLost);
}
