/** The victim firewall finds a person by name too, in any script, over blinded tokens alone; and no job tells what was asked. Synthetic people. */
import t from 'tap';
import { alerts, batch, confirm, identity, open, passport, plant, search, tomorrow, type World } from '../support/firewall.ts';

const names = [{ full: 'สุดารัตน์ วงศ์สวัสดิ์', script: 'Thai' }];
const byName = (name: string, more = ''): string => `names=${encodeURIComponent(name)}${more}`;

t.test('a victim is found by name, and by what else is known of her', async (t) => {
  const w = await open(t);
  const id = await plant(w, { documents: [], names, birthDate: '1998-04-12', nationality: 'TH' });
  t.equal(await confirm(w, id), 200);
  let day = 0;
  const alerted = async (what: () => Promise<unknown>): Promise<number> => {
    await what();
    day += 1;
    // What is asked now is of the day before that batch.
    await w.x.admin`update match_job set at = at - interval '2 days'`;
    return batch(w, tomorrow(day));
  };
  const cases: [string, () => Promise<unknown>, number][] = [
    ['in another script', async () => search(w, byName('Sudarat Wongsawat')), 1],
    ['swapped, with a title', async () => search(w, byName('นางสาว วงศ์สวัสดิ์ สุดารัตน์')), 1],
    ['with her month of birth', async () => search(w, byName('Sudarat Wongsawat', '&namesBirthDate=1998-04&namesNationality=TH')), 1],
    ['somebody else', async () => search(w, byName('Malee Jaidee')), 0],
    ['somebody of her family', async () => search(w, byName('Malee Wongsawat', '&namesNationality=TH')), 0],
    ['a name near to hers', async () => search(w, byName('Sudarat Wongsuwan')), 0],
    ['a name near to hers, with her month of birth', async () => search(w, byName('Sudarat Wongsuwan', '&namesBirthDate=1998-04&namesNationality=TH')), 1],
    ['one word of it', async () => search(w, byName('Sudarat')), 0],
    ['her month of birth alone', async () => w.police.post('/v1/identities', { identityStatus: 'SUSPECT', birthDate: '1998-04-12', nationalities: ['TH'], classification: 'RESTRICTED' }), 0],
    ['submitted, in a third script', async () => w.police.post('/v1/identities', { identityStatus: 'SUSPECT', names: [{ full: 'Synthetic Other' }, { full: 'Сударат Вонгсават' }], birthDate: '1998-04', nationalities: ['TH'], classification: 'RESTRICTED' }), 1],
    ['of a screening', async () => (await w.x.as('th-ccib', { purpose: 'PREVENTION' })).post('/v1/screenings', { outcome: 'TURNED_BACK', at: '2026-01-31T08:00:00Z', traveller: { name: 'Sudarat Wongsawat' }, classification: 'RESTRICTED' }), 1],
    ['signs that are no name', async () => w.police.post('/v1/identities', { identityStatus: 'SUSPECT', names: [{ full: '***' }], classification: 'RESTRICTED' }), 0],
  ];
  for (const [what, ask, made] of cases) t.equal(await alerted(ask), made, what);
  t.match(await alerts(w), [{ record: id }]);

  t.test('a fact that differs takes', async (t) => {
    const namesake = await plant(w, { documents: [], names: [{ full: 'สมชาย ใจดี', script: 'Thai' }], birthDate: '1970', pseudonym: 'SYN-V-2' });
    t.equal(await confirm(w, namesake), 200);
    t.equal(await alerted(async () => search(w, byName('Somchai Jaidee', '&namesBirthDate=1999'))), 0);
    t.equal(await alerted(async () => search(w, byName('Somchai Jaidee'))), 1);
  });

  t.test('facts that are amended or raised are followed', async (t) => {
    const etag = String((await w.planter.get(`/v1/victims/${id}`)).headers.etag);
    t.equal((await w.planter.send('PATCH', `/v1/victims/${id}`, { birthDate: '1960-01-01' }, { 'if-match': etag })).statusCode, 200);
    t.equal(await confirm(w, id), 200);
    t.equal(await alerted(async () => search(w, byName('Sudarat Wongsuwan', '&namesBirthDate=1998-04&namesNationality=TH'))), 0);
    t.equal(await alerted(async () => search(w, byName('Sudarat Wongsuwan', '&namesBirthDate=1960-01&namesNationality=TH'))), 1);
    const again = String((await w.planter.get(`/v1/victims/${id}`)).headers.etag);
    t.equal((await w.planter.send('PATCH', `/v1/victims/${id}`, { markings: [{ field: 'nationality', level: 'CONFIDENTIAL' }] }, { 'if-match': again })).statusCode, 200);
    const levels = await w.x.admin`select distinct s.compartment from search_key k join scope s on s.id = k.scope_id where k.record_id = ${id} and get_byte(k.token, 4) = 2 order by 1`;
    t.strictSame(levels.map(({ compartment }) => String(compartment)), ['C', 'C/VICTIM'], 'under the level of what they tell');
  });
  t.end();
});

t.test('every job is as large as another, whatever was asked and whether anything matched', async (t) => {
  const w = await open(t);
  const sizes = async (): Promise<unknown[]> => (await w.x.admin`select distinct pg_column_size(tokens) as tokens, pg_column_size(facts) as facts, cardinality(tokens) as n, cardinality(weights) as w, cardinality(facts) as f from match_job`).map((row) => ({ ...row }));
  await plant(w, { names });
  const ask = async ({ police }: World): Promise<void> => {
    await search(w);
    await search(w, byName('Sudarat Wongsawat'));
    await search(w, byName('김민지', '&namesBirthDate=1998&namesNationality=KR'));
    await search(w, `documents.number=SYN999999&${byName('Sudarat Wongsawat')}`);
    await police.get('/v1/identities?roles=CALLER');
    await police.graphql('{ identities { nodes { id } } }');
    await police.post('/v1/identities', identity);
    await police.post('/v1/identities', { ...identity, names: Array.from({ length: 20 }, (_, i) => ({ full: `Synthetic${i} Person${i}` })), documents: Array.from({ length: 50 }, (_, i) => ({ ...passport, number: `SYN9000${i}` })), nationalities: ['TH', 'KR', 'JP', 'CN', 'MM', 'KH', 'LA', 'VN', 'IN', 'PK'], birthDate: '1990-01-02' });
    await police.post('/v1/identities', { identityStatus: 'SUSPECT', classification: 'RESTRICTED' });
  };
  await ask(w);
  const all = await sizes();
  t.equal(all.length, 1, JSON.stringify(all));
  await w.x.assembly.matcher?.run();
  const results = await w.x.admin<{ jobs: number; results: number }[]>`select (select count(*)::int from match_job) as jobs, (select count(*)::int from match_result) as results`;
  t.match(results[0], { jobs: 11, results: 11 }, 'one result a job: of twenty names and fifty documents there are three');
  const [told] = await w.x.admin<{ tokens: number; distinct: number }[]>`select count(*)::int as tokens, count(distinct t)::int as distinct from match_job j, unnest(j.tokens || j.facts) t`;
  t.ok((told?.distinct ?? 0) > 300, 'what fills a job up is in no other');
});
