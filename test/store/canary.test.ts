/**
 * Canaries: every kind is filled with planted texts, asked for, changed, imported and refused; then everything that the exchange and its PostgreSQL left
 * behind is searched: both databases, all files of the cluster with its WAL, the logs of both, and what lies in the folder for temporary files. Nothing
 * of what is sealed stands anywhere. All planted values are synthetic.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import postgres, { type Sql } from 'postgres';
import t from 'tap';
import { assemble, surfaces } from '../../src/assemble.ts';
import { isSealed } from '../../src/dictionary/compartment.ts';
import type { Kind } from '../../src/dictionary/types.ts';
import type { PurposeName } from '../../src/dictionary/compartment.ts';
import { startEmbedded } from '../../src/store/embedded/start.ts';
import { makeLog } from '../../src/surfaces/log.ts';
import { freshApp, type Caller } from '../support/app.ts';
import { type Life, lives } from '../support/lives.ts';
import { withNeeds } from '../support/needs.ts';
import { fullConsent, victimBody } from '../support/victims.ts';

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };
type Fields = Readonly<Record<string, Json>>;

const mark = 'zqcanary';
/** The forms in which the mark could stand: itself in three cases, hexadecimal, and base64 at each alignment (without the ends, which depend on neighbours). */
const forms: readonly string[] = ['zqcanary', 'ZQCANARY', 'Zqcanary'].flatMap((word) => {
  const bytes = Buffer.from(word);
  const base64 = [0, 1, 2].map((shift) => Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64').slice(shift === 0 ? 0 : 4, -4));
  return [word, bytes.toString('hex'), ...base64.filter((text) => text.length > 5)];
});
/** Which of the texts stand in the bytes, each with what stands about it. */
const found = (bytes: Buffer, texts: readonly string[]): string[] => texts.flatMap((text) => {
  const at = bytes.indexOf(text);
  return at < 0 ? [] : [`${text}: ${JSON.stringify(bytes.toString('latin1', Math.max(0, at - 60), at + 60))}`];
});

let planted = 0;
const canary = (): string => `${mark}${(planted += 1)}`;

/** Every text of a value gets a canary in its place, but for the paths that take none. */
function plant(value: Json, path: string, bound: ReadonlySet<string>): Json {
  if (bound.has(path)) return value;
  if (typeof value === 'string') return canary();
  if (Array.isArray(value)) return value.map((item: Json, i) => plant(item, `${path}.${i}`, bound));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plant(inner, `${path}.${name}`, bound)]));
}

/** Names of the fields of which a part is sealed wherever it stands. */
const sealedNames = (kind: Kind): ReadonlySet<string> => new Set(kind.pieces.filter(isSealed).map(({ path }) => path[0] ?? ''));
const plantAll = (kind: Kind, given: Fields, bound: ReadonlySet<string>): Fields =>
  Object.fromEntries(Object.entries(given).map(([name, value]) => [name, kind.field.has(name) && isSealed(kind.field.get(name) ?? { level: 0, caveats: 0 }) ? plant(value, name, bound) : value]));

const leaves = (value: Json): string[] => {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(leaves) : [];
};

interface Planted {
  readonly url: string;
  /** As it was taken. */
  readonly body: Fields;
  /** Normal forms that a canary could not take the place of: numbers, dates, instants. */
  readonly bound: readonly string[];
}

/** Submits with a canary in every sealed text that takes one: what is refused names the fields that do not. */
async function submitPlanted(kind: Kind, { path, given, channel, secrets }: Pick<Life, 'path' | 'given' | 'channel' | 'secrets'>, writer: Caller): Promise<Planted> {
  const bound = new Set<string>();
  for (let tries = 0; tries < 40; tries += 1) {
    const body = { ...plantAll(kind, given, bound), channels: [channel] };
    const answer = await writer.post(`/v1/${path}`, body);
    if (answer.statusCode === 201) {
      const sealed = sealedNames(kind);
      const texts = Object.entries(answer.json<Fields>()).filter(([name]) => sealed.has(name)).flatMap(([, value]) => leaves(value));
      return { url: `/v1/${path}/${answer.json<{ id: string }>().id}`, body, bound: secrets.filter((secret) => secret.length > 6 && texts.some((text) => text.includes(secret)) && !secret.includes(mark)) };
    }
    const faults = answer.json<{ errors?: { field: string }[] }>().errors ?? [];
    if (faults.length === 0) throw new Error(answer.body);
    const known = bound.size;
    for (const { field } of faults) bound.add(field);
    // A fault may be about another field than the one whose text brought it: what holds several texts is left alone, one after the other.
    if (bound.size === known) bound.add(Object.entries(given).find(([name, value]) => typeof value === 'object' && !bound.has(name))?.[0] ?? 'channels');
  }
  throw new Error(`${kind.name} takes no canary`);
}

