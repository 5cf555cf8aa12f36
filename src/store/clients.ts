/**
 * A bounded set of connections to one database. What a connection carries is its user's business; it never changes while somebody else is on it:
 * a connection is checked out by one caller, and shared only by those that want just what it carries. Their statements then travel together, which
 * counts: one write to a socket costs as much as a third of a lookup.
 */
import postgres, { type Sql } from 'postgres';
import { arrayTypes } from './array-types.ts';
import { corkedSocket } from './corked-socket.ts';
import { guarded } from './guarded.ts';

export const connectionOptions = {
  max: 1,
  idle_timeout: 0,
  max_lifetime: null,
  connect_timeout: 10,
  onnotice: () => undefined,
  fetch_types: false,
  types: arrayTypes,
  socket: corkedSocket,
  // No statement of the exchange's takes this long: one that does is ended, and its caller told to try again, before it holds up the others.
  // And none gains by being compiled: the policies make a plan look dear, and PostgreSQL would compile each for longer than it runs (jit, on by default).
  connection: { application_name: 'prasan', TimeZone: 'UTC', statement_timeout: 30_000, jit: 'off' },
} as const;

/** One connection. */
export interface Client {
  readonly sql: Sql;
  /** What it carries; empty again when the connection is lost. */
  stamp: string;
  /** It is not to be used any more. */
  broken: boolean;
  /** Callers on it now. */
  users: number;
}

export interface Clients {
  /**
   * The one that carries the stamp if there is one, else a new one, else the one idle longest, else the next that is given back.
   * @param sharing whether others that carry out short reads under the same stamp may be on it too
   */
  checkOut(stamp: string, sharing: boolean): Promise<Client>;
  giveBack(client: Client): void;
  /** Ends it; whoever waits gets a new one. */
  discard(client: Client): void;
  close(): Promise<void>;
  /** For metrics. */
  usage(): { readonly size: number; readonly idle: number; readonly waiting: number };
}

const afterClose = 'the store is closed';
/** As many callers as share one connection: what the last of them waits for. */
const mostUsers = 6;

/** @param size how many connections, all told */
export function openClients(url: string, size: number): Clients {
  const idle: Client[] = [];
  const waiting: { readonly resolve: (client: Client) => void; readonly reject: (error: Error) => void }[] = [];
  const clients = new Set<Client>();
  /** Connections that short reads under one stamp share now, by stamp. */
  const shared = new Map<string, Client>();
  let closed = false;

  function make(): Client {
    let losses = 0;
    const onclose = (): void => {
      losses += 1;
      client.stamp = '';
    };
    const client: Client = { sql: guarded(postgres(url, { ...connectionOptions, onclose }), () => losses), stamp: '', broken: false, users: 0 };
    clients.add(client);
    return client;
  }

  return {
    async checkOut(stamp, sharing) {
      // A caller that went away leaves its request running: what it asks for after the end must not open a connection that nobody closes.
      if (closed) throw new Error(afterClose);
      const company = sharing ? shared.get(stamp) : undefined;
      if (company !== undefined && company.stamp === stamp && !company.broken && company.users < mostUsers) {
        company.users += 1;
        return company;
      }
      const fitting = idle.findLastIndex((client) => client.stamp === stamp);
      const [client] = fitting >= 0 ? idle.splice(fitting, 1) : clients.size < size ? [make()] : idle.splice(0, 1);
      const taken = client ?? (await new Promise<Client>((resolve, reject) => waiting.push({ resolve, reject })));
      taken.users += 1;
      if (sharing) shared.set(stamp, taken);
      return taken;
    },
    giveBack(client) {
      client.users -= 1;
      if (client.users > 0 || !clients.has(client)) return;
      for (const [stamp, company] of shared) if (company === client) shared.delete(stamp);
      const next = waiting.shift();
      if (next === undefined) idle.push(client);
      else next.resolve(client);
    },
    discard(client) {
      client.broken = true;
      if (!clients.delete(client)) return;
      for (const [stamp, company] of shared) if (company === client) shared.delete(stamp);
      void client.sql.end({ timeout: 0 }).catch(() => undefined);
      waiting.shift()?.resolve(make());
    },
    async close() {
      closed = true;
      for (const { reject } of waiting.splice(0)) reject(new Error(afterClose));
      await Promise.all([...clients].map(async ({ sql }) => sql.end({ timeout: 5 })));
    },
    usage: () => ({ size: clients.size, idle: idle.length, waiting: waiting.length }),
  };
}
