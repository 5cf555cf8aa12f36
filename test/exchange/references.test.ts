/** References: resolved when written, released only where their target is. Everything is synthetic. */
import { randomUUID } from 'node:crypto';
import t from 'tap';
import { caveatMask } from '../../src/dictionary/compartment.ts';
import { compileDictionary } from '../../src/dictionary/compile.ts';
import type { Released } from '../../src/rules/release.ts';
import type { Declared } from '../../src/rules/registry.ts';
import { freshExchange } from '../support/exchange.ts';
import { notes } from '../support/notes.ts';
import { codeOf, refused } from '../support/refused.ts';
import { withFile } from '../support/schema-copy.ts';
import { importText } from '../support/imports.ts';

/** Embassies get notes as they get places. */
const withNotes = (demo: Declared): Declared => ({
  ...demo,
  agreements: new Map([...demo.agreements].map(([id, agreement]) => [id, {
    ...agreement,
    clauses: agreement.clauses.map((clause) => (clause.id === '3.1' ? { ...clause, kinds: ['*'], ceiling: 2 as const, caveats: caveatMask(['OPERATIONAL']) } : clause)),
  }])),
});

const x = await freshExchange(t, { dictionary: compileDictionary(withFile(notes)), registry: withNotes });
const { exchange, asker } = x;
const ccib = asker('th-ccib', { purpose: 'INVESTIGATION' });
const atc = asker('th-atc', { purpose: 'INVESTIGATION' });
const korea = asker('kr-embassy', { purpose: 'INVESTIGATION' });
const channels = ['embassies-ip'];

const submit = async (kind: string, more: Record<string, unknown>, by = ccib): Promise<Released> => (await exchange.submit(by, kind, { classification: 'RESTRICTED', ...more })).record;
const place = async (more: Record<string, unknown> = {}, by = ccib): Promise<string> => (await submit('Place', { type: 'BUILDING', country: 'KH', ...more }, by)).id;
const note = async (more: Record<string, unknown>, by = ccib): Promise<Released> => submit('Note', { channels, ...more }, by);
const shown = async (id: string, by = korea): Promise<Readonly<Record<string, unknown>>> => (await exchange.get(by, 'Note', id)).body;
const amend = async (id: string, patch: unknown, by = ccib): Promise<Released> => exchange.amend(by, 'Note', id, patch, '*');
const find = async (filter: Record<string, Record<string, string | string[]>>, by = korea, first = 50) => exchange.find(by, { kind: 'Note', filter, first });

t.test('absent, invisible and of another kind are one refusal, byte for byte', async (t) => {
  const invisible = await place({}, atc);
  const { id: wrongKind } = await submit('Indicator', { type: 'DOMAIN', value: 'wrong-kind.example' });
  const { id } = await note({ text: 'to amend' });
  const attempts: Readonly<Record<string, (target: string) => Promise<unknown>>> = {
    'a field': async (target) => note({ places: [target] }),
    'an amendment': async (target) => amend(id, { places: [target] }),
  };
  for (const [what, attempt] of Object.entries(attempts)) {
    const absent = await refused(attempt(randomUUID()));
    t.match(absent, { code: 'NOT_FOUND', public: { errors: [{ field: 'places.0', message: 'you see no Place of this id' }] } }, what);
    t.strictSame(await refused(attempt(invisible)), absent, `${what}: invisible`);
    t.strictSame(await refused(attempt(wrongKind)), absent, `${what}: of another kind`);
    t.strictSame(await refused(attempt(id)), absent, `${what}: itself`);
  }
  t.match(await refused(note({ end: { indicator: invisible, label: 'x' } })), { code: 'NOT_FOUND', public: { errors: [{ field: 'end.indicator' }] } });
  t.match(await refused(note({ about: invisible, places: [await place(), invisible] })), { public: { errors: [{ field: 'about' }, { field: 'places.1' }] } });
  t.match(await refused(note({ about: 'no id' })), { code: 'INVALID', public: { errors: [{ field: 'about' }] } });
  t.match(await refused(note({ about: `urn:uuid:${randomUUID()}` })), { code: 'INVALID', public: { errors: [{ field: 'about' }] } });
  const upper = await note({ about: (await place()).toUpperCase() });
  t.equal(upper.body['about'], String(upper.body['about']).toLowerCase(), 'kept as PostgreSQL writes it');
});