/** Bad requests of many kinds, each with a canary in it; whatever they are answered, nothing of them may be kept. */
async function misbehave(writer: Caller, { path, kind }: Pick<Life, 'path' | 'kind'>, { url, body }: Planted): Promise<void> {
  const text = canary();
  await writer.post(`/v1/${path}`, { ...body, classification: text });
  await writer.post(`/v1/${path}`, { ...body, [text]: text });
  await writer.post(`/v1/${path}`, `{"rationale": "${text}`);
  await writer.post(`/v1/${path}`, { ...body, channels: [text] });
  await writer.send('PATCH', url, { narrative: text, rationale: { [text]: text } }, { 'if-match': `"${text}"` });
  await writer.get(`/v1/${path}?${text}=${text}`);
  await writer.get(`/v1/${path}?after=${text}`);
  await writer.get(`/v1/${path}/${text}`);
  await writer.graphql(`mutation { submit${kind}(input: { ${text}: "${text}" }) { id } }`);
  await writer.graphql(`mutation m($input: ${kind}Input!) { submit${kind}(input: $input) { id } }`, { input: { ...body, [text]: text } });
  await writer.graphql(`{ ${text}(id: "${text}") `);
}

async function live(kind: Kind, life: Pick<Life, 'kind' | 'path' | 'given' | 'channel' | 'writer' | 'secrets' | 'searches'>, callers: (life: Pick<Life, 'writer'>) => Promise<Caller>): Promise<Planted> {
  const writer = await callers(life);
  const first = await submitPlanted(kind, life, writer);
  const again = Object.fromEntries(Object.entries(plantAll(kind, life.given, new Set())).filter(([name, value]) => typeof value === 'string' && kind.field.get(name)?.type.name === 'String'
    && isSealed(kind.field.get(name) ?? { level: 0, caveats: 0 })));
  await writer.send('PATCH', first.url, again, { 'if-match': String((await writer.get(first.url)).headers.etag) });
  await writer.post(`${first.url}/holds`, { authority: canary(), reason: canary() });
  const rows = [first.body, { ...first.body, externalRef: `REF-${kind.name}` }, { ...first.body, classification: canary() }].map(({ ...row }) => JSON.stringify(row));
  await writer.send('POST', `/v1/${life.path}/import?channels=${life.channel}`, [...rows, `{"broken": "${canary()}`].join('\n'), { 'content-type': 'application/x-ndjson' });
  for (const [query] of life.searches) await writer.get(`/v1/${life.path}?${query}`);
  for (const name of kind.searches.keys()) await writer.get(`/v1/${life.path}?${name}=${canary()}`);
  await writer.post('/v1/lookups', { values: [{ value: `${canary()}.com` }, { value: canary() }] });
  await misbehave(writer, life, first);
  const erased = await submitPlanted(kind, life, writer);
  await writer.post(`${erased.url}/erase`, { reason: 'OTHER' });
  return first;
}

/** Dates that stand in no other text, in fields that are sealed: a date takes no canary. */
const dates = ['1913-07-29', '1917-11-23', '1919-03-31'] as const;

/**
 * What no single submission brings: a stage that moves, an override, a testimony, a decision, jobs of the firewall, statistics. Each with canaries in it.
 * @returns a text that must be found by those who are cleared
 */
