/** The pages and what they load: a closed list of files, strict policies, and demonstration tokens where there is a demonstration. */
import t from 'tap';
import type { PurposeName } from '../../../src/dictionary/compartment.ts';
import { caveatMask, purposeMask } from '../../../src/dictionary/compartment.ts';
import type { Partner, Registry } from '../../../src/rules/registry.ts';
import { demoOf, pagesSurface } from '../../../src/surfaces/pages/pages.ts';
import { appFor } from '../fixture.ts';

const partner = (id: string, status: Partner['status'] = 'ACTIVE'): Partner => ({
  id, name: { en: `Partner ${id}`, th: `ภาคี ${id}` }, type: 'POLICE', country: 'TH', clearance: 2, caveats: caveatMask(['SOURCE']),
  purposes: purposeMask(['INVESTIGATION', 'PREVENTION']), scopes: ['records:read'], desks: [], status,
});
const registry = { version: 1, partners: new Map([['a', partner('a')], ['b', partner('b', 'SUSPENDED')]]) } as unknown as Registry;
const demo = demoOf(async () => registry, async (request) => JSON.stringify(request), 'x.example');

const urlsIn = (html: string): string[] => [...html.matchAll(/(?:src|href)="([^"#]+)"/gu)].map(([, url = '']) => url.replaceAll('&amp;', '&'));

t.test('each page: its language, its policy, and everything it loads from here', async (t) => {
  const { app } = await appFor(t, { plugins: [pagesSurface({ demo })] });
  for (const url of ['/', '/graphiql']) {
    for (const [headers, query, language] of [[{}, '', 'en'], [{ 'accept-language': 'th-TH,th;q=0.9' }, '', 'th'], [{ 'accept-language': 'th' }, '?lang=en', 'en'], [{}, '?lang=th', 'th']] as const) {
      const reply = await app.inject({ url: url + query, headers });
      t.equal(reply.statusCode, 200);
      t.match(reply.body, `<html lang="${language}"`);
      t.equal(reply.headers['content-language'], language);
    }
    const { headers, body } = await app.inject({ url });
    const policy = String(headers['content-security-policy']);
    t.match(policy, /^default-src 'none'; /u);
    t.notMatch(policy, /unsafe|https?:|\*/u);
    t.equal(headers['x-content-type-options'], 'nosniff');
    t.notMatch(body, /<script(?![^>]*\ssrc=)|<style|\sstyle=|\son[a-z]+=/u, 'nothing runs or styles from the page itself');
    // Where staff are administered is there with them: staff.test.ts.
    for (const file of urlsIn(body).filter((each) => !each.startsWith('/staff'))) {
      t.match(file, /^\//u, `${file} is served here`);
      const served = await app.inject({ url: file });
      t.equal(served.statusCode, 200, file);
    }
  }
});

t.test('files: types, caching, compression, and no way to others', async (t) => {
  const { app } = await appFor(t, { plugins: [pagesSurface({ demo })] });
  const { body } = await app.inject({ url: '/graphiql' });
  const graphiql = urlsIn(body).find((url) => url.endsWith('/graphiql.js')) ?? '';
  t.match(graphiql, /^\/assets\/[0-9a-f]{16}\/graphiql\.js$/u);
  const plain = await app.inject({ url: graphiql });
  t.equal(plain.headers['content-type'], 'text/javascript; charset=utf-8');
  t.equal(plain.headers['cache-control'], 'public, max-age=31536000, immutable');
  const packed = await app.inject({ url: graphiql, headers: { 'accept-encoding': 'gzip, br' } });
  t.equal(packed.headers['content-encoding'], 'gzip');
  t.ok(packed.rawPayload.length < plain.rawPayload.length / 2);
  const folder = graphiql.slice(0, graphiql.lastIndexOf('/'));
  for (const url of [`${folder}/../../package.json`, `${folder}/%2e%2e/pages.ts`, `${folder}/..%2fpages.ts`, `${folder}/pages.ts`, '/assets/0000000000000000/graphiql.js', folder]) {
    t.equal((await app.inject({ url })).statusCode, 404, url);
  }
  for (const name of ['access', 'session', 'signed-in', 'oauth4webapi', 'examples', 'case-examples', 'words']) t.equal((await app.inject({ url: `${folder}/${name}.js` })).statusCode, 200, `${name}.js, which a script imports`);
});

t.test('the demonstration: partners in force, tokens within their ceilings', async (t) => {
  const { app } = await appFor(t, { plugins: [pagesSurface({ demo })] });
  const list = (await app.inject({ url: '/demo/partners' })).json<{ partners: { id: string }[]; lookup: string }>();
  t.match(list, { lookup: 'x.example', partners: [{ id: 'a', purposes: ['PREVENTION', 'INVESTIGATION'], clearances: ['UNCLASSIFIED', 'RESTRICTED', 'CONFIDENTIAL'] }] });
  t.equal(list.partners.length, 1, 'a suspended partner is not offered');
  const ask = (payload: object, headers = {}) => app.inject({ method: 'POST', url: '/demo/token', payload, headers });
  const good = { partner: 'a', purpose: 'INVESTIGATION' satisfies PurposeName, clearance: 'RESTRICTED' };
  const reply = await ask(good);
  t.equal(reply.statusCode, 200);
  t.equal(reply.headers['cache-control'], 'no-store');
  t.match(JSON.parse(reply.json<{ token: string }>().token), { partner: 'a', purposes: ['INVESTIGATION'], clearance: 'RESTRICTED', caveats: ['SOURCE'], scopes: ['records:read'] });
  for (const bad of [{ partner: 'b' }, { partner: '__proto__' }, { partner: ['a'] }, { purpose: 'PROSECUTION' }, { purpose: 1 }, { clearance: 'SECRET' }, { clearance: 'x' }]) {
    t.equal((await ask({ ...good, ...bad })).json<{ code: string }>().code, 'INVALID', JSON.stringify(bad));
  }
  t.equal((await ask(good, { 'sec-fetch-site': 'cross-site' })).statusCode, 403, 'another site gets none');
  t.equal((await app.inject({ url: '/demo/partners', headers: { 'sec-fetch-site': 'same-site' } })).statusCode, 403);
});

t.test('in production there is no demonstration', async (t) => {
  const { app } = await appFor(t, { plugins: [pagesSurface()] });
  t.equal((await app.inject({ url: '/demo/partners' })).statusCode, 404);
  t.equal((await app.inject({ method: 'POST', url: '/demo/token', payload: {} })).statusCode, 404);
  const { body } = await app.inject({ url: '/graphiql' });
  t.match(body, 'data-mode="sign-in"');
  t.notMatch(body, /<input|<form|id="partner"/u, 'nobody is chosen, and no token pasted');
  t.notMatch((await app.inject({ url: '/' })).body, 'npm run');
});
