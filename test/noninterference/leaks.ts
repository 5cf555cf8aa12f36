/**
 * Leaks, planted by hand: through what the use cases are given, or around what they answer, never in a file. Each is one that somebody writes some
 * day without a thought. What they know beyond the viewer comes from a superuser's connection.
 */
import type { Exchange } from '../../src/exchange/api.ts';
import type { Deps } from '../../src/exchange/deps.ts';
import type { FeedEvent } from '../../src/exchange/ports.ts';
import { Refusal } from '../../src/errors.ts';
import type { Grant } from '../../src/rules/grant.ts';
import { Released } from '../../src/rules/release.ts';
import { allCaveats } from '../../src/dictionary/compartment.ts';
import { asVerified } from '../../src/rules/viewer.ts';
import type { Body, Json } from '../../src/dictionary/types.ts';
import type { Plant, Side } from './side.ts';

type Made = Pick<Side, 'made'>;

interface Row {
  readonly revision: number;
  readonly body: Body;
  readonly sealed: Readonly<Record<string, unknown>> | null;
}
const stored = async ({ made: { admin } }: Made, id: string): Promise<Row | undefined> => (await admin<Row[]>`select revision, body, sealed from record where id = ${id}`)[0];
const countOf = async ({ made: { admin } }: Made, kind: string): Promise<number> => (await admin<{ count: number }[]>`select count(*)::int as count from record where kind = ${kind}`)[0]?.count ?? 0;
const count = async ({ made: { admin } }: Made): Promise<number> => (await admin<{ count: number }[]>`select count(*)::int as count from record`)[0]?.count ?? 0;

/** Something more, or something else, in what is released of one record. */
const inRecords = (change: (body: Body, row: Row) => Body): Plant => ({
  exchange: (exchange, side) => ({
    ...exchange,
    get: async (...asked) => {
      const record = await exchange.get(...asked);
      const row = await stored(side, record.id);
      return row === undefined ? record : Released.of({ ...change(record.body, row) }, record.fields);
    },
  }),
});

const withExchange = (change: (exchange: Exchange, side: Made) => Partial<Exchange>): Plant => ({ exchange: (exchange, side) => ({ ...exchange, ...change(exchange, side) }) });
const withDeps = (change: (deps: Deps, side: Made) => Partial<Deps>): Plant => ({ deps: (deps, side) => ({ ...deps, ...change(deps, side) }) });

const union = (grants: readonly Grant[]): readonly Grant[] => {
  const [first] = grants;
  if (first === undefined) return grants;
  return [...grants, { ...first, ceiling: Math.max(...grants.map(({ ceiling }) => ceiling)) as Grant['ceiling'], caveats: grants.reduce((mask, { caveats }) => mask | caveats, 0) }];
};

/** A stand-in for an audience that nobody asked the registry about. */
const anybody = -1;
const open: Grant = { channel: undefined, agreement: undefined, clause: undefined, ceiling: 4, caveats: allCaveats, to: 8.64e15 };

