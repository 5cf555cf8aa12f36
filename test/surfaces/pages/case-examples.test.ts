/** The ready examples for those who protect and bring home: each runs as it stands, over the demonstration's own invented cases, in both languages. */
import t from 'tap';
import { demoCases } from '../../../src/cli/demo/cases.ts';
import { freshApp } from '../../support/app.ts';
import { askerOf } from '../../support/exchange.ts';

interface Example {
  readonly id: string;
  readonly title: readonly [string, string];
  readonly query: string;
  variables(me: unknown): Readonly<Record<string, unknown>>;
}

t.test('each runs for an embassy', { timeout: 300_000 }, async (t) => {
  Object.assign(globalThis, { document: { documentElement: { lang: 'th' } } });
  // Typed nowhere: it is a script of the page.
  const { caseExamples } = (await import('../../../src/surfaces/pages/static/case-examples.js' as string)) as { caseExamples: readonly Example[] };
  const { meOf, meQuery } = (await import('../../../src/surfaces/pages/static/me.js' as string)) as { meOf(data: unknown): unknown; readonly meQuery: string };
  const x = await freshApp(t);
  for (const { author, kind, body } of demoCases(Date.now())) await x.exchange.submit(askerOf(author.partner, author), kind, body);
  const korea = await x.as('kr-embassy', { purpose: 'CONSULAR_ASSISTANCE' });
  const { data } = await korea.graphql<object>(meQuery);
  const run = async (id: string): Promise<Readonly<Record<string, unknown>>> => {
    const example = caseExamples.find((one) => one.id === id);
    if (example === undefined) throw new Error(`no example ${id}`);
    t.match(example.title, [/^[A-Z]/, /[\u0e00-\u0e7f]/], `${id} has a title in both languages`);
    t.match(example.query, /^# .*[\u0e00-\u0e7f]/, `${id} is explained in the page's language`);
    const answer = await korea.graphql<Record<string, unknown>>(example.query, example.variables(meOf(data)));
    t.notOk(answer.errors, `${id}: ${JSON.stringify(answer.errors)}`);
    return JSON.parse(JSON.stringify(answer.data ?? {})) as Record<string, unknown>;
  };
  const bada = { pseudonym: 'SYNTHETIC-VICTIM-2' };
  t.match(await run('find-missing'), { victimsByName: { nodes: [bada] }, victimsByPassport: { nodes: [bada] }, reportedByUs: { nodes: [{ missingStatus: 'MISSING' }] } });
  const { changes } = (await run('found-missing')) as { changes: { events: { event: string; match: { name: string; record: object } }[] } };
  const matches = changes.events.filter(({ event }) => event === 'MATCH').map(({ match }) => match);
  t.match(matches.find(({ name }) => name === 'Synthetic Bada'), { rules: ['DOCUMENT', 'SAME', 'NATIONALITY'], record: bada }, 'the demonstration has a match');
  t.match(matches.find(({ name }) => name === 'ซินเทติก บาดา'), { rules: ['TRANSLITERATED', 'NATIONALITY'], record: { outcome: 'PROCEEDED' } }, 'and one in another script');
  t.equal(matches.length, 2);
  t.match(await run('report-missing'), { submitMissingPerson: { missingStatus: 'MISSING', nationality: 'KR', channels: ['kr-victims'] } });
  const { victims } = (await run('our-nationals')) as { victims: { nodes: { pseudonym: string }[] } };
  t.same(victims.nodes.map(({ pseudonym }) => pseudonym).sort((a, b) => (a < b ? -1 : 1)), ['SYNTHETIC-VICTIM-1', 'SYNTHETIC-VICTIM-2'], 'and none of another country');
  const { examples, hint } = (await import('../../../src/surfaces/pages/static/examples.js' as string)) as { examples: readonly Example[]; hint(example: Example | undefined, me: unknown): string };
  const hinted = async (partner: string, purpose: 'INVESTIGATION' | 'CONSULAR_ASSISTANCE' | 'STATISTICS', id: string): Promise<string> =>
    hint(examples.find((one) => one.id === id), meOf((await (await x.as(partner, { purpose })).graphql<object>(meQuery)).data));
  t.strictSame(await Promise.all(['find-missing', 'report-missing', 'our-nationals', 'cases-due', 'lookup'].map(async (id) => hinted('kr-embassy', 'CONSULAR_ASSISTANCE', id))), ['', '', '', '', ''], 'nothing to say of what can be asked');
  const { words } = (await import('../../../src/surfaces/pages/static/words.js' as string)) as { words: { withheld(fields: string, whom: string): string } };
  t.strictSame([words.withheld('x', ''), words.withheld('x', 'th-ccib')], ['ไม่เปิดเผย: x', 'ไม่เปิดเผย: x โปรดสอบถาม th-ccib'], 'nobody is named to be asked where none is known');
  t.match(await hinted('kr-embassy', 'INVESTIGATION', 'report-missing'), /การช่วยเหลือทางกงสุล, การคุ้มครองผู้เสียหาย/, 'which purpose it is asked for');
  t.match(await hinted('kr-embassy', 'INVESTIGATION', 'hold-account'), /ไม่มีความตกลง/, 'that no agreement gives it');
  t.equal(await hinted('th-ccib', 'INVESTIGATION', 'hold-account'), '');
  t.match(examples.find(({ id }) => id === 'find-missing')?.variables({ partner: { id: 'unodc' } }), { nationality: 'KR' }, 'a country, whatever its id begins with');
  t.match(await run('cases-due'), { caseload: { items: [{ clock: 'OVERDUE', escalatedTo: 'th-msdhs/nrm', record: { pseudonym: 'SYNTHETIC-VICTIM-1' } }, { record: bada }] } });
});
