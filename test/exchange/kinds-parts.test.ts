/** Parts of an object that are classified on their own, from submission to revision, over HTTP. Synthetic records only. */
import t from 'tap';
import { caveatMask } from '../../src/dictionary/compartment.ts';
import { compileDictionary } from '../../src/dictionary/compile.ts';
import type { Declared } from '../../src/rules/registry.ts';
import { type Caller, freshApp } from '../support/app.ts';
import { withFile } from '../support/schema-copy.ts';
import { sightings } from '../support/sighting.ts';

interface Shown {
  readonly id: string;
  readonly contact?: Readonly<Record<string, unknown>>;
  readonly [name: string]: unknown;
}

/** Embassies get these records up to RESTRICTED, with PERSONAL: the contact, and not its number. */
const upToRestricted = (demo: Declared): Declared => ({
  ...demo,
  partners: new Map([...demo.partners].map(([id, partner]) => [id, { ...partner, caveats: caveatMask(['PERSONAL', 'OPERATIONAL', 'SOURCE', 'VICTIM', 'FINANCIAL']) }])),
  agreements: new Map([...demo.agreements].map(([id, agreement]) => [id, {
    ...agreement,
    clauses: agreement.clauses.map((clause) => (clause.id === '3.1' ? { ...clause, kinds: ['*'], ceiling: 1 as const, caveats: caveatMask(['PERSONAL', 'OPERATIONAL']) } : clause)),
  }])),
});

const found = async (who: Caller, query: string): Promise<number> => (await who.get(`/v1/sightings?${query}`)).json<{ items: unknown[] }>().items.length;
const codeOf = (answer: { json(): unknown }): unknown => (answer.json() as { readonly code?: unknown }).code;