export const leaks: Readonly<Record<string, Plant>> = {
  'a count before release': withExchange((exchange, side) => ({ digest: async (...asked) => ({ ...(await exchange.digest(...asked)), count: await count(side) }) })),

  'a conflict with another partner\'s own number': withExchange((exchange, side) => ({
    submit: async (asker, kind, body, options) => {
      const number = (body as Body)['externalRef'] ?? null;
      const [taken] = await side.made.admin`select from record where kind = ${kind} and originator <> ${asker.claims.partner} and body ->> 'externalRef' = ${String(number)}`;
      if (taken !== undefined) throw new Refusal('CONFLICT', { errors: [{ field: 'externalRef', message: 'a record with this number exists' }] });
      return exchange.submit(asker, kind, body, options);
    },
  })),

  'a filter on a withheld field': withExchange((exchange) => ({
    find: async (asker, query) => {
      // Found with all clearances, and only then shown with the viewer's own.
      const over = { ...asker, claims: asVerified({ ...asker.claims, clearance: 4, caveats: allCaveats }) };
      const { items } = await exchange.find(over, { kind: query.kind, filter: query.filter, first: 500 });
      const shown = await Promise.all(items.map(async ({ id }) => exchange.get(asker, query.kind, id).catch(() => undefined)));
      return { items: shown.filter((record) => record !== undefined) };
    },
  })),

  'a lookup by a withheld field': withExchange((exchange) => ({
    lookup: async (asker, values) => {
      const over = { ...asker, claims: asVerified({ ...asker.claims, clearance: 4, caveats: allCaveats }) };
      const shown = async (record: Released): Promise<Released | undefined> => exchange.get(asker, record.kind, record.id).catch(() => undefined);
      return Promise.all((await exchange.lookup(over, values)).map(async (answer) => {
        const mentions = await Promise.all(answer.mentions.map(async ({ record, fields }) => ({ record: await shown(record), fields })));
        return { ...answer, claims: (await Promise.all(answer.claims.map(shown))).filter((record) => record !== undefined), mentions: mentions.flatMap(({ record, fields }) => (record === undefined ? [] : [{ record, fields }])) };
      }));
    },
  })),

  'an entity tag over what is stored': withExchange((exchange, side) => ({
    get: async (...asked) => {
      const record = await exchange.get(...asked);
      const row = await stored(side, record.id);
      return Object.defineProperty(record, 'etag', { value: `"${JSON.stringify(row?.body ?? {}).length}-${row?.revision}"` });
    },
  })),

  'a union of two grants': withDeps((deps) => ({ registry: { ...deps.registry, grants: (...asked) => union(deps.registry.grants(...asked)) } })),

  'a feed that wakes for an invisible change': withDeps((deps) => ({
    feed: { ...deps.feed, events: async (...asked) => (await deps.feed.events(...asked)).map((event): FeedEvent => (event.fields.length === 0 ? event : { ...event, fields: [{ name: 'classification', under: 0 }] })) },
  })),

  'a feed in the order of invisible events': withExchange((exchange, side) => ({
    changes: async (...asked) => {
      const page = await exchange.changes(...asked);
      const last = new Map((await side.made.admin<{ id: string; last: number }[]>`select record_id as id, max(id)::int as last from outbox group by 1`).map(({ id, last: at }) => [id, at]));
      return { ...page, events: [...page.events].sort((a, b) => (last.get(a.id) ?? 0) - (last.get(b.id) ?? 0)) };
    },
  })),

  'a count of hidden revisions': inRecords((body, { revision }) => ({ ...body, revision })),

  'a history with hidden revisions': withExchange((exchange, side) => ({
    revisions: async (asker, kind, id) => {
      const views = await exchange.revisions(asker, kind, id);
      const row = await stored(side, id);
      return views.map((view, i) => (i === views.length - 1 ? { ...view, revision: row?.revision ?? 0 } : view));
    },
  })),

  'markings that name hidden fields': inRecords((body, row) => ({ ...body, ...(row.body['markings'] === undefined ? {} : { markings: row.body['markings'] as Json }) })),

  'withheld, when there is something': inRecords((body, { sealed }) => ({ ...body, withheld: [...((body['withheld'] ?? []) as readonly Json[]), ...Object.keys(sealed ?? {}).map((name) => `something in ${name}`)] })),

  'a reference to what is invisible': withDeps((deps, side) => ({
    read: {
      ...deps.read,
      targets: async (stamp, ids) => {
        const found = await deps.read.targets(stamp, ids);
        const there = await side.made.admin<{ id: string; kind: string }[]>`select id, kind from record where id = any(${[...ids]}::uuid[])`;
        const hidden = there.filter(({ id }) => found.targets.every((target) => target.id !== id));
        return { ...found, targets: [...found.targets, ...hidden.map(({ id, kind }) => ({ id, kind, audience: { id: anybody, kind, level: 0 as const, originator: '', channels: [], state: '' } }))] };
      },
    },
    registry: { ...deps.registry, grants: (registry, audience, ...rest) => (audience.id === anybody ? [open] : deps.registry.grants(registry, audience, ...rest)) },
  })),

  'a name search whose cut-off counts invisible rows': withDeps((deps, side) => ({
    read: {
      ...deps.read,
      heaviest: async (...asked) => {
        const found = await deps.read.heaviest(...asked);
        const all = await count(side);
        return { ...found, ids: found.ids.slice(0, found.ids.length - ((all - found.ids.length) % 2)) };
      },
    },
  })),

  'forbidden, instead of not found': withExchange((exchange, side) => ({
    get: async (asker, kind, id) => exchange.get(asker, kind, id).catch(async (error: unknown) => {
      if (error instanceof Refusal && error.code === 'NOT_FOUND' && (await stored(side, id)) !== undefined) throw new Refusal('FORBIDDEN');
      throw error;
    }),
  })),

  'a caseload that counts invisible cases': withExchange((exchange, side) => ({
    caseload: async (...asked) => {
      const page = await exchange.caseload(...asked);
      return { ...page, ...((await countOf(side, 'Victim')) > page.items.length ? { nextCursor: 'more' } : {}) };
    },
  })),

  'a cell that counts invisible rows': withExchange((exchange, side) => ({
    statistics: async (...asked) => {
      const answer = await exchange.statistics(...asked);
      return { ...answer, cells: [{ values: answer.dimensions.map(() => null), count: await countOf(side, answer.kind) }] };
    },
  })),

  'a way of money that tells of hidden hops': withExchange((exchange, side) => ({
    transfersFrom: async (...asked) => {
      const trail = await exchange.transfersFrom(...asked);
      return { ...trail, cut: (await countOf(side, 'Transfer')) > trail.hops.flatMap(({ transfers }) => transfers).length };
    },
  })),

  'a link with one end that is invisible': withExchange((exchange, side) => ({
    find: async (asker, query) => {
      const found = await exchange.find(asker, query);
      if (query.kind !== 'Link') return found;
      const stored = await side.made.admin<{ id: string }[]>`select id from record where kind = 'Link' and status = 'ACTIVE'`;
      const hidden = stored.filter(({ id }) => found.items.every((record) => record.id !== id));
      return { ...found, items: [...found.items, ...hidden.map(({ id }) => Released.of({ id, kind: 'Link', originator: '', status: 'ACTIVE', revision: 1, createdAt: '', updatedAt: '', withheld: [] }, []))] };
    },
  })),

  'an inbox that counts before release': withExchange((exchange, side) => ({
    inbox: async (...asked) => {
      const page = await exchange.inbox(...asked);
      return { ...page, ...((await countOf(side, 'RequestLeg')) > page.items.length ? { nextCursor: 'more' } : {}) };
    },
  })),

  // As it was before requests knew desks: whoever of the partner is cleared reads what any desk of it was asked.
  'a desk that is shown what its organisation was asked': withExchange((exchange) => ({
    find: async (asker, query) => {
      const { desk: _, ...claims } = asker.claims;
      return exchange.find(query.kind.startsWith('Request') ? { ...asker, claims: asVerified(claims) } : asker, query);
    },
  })),

  'contacts of an invisible request that are forbidden, instead of not found': withExchange((exchange, side) => ({
    requestContacts: async (asker, request) => exchange.requestContacts(asker, request).catch(async (error: unknown) => {
      if (error instanceof Refusal && error.code === 'NOT_FOUND' && (await stored(side, request)) !== undefined) throw new Refusal('FORBIDDEN');
      throw error;
    }),
  })),

  'a move on an invisible request that is forbidden, instead of not found': withExchange((exchange, side) => ({
    submit: async (asker, kind, body, options) => exchange.submit(asker, kind, body, options).catch(async (error: unknown) => {
      if (kind === 'RequestMove' && error instanceof Refusal && error.code === 'NOT_FOUND' && (await stored(side, String((body as Body)['request']))) !== undefined) throw new Refusal('FORBIDDEN', 'the request is not yours to move');
      throw error;
    }),
  })),

  'an opening that opens to another partner': withDeps((deps) => ({
    registry: { ...deps.registry, grants: (registry, audience, viewer, now) => {
      const grants = deps.registry.grants(registry, audience, viewer, now);
      const [through] = grants;
      return through === undefined || audience.originator === viewer.partner || audience.opened === undefined ? grants
        : [...grants, ...audience.opened.map(({ field, level }): Grant => ({ ...through, field, ceiling: level, caveats: allCaveats }))];
    } },
  })),

  'a feed that tells whoever sees the record that something was opened': withDeps((deps) => ({
    feed: { ...deps.feed, events: async (...asked) => (await deps.feed.events(...asked)).map((event): FeedEvent => (event.before === undefined || event.before === event.after ? event : { ...event, fields: [...event.fields, { name: 'id', under: 0 }] })) },
  })),

  'an import that counts what others hold': withExchange((exchange, side) => ({
    importReport: async (...asked) => ({ ...(await exchange.importReport(...asked)), unchanged: await count(side) }),
  })),
};

/** Those that only a write shows: each has its worlds told to it alone. The others are asked one after another of the same telling. */
export const byWriting: ReadonlySet<string> = new Set(['a conflict with another partner\'s own number', 'an import that counts what others hold', 'a move on an invisible request that is forbidden, instead of not found']);