t.test('rows of an import are refused alike, one by one', async (t) => {
  const [own, invisible] = [await place(), await place({}, atc)];
  const rows = [own, invisible, randomUUID(), own].map((one, i) => JSON.stringify({ text: `row ${i}`, classification: 'RESTRICTED', places: [one] }));
  const { outcomes } = await importText(exchange, ccib, rows.join('\n'), { kind: 'Note', channels, format: 'ndjson', defaults: {} });
  t.match(outcomes, [
    { outcome: 'created' }, { outcome: 'refused', code: 'NOT_FOUND', field: 'places.0', reason: 'you see no Place of this id' },
    { outcome: 'refused', code: 'NOT_FOUND', field: 'places.0', reason: 'you see no Place of this id' }, { outcome: 'created' },
  ]);
});

t.test('a reference is released where its target is, on every surface', async (t) => {
  const [open, closed] = [await place({ channels }), await place()];
  const { id: indicator } = await submit('Indicator', { type: 'DOMAIN', value: 'closed.example' });
  const given = await note({ text: 'one', about: closed, places: [closed, open], end: { indicator } });
  t.match(given.body, { about: closed, places: [closed, open], end: { indicator } }, 'the writer sees what it wrote');
  const body = await shown(given.id);
  t.strictSame([body['about'], body['places'], body['end']], [undefined, [open], undefined]);
  t.notOk((body['withheld'] as string[]).includes('about'), 'not because it is withheld');
  t.match((await find({ places: { eq: open } })).items.map(({ body: one }) => one['places']), [[open]]);
  t.match((await exchange.revisions(korea, 'Note', given.id)).map(({ record }) => record.body['places']), [[open]]);

  const before = await exchange.get(korea, 'Note', given.id);
  await exchange.share(ccib, 'Place', closed, 'embassies-ip');
  const after = await exchange.get(korea, 'Note', given.id);
  t.match(after.body, { about: closed, places: [closed, open], revision: 1 });
  t.not(after.etag, before.etag, 'the tag is of what is released');
  await exchange.unshare(ccib, 'Place', closed, 'embassies-ip');
  t.equal((await exchange.get(korea, 'Note', given.id)).etag, before.etag);
  await exchange.unshare(ccib, 'Place', open, 'embassies-ip');
  t.notOk('places' in (await shown(given.id)), 'a list of which nothing is left is absent');
});

t.test('two worlds that differ in an invisible target are one', async (t) => {
  const closed = await place();
  const bodies = await Promise.all([{}, { about: closed, places: [closed] }, { places: [] }].map(async (more) => {
    const { id } = await note({ text: 'same', ...more });
    const { createdAt: _, updatedAt: __, id: ___, ...rest } = await shown(id);
    const [view] = await exchange.revisions(korea, 'Note', id);
    return { rest, changed: view?.changed };
  }));
  t.strictSame(bodies[1], bodies[0]);
  t.strictSame(bodies[2], bodies[0], 'an empty list is as none');
});

t.test('a change of references is no revision, and is not announced', async (t) => {
  const [open, closed] = [await place({ channels }), await place()];
  const { id } = await note({ text: 'one', about: open });
  const { cursor } = await exchange.changes(korea, { kinds: ['Note'] });
  const before = await exchange.get(korea, 'Note', id);
  const sums = await exchange.digest(korea, ['Note']);
  await amend(id, { places: [closed, open] });
  const after = await exchange.get(korea, 'Note', id);
  t.match(after.body, { places: [open], revision: 1, updatedAt: before.body['updatedAt'] });
  t.not(after.etag, before.etag);
  const page = await exchange.changes(korea, { kinds: ['Note'], cursor });
  t.strictSame(page.events, []);
  t.strictSame(await exchange.digest(korea, ['Note']), sums, 'the digest counts as the feed does');
  await amend(id, { hidden: 'Synthetic' });
  await amend(id, { places: [open] });
  const theirs = await exchange.revisions(korea, 'Note', id);
  t.match(theirs, [{ revision: 1, record: { body: { about: open } } }]);
  t.equal(theirs.length, 1);
  t.strictSame(theirs[0]?.record.body['places'], [open], 'as it is now, whatever was hidden between');
  t.strictSame(theirs[0]?.record.etag, (await exchange.get(korea, 'Note', id)).etag);
  t.strictSame((await exchange.revisions(ccib, 'Note', id)).map(({ changed }) => changed).slice(1), [['hidden']]);
  await amend(id, { text: 'two', places: [open] });
  t.match((await exchange.changes(korea, { kinds: ['Note'], cursor: page.cursor })).events, [{ event: 'REVISED', id, record: { body: { revision: 2, text: 'two', places: [open] } } }]);
  t.strictSame((await exchange.revisions(korea, 'Note', id)).map(({ changed }) => changed).slice(1), [['text']]);
  const kept = await x.admin<{ revision: number }[]>`select revision from revision where record_id = ${id} order by 1`;
  t.strictSame(kept.map(({ revision }) => revision), [1, 2, 3, 4], 'every state is kept');
});

