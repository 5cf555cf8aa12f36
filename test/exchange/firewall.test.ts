/**
 * The victim firewall: that a person who is searched for is a victim comes to be known to the protection desk alone, later; neither who searches nor who
 * planted a record learns of it. Synthetic people.
 */
import postgres from 'postgres';
import t from 'tap';
import { caveatMask, levelOf, purposeMask } from '../../src/dictionary/compartment.ts';
import { alertSum } from '../../src/dictionary/names/index.ts';
import type { Caller } from '../support/app.ts';
import { alerts, batch, confirm, identity, open, passport, plant, search, tomorrow, type World } from '../support/firewall.ts';

const jobs = async ({ x }: World): Promise<number> => (await x.admin<{ count: number }[]>`select count(*)::int as count from match_job`)[0]?.count ?? -1;

t.test('one job for every search and submission of a person, and for nothing else', async (t) => {
  const w = await open(t);
  const { police, x } = w;
  let before = 0;
  const counts = async (made: number, what: string): Promise<void> => {
    const now = await jobs(w);
    t.equal(now - before, made, what);
    before = now;
  };
  await search(w);
  await counts(1, 'a search by document');
  await police.get('/v1/identities?roles=CALLER');
  await counts(1, 'a search by anything else');
  t.match(await police.graphql('{ identities(filter: {documents: {number: {eq: "SYN424242"}}}) { nodes { id } } }'), { data: { identities: { nodes: [] } } });
  await counts(1, 'through GraphQL');
  const made = await police.post('/v1/identities', identity);
  await counts(1, 'a submission');
  const { id } = made.json<{ id: string }>();
  await police.send('PATCH', `/v1/identities/${id}`, { danger: 'SYNTHETIC' }, { 'if-match': String((await police.get(`/v1/identities/${id}`)).headers.etag) });
  await counts(1, 'an amendment');
  await police.send('POST', '/v1/identities/import', [1, 2, 3].map((n) => JSON.stringify({ ...identity, externalRef: `SYN-${n}` })).join('\n'), { 'content-type': 'application/x-ndjson' });
  await counts(3, 'each row of an import');
  await police.post('/v1/identities', { ...identity, documents: [{ number: '!' }] });
  await counts(0, 'a refused one');
  await police.get(`/v1/identities/${id}`);
  await police.post('/v1/lookups', { values: [{ value: 'synthetic.example' }] });
  await police.get('/v1/indicators');
  await plant(w);
  await counts(0, 'what is no person, or behind the firewall itself');
  await police.post('/v1/lookups', { values: [{ value: '+66812345678' }, { value: 'synthetic.example' }] });
  await counts(1, 'a lookup among persons, whatever by');
  await police.post('/v1/lookups', { values: Array.from({ length: 33 }, (_, i) => ({ type: 'DOCUMENT', value: `SYN42${String(i).padStart(4, '0')}` })) });
  await counts(2, 'a lookup of as many documents as one job has no room for');
  await police.graphql('{ lookup(values: [{type: DOCUMENT, value: "SYN 424242"}, {type: DOCUMENT, value: "syn-424242"}]) { claims { id } mentions { record { id } } } }');
  await counts(1, 'through GraphQL');
  await police.post('/v1/lookups', { values: [{ type: 'DOCUMENT', value: '!' }] });
  await counts(0, 'what cannot be read');
  const [row] = await x.admin<{ text: string }[]>`select string_agg(j::text, ' ') as text from match_job j`;
  t.notMatch(row?.text, /SYN424242|424242/, 'blinded');
});

