/** Every search is served by an index, as the role of the nodes: row-level security lets only leakproof operators reach one. */
import postgres, { type Sql } from 'postgres';
import t, { type Test } from 'tap';
import { createExchange } from '../../src/exchange/exchange.ts';
import type { Exchange } from '../../src/exchange/api.ts';
import { connectionOptions } from '../../src/store/connection.ts';
import { feedStore } from '../../src/store/feed.ts';
import { readStore } from '../../src/store/read.ts';
import { audienceMemory } from '../../src/store/rows.ts';
import { type Sessions, setStamp } from '../../src/store/sessions.ts';
import { freshExchange, type TestExchange } from '../support/exchange.ts';

const big = ['record', 'search_key', 'outbox', 'revision'];

interface Node {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Cond'?: string;
  readonly 'Index Name'?: string;
  readonly Plans?: readonly Node[];
}

/** Ways into the large tables that no index condition narrows. */
function unguided(node: Node, under?: string): string[] {
  const relation = node['Relation Name'];
  const inner = (node.Plans ?? []).flatMap((plan) => unguided(plan, relation));
  const type = node['Node Type'];
  const open = relation !== undefined && big.includes(relation) && (type === 'Seq Scan' || (type.startsWith('Index') && node['Index Cond'] === undefined));
  const bitmap = type === 'Bitmap Index Scan' && node['Index Cond'] === undefined;
  return [...inner, ...(open || bitmap ? [`${type} on ${relation ?? under}`] : [])];
}

/** Thousands of records that look like the given ones, with search keys and events of their own. */
async function fill(made: TestExchange): Promise<void> {
  await made.admin`insert into record select gen_random_uuid(), kind, originator, audience_id, classification, status, revision, created_at, updated_at, changes, body, sealed
    from record cross join generate_series(1, 1500)`;
  await made.admin`insert into search_key select distinct on (k.token, r.id) case when random() < 0.01 then k.token
      else set_byte(set_byte(k.token, length(k.token) - 3, (random() * 255)::int), length(k.token) - 4, (random() * 255)::int) end, r.id, k.scope_id
    from record r join search_key k on k.scope_id in (select id from scope s where s.audience_id = r.audience_id) where k.record_id in (select record_id from outbox where seq is null or seq >= 0)
      and substr(r.id::text, 15, 1) = '4' on conflict do nothing`;
  await made.admin`insert into outbox (seq, record_id, kind, after_audience) select 1000 + row_number() over (), id, kind, audience_id from record where substr(id::text, 15, 1) = '4'`;
  await made.admin`insert into revision select id, 1, audience_id, classification, created_at, body, sealed from record on conflict do nothing`;
  await made.admin`update feed_state set last_seq = 1000000`;
  await made.admin.unsafe('analyze');
}

/** An exchange whose reads are written down: statement and parameters. */
async function recorded(made: TestExchange): Promise<{ exchange: Exchange; sql: Sql; asked: { text: string; values: unknown[] }[] }> {
  const asked: { text: string; values: unknown[] }[] = [];
  const sql = postgres(made.appUrl, { ...connectionOptions, debug: (_: number, text: string, values: unknown[]) => void (recording && asked.push({ text, values: [...values] })) }) as unknown as Sql;
  let recording = false;
  const sessions: Sessions = {
    read: async (stamp, query) => {
      await setStamp(sql, stamp);
      recording = true;
      try {
        return await query(sql);
      } finally {
        recording = false;
      }
    },
    plain: async (query) => made.store.sessions.plain(query),
    transaction: async (stamp, work) => made.store.sessions.transaction(stamp, work),
    transactionAfter: async (stamp, first, work) => made.store.sessions.transactionAfter(stamp, first, work),
    close: async () => sql.end(),
    usage: () => ({ size: 1, idle: 1, waiting: 0 }),
  };
  const audiences = audienceMemory();
  const { dictionary, deps } = made;
  const exchange = createExchange({
    ...deps,
    // The copies' keys were never made: what is sealed in them opens as nothing.
    vault: { ...deps.vault, open: async (items) => items.map(() => ({})) },
    read: { ...deps.read, ...readStore(sessions, dictionary, audiences) }, feed: feedStore(sessions, dictionary, audiences),
  });
  return { exchange, sql, asked };
}

/** Explains what was asked, and holds each plan to an index. */
async function guided(t: Test, sql: Sql, name: string, asked: readonly { text: string; values: unknown[] }[]): Promise<Node[]> {
  t.ok(asked.length > 0, name);
  const plans: Node[] = [];
  for (const { text, values } of asked) {
    const [row] = await sql.unsafe<{ 'QUERY PLAN': { Plan: Node }[] }[]>(`explain (format json) ${text}`, values as never[]);
    const plan = row?.['QUERY PLAN'][0]?.Plan;
    t.strictSame(plan === undefined ? ['no plan'] : unguided(plan), [], `${name}: ${text.replaceAll(/\s+/g, ' ').slice(0, 100)}`);
    if (plan !== undefined) plans.push(plan);
  }
  return plans;
}

