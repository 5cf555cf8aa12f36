/** A bounded set of connections to one database, each checked out by one caller at a time. What a connection carries is its user's business. */
import postgres, { type Sql } from 'postgres';
import { arrayTypes } from './array-types.ts';
import { guarded } from './guarded.ts';

export const connectionOptions = {
  max: 1,
  idle_timeout: 0,
  max_lifetime: null,
  connect_timeout: 10,
  onnotice: () => undefined,
  fetch_types: false,
  types: arrayTypes,
  connection: { application_name: 'prasan', TimeZone: 'UTC' },
} as const;

/** One connection. */
export interface Client {
  readonly sql: Sql;
  /** What it carries; empty again when the connection is lost. */
  stamp: string;
  /** It is not to be used any more. */
  broken: boolean;
}

export interface Clients {
  /** The one that carries the stamp if there is one, else a new one, else the one idle longest, else the next that is given back. */
  checkOut(stamp: string): Promise<Client>;
  giveBack(client: Client): void;
  /** Ends it; whoever waits gets a new one. */
  discard(client: Client): void;
  close(): Promise<void>;
  /** For metrics. */
  usage(): { readonly size: number; readonly idle: number; readonly waiting: number };
}

const afterClose = 'the store is closed';

/** @param size how many connections, all told */
export function openClients(url: string, size: number): Clients {
  const idle: Client[] = [];
  const waiting: { readonly resolve: (client: Client) => void; readonly reject: (error: Error) => void }[] = [];
  const clients = new Set<Client>();
  let closed = false;

  function make(): Client {
    let losses = 0;
    const onclose = (): void => {
      losses += 1;
      client.stamp = '';
    };
    const client: Client = { sql: guarded(postgres(url, { ...connectionOptions, onclose }), () => losses), stamp: '', broken: false };
    clients.add(client);
    return client;
  }

  return {
    async checkOut(stamp) {
      // A caller that went away leaves its request running: what it asks for after the end must not open a connection that nobody closes.
      if (closed) throw new Error(afterClose);
      const fitting = idle.findLastIndex((client) => client.stamp === stamp);
      const [client] = fitting >= 0 ? idle.splice(fitting, 1) : clients.size < size ? [make()] : idle.splice(0, 1);
      return client ?? new Promise((resolve, reject) => waiting.push({ resolve, reject }));
    },
    giveBack(client) {
      const next = waiting.shift();
      if (next === undefined) idle.push(client);
      else next.resolve(client);
    },
    discard(client) {
      clients.delete(client);
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