t.test('all of a search or submission is asked, however many documents and names it holds', async (t) => {
  const w = await open(t);
  const others = (count: number, from: number): { type: string; number: string; issuer: string }[] => Array.from({ length: count }, (_, i) => ({ type: 'PASSPORT', number: `SYN9${from + i}`, issuer: 'KR' }));
  let day = 0;
  /** Whether what is asked tells that a victim of these documents and names was sought. */
  const told = async (more: object, ask: (number: string, name: string) => Promise<{ readonly statusCode: number }>): Promise<boolean> => {
    day += 1;
    const [number, name] = [`SYN88${String(day).padStart(4, '0')}`, `${['Wongsakorn', 'Sutthiphong', 'Kritsada', 'Natthawut'][day - 1]} Phithakkunchai`];
    await confirm(w, await plant(w, { documents: [{ ...passport, number }], names: [{ full: name }], ...more }));
    t.match(await ask(number, name), { statusCode: /^20[01]$/ });
    return (await batch(w, tomorrow(day))) === 1;
  };
  const { police } = w;
  t.ok(await told({}, async (number) => police.get(`/v1/identities?${[...others(33, 1000).map((one) => one.number), number].map((one) => `documents.number=${one}`).join('&')}`)), 'a search by thirty-four numbers');
  t.ok(await told({}, async (number) => police.post('/v1/identities', { ...identity, documents: [...others(33, 2000), { ...passport, number }] })), 'a submission with as many');
  const born = { birthDate: '1997-03-14' };
  const aliases = Array.from({ length: 45 }, (_, i) => ({ full: `Another${i} Synthetic${i}son` }));
  t.ok(await told(born, async (_, name) => police.post('/v1/identities', { ...identity, ...born, documents: [], names: [...aliases, { full: name }] })), 'a submission with forty-six names');
  t.ok(await told(born, async (_, name) => police.post('/v1/identities', { ...identity, ...born, documents: others(40, 3000), names: [...aliases, { full: name }] })), 'and forty documents beside');
});

