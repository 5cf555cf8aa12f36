import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import t from 'tap';
import { subjectsOf } from '../../../src/dictionary/normalise/subjects.ts';
import { loadWarningLists } from '../../../src/exchange/warning-lists/index.ts';
import { watchWarningLists } from '../../../src/exchange/warning-lists/watched.ts';

const list = (name: string, type: string, entries: readonly string[], attributes?: readonly string[]): string =>
  JSON.stringify({ name, type, version: 1, description: '', list: entries, ...(attributes && { matching_attributes: attributes }) });

t.test('the short lists of the project', async (t) => {
  const { match, lists } = await loadWarningLists();
  t.ok(lists.length >= 4);
  t.same(match('IPV4_ADDR', '8.8.8.8'), { list: 'public-resolvers', name: 'Well-known public DNS resolvers' });
  t.equal(match('IPV4_ADDR', '8.8.8.9'), undefined);
  t.equal(match('CIDR', '8.8.8.0/24')?.list, 'public-resolvers', 'a network that holds a resolver');
  t.equal(match('IPV6_ADDR', '2001:4860:4860::8888')?.list, 'public-resolvers');
  t.equal(match('DOMAIN', 'facebook.com')?.list, 'well-known-sites');
  t.equal(match('DOMAIN', 'login.facebook.com.evil.com'), undefined);
  t.equal(match('URL', 'https://www.facebook.com/scam'), undefined, 'a page on a well-known site can be reported');
  t.equal(match('DOMAIN', 'amlo.go.th')?.list, 'authorities');
  t.equal(match('EMAIL', 'Officer@police.go.th')?.list, 'authorities');
  t.equal(match('DOMAIN', 'evilgo.th'), undefined);
});

t.test('every type of list, from a folder', async (t) => {
  const folder = t.testdir({});
  await mkdir(join(folder, 'repository', 'shorteners'), { recursive: true });
  await writeFile(join(folder, 'repository', 'shorteners', 'list.json'), list('Shorteners', 'hostname', ['bit.ly', '.tiny.example'], ['domain', 'url', 'domain|ip']));
  await writeFile(join(folder, 'disposable.json.gz'), gzipSync(list('Disposable', 'substring', ['mailinator', 'xy', 'trash-mail.example'], ['email-src'])));
  await writeFile(join(folder, 'ranges.json.zst'), zstdCompressSync(list('Ranges', 'cidr', ['104.16.0.0/13', '104.20.1.0/24', '2606:4700::/32', '5.5.5.5'])));
  await writeFile(join(folder, 'patterns.json'), list('Patterns', 'regex', ['/^as1333[0-9]$/i', 'cdn[0-9]+\\.example$']));
  await writeFile(join(folder, 'texts.json'), list('Texts', 'string', ['EXAMPLE.com', '12HQDsicffSBaYdJ6BhnE22sfjTESmmzKx']));
  const { match } = await loadWarningLists([folder]);
  const name = (type: string, value: string): string | undefined => match(type, value)?.name;
  t.equal(match('URL', 'https://bit.ly/x')?.list, 'shorteners', 'named by its folder');
  t.equal(name('DOMAIN', 'a.tiny.example'), 'Shorteners');
  t.equal(name('EMAIL', 'a@bit.ly'), undefined, 'only what the list speaks about');
  t.equal(name('EMAIL', 'a@mailinator.net'), 'Disposable');
  t.equal(name('EMAIL', 'foxy@evil.com'), 'Disposable', 'short texts too');
  t.equal(name('DOMAIN', 'mailinator.net'), undefined);
  t.equal(name('IPV4_ADDR', '104.20.9.9'), 'Ranges', 'inside the wider of two');
  t.equal(name('IPV4_ADDR', '104.24.0.0'), undefined);
  t.equal(name('IPV4_ADDR', '5.5.5.5'), 'Ranges');
  t.equal(name('CIDR', '104.0.0.0/8'), 'Ranges');
  t.equal(name('CIDR', '105.0.0.0/8'), undefined);
  t.equal(name('IPV6_ADDR', '2606:4700:1::1'), 'Ranges');
  t.equal(name('URL', 'http://104.16.0.1/x'), 'Ranges', 'the host of a URL');
  t.equal(name('ASN', 'AS13335'), 'Patterns');
  t.equal(name('DOMAIN', 'cdn7.example'), 'Patterns');
  t.equal(name('DOMAIN', 'example.com'), 'Texts');
  t.equal(name('CRYPTO_ADDRESS', '12HQDsicffSBaYdJ6BhnE22sfjTESmmzKx'), 'Texts');
});