async function stories(as: (partner: string, purpose: PurposeName, desk?: string) => Promise<Caller>): Promise<string> {
  const ministry = await as('th-msdhs', 'VICTIM_PROTECTION');
  const police = await as('th-atc', 'VICTIM_PROTECTION', 'duty');
  const must = async (answer: Promise<{ statusCode: number; body: string }>): Promise<{ id: string }> => {
    const { statusCode, body } = await answer;
    if (statusCode >= 300) throw new Error(body);
    return JSON.parse(body) as { id: string };
  };
  const override = { authority: canary(), reason: canary(), recipients: ['jp-embassy'], purposes: ['VICTIM_PROTECTION'] };
  const consent = { ...fullConsent, purposes: [...fullConsent.purposes, 'PROSECUTION'], recipients: [...fullConsent.recipients, 'th-ccib'], case: { authority: 'th-ccib', number: 'SYN-3/2569' }, scope: ['recruitment'], override };
  const told = canary();
  const { id } = await must(ministry.post('/v1/victims', victimBody({
    recruitment: told, birthDate: dates[0], screening: { date: dates[1], by: canary() }, nonPunishment: { finding: 'APPLIES', assessedOn: dates[2] }, consent,
    documents: [{ type: 'PASSPORT', number: 'ZQCANARY90001', issuer: 'KR' }],
  })));
  const tag = async (): Promise<Readonly<Record<string, string>>> => ({ 'if-match': String((await ministry.get(`/v1/victims/${id}`)).headers.etag) });
  await must(ministry.send('PATCH', `/v1/victims/${id}`, { nrmStage: 'TEMPORARY_SHELTER', nrmTransition: { desk: 'th-msdhs/nrm', reason: canary() } }, await tag()));
  await must(ministry.post('/v1/testimonies', { victim: id, channels: ['witnesses'], classification: 'RESTRICTED' }));
  await must(police.post(`/v1/victims/${id}/confirmations`, { desk: 'duty' }));
  const person = { classification: 'RESTRICTED', identityStatus: 'UNDETERMINED', names: [{ full: canary() }], documents: [{ type: 'PASSPORT', number: 'ZQCANARY90001', issuer: 'KR' }], channels: [] };
  const found = await must(police.post('/v1/identities', { ...person, possibleVictim: { partner: 'th-msdhs', desk: 'nrm' } }));
  await must(police.post(`/v1/identities/${found.id}/decisions`, { outcome: 'BOTH', desk: 'duty', basis: canary(), nonPunishment: canary() }));
  await police.get('/v1/identities?documents.number=ZQCANARY90001');
  await attachPlanted(as, must);
  for (const table of (await (await as('th-msdhs', 'STATISTICS')).get('/v1/statistics')).json<{ items?: { id: string }[] }>().items ?? []) await (await as('th-msdhs', 'STATISTICS')).get(`/v1/statistics/${table.id}`);
  return told;
}

/** A file with canaries in its name and its bytes: taken, fetched, refused, cut off. */
async function attachPlanted(as: (partner: string, purpose: PurposeName, desk?: string) => Promise<Caller>, must: (answer: Promise<{ statusCode: number; body: string }>) => Promise<{ id: string }>): Promise<void> {
  const [asker, asked] = [await as('th-ccib', 'INVESTIGATION', 'duty'), await as('th-demo-isp', 'INVESTIGATION', 'lawful')];
  const request = await must(asker.post('/v1/requests', {
    asks: 'SUBSCRIBER_DATA', desks: [{ partner: 'th-demo-isp', desk: 'lawful' }], classification: 'UNCLASSIFIED', channels: ['aoc-1441'], authority: { type: 'STATUTE', number: 'section 18' },
    subscriberData: { value: '203.0.113.7', at: '2026-01-31T08:00:00Z' }, legalBasis: { ground: 'Synthetic' },
  }));
  const rows = async (name: string, text: string): Promise<{ statusCode: number; body: string }> =>
    asker.send('POST', `/v1/requests/${request.id}/attachments?as=personalFile&classification=UNCLASSIFIED&name=${name}`, `person\n${text}\n`.repeat(20_000), { 'content-type': 'text/csv' });
  const { id } = await must(rows(`${canary()}.csv`, canary()));
  const { body } = await asked.get(`/v1/request-attachments/${id}/content`);
  if (!body.includes(mark)) throw new Error('a file with a canary is fetched without it');
  await rows(`${canary()}.pdf`, canary());
  await rows(`${canary()}.csv`, `${canary()}\u0000`);
}

const filesIn = (folder: string): string[] => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)).filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true);

async function dump(sql: Sql): Promise<string> {
  const tables = await sql<{ name: string }[]>`select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'm') and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')`;
  const parts = await Promise.all(tables.map(async ({ name }) => (await sql.unsafe<{ row: string }[]>(`select t::text as row from ${name} t`)).map(({ row }) => row).join('\n')));
  return parts.join('\n');
}