t.test('an alert, for the protection desk alone', async (t) => {
  const w = await open(t);
  const id = await plant(w);
  await w.police.post('/v1/lookups', { values: [...Array.from({ length: 40 }, (_, i) => ({ type: 'DOCUMENT', value: `SYN43${String(i).padStart(4, '0')}` })), { type: 'DOCUMENT', value: 'syn-424242' }] });
  t.equal(await batch(w, tomorrow()), 0, 'not before a second desk confirmed');
  t.equal((await w.planter.post(`/v1/victims/${id}/confirmations`, { desk: 'protection' })).statusCode, 403, 'which is not the one whose record it is');
  t.equal((await w.police.post(`/v1/victims/${id}/confirmations`, { desk: 'duty' })).statusCode, 404);
  for (const [desk, message] of [[undefined, 'is missing: the desk that the token names, duty'], ['other', 'is not the desk that the token names: duty']]) {
    t.match((await w.second.post(`/v1/victims/${id}/confirmations`, { desk })).json(), { code: 'INVALID', errors: [{ field: 'desk', message }] });
  }
  const etagFor = async (caller: Caller): Promise<string> => String((await caller.get(`/v1/victims/${id}`)).headers.etag);
  const seen = await etagFor(w.second);
  t.equal((await w.planter.send('PATCH', `/v1/victims/${id}`, { documents: [passport, { ...passport, number: 'SYN 252525' }] }, { 'if-match': await etagFor(w.planter) })).statusCode, 200);
  t.match((await w.second.send('POST', `/v1/victims/${id}/confirmations`, { desk: 'duty' }, { 'if-match': seen })).json(), { code: 'STALE' }, 'who she was said to be when he looked');
  t.match(await w.second.graphql(`mutation { confirmVictim(id: "${id}", desk: "duty", ifMatch: ${JSON.stringify(seen)}) { id } }`), { errors: [{ extensions: { code: 'STALE' } }] });
  t.equal((await w.second.send('POST', `/v1/victims/${id}/confirmations`, { desk: 'duty' }, { 'if-match': await etagFor(w.second) })).statusCode, 200);
  t.equal(await confirm(w, id), 200, 'twice is once');
  t.equal(await batch(w, tomorrow()), 0, 'one batch a day');
  t.equal(await batch(w, tomorrow(2)), 1);
  t.match(await alerts(w), [{ record: id, day: tomorrow(2).toISOString().slice(0, 10), searchers: [] }]);
  t.equal(await batch(w, tomorrow(3)), 0, 'each search once');
  for (const [who, asking] of [['th-shelter', {}], ['th-atc', {}], ['kr-embassy', {}], ['th-msdhs', { desk: 'second' }], ['th-msdhs', { caveats: ['PERSONAL'] }], ['th-msdhs', { clearance: 'RESTRICTED' }]] as const) {
    const other = await w.x.as(who, { purpose: 'VICTIM_PROTECTION', desk: who === 'th-atc' ? 'duty' : who === 'th-shelter' ? 'protection' : who === 'kr-embassy' ? 'consular' : 'nrm', ...asking });
    t.strictSame((await other.get('/v1/protection-alerts')).json<{ items: unknown[] }>().items, [], `${who} ${JSON.stringify(asking)}`);
  }
  t.equal((await (await w.x.as('th-msdhs', { purpose: 'VICTIM_PROTECTION' })).get('/v1/protection-alerts')).statusCode, 403, 'whose token names no desk');
  const { data } = await w.desk.graphql('{ protectionAlerts { items { record searchers { partner } } nextCursor } }');
  t.match(data, { protectionAlerts: { items: [{ record: id, searchers: [] }], nextCursor: null } });

  t.test('who searched is named once their own desk agrees', async (t) => {
    const unseated = await w.x.as('th-ccib');
    t.equal((await unseated.post('/v1/naming-agreements', { desk: 'duty', from: '2020-01-01T00:00:00Z', to: '2999-01-01T00:00:00Z' })).statusCode, 403);
    const other = await w.x.as('th-ccib', { desk: 'second' });
    t.equal((await other.post('/v1/naming-agreements', { desk: 'duty', from: '2020-01-01T00:00:00Z', to: '2999-01-01T00:00:00Z' })).statusCode, 400, 'for another desk');
    t.equal((await other.post('/v1/naming-agreements', { desk: 'second', from: '2020-01-01T00:00:00Z', to: '2999-01-01T00:00:00Z' })).statusCode, 201);
    t.match(await alerts(w), [{ searchers: [] }], 'a desk speaks for its own searches');
    t.match((await w.police.post('/v1/naming-agreements', { desk: 'nowhere', from: 'today' })).json(), { code: 'INVALID', errors: [{ field: 'desk' }, { field: 'from' }, { field: 'to' }] });
    for (const from of ['0000-01-01T00:00:00Z', '0001-01-01T00:00:00+14:00', '2020-02-30T00:00:00Z']) t.match((await w.police.post('/v1/naming-agreements', { desk: 'duty', from, to: '2021-01-01T00:00:00Z' })).json(), { code: 'INVALID', errors: [{ field: 'from' }] }, from);
    t.match((await w.police.post('/v1/naming-agreements', { desk: 'duty', from: '2020-01-01T00:00:00Z', to: '9999-12-31T23:59:59-23:59' })).json(), { code: 'INVALID', errors: [{ field: 'to' }] });
    const period = { from: '2020-01-01T00:00:00Z', to: '2021-01-01T00:00:00Z' };
    t.equal((await w.police.post('/v1/naming-agreements', { desk: 'duty', ...period })).statusCode, 201);
    t.match(await alerts(w), [{ searchers: [] }], 'for searches of another time');
    await w.police.post('/v1/naming-agreements', { desk: 'duty', from: '2020-01-01T00:00:00Z', to: '2999-01-01T00:00:00Z' });
    t.match(await alerts(w), [{ searchers: [{ partner: 'th-ccib', desk: 'duty', purpose: 'INVESTIGATION' }] }]);
    t.equal((await w.police.get('/v1/naming-agreements')).json<{ items: unknown[] }>().items.length, 3);
    t.strictSame((await w.second.get('/v1/naming-agreements')).json<{ items: unknown[] }>().items, [], 'agreements are each desk\'s own');
  });

  t.test('only of a case past SCREENING that stands', async (t) => {
    const screening = await plant(w, { nrmStage: 'SCREENING', documents: [{ ...passport, number: 'SYN515151' }] });
    const gone = await plant(w, { documents: [{ ...passport, number: 'SYN616161' }] });
    const marked = await plant(w, { markings: [{ field: 'nrmStage', level: 'CONFIDENTIAL' }], documents: [{ ...passport, number: 'SYN717171' }] });
    for (const one of [screening, gone, marked]) t.equal(await confirm(w, one), 200);
    await w.planter.post(`/v1/victims/${gone}/withdraw`);
    for (const number of ['SYN515151', 'SYN616161', 'SYN717171']) await w.police.get(`/v1/identities?documents.number=${number}`);
    t.equal(await batch(w, tomorrow(4)), 0);
    const etag = String((await w.planter.get(`/v1/victims/${screening}`)).headers.etag);
    t.equal((await w.planter.send('PATCH', `/v1/victims/${screening}`, { nrmStage: 'TEMPORARY_SHELTER', nrmTransition: { desk: 'th-shelter/protection', reason: 'SYNTHETIC' } }, { 'if-match': etag })).statusCode, 200);
    t.equal(await batch(w, tomorrow(5)), 1, 'told when it is past');
  });

  t.test('of a victim that the desk does not see it is told nothing', async (t) => {
    await w.planter.send('DELETE', `/v1/victims/${id}/channels/kr-victims`);
    t.notMatch(JSON.stringify(await alerts(w)), id);
  });
  t.end();
});