t.test('a file that is no warning list stops the start, and is named', async (t) => {
  for (const [file, text, says] of [
    ['a.json', '{', /a\.json/], ['b.json', '[]', /no `name`|name/], ['c.json', list('C', 'bloom', []), /none of cidr/], ['d.json', '{"name":"D","list":[1]}', /no list of texts/],
    ['e.json', list('E', 'regex', ['(a+)+$']), /repeats a repetition/], ['f.json', '{"name":"F","list":[],"only":"REPORT"}', /`only` is not BLOCK/],
  ] as const) {
    await t.rejects(loadWarningLists([t.testdir({ [file]: text })]), { message: says }, file);
  }
});

t.test('newer lists are in force without a restart; lists that cannot be read leave the former', async (t) => {
  const folder = t.testdir({ 'own.json': list('Own', 'string', ['first.example']) });
  const failures: unknown[] = [];
  const lists = await watchWarningLists([folder], { failed: (error) => void failures.push(error) });
  t.equal(await lists.refresh(), false, 'nothing changed');
  await writeFile(join(folder, 'own.json'), list('Own', 'string', ['first.example', 'second.example']));
  t.equal(await lists.refresh(), true);
  t.equal(lists.match('DOMAIN', 'second.example')?.list, 'own');
  await writeFile(join(folder, 'more.json'), '{');
  t.equal(await lists.refresh(), false);
  t.match(failures, [/more\.json/]);
  t.equal(lists.match('DOMAIN', 'second.example')?.list, 'own');
  await writeFile(join(folder, 'more.json'), JSON.stringify({ name: 'Hosts', type: 'cidr', only: 'BLOCK', list: ['45.77.0.0/16'] }));
  t.equal(await lists.refresh(), true);
  t.equal(lists.match('IPV4_ADDR', '45.77.1.1'), undefined, 'a list for blocks refuses no report');
  t.equal(lists.match('IPV4_ADDR', '45.77.1.1', 'BLOCK')?.list, 'more');
  lists.close();
});

const folder = process.env['PRASAN_TEST_DATA'] ?? new URL('../../../../shared/data/', import.meta.url).pathname;
t.test('MISP\'s own lists, and quickly', { skip: existsSync(folder) ? false : `the public lists are not at ${folder}: set PRASAN_TEST_DATA` }, async (t) => {
  const { match, lists } = await loadWarningLists([join(folder, 'reference')]);
  t.ok(lists.some(({ entries }) => entries > 60_000));
  t.equal(match('IPV4_ADDR', '1.0.0.19')?.list, 'warninglist-public-dns-v4');
  t.equal(match('IPV4_ADDR', '104.16.1.1')?.list, 'warninglist-cloudflare');
  t.equal(match('DOMAIN', 'online.1stnatbank.com')?.list, 'warninglist-bank-website');
  t.equal(match('EMAIL', 'x@0-mail.com')?.list, 'warninglist-disposable-email');
  t.equal(match('URL', 'https://2no.co/abc')?.list, 'warninglist-url-shortener');
  const hits = (value: string): (string | undefined)[] => subjectsOf('SITE', value, undefined).map((subject) => match(subject.type, subject.value, 'BLOCK')?.list);
  t.ok(hits('https://online.1stnatbank.com/login').includes('warninglist-bank-website'), 'a block of a page is one of the bank\'s site');
  t.ok(hits('http://1.0.0.19:8080/').includes('warninglist-public-dns-v4'));
  const started = performance.now();
  for (let i = 0; i < 50_000; i++) {
    match('IPV4_ADDR', `77.${i & 255}.${(i >> 8) & 255}.9`);
    match('EMAIL', `somebody${i}@evil.com`);
  }
  t.ok(performance.now() - started < 3_000, '100,000 values');
});
