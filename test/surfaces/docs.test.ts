import t from 'tap';
import { codes } from '../../src/errors.ts';
import { contractOf } from '../../src/surfaces/pages/contract.ts';
import { html, prose, render } from '../../src/surfaces/pages/docs-html.ts';
import { documentInThai, sentencesOf, textInThai } from '../../src/surfaces/pages/thai/contract.ts';
import { appFor, dictionary } from './fixture.ts';

const contract = contractOf(dictionary, '1.2.3', [{ name: 'Some table', licence: 'CC0-1.0', date: '2026-06-17', url: 'https://table.example' }]);

t.test('the reference page holds everything, in two languages, and runs nothing', async (t) => {
  const { app } = await appFor(t, { contract });
  const english = await app.inject({ url: '/docs' });
  t.equal(english.statusCode, 200);
  t.equal(english.headers['content-security-policy'], "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'");
  t.notMatch(english.body, /<script|style=|\son[a-z]+="|src="/, 'no script, no inline style, nothing to load');
  t.same([...english.body.matchAll(/<link[^>]+href="([^"]+)"/g)].map(([, href]) => href), ['/docs/style.css'], 'but its own style');
  for (const path of Object.keys(contract.openapi['paths'] as object)) t.match(english.body, path.replaceAll('{', '{'), path);
  for (const code of codes) t.match(english.body, `<code>${code}</code>`);
  t.match(english.body, 'REST reference');
  t.match(english.body, 'CC0-1.0');
  t.match(english.body, '2026-06-17');
  const anchors = new Set([...english.body.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
  const dead = [...english.body.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id).filter((id) => !anchors.has(id ?? ''));
  t.same([...new Set(dead)], [], 'every link within it leads somewhere');
  const thai = await app.inject({ url: '/docs', headers: { 'accept-language': 'th' } });
  t.match(thai.body, '<html lang="th">');
  t.match(thai.body, 'คู่มืออ้างอิง REST');
  t.match((await app.inject({ url: '/docs?lang=en', headers: { 'accept-language': 'th' } })).body, '<html lang="en">', 'the link wins over the header');
  t.match((await app.inject({ url: '/docs/style.css' })).headers['content-type'], 'text/css');
});

t.test('descriptions in Thai: of the dictionary by their own Thai words, of the exchange by its catalogue', async (t) => {
  t.equal(textInThai('Search accounts among those released to you'), 'ค้นหา accounts ที่เปิดเผยให้ท่าน');
  t.equal(textInThai('Country of the network (ประเทศ). Filled in from an offline table where the originator gives none.'), 'ประเทศ เติมจากตารางภายในระบบหากเจ้าของข้อมูลไม่ระบุ');
  t.equal(textInThai('- `STALE` (412): The record changed since you read it.\n- `PHISHING`: Pretends (เว็บไซต์ปลอม).'), '- `STALE` (412): ระเบียนเปลี่ยนไปหลังจากท่านอ่าน\n- `PHISHING`: เว็บไซต์ปลอม');
  t.equal(textInThai('A field.\n\nNeeds SECRET/SOURCE, or is withheld.'), 'A field.\n\nต้องมี SECRET/SOURCE มิฉะนั้นจะไม่เปิดเผย', 'what is not known stays as it is');
});

/** Every description and summary of a document. */
function spokenIn(node: unknown, key = ''): string[] {
  if (Array.isArray(node)) return node.flatMap((one: unknown) => spokenIn(one));
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([name, value]: [string, unknown]) => {
    if (name === 'example' || name === 'examples') return [];
    return key !== 'properties' && (name === 'description' || name === 'summary') && typeof value === 'string' ? [value] : spokenIn(value, name === 'properties' ? name : '');
  });
}

t.test('whoever reads the reference in Thai gets all of it in Thai', async (t) => {
  const left = new Set(spokenIn(documentInThai(contract.openapi)).flatMap((text) => text.split('\n')).flatMap(sentencesOf)
    .filter((sentence) => /[a-z]{3}/.test(sentence.replace(/`[^`]*`/g, '')) && !/[\u0e00-\u0e7f]/.test(sentence) && !sentence.startsWith('ISO 3166')));
  t.strictSame([...left], [], 'an English sentence of the contract: add it to src/surfaces/pages/thai');
});

t.test('the type of a problem leads to what it means', async (t) => {
  const { app } = await appFor(t, { contract });
  const { type } = (await app.inject({ url: '/v1/me' })).json();
  const answer = await app.inject({ url: type });
  t.equal(answer.headers.location, '/docs#problem-unauthenticated');
  t.match((await app.inject({ url: '/docs' })).body, 'id="problem-unauthenticated"');
});

t.test('what is put into a page is escaped', async (t) => {
  t.equal(render(html`<p title="${'"><script>'}">${['<b>', html`<i>${"'&"}</i>`, 5, undefined]}</p>`), '<p title="&quot;&gt;&lt;script&gt;">&lt;b&gt;<i>&#39;&amp;</i>5</p>');
  t.equal(render(prose('`<x>` and **<y>**\n\nsecond')), '<p><code>&lt;x&gt;</code> and <strong>&lt;y&gt;</strong></p><p>second</p>');
});