t.test('no tripwire', async (t) => {
  /** Everything that the searcher and the planter can obtain. */
  const lives = async (w: World, planted: boolean, searched: boolean): Promise<{ searcher: string; planter: string }> => {
    const id = planted ? await plant(w) : '';
    if (planted) await confirm(w, id);
    const searcher: string[] = [];
    const planter: string[] = [];
    const told = async (into: string[], answer: Promise<{ body: string; statusCode: number; headers: object }>): Promise<void> => {
      const { body, statusCode } = await answer;
      into.push(`${statusCode} ${body}`);
    };
    if (searched) {
      await told(searcher, search(w));
      await told(searcher, w.police.post('/v1/identities', identity));
    }
    await batch(w, tomorrow());
    await alerts(w);
    if (searched) await told(searcher, search(w));
    for (const [into, who] of [[searcher, w.police], [planter, w.planter]] as const) {
      await told(into, who.get('/v1/ledger'));
      await told(into, who.get('/v1/changes/digest'));
      await told(into, who.get('/v1/protection-alerts'));
      await told(into, who.get('/v1/naming-agreements'));
    }
    if (planted) {
      await told(planter, w.planter.get(`/v1/victims/${id}`));
      await told(planter, w.planter.get(`/v1/victims/${id}/revisions`));
      await told(planter, w.planter.get('/v1/victims?documents.number=SYN424242'));
    }
    await told(planter, w.planter.get('/v1/changes'));
    const stable = (text: string, names = new Map<string, string>()): string => text
      .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}/g, (found) => names.get(found) ?? (names.set(found, `id${names.size}`), `id${names.size - 1}`))
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'time').replaceAll(/"(cursor|nextCursor|requestId|sha256)":"[^"]*"/g, '"$1":""');
    return { searcher: stable(searcher.join('\n')), planter: stable(planter.join('\n')) };
  };
  const [both, unplanted, unsearched] = [await lives(await open(t), true, true), await lives(await open(t), false, true), await lives(await open(t), true, false)];
  t.equal(both.searcher, unplanted.searcher, 'who searches gets the same whether the person is a victim or not');
  t.equal(both.planter, unsearched.planter, 'who planted a record gets the same whether anybody searched or not');
});