t.test('nothing of what is sealed is left anywhere', { timeout: 600_000 }, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'prasan-canary-'));
  t.teardown(async () => rm(folder, { recursive: true, force: true }));
  const serverLog: string[] = [];
  const cluster = await startEmbedded({ folder: join(folder, 'cluster'), durable: false, log: (line) => void serverLog.push(line) });
  t.teardown(async () => cluster.stop());
  process.env['TEST_DATABASE_URL'] = cluster.ownerUrl;
  const temporary = join(folder, 'temporary');
  await mkdir(temporary);
  process.env['TMPDIR'] = temporary;
  const x = await freshApp(t);

  const logFile = join(folder, 'exchange.log');
  const log = makeLog({ level: 'trace', redacted: x.dictionary.redacted, destination: pino.destination({ dest: logFile, sync: true }) });
  const logged = await assemble({
    databaseUrl: x.appUrl, keyDatabaseUrl: x.keysUrl, keyFile: x.keyFile, node: 'logged', poolSize: 4, maximum: 3, dictionary: x.dictionary, demoIssuer: true, log,
    tokens: { audience: 'prasan', leewaySeconds: 30, maxLifeSeconds: 43_200 },
  });
  const app = await surfaces(logged, { config: {}, log, version: '0.0.0' });
  t.teardown(async () => {
    await app.close();
    await logged.close();
  });
  const callers = async ({ writer }: Pick<Life, 'writer'>, desk?: string): Promise<Caller> => {
    const { authorization } = await x.as(writer.partner, { purpose: writer.purpose, ...(desk !== undefined && { desk }) });
    const send: Caller['send'] = async (method, url, body, headers = {}) => app.inject({
      method, url, ...(body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
      headers: { authorization, ...(body === undefined ? {} : { 'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json' }), ...headers },
    });
    return {
      authorization, send,
      get: async (url, headers) => send('GET', url, undefined, headers), post: async (url, body, headers) => send('POST', url, body, headers),
      graphql: async (query, variables) => (await send('POST', '/graphql', { query, variables })).json(),
    };
  };

  const indicator = {
    kind: 'Indicator', path: 'indicators', channel: 'embassies-ip', writer: { partner: 'th-ccib', purpose: 'INVESTIGATION' as const }, searches: [], secrets: ['13.987654321', '102.123456789'],
    given: {
      type: 'DOMAIN', value: 'zqopenvalue.com', classification: 'RESTRICTED', description: 'zqopen description', rationale: 'x', collectionMethod: 'x', sourceDetail: 'x', subscriber: { name: 'x', document: 'x' },
      location: { lat: 13.987654321, lon: 102.123456789, method: 'x' },
    },
  };
  const bound = new Set<string>(indicator.secrets);
  const open = [...x.registry.partners.keys()];
  const before = planted;
  for (const row of [...lives, indicator]) {
    const life = await withNeeds(await callers(row), row);
    const kind = x.dictionary.kinds.get(life.kind);
    if (kind === undefined) throw new Error('no kind');
    const { bound: kept, url } = await live(kind, life, callers);
    for (const text of kept) bound.add(text);
    // They are really there, for those who are cleared: else their absence would say nothing.
    const seen = (await (await callers(life)).get(url)).body;
    open.push(...Object.entries(JSON.parse(seen) as Fields).filter(([name]) => !sealedNames(kind).has(name)).flatMap(([, value]) => leaves(value)));
    if (life.secrets.length > 0) t.ok(seen.includes(mark), `${life.kind} holds its canaries: ${seen.slice(0, 300)}`);
  }
  t.ok(planted - before > 300, `${planted - before} canaries`);
  const told = await stories(async (partner, purpose, desk) => callers({ writer: { partner, purpose } }, desk));
  t.ok((await (await callers({ writer: { partner: 'th-msdhs', purpose: 'VICTIM_PROTECTION' } })).get('/v1/victims')).body.includes(told), 'the stories were told');
  await logged.matcher?.run();
  for (const date of dates) bound.add(date);
  const raised = { ...indicator.given, description: canary(), markings: [{ field: 'description', level: 'CONFIDENTIAL' }] };
  const made = await (await callers(indicator)).post('/v1/indicators', raised);
  t.equal(made.statusCode, 201, made.body);

  // A date, or a partner's id, that stands openly in another record of the table, or in the registry, would be found there.
  for (const text of bound) if (open.some((other) => other.includes(text))) bound.delete(text);
  t.ok(bound.size > 10, `${bound.size} values that are bound to a form`);
  const keys = postgres(x.database.url(x.database.keysName), { max: 1 });
  await x.admin`checkpoint`;
  const rows = Buffer.from(`${await dump(x.admin)}\n${await dump(keys)}`);
  const [place] = await x.admin<{ folder: string }[]>`select current_setting('data_directory') as folder`;
  await keys.end();
  t.ok(rows.includes('zqopen description'), 'what is open is found in the rows');
  t.strictSame(found(rows, [...forms, ...bound]), [], 'the rows of both databases');

  const files = filesIn(place?.folder ?? '');
  const wal = files.filter((path) => /pg_wal\/[0-9A-F]{24}$/.test(path));
  t.ok(wal.some((path) => readFileSync(path).includes('zqopen description')), 'and in the WAL');
  const foundIn = (paths: readonly string[]): string[] => paths.flatMap((path) => found(readFileSync(path), [...forms, ...bound]).map((what) => `${path}: ${what}`));
  t.strictSame(foundIn(files), [], `${files.length} files of the cluster`);

  const lines = readFileSync(logFile);
  t.ok(lines.toString().split('\n').length > 200, 'the log tells of all that');
  t.strictSame(found(lines, [...forms, ...bound]), [], 'the log of the exchange');
  t.strictSame(found(Buffer.from(serverLog.join('\n')), [...forms, ...bound]), [], 'the log of PostgreSQL');
  t.strictSame(foundIn(filesIn(temporary)), [], 'the folder for temporary files');
});
