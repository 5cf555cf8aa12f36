/** A stolen dump: of what is sealed, no byte of plaintext stands anywhere, in either database. All values are planted and synthetic. */
import postgres, { type Sql } from 'postgres';
import t from 'tap';
import { nameKeys, nameProbes } from '../../src/dictionary/names/index.ts';
import { isSealed } from '../../src/dictionary/compartment.ts';
import { freshExchange } from '../support/exchange.ts';
import { lives } from '../support/lives.ts';
import { withNeedsBy } from '../support/needs.ts';

const dump = async (sql: Sql): Promise<string> => {
  const tables = await sql<{ name: string }[]>`select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'm') and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')`;
  const parts = await Promise.all(tables.map(async ({ name }) => (await sql.unsafe<{ row: string }[]>(`select t::text as row from ${name} t`)).map(({ row }) => row).join('\n')));
  return parts.join('\n');
};

/** The forms in which a text could stand: itself, hexadecimal, and base64 at each of its three alignments (without the ends, which depend on the neighbours). */
function forms(text: string): string[] {
  const bytes = Buffer.from(text, 'utf8');
  const base64 = [0, 1, 2].map((shift) => Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64').slice(shift === 0 ? 0 : 4, -4));
  return [text, bytes.toString('hex'), ...base64];
}

const canary = (name: string): string => `zqcanary-${name.toLowerCase()}`;
/** Open by design in every record: what the exchange must read without a key. */
const sealedTexts = {
  nationalMarking: canary('marking'), language: 'zq-canary', externalRef: canary('ref'), description: canary('description'), networkName: canary('network'), protocol: canary('protocol'),
};
const caveated = { rationale: canary('rationale'), collectionMethod: canary('collection'), sourceDetail: canary('source'), subscriber: { name: canary('name'), document: canary('document') }, location: { lat: 13.987654321, lon: 102.123456789, method: canary('method') } };
const others = { evaluation: { scheme: canary('scheme') }, legalBasis: { ground: canary('ground') }, caseRefs: [{ authority: canary('authority'), number: canary('number') }], handling: { codes: ['H3'], text: canary('handling') }, asn: 4_199_999_941, observedAt: '2031-07-19T01:02:03.456Z' };

t.test('no sealed plaintext in the tables', async (t) => {
  const { exchange, asker, admin, database } = await freshExchange(t);
  const chief = asker('th-ccib', { purpose: 'INVESTIGATION' });
  const submit = async (body: object) => exchange.submit(chief, 'Indicator', { type: 'DOMAIN', channels: ['embassies-ip'], ...body });
  const { record } = await submit({ value: `${canary('value')}.com`, classification: 'CONFIDENTIAL', ...sealedTexts, ...caveated, ...others });
  await submit({ value: 'known-open.com', classification: 'RESTRICTED', description: canary('marked'), ...caveated, markings: [{ field: 'description', level: 'SECRET' }] });
  const raised = (await submit({ value: `${canary('raised')}.com`, classification: 'RESTRICTED', description: canary('before') })).record;
  await exchange.amend(chief, 'Indicator', raised.id, { description: canary('after') }, '*');
  await exchange.amend(chief, 'Indicator', raised.id, { classification: 'CONFIDENTIAL' }, '*');
  await exchange.amend(chief, 'Indicator', record.id, { description: canary('amended') }, '*');
  await exchange.lookup(asker('kr-embassy', { purpose: 'INVESTIGATION' }), [{ value: `${canary('value')}.com` }, { value: `${canary('asked')}.com` }]);
  await exchange.find(chief, { kind: 'Indicator', filter: { externalRef: { eq: canary('ref') }, caseRefs: { eq: others.caseRefs[0] ?? {} } } });
  t.match((await exchange.get(chief, 'Indicator', record.id)).body, { ...caveated, externalRef: canary('ref') }, 'it is all there for the cleared');
  const keys = postgres(database.url(database.keysName), { max: 1 });
  const text = `${await dump(admin)}\n${await dump(keys)}`;
  await keys.end();
  t.ok(text.includes('known-open.com') && text.includes(Buffer.from('known-open.com').toString('hex')), 'what is open is found this way');
  const canaries = ['zqcanary', 'zq-canary', '13.987654321', '102.123456789', '4199999941', '2031-07-19', ...JSON.stringify([sealedTexts, caveated, others]).match(/zqcanary-\w+/g) ?? []];
  for (const planted of new Set(canaries)) {
    const found = forms(planted).filter((form) => form.length > 5 && text.toLowerCase().includes(form.toLowerCase()));
    t.strictSame(found, [], planted);
  }
});

/** Names in several scripts, whose parts, transliterations and frames must not stand anywhere. Invented throughout. */
const planted = ['Zqxavier Wobblekins', 'ซกชาญ วอบเบิลขิน', 'Зкхавьер Воблкинс', '즈카비 워블킨'];

t.test('no name, no part of one and no way it is asked for stands in the tables', async (t) => {
  const { exchange, asker, admin, database } = await freshExchange(t);
  const chief = asker('th-ccib', { purpose: 'INVESTIGATION' });
  const [first = '', second = ''] = planted;
  const basis = { legalBasis: { ground: 'Synthetic' }, classification: 'UNCLASSIFIED', channels: ['aoc-1441'] };
  const { record } = await exchange.submit(chief, 'Identity', { identityStatus: 'UNDETERMINED', names: planted.map((full) => ({ full })), ...basis });
  await exchange.amend(chief, 'Identity', record.id, { names: [{ full: first }, { full: `Mr ${second}` }] }, '*');
  await exchange.submit(asker('th-ccib', { purpose: 'FINANCIAL_INTELLIGENCE' }), 'Account', { scheme: 'BANK', number: '1234567890', holderName: first, ...basis });
  const found = await exchange.find(asker('th-dsi', { purpose: 'INVESTIGATION' }), { kind: 'Identity', filter: { names: { name: 'Wobblekins Zqxavier' } } });
  t.strictSame(found.items.map(({ id }) => id), [record.id], 'they are found');
  const keys = postgres(database.url(database.keysName), { max: 1 });
  const text = `${await dump(admin)}\n${await dump(keys)}`.toLowerCase();
  await keys.end();
  const tokens = planted.flatMap((full) => [...nameKeys(full), ...nameProbes(full).map(({ payload }) => payload)]);
  const said = [...planted.flatMap((full) => [full, ...full.split(' ')]), 'zkhavier', 'voblkins', 'wobeulkin', ...tokens.filter((token) => token.length > 3)];
  for (const one of new Set(said)) t.strictSame(forms(one.toLowerCase()).concat(forms(one)).filter((form) => form.length > 5 && text.includes(form.toLowerCase())), [], one);
});

t.test('nor of any kind', { timeout: 300_000 }, async (t) => {
  const { exchange, asker, admin, database, dictionary, registry } = await freshExchange(t);
  for (const life of lives) {
    const { kind: name, channel, writer } = life;
    const by = asker(writer.partner, { purpose: writer.purpose });
    const { given } = await withNeedsBy(life, async (path, needed) => (await exchange.submit(by, dictionary.byPath.get(path)?.name ?? '', needed)).record.id);
    const kind = dictionary.kinds.get(name);
    const unfilled = kind?.fields.filter((field) => field.writable && !field.envelope && isSealed(field) && !kind.references.some(({ piece }) => piece === field.name) && !(field.name in given)).map((field) => field.name);
    if (unfilled !== undefined && unfilled.length > 0) t.comment(`${name}: not planted: ${unfilled.join(', ')}`);
    await exchange.submit(by, name, { ...given, channels: [channel] });
  }
  const keys = postgres(database.url(database.keysName), { max: 1 });
  const text = `${await dump(admin)}\n${await dump(keys)}`.toLowerCase();
  await keys.end();
  for (const { kind, secrets } of lives) {
    // Ids of partners stand in the registry and in every grant; what another kind says openly is no canary, nor is a bare
    // date, which any record may hold (whether a given day stands here in clear this does not tell).
    const others = JSON.stringify(lives.filter((life) => life.kind !== kind).map(({ given, normal }) => [given, normal])).toLowerCase();
    const planted = secrets.filter((secret) => !registry.partners.has(secret) && !/^\d{4}-\d\d(-\d\d)?$/.test(secret) && !others.includes(secret.toLowerCase()));
    t.ok(planted.length > 0 || secrets.length === 0, kind);
    t.strictSame(planted.filter((secret) => forms(secret).some((form) => form.length > 5 && text.includes(form.toLowerCase()))), [], `${kind}: nothing of ${planted.length}`);
  }
});