t.test('the life of a part', { timeout: 120_000 }, async (t) => {
  const x = await freshApp(t, { dictionary: compileDictionary(withFile(sightings)), registry: upToRestricted });
  const police = await x.as('th-ccib');
  const korea = await x.as('kr-embassy');
  const given = {
    place: 'Synthetic Bridge', classification: 'UNCLASSIFIED', channels: ['embassies-ip'],
    contact: { how: 'call', at: '2026-01-31T15:00:00+07:00', phone: ' 0100 ', home: { street: 'Synthetic Street', door: '7' } },
    papers: [{ sort: 'pass', number: 'AA1' }, { number: 'BB2' }],
  };
  const made = await police.post('/v1/sightings', given);
  t.equal(made.statusCode, 201, made.body);
  const own = made.json<Shown>();
  t.strictSame(own.contact, { how: 'call', at: '2026-01-31T08:00:00.000Z', phone: '0100', home: { street: 'Synthetic Street', door: '7' } }, 'nested as it was given, in normal form');
  const url = `/v1/sightings/${own.id}`;

  await t.test('kept apart', async (t) => {
    const [row] = await x.admin<{ body: string; sealed: Record<string, unknown> }[]>`select body::text, sealed from record`;
    t.notMatch(row?.body, /0100|Street|call/, 'nothing of it in clear');
    t.strictSame(Object.keys(row?.sealed ?? {}).sort(), ['C/PERSONAL', 'R/PERSONAL', 'S/PERSONAL', 'S/PERSONAL+SOURCE']);
  });

  await t.test('released to whom a grant covers it', async (t) => {
    const theirs = (await korea.get(url)).json<Shown>();
    t.strictSame(theirs.contact, { how: 'call', at: '2026-01-31T08:00:00.000Z' });
    t.strictSame((theirs['withheld'] as string[]).filter((name) => /contact|papers/.test(name)), ['contact.phone', 'contact.home', 'contact.home.door', 'papers']);
    const { data } = await korea.graphql(`query Q($id: ID!) { sighting(id: $id) { contact { how phone home { door } } withheld } }`, { id: own.id });
    t.strictSame(JSON.parse(JSON.stringify(data?.['sighting']?.['contact'])), { how: 'call', phone: null, home: null });
  });

  await t.test('found by it, by whom it is released to', async (t) => {
    t.strictSame([await found(police, 'contact.phone=0100'), await found(korea, 'contact.phone=0100')], [1, 0]);
    t.strictSame([await found(police, 'papers.number=BB2'), await found(korea, 'papers.number=BB2'), await found(police, 'papers.number=CC3')], [1, 0, 0]);
    const asked = await police.graphql(`{ sightings(filter: { contact: { phone: { eq: "0100" } }, papers: { number: { in: ["AA1", "ZZ9"] } } }) { nodes { id } } }`);
    t.match(asked.data?.['sightings'], { nodes: [{ id: own.id }] });
    t.equal(codeOf(await police.get('/v1/sightings?contact.how=call')), 'INVALID');
  });

  await t.test('an object of which only withheld parts hold a value is absent', async (t) => {
    for (const contact of [{ phone: '0101' }, { home: { door: '8' } }]) {
      const one = (await police.post('/v1/sightings', { place: 'x', classification: 'UNCLASSIFIED', channels: ['embassies-ip'], contact })).json<Shown>();
      t.notOk('contact' in (await korea.get(`/v1/sightings/${one.id}`)).json<Shown>(), JSON.stringify(contact));
    }
    for (const contact of [{}, { phone: null }, { home: {} }]) {
      t.match((await police.post('/v1/sightings', { place: 'x', classification: 'UNCLASSIFIED', contact })).json(), { code: 'INVALID', errors: [{ message: /says nothing/ }] }, 'one in which nothing is said is refused');
    }
  });

  await t.test('amended around what the writer does not see', async (t) => {
    const low = await x.as('th-ccib', { clearance: 'RESTRICTED' });
    const seen = await low.get(url);
    const tag = { 'if-match': String(seen.headers.etag) };
    t.strictSame(seen.json<Shown>().contact, { how: 'call', at: '2026-01-31T08:00:00.000Z' });
    t.equal(codeOf(await low.send('PATCH', url, { contact: { phone: null } }, tag)), 'FORBIDDEN');
    t.equal(codeOf(await low.send('PATCH', url, { contact: { home: { door: '9' } } }, tag)), 'FORBIDDEN');
    t.equal(codeOf(await low.send('PATCH', url, { markings: [{ field: 'contact.phone', level: 'CONFIDENTIAL' }] }, tag)), 'FORBIDDEN');
    const patched = await low.send('PATCH', url, { contact: null }, tag);
    t.notOk('contact' in patched.json<Shown>(), patched.body);
    const after = await police.get(url);
    t.strictSame(after.json<Shown>().contact, { phone: '0100', home: { street: 'Synthetic Street', door: '7' } }, 'what it did not see stands');
    const again = await police.send('PATCH', url, { contact: { phone: '0102' } }, { 'if-match': String(after.headers.etag) });
    t.equal(again.json<Shown>().contact?.['phone'], '0102', again.body);
  });

  await t.test('its history is each viewer\'s own', async (t) => {
    const changed = async (who: Caller): Promise<unknown[]> => (await who.get(`${url}/revisions`)).json<{ items: { changed: string[] }[] }>().items.slice(1).map((one) => one.changed);
    t.strictSame(await changed(police), [['contact'], ['contact.phone']]);
    t.strictSame(await changed(korea), [['contact']]);
    t.strictSame([await found(police, 'contact.phone=0100'), await found(police, 'contact.phone=0102')], [0, 1], 'the search keys follow');
  });

  await t.test('marked alone', async (t) => {
    const before = await police.get(url);
    const marked = await police.send('PATCH', url, { markings: [{ field: 'contact.phone', level: 'SECRET' }] }, { 'if-match': String(before.headers.etag) });
    t.strictSame(marked.json<Shown>()['markings'], [{ field: 'contact.phone', level: 'SECRET' }], marked.body);
    const confidential = await x.as('th-ccib', { clearance: 'CONFIDENTIAL' });
    t.notOk('contact' in (await confidential.get(url)).json<Shown>());
    t.strictSame([await found(confidential, 'contact.phone=0102'), await found(police, 'contact.phone=0102')], [0, 1]);
  });

  await t.test('imported', async (t) => {
    const lines = [{ place: 'Row', externalRef: 'SYN-1', contact: { how: 'mail', phone: '0103' } }, { place: 'Row', externalRef: 'SYN-1', contact: { how: 'mail', phone: '0103' } }, { place: 'Row', externalRef: 'SYN-1', contact: { phone: '0104' } }];
    const answer = await police.send('POST', '/v1/sightings/import?classification=RESTRICTED', lines.map((line) => JSON.stringify(line)).join('\n'), { 'content-type': 'application/x-ndjson' });
    const outcomes = answer.body.trim().split('\n').map((line) => (JSON.parse(line) as { outcome?: string }).outcome);
    t.strictSame(outcomes.slice(0, 3), ['created', 'unchanged', 'updated'], answer.body);
    t.strictSame([await found(police, 'contact.phone=0103'), await found(police, 'contact.phone=0104')], [0, 1]);
  });
});
