/** People found by name: across scripts, with why, in order, and by nothing that the searcher may not see. Everybody is synthetic. */
import t from 'tap';
import type { Asker, Exchange, FindQuery, Found } from '../../src/exchange/api.ts';
import { type Asking, freshExchange, type TestExchange } from '../support/exchange.ts';

type Filter = FindQuery['filter'];

const investigating: Asking = { purpose: 'INVESTIGATION' };
const named = (name: string, more: Readonly<Record<string, string>> = {}): Filter => ({ names: { name, ...more } });

/** Identities go where both partners read PERSONAL, unless said otherwise. */
async function identity(x: TestExchange, names: readonly string[], more: Readonly<Record<string, unknown>> = {}, asker = x.asker('th-ccib', investigating)): Promise<string> {
  const body = { identityStatus: 'UNDETERMINED', classification: 'UNCLASSIFIED', channels: ['aoc-1441'], legalBasis: { ground: 'Synthetic ground' }, names: names.map((full) => ({ full })), ...more };
  return (await x.exchange.submit(asker, 'Identity', body)).record.id;
}

const search = async (exchange: Exchange, asker: Asker, filter: Filter, more: Partial<FindQuery> = {}): Promise<Found> => exchange.find(asker, { kind: 'Identity', filter, ...more });
const ids = ({ items }: Found): string[] => items.map(({ id }) => id);

/** The whole list, a page after another. */
async function walk(exchange: Exchange, asker: Asker, filter: Filter, first: number): Promise<{ ids: string[]; matches: unknown[]; cursors: number[] }> {
  const all = { ids: [] as string[], matches: [] as unknown[], cursors: [] as number[] };
  for (let after: string | undefined; ;) {
    const page = await search(exchange, asker, filter, { first, after });
    all.ids.push(...ids(page));
    all.matches.push(...(page.matches ?? []));
    if (page.nextCursor === undefined) return all;
    all.cursors.push(page.nextCursor.length);
    after = page.nextCursor;
  }
}

t.test('the same person in every script, with why', async (t) => {
  const x = await freshExchange(t);
  const officer = x.asker('th-dsi', investigating);
  const somchai = await identity(x, ['สมชาย ใจดี']);
  await identity(x, ['Kittisak Phongphan']);
  for (const [asked, rules] of [
    ['สมชาย ใจดี', ['SAME']], ['นายสมชาย ใจดี', ['SAME', 'TITLE_DROPPED']], ['Somchai Jaidee', ['TRANSLITERATED']], ['Mr Jaidee Somchai', ['TRANSLITERATED', 'REORDERED', 'TITLE_DROPPED']],
  ] as const) {
    const page = await search(x.exchange, officer, named(asked));
    t.strictSame(ids(page), [somchai], asked);
    t.match(page.matches, [{ name: 'สมชาย ใจดี', rules }], asked);
  }
  const many: Record<string, readonly [stored: string, asked: string]> = {
    Cyrillic: ['Сергей Иванов', 'Sergei Ivanov'], Korean: ['김민준', 'Kim Minjun'], Chinese: ['王小明', 'Wang Xiaoming'], Japanese: ['タナカ ヒロシ', 'Hiroshi Tanaka'], Arabic: ['محمد الفارسي', 'Mohammed Alfarsi'],
    Khmer: ['សុខ សុភា', 'Sok Sophea'], Burmese: ['အောင်ကျော်', 'Aung Kyaw'], slip: ['Synthetic Fernandez', 'Synthetic Fernandes'], initial: ['Prasert Wongsakul', 'P. Wongsakul'],
    'Thai initial': ['เกษม แซ่ตั้ง', 'นาย ก. แซ่ตั้ง'], 'Thai initial of a family': ['สมหญิง ทองดี', 'สมหญิง ท.'], 'Thai initial of a Latin name': ['Anan Prasert Srisawat', 'อนันต์ ป. ศรีสวัสดิ์'], 'Thai initial that is stored': ['น.ส. ม. รักไทย', 'Malee Rakthai'], 'middle name': ['Maria Synthetic Gonzales', 'Maria Gonzales'],
  };
  for (const [what, [stored, asked]] of Object.entries(many)) {
    const id = await identity(x, ['Somebody Else', stored]);
    const page = await search(x.exchange, officer, named(asked));
    t.equal(page.items[0]?.id, id, `${what}: ${asked} finds ${stored}`);
    t.equal(page.matches?.[0]?.name, stored, 'which of the names');
  }
});