const nodesOf = (node: Node): Node[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

t.setTimeout(120_000);
t.test('an index condition for every search', async (t) => {
  const made = await freshExchange(t);
  const { asker } = made;
  const ccib = asker('th-ccib', { purpose: 'INVESTIGATION' });
  const common = { role: 'C2', observedAt: '2026-01-05T00:00:00Z', observedFrom: '2026-01-01T00:00:00Z', country: 'KH', asn: 64500, caseRefs: [{ authority: 'a', number: '1' }] };
  const ids: string[] = [];
  for (const [i, [type, value]] of [['DOMAIN', 'plans.com'], ['IPV4_ADDR', '8.8.4.4'], ['CIDR', '8.8.0.0/16'], ['URL', 'https://plans.com/a'], ['PHONE', '+66812345678']].entries()) {
    for (const classification of ['RESTRICTED', 'CONFIDENTIAL']) {
      const { record } = await made.exchange.submit(ccib, 'Indicator', { type, value, classification, channels: ['embassies-ip'], externalRef: `P-${i}`, ...common });
      ids.push(record.id);
    }
  }
  await fill(made);
  const { exchange, sql, asked } = await recorded(made);
  t.teardown(async () => sql.end());
  const korea = asker('kr-embassy', { purpose: 'INVESTIGATION' });
  const find = (filter: Record<string, Record<string, string | number | boolean | { authority: string; number: string }>>) => async () => exchange.find(korea, { kind: 'Indicator', filter, first: 20 });
  const searches: Record<string, () => Promise<unknown>> = {
    'one id': async () => exchange.get(korea, 'Indicator', ids[0] ?? ''),
    revisions: async () => exchange.revisions(korea, 'Indicator', ids[0] ?? ''),
    list: find({}),
    domain: find({ value: { value: 'plans.com' } }), address: find({ value: { value: '8.8.4.4' } }), network: find({ value: { value: '8.8.4.0/24', within: true } }), url: find({ value: { value: 'https://plans.com/a' } }),
    type: find({ type: { eq: 'DOMAIN' } }), role: find({ role: { eq: 'C2' } }), country: find({ country: { eq: 'KH' } }), asn: find({ asn: { eq: 64500 } }),
    observedAt: find({ observedAt: { from: '2026-01-05T00:00:00Z', to: '2026-01-05T01:00:00Z' } }), observedFrom: find({ observedFrom: { from: '2026-01-01T00:00:00Z', to: '2026-01-01T01:00:00Z' } }),
    externalRef: find({ externalRef: { eq: 'P-1' } }), caseRefs: find({ caseRefs: { eq: { authority: 'a', number: '1' } } }),
    'several conditions': find({ type: { eq: 'DOMAIN' }, role: { eq: 'C2' }, value: { value: 'plans.com' } }),
    'a range and a class': find({ observedAt: { from: '2026-01-05T00:00:00Z', to: '2026-01-05T01:00:00Z' }, type: { eq: 'DOMAIN' } }),
    lookup: async () => exchange.lookup(korea, [{ value: 'plans.com' }, { value: '8.8.4.4' }, { value: '8.8.4.0/24' }]),
    observable: async () => exchange.observable(korea, { value: '8.8.4.4' }),
    feed: async () => exchange.changes(korea, { first: 10 }),
  };
  const searchable = (made.dictionary.kinds.get('Indicator')?.fields ?? []).filter(({ search }) => search !== undefined).map(({ name }) => name);
  const covered = new Set([...Object.keys(searches), 'value']);
  t.strictSame(searchable.filter((name) => !covered.has(name)), [], 'every searchable field is tried');
  for (const [name, search] of Object.entries(searches)) {
    asked.length = 0;
    await search();
    await guided(t, sql, name, asked);
  }
});

t.test('an index condition for every token of a name', async (t) => {
  const made = await freshExchange(t);
  const ccib = made.asker('th-ccib', { purpose: 'INVESTIGATION' });
  for (const full of ['Synthetic Plansson', 'สมมติ แผนงาน']) {
    await made.exchange.submit(ccib, 'Identity', { identityStatus: 'UNDETERMINED', names: [{ full }], nationalities: ['TH'], classification: 'UNCLASSIFIED', channels: ['aoc-1441'], legalBasis: { ground: 'Synthetic' } });
  }
  await fill(made);
  const { exchange, sql, asked } = await recorded(made);
  t.teardown(async () => sql.end());
  const dsi = made.asker('th-dsi', { purpose: 'INVESTIGATION' });
  const names = { name: 'Synthetic Plansson', birthDate: '1990' };
  const tokens: number[] = [];
  for (const [name, filter] of Object.entries({ 'by name': { names }, 'by one word': { names: { name: 'Plansson' } }, 'by name and nationality': { names, nationalities: { eq: 'TH' } } })) {
    asked.length = 0;
    await exchange.find(dsi, { kind: 'Identity', filter, first: 20 });
    const plans = await guided(t, sql, name, asked);
    // One walk along the index for each token, which holds all the question needs: a token of a common name is read from a few pages, not from a page a record.
    const keys = plans.flatMap(nodesOf).filter((node) => node['Relation Name'] === 'search_key');
    tokens.push(keys.length);
    t.ok(keys.some((node) => node['Node Type'] === 'Index Only Scan' && node['Index Name'] === 'search_key_pkey'), `${name}: ${keys.map((node) => node['Node Type']).join()}`);
  }
  t.strictSame(tokens, [1, 1, 2]);
});
