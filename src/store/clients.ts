/**
 * A bounded set of connections to one database. What a connection carries is its user's business; it never changes while somebody else is on it:
 * a connection is checked out by one caller, and shared only by those that want just what it carries. Their statements then travel together, which
 * counts: one write to a socket costs as much as a third of a lookup.
 */
import type { Sql } from 'postgres';
import { openConnection } from './connection.ts';
import { isGone } from './loss.ts';

/** One connection. */
export interface Client {
  readonly sql: Sql;
  /** What it carries. */
  stamp: string;
  /** It is not to be used any more: lost, or found unfit. */
  broken: boolean;
  /** Callers on it now. */
  users: number;
  /**
   * It has answered. Not to be shared before: of what is asked while it is being made the driver keeps half back until nothing is under way, and where
   * others go on asking that is never.
   */
  answered: boolean;
  /** A transaction is under way on it. */
  writing: boolean;
}

export interface Clients {
  /**
   * Works on the one that carries the stamp if there is one, else a new one, else the one idle longest, else the next that is given back. One that is lost meanwhile,
   * or marked as broken, is ended; whoever waits gets a new one.
   * @param sharing whether others that carry out short reads under the same stamp may be on it too
   * @throws as the work does, and as the driver when the database cannot be reached
   */
  use<T>(stamp: string, sharing: boolean, work: (client: Client) => Promise<T>): Promise<T>;
  close(): Promise<void>;
  /** For metrics. */
  usage(): { readonly size: number; readonly idle: number; readonly waiting: number };
}

/** Somebody who waits for a connection. */
interface Waiter {
  readonly stamp: string;
  readonly sharing: boolean;
  resolve(client: Client): void;
  reject(error: Error): void;
}

const joins = (client: Client, waiter: Waiter | undefined): boolean => client.answered && waiter?.sharing === true && waiter.stamp === client.stamp;

/** Waits until somebody says so, but for no longer than the end of a process may take. */
async function patiently(until: (done: () => void) => void): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, 5000);
  until(resolve);
  await promise;
  clearTimeout(timer);
}

const afterClose = 'the store is closed';
/** As many callers as share one connection: what the last of them waits for. */
const mostUsers = 6;

/** A connection of which nothing was asked yet. @param onLost after it is marked as broken */
function connected(url: string, name: string, onLost: () => void): Client {
  const lost = (): void => {
    client.broken = true;
    onLost();
  };
  const client: Client = { sql: openConnection(url, { name, onLost: lost, inTransaction: () => client.writing }), stamp: '', broken: false, users: 0, answered: false, writing: false };
  return client;
}

/**
 * @param size how many connections, all told
 * @param name as PostgreSQL shows them among its sessions
 */
export function openClients(url: string, size: number, name = 'prasan'): Clients {
  const idle: Client[] = [];
  const waiting: Waiter[] = [];
  const clients = new Set<Client>();
  /** Connections that short reads under one stamp share now, by stamp. */
  const shared = new Map<string, Client>();
  let closed = false;
  let left: (() => void) | undefined;

  function make(): Client {
    const client = connected(url, name, () => {
      const i = idle.indexOf(client);
      if (i < 0) return;
      idle.splice(i, 1);
      discard(client);
    });
    clients.add(client);
    return client;
  }

  function unshare(client: Client): void {
    for (const [stamp, company] of shared) if (company === client) shared.delete(stamp);
  }

  async function checkOut(stamp: string, sharing: boolean): Promise<Client> {
    // A caller that went away leaves its request running: what it asks for after the end must not open a connection that nobody closes.
    if (closed) throw new Error(afterClose);
    // Where somebody waits nobody joins: a connection with company at all times would never be given back.
    const company = sharing && waiting.length === 0 ? shared.get(stamp) : undefined;
    if (company !== undefined && company.stamp === stamp && company.answered && !company.broken && company.users < mostUsers) {
      company.users += 1;
      return company;
    }
    const fitting = idle.findLastIndex((client) => client.stamp === stamp);
    const [client] = fitting >= 0 ? idle.splice(fitting, 1) : clients.size < size ? [make()] : idle.splice(0, 1);
    const taken = client ?? (await new Promise<Client>((resolve, reject) => waiting.push({ stamp, sharing, resolve, reject })));
    taken.users += 1;
    if (sharing) shared.set(stamp, taken);
    return taken;
  }

  const isAtRest = (): boolean => clients.values().every(({ users }) => users === 0);

  function giveBack(client: Client): void {
    client.users -= 1;
    if (isAtRest()) left?.();
    if (client.broken) discard(client);
    if (client.broken || client.users > 0) return;
    unshare(client);
    const next = waiting.shift();
    if (next === undefined) {
      idle.push(client);
      return;
    }
    next.resolve(client);
    // And those behind who want just what it carries: they would have joined.
    if (joins(client, next)) for (let users = 1; users < mostUsers && joins(client, waiting[0]); users += 1) waiting.shift()?.resolve(client);
  }

  function discard(client: Client): void {
    if (!clients.delete(client)) return;
    unshare(client);
    void client.sql.end({ timeout: 0 }).catch(() => undefined);
    waiting.shift()?.resolve(make());
  }

  return {
    async use(stamp, sharing, work) {
      const client = await checkOut(stamp, sharing);
      try {
        const value = await work(client);
        client.answered = true;
        return value;
      } catch (error) {
        if (isGone(error)) client.broken = true;
        throw error;
      } finally {
        giveBack(client);
      }
    },
    async close() {
      closed = true;
      for (const { reject } of waiting.splice(0)) reject(new Error(afterClose));
      // A transaction is not cut short between two of its statements.
      if (!isAtRest()) await patiently((done) => { left = done; });
      await Promise.all([...clients].map(async ({ sql }) => sql.end({ timeout: 5 })));
    },
    usage: () => ({ size: clients.size, idle: idle.length, waiting: waiting.length }),
  };
}