t.test('a birth date and a nationality raise and lower, and exclude nobody by themselves', async (t) => {
  const x = await freshExchange(t);
  const officer = x.asker('th-dsi', investigating);
  const [one, other, unknown] = [
    await identity(x, ['Synthetic Namesake'], { birthDate: '1990-12-31', nationalities: ['TH'] }), await identity(x, ['Synthetic Namesake'], { birthDate: '1971-03-02', nationalities: ['KH'] }), await identity(x, ['Synthetic Namesake']),
  ];
  const plain = await search(x.exchange, officer, named('Synthetic Namesake'));
  t.strictSame(ids(plain), [unknown, other, one], 'of equals the newest first');
  const page = await search(x.exchange, officer, named('Synthetic Namesake', { birthDate: '31/12/2533', nationality: 'ไทย' }));
  t.strictSame(ids(page), [one, unknown, other], 'a Buddhist year and a country by its name');
  t.match(page.matches?.[0]?.rules, ['SAME', 'BIRTH_DATE', 'NATIONALITY']);
  t.strictSame(page.matches?.[1]?.score, plain.matches?.[0]?.score, 'of whom nothing is known nothing changes');
  t.match(page.matches?.[2]?.rules, ['SAME', 'BIRTH_DATE_DIFFERS', 'NATIONALITY_DIFFERS']);
  t.ok((page.matches?.[2]?.score ?? 1) < (page.matches?.[1]?.score ?? 0), 'another day and another country lower it');
  t.match((await search(x.exchange, officer, named('Synthetic Namesake', { birthDate: '1990-12-30' }))).matches?.[0]?.rules, ['SAME', 'BIRTH_DATE_NEAR']);
  t.strictSame(ids(await search(x.exchange, officer, { ...named('Synthetic Namesake'), nationalities: { eq: 'KH' } })), [other], 'other fields narrow');
  t.strictSame(ids(await search(x.exchange, officer, { ...named('Synthetic Namesake'), identityStatus: { eq: 'WANTED' } })), []);
});

t.test('what cannot be asked is refused by its name', async (t) => {
  const x = await freshExchange(t);
  const officer = x.asker('th-dsi', investigating);
  for (const [filter, field] of [
    [{ names: { name: '12345' } }, 'names.name'], [{ names: { birthDate: '1990' } }, 'names.name'], [{ names: { name: 'x'.repeat(301) } }, 'names.name'], [named('Synthetic', { birthDate: 'yesterday' }), 'names.birthDate'],
    [named('Synthetic', { nationality: 'Atlantis' }), 'names.nationality'], [{ names: { eq: 'Synthetic' } }, 'names.eq'],
  ] as [Filter, string][]) {
    await t.rejects(search(x.exchange, officer, filter), { code: 'INVALID', public: { errors: [{ field }] } }, field);
  }
  await t.rejects(x.exchange.find(x.asker('th-dsi', { purpose: 'FINANCIAL_INTELLIGENCE' }), { kind: 'Account', filter: { holderName: { name: 'Synthetic Holder', birthDate: '1990' } } }), { code: 'INVALID', public: { errors: [{ field: 'holderName.birthDate' }] } });
});