t.test('what a writer does not see of its references stays', async (t) => {
  const theirs = await place({ channels }, atc);
  const own = await place();
  const { id } = await note({ text: 'one', about: theirs, places: [theirs, own] });
  await exchange.unshare(atc, 'Place', theirs, 'embassies-ip');
  t.strictSame([(await shown(id, ccib))['about'], (await shown(id, ccib))['places']], [undefined, [own]]);
  await amend(id, { text: 'two' });
  const other = await place();
  await amend(id, { places: [other] });
  t.strictSame((await shown(id, ccib))['places'], [other]);
  t.equal(await codeOf(amend(id, { places: [other, theirs] })), 'NOT_FOUND', 'though it stands there');
  await exchange.share(atc, 'Place', theirs, 'embassies-ip');
  t.match(await shown(id, ccib), { about: theirs, places: [other, theirs] });
  await exchange.unshare(atc, 'Place', theirs, 'embassies-ip');
  await amend(id, { about: null, places: null });
  await exchange.share(atc, 'Place', theirs, 'embassies-ip');
  const body = await shown(id, ccib);
  t.strictSame([body['about'], body['places']], [undefined, [theirs]]);
});

t.test('searching by a reference finds nothing through a target that the asker does not see', async (t) => {
  const closed = await place();
  const { id: indicator } = await submit('Indicator', { type: 'DOMAIN', value: 'end.example' });
  const made = [];
  for (let i = 0; i < 12; i += 1) made.push((await note({ text: `n${i}`, about: closed, end: { indicator, label: 'l' } })).id);
  t.same((await find({ about: { eq: closed } }, ccib)).items.length, 12);
  t.same((await find({ 'end.indicator': { eq: indicator } }, ccib)).items.length, 12);
  t.strictSame(await find({ about: { eq: closed } }, korea, 1), await find({ about: { eq: randomUUID() } }, korea, 1), 'no page, no cursor');
  t.strictSame(await find({ 'end.indicator': { in: [indicator] } }, korea, 1), { items: [] });
  await exchange.share(ccib, 'Place', closed, 'embassies-ip');
  const page = await find({ about: { eq: closed.toUpperCase() } }, korea, 2);
  t.strictSame(page.items.map(({ id }) => id), made.slice(-2).reverse());
  t.ok(page.nextCursor);
  t.equal(await codeOf(find({ about: { eq: 'nothing' } })), 'INVALID');
});

t.test('the second lock: what the database shows and no grant brings is left out', async (t) => {
  const open = await place({ channels });
  const closed = await place();
  const { id } = await note({ text: 'one', places: [open, closed] });
  const [grant] = await x.admin<{ id: string }[]>`insert into audience_grant (audience_id, level, partner, purposes, ceiling, caveats, valid)
    select audience_id, 1, 'kr-embassy', 1023, 4, 127, tstzrange(null, null) from record where id = ${closed} returning id::text`;
  const seen = await x.store.read.targets({ partner: 'kr-embassy', purposeBit: 2, clearance: 4, caveats: 127 }, [closed]);
  t.equal(seen.targets.length, 1, 'the first lock is open');
  t.strictSame((await shown(id))['places'], [open]);
  await x.admin`delete from audience_grant where id = ${grant?.id ?? ''}`;
});

t.test('a screening names its checkpoint', async (t) => {
  const [ccib, korea] = ['th-ccib', 'kr-embassy'].map((partner) => asker(partner, { purpose: 'PREVENTION' })) as [typeof atc, typeof atc];
  const checkpoint = await place({ type: 'CHECKPOINT', channels }, ccib);
  const { id } = await submit('Screening', { at: '2026-01-31T08:00:00Z', place: checkpoint, channels }, ccib);
  t.match((await exchange.get(korea, 'Screening', id)).body, { place: checkpoint });
  t.match((await exchange.find(korea, { kind: 'Screening', filter: { place: { eq: checkpoint } } })).items, [{ id }]);
  await exchange.unshare(ccib, 'Place', checkpoint, 'embassies-ip');
  t.notOk('place' in (await exchange.get(korea, 'Screening', id)).body);
});