t.test('the matcher\'s role reads tokens, writes candidates, and can do nothing else', async (t) => {
  const w = await open(t);
  const id = await plant(w);
  await w.police.post('/v1/identities', identity);
  await search(w);
  const matcher = postgres(w.x.matcherUrl, { max: 1, onnotice: () => undefined });
  t.teardown(async () => matcher.end());
  const [role] = await w.x.admin`select rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolinherit from pg_roles where rolname = 'prasan_matcher'`;
  t.strictSame({ ...role }, { rolsuper: false, rolbypassrls: false, rolcreaterole: false, rolcreatedb: false, rolinherit: false });
  const rights = await w.x.admin<{ name: string; rights: string[] }[]>`
    select c.relname as name, array(select p from unnest(array['select', 'insert', 'update', 'delete', 'truncate']) p where has_table_privilege('prasan_matcher', c.oid, p)
      or (p in ('select', 'insert', 'update') and has_any_column_privilege('prasan_matcher', c.oid, p))) as rights
    from pg_class c where c.relkind in ('r', 'p', 'v', 'm') and c.relnamespace = 'public'::regnamespace order by 1`;
  t.strictSame(rights.filter((one) => one.rights.length > 0).map(({ name, rights: these }) => `${name} ${these.join(' ')}`), ['match_job select', 'match_result select insert', 'match_token insert', 'search_key select']);
  for (const table of ['record', 'revision', 'ledger_entry', 'ledger_disclosure', 'audience', 'registry_object', 'case_confirmation', 'firewall_alert', 'share', 'outbox']) {
    await t.rejects(matcher.unsafe(`select * from ${table} limit 1`), /permission denied/, table);
  }
  await t.rejects(matcher`select scope_id from search_key`, /permission denied/, 'not under what a key stands');
  await t.rejects(matcher`select partner from match_job`, /permission denied/, 'nor who asked');
  await t.rejects(matcher`delete from match_job`, /permission denied/);
  await t.rejects(matcher`select token from match_token`, /permission denied/, 'nor by what others matched');
  await t.rejects(matcher`set role prasan_app`);
  const keys = await matcher<{ record_id: string; kind: number }[]>`select distinct record_id, get_byte(token, 4) as kind from search_key`;
  t.strictSame([...keys], [{ record_id: id, kind: 2 }], 'of the search keys, those of the firewall alone');
  t.equal(await w.x.assembly.matcher?.run(), 2);
  const results = await matcher<{ records: number }[]>`select cardinality(records) as records from match_result`;
  t.strictSame(results.map(({ records }) => records), [1, 1]);
  await search(w);
  await w.police.get('/v1/identities?documents.number=SYN999999');
  await w.x.assembly.matcher?.run();
  t.strictSame((await matcher<{ records: number }[]>`select cardinality(records) as records from match_result`).map(({ records }) => records).sort((a, b) => a - b), [0, 1, 1, 1], 'one result a job, match or not');
  const app = postgres(w.x.appUrl, { max: 1, onnotice: () => undefined });
  t.teardown(async () => app.end());
  for (const table of ['match_job', 'match_result', 'match_token', 'firewall_batch']) await t.rejects(app.unsafe(`select * from ${table} limit 1`), /permission denied/, `${table} is not for the nodes`);
  await t.rejects(app`select prasan_firewall_batch(now() + interval '9 days')`, /permission denied/, 'nor is another day');
  const [policy] = await w.x.admin<{ text: string }[]>`select pg_get_expr(polqual, polrelid) as text from pg_policy where polname = 'app_read' and polrelid = 'firewall_alert'::regclass`;
  t.match([purposeMask(['VICTIM_PROTECTION']), levelOf('CONFIDENTIAL'), caveatMask(['VICTIM'])], [64, 2, 2]);
  const [made] = await w.x.admin<{ text: string }[]>`select pg_get_functiondef('prasan_firewall_batch'::regproc) as text`;
  t.match(made?.text, `>= ${alertSum}\n`, 'and so is from which sum on two persons are one');
  t.match(policy?.text, /purpose.*= 64.*clearance.*>= 2.*caveats.*& 2/s, 'the numbers of the policy are those of the dictionary');
});