t.test('pages of a ranked list: the best first, everybody once', async (t) => {
  const x = await freshExchange(t);
  const officer = x.asker('th-dsi', investigating);
  const spellings = ['Somchai Jaidee', 'Somchai Jaidi', 'Somchay Jaidee', 'สมชาย ใจดี', 'Jaidee Somchai', 'S. Jaidee', 'Somchai Synthetic Jaidee'];
  for (let i = 0; i < 21; i += 1) await identity(x, [spellings[i % spellings.length] ?? '']);
  const all = await search(x.exchange, officer, named('Somchai Jaidee'), { first: 500 });
  t.ok(all.items.length > 14, `${all.items.length} answers`);
  const scores = (all.matches ?? []).map(({ score }) => score);
  t.strictSame(scores, scores.toSorted((a, b) => b - a), 'the best first');
  t.ok(scores.every((score) => score >= 0.5 && score <= 1));
  for (const first of [1, 4, 10]) {
    const walked = await walk(x.exchange, officer, named('Somchai Jaidee'), first);
    t.strictSame(walked.ids, ids(all), `pages of ${first}`);
    t.strictSame(walked.matches, all.matches);
    t.equal(new Set(walked.cursors).size, 1, 'cursors of one length');
  }
  const { nextCursor } = await search(x.exchange, officer, named('Somchai Jaidee'), { first: 4 });
  await identity(x, ['Somchai Jaidee']);
  const rest = await search(x.exchange, officer, named('Somchai Jaidee'), { first: 500, after: nextCursor });
  t.strictSame([...ids(all).slice(0, 4), ...ids(rest)], ids(all), 'who came meanwhile above the cursor is not on the pages below it');
  await t.rejects(search(x.exchange, officer, named('Somchai Jaide'), { after: nextCursor }), { code: 'BAD_CURSOR' }, 'a cursor is of one question');
});

t.test('what the viewer may not see moves nothing', async (t) => {
  const x = await freshExchange(t);
  const cambodia = x.asker('kh-mptc', investigating);
  const embassy = x.asker('th-dsi', investigating);
  const stranger = x.asker('kr-embassy', investigating);
  const asked = named('Somchai Jaidee', { birthDate: '1990-05-12', nationality: 'TH' });
  const seen = ['Somchai Jaidee', 'สมชาย ใจดี', 'Somchai Jaidi', 'Somchai', 'S. Jaidee', 'Somchit Jaidee'];
  for (const name of seen) await identity(x, [name], { birthDate: '1990-05-12', nationalities: ['TH'] });
  const hidden = await identity(x, ['Nobody Alike'], { markings: [{ field: 'birthDate', level: 'SECRET' }] });
  const tell = async (asker: Asker): Promise<string> => {
    const pages = await walk(x.exchange, asker, asked, 2);
    return JSON.stringify([pages, await search(x.exchange, asker, asked, { first: 500 }), await search(x.exchange, asker, { ...asked, nationalities: { eq: 'TH' } }, { first: 500 })]).replaceAll(/"nextCursor":"([^"]*)"/g, (_, cursor: string) => `"a cursor of ${cursor.length}"`);
  };
  const before = { of: await tell(embassy), stranger: await tell(stranger), cambodia: await tell(cambodia) };
  t.ok(before.of.includes('Somchai'), 'there is something to tell');
  // Hundreds of namesakes that are invisible, names that are withheld in visible records, a birth date that is withheld.
  const own = x.asker('th-ccib', investigating);
  const copies = Array.from({ length: 40 }, (_, i) => ['Somchai Jaidee', 'สมชาย ใจดี', 'Somchai Jaidi'][i % 3] ?? '');
  await Promise.all(copies.map(async (name) => identity(x, [name], { channels: [], birthDate: '1990-05-12', nationalities: ['TH'] })));
  const restricted = await identity(x, copies.slice(0, 3), { channels: ['th-kh-investigation'], birthDate: '1990-05-12' });
  t.strictSame(await tell(embassy), before.of, 'invisible namesakes');
  t.strictSame(await tell(stranger), before.stranger);
  t.ok((await x.exchange.get(cambodia, 'Identity', restricted)).body['withheld'], 'a record that Cambodia sees, without its names');
  t.strictSame(ids(await search(x.exchange, cambodia, asked)), [], 'is not found by them');
  t.strictSame(await tell(cambodia), before.cambodia);
  await x.exchange.amend(own, 'Identity', hidden, { birthDate: '1990-05-12' }, '*');
  t.strictSame(await tell(embassy), before.of, 'a withheld birth date');
  const marked = await identity(x, ['Somchai Jaidee'], { markings: [{ field: 'names', level: 'SECRET' }], birthDate: '1990-05-12' });
  t.strictSame((await x.exchange.get(embassy, 'Identity', marked)).body['names'], undefined, 'raised names are withheld');
  t.strictSame(await tell(embassy), before.of, 'and found by nobody that they are withheld from');
  t.ok(ids(await search(x.exchange, own, asked)).includes(marked), 'but by their own');
  await x.exchange.amend(own, 'Identity', marked, { names: [{ full: 'Somchai Jaidee' }, { full: 'Another Name' }] }, '*');
  t.strictSame(await tell(embassy), before.of, 'a change of withheld names');
  // More than are opened at first: if one of them were a candidate, what is visible would have no place left.
  await Promise.all(Array.from({ length: 210 }, async () => identity(x, ['Somchai Jaidee'], { markings: [{ field: 'names', level: 'SECRET' }] })));
  t.strictSame(await tell(embassy), before.of, 'hundreds of withheld names take no place');
  // The withheld birth date of a visible namesake neither raises nor lowers it.
  const [first, second] = [await identity(x, ['Paired Synthetic'], { birthDate: '1990-05-12', markings: [{ field: 'birthDate', level: 'SECRET' }] }), await identity(x, ['Paired Synthetic'], { birthDate: '1950-01-01', markings: [{ field: 'birthDate', level: 'SECRET' }] })];
  const paired = await search(x.exchange, embassy, named('Paired Synthetic', { birthDate: '1990-05-12' }));
  t.strictSame(ids(paired), [second, first]);
  t.strictSame(paired.matches?.[0], paired.matches?.[1], 'equal matches');
});

t.test('names change, and so does what finds them', async (t) => {
  const x = await freshExchange(t);
  const own = x.asker('th-ccib', investigating);
  const officer = x.asker('th-dsi', investigating);
  const id = await identity(x, ['Before Synthetic']);
  await x.exchange.amend(own, 'Identity', id, { names: [{ full: 'After Invented' }] }, '*');
  t.strictSame(ids(await search(x.exchange, officer, named('Before Synthetic'))), []);
  t.strictSame(ids(await search(x.exchange, officer, named('After Invented'))), [id]);
  await x.exchange.unshare(own, 'Identity', id, 'aoc-1441');
  t.strictSame(ids(await search(x.exchange, officer, named('After Invented'))), [], 'no longer shared');
  t.strictSame(ids(await search(x.exchange, own, named('After Invented'))), [id]);
});

t.test('the ledger knows what was disclosed, and holds no asked name', async (t) => {
  const x = await freshExchange(t);
  const officer = x.asker('th-dsi', investigating);
  const [one] = [await identity(x, ['Zqledger Synthetic']), await identity(x, ['Zqledger Quitedifferent'])];
  await search(x.exchange, officer, named('Zqledger Synthetic', { birthDate: '1990-05-12' }));
  const { items } = await x.exchange.ledger(x.asker('th-ccib', investigating), {});
  t.strictSame(items.filter(({ partner }) => partner === 'th-dsi').map(({ operation, records }) => [operation, records]), [['find', [one]]], 'an opened candidate that is no answer was not disclosed');
  const entries = await x.admin<{ row: string }[]>`select e::text as row from ledger_entry e`;
  t.notOk(entries.some(({ row }) => /zqledger|1990-05/i.test(row)), 'blinded');
});
