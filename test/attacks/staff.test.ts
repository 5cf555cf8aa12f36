/** Attacks on signing in and on those who administer staff, against two nodes on a real PostgreSQL. Synthetic persons only. */
import { generateKeyPairSync } from 'node:crypto';
import t, { type Test } from 'tap';
import { purposeMask } from '../../src/dictionary/compartment.ts';
import { accountDigest, adapterOf } from '../../src/identity/oauth/adapter.ts';
import { defaultLimits } from '../../src/rules/limits.ts';
import { fileKms } from '../../src/vault/file-kms.ts';
import { openBox } from '../../src/vault/box.ts';
import { holder } from '../support/dpop.ts';
import { freshStaff } from '../support/staff.ts';

const asked = { clearance: 'RESTRICTED', caveats: 'none', purposes: 'INVESTIGATION' };

t.test('staff', { timeout: 300_000 }, async (t) => {
  const x = await freshStaff(t, { limits: defaultLimits });
  const person = await x.person();
  const codeIn = (url: URL | undefined): string => url?.searchParams.get('code') ?? '';
  const notGranted = (t: Test, { status, body }: { status: number; body: Readonly<Record<string, unknown>> }, error: string, why: string): void => {
    t.match({ status, error: body['error'], has: 'access_token' in body }, { status: 400, error, has: false }, why);
  };

  await t.test('code replay', async (t) => {
    const code = codeIn(await person.authorize());
    const first = await person.token(asked, { code });
    t.equal(first.status, 200);
    notGranted(t, await person.token(asked, { code, app: x.second }), 'invalid_grant', 'used before, on another node');
    notGranted(t, await person.refresh(first.body['refresh_token']), 'invalid_grant', 'and what was granted with it ends');
    const twice = codeIn(await person.authorize());
    const answers = await Promise.all([x.app, x.second, x.app, x.second].map(async (app) => person.token(asked, { code: twice, app })));
    t.ok(answers.filter(({ status }) => status === 200).length <= 1, 'at once, on two nodes');
    t.ok(answers.every(({ status }) => status === 200 || status === 400));
  });

  await t.test('PKCE downgrade', async (t) => {
    const challenge = 'x'.repeat(43);
    for (const [why, change] of [
      ['plain', { code_challenge_method: 'plain', code_challenge: challenge }], ['no method', { code_challenge_method: undefined }], ['none', { code_challenge: undefined, code_challenge_method: undefined }],
    ] as const) {
      const to = await person.authorize(change);
      t.match({ error: to?.searchParams.get('error'), code: to?.searchParams.get('code') }, { error: 'invalid_request', code: null }, why);
    }
    notGranted(t, await person.token({ ...asked, code_verifier: 'y'.repeat(43) }), 'invalid_grant', 'another verifier');
    notGranted(t, await person.token({ ...asked, code_verifier: '' }), 'invalid_grant', 'no verifier');
  });

  await t.test('redirect URI mismatch', async (t) => {
    for (const uri of ['https://evil.example/graphiql', `${x.url}/graphiql/`, `${x.url}/graphiql?a=b`, `${x.url}/graphiql#x`, `${x.url}/graphiql/../oauth`, `${x.url}.evil.example/graphiql`, x.url.replace('localhost', '127.0.0.1'), 'javascript:alert(1)']) {
      t.equal(await person.authorize({ redirect_uri: uri }), undefined, `${uri}: nobody is sent there`);
    }
    notGranted(t, await person.token({ ...asked, redirect_uri: `${x.url}/graphiql?a=b` }), 'invalid_grant', 'at the token endpoint');
    for (const [why, change, error] of [['another response type', { response_type: 'token' }, 'unsupported_response_type'], ['an id token', { response_type: 'id_token' }, 'unsupported_response_type']] as const) {
      const to = await person.authorize(change);
      t.match(`${to?.search ?? ''}${to?.hash ?? ''}`, new RegExp(`error=${error}`), why);
    }
    t.equal(await person.authorize({ client_id: 'nobody' }), undefined, 'another client');
  });

  await t.test('a stolen code or refresh token without the key', async (t) => {
    const thief = await holder();
    notGranted(t, await person.token(asked, { proof: false }), 'invalid_grant', 'a code without a proof');
    const { body } = await person.token(asked);
    notGranted(t, await person.refresh(body['refresh_token'], {}, { key: thief }), 'invalid_grant', 'with another key');
    t.equal((await person.get(body['access_token'], '/v1/me', x.app, thief)).statusCode, 401, 'an access token with another key');
    t.equal((await x.app.inject({ url: '/v1/me', headers: { authorization: `Bearer ${String(body['access_token'])}` } })).statusCode, 401, 'as a bearer');
    t.equal((await person.refresh(body['refresh_token'])).status, 200, 'its holder goes on');
  });

  await t.test('refresh reuse ends the grant', async (t) => {
    const { body } = await person.token(asked);
    const next = await person.refresh(body['refresh_token']);
    t.equal(next.status, 200);
    notGranted(t, await person.refresh(body['refresh_token'], {}, { app: x.second }), 'invalid_grant', 'used before');
    notGranted(t, await person.refresh(next.body['refresh_token']), 'invalid_grant', 'nor does the one after it count');
    const again = (await person.token(asked)).body['refresh_token'];
    const answers = await Promise.all([x.app, x.second, x.app, x.second].map(async (app) => person.refresh(again, {}, { app })));
    t.ok(answers.filter(({ status }) => status === 200).length <= 1, 'at once, on two nodes');
    // Of two that found it unused at the same instant, the second is told, and takes the grant with it.
    const box = await openBox(await fileKms(x.keyFile), 'oauth');
    const adapter = adapterOf({ registry: async () => x.assembly.registry.current(), items: x.store.oauthItems, box, console: {} });
    for (const model of ['RefreshToken', 'AuthorizationCode']) {
      await adapter('Grant').upsert('g', { accountId: person.id }, 60);
      await adapter(model).upsert('r', { grantId: 'g', accountId: person.id }, 60);
      await adapter(model).consume('r');
      await t.rejects(adapter(model).consume('r'), { message: 'invalid_grant' }, model);
      t.same([await adapter(model).find('r'), await adapter('Grant').find('g')], [undefined, undefined]);
    }
  });

  await t.test('session fixation', async (t) => {
    const attacker = await x.person();
    const victim = await x.person();
    const planted = attacker.cookies.get('__Host-prasan') ?? '';
    victim.cookies.set('__Host-prasan', planted);
    t.equal((await victim.signIn()).statusCode, 204);
    t.not(victim.cookies.get('__Host-prasan'), planted, 'a new one at sign-in');
    t.match((await victim.send('GET', '/sign-in/session')).json(), { id: victim.id });
    t.equal((await attacker.send('GET', '/sign-in/session')).statusCode, 204, 'the planted one ended');
    for (const made of ['', 'x', 'A'.repeat(43), '../../x', '0'.repeat(4000)]) {
      const stranger = await x.browser();
      stranger.cookies.set('__Host-prasan', made);
      t.equal((await stranger.send('GET', '/sign-in/session')).statusCode, 204, 'a made-up one is nobody\'s');
      t.equal((await stranger.authorize())?.pathname, '/sign-in');
      t.not(stranger.cookies.get('__Host-prasan'), 'A'.repeat(43), 'and is not taken over');
    }
    t.equal((await victim.send('GET', '/sign-in/session', undefined, { cookie: `__Host-prasan=${planted}; __Host-prasan=${victim.cookies.get('__Host-prasan') ?? ''}` })).statusCode, 204, 'two are none');
    const cookies = (await victim.send('POST', '/sign-in/options', {})).headers['set-cookie'];
    t.match(String(cookies), /^__Host-prasan-ceremony=[\w-]+; Path=\/; Secure; HttpOnly; SameSite=Strict; Max-Age=300$/);
    const answer = await victim.send('GET', `/oauth/authorize?client_id=console&response_type=code&redirect_uri=${x.url}/graphiql&code_challenge=${'x'.repeat(43)}&code_challenge_method=S256`);
    t.match(String(answer.headers['set-cookie']), /^__Host-prasan=[\w-]+; path=\/; samesite=strict; secure; httponly; expires=[^;]+$/, 'as is the one that the library writes');
  });

  await t.test('a session that ends while a request of it is under way', async (t) => {
    const box = await openBox(await fileKms(x.keyFile), 'oauth');
    const adapter = adapterOf({ registry: async () => x.assembly.registry.current(), items: x.store.oauthItems, box, console: {} })('Session');
    const owner = await x.person();
    const cookie = owner.cookies.get('__Host-prasan') ?? '';
    const found = await adapter.find(cookie);
    const payload = typeof found === 'object' ? found : {};
    t.equal(payload.accountId, owner.id);
    t.equal((await owner.send('POST', '/sign-in/out', {})).statusCode, 204);
    // What the library does at the end of each request to the authorization endpoint, with what it read at its beginning.
    await adapter.upsert(cookie, payload, 3600);
    owner.cookies.set('__Host-prasan', cookie);
    t.equal((await owner.send('GET', '/sign-in/session')).statusCode, 204, 'it stays ended');
    t.equal((await owner.authorize())?.pathname, '/sign-in');
    t.equal((await owner.signIn()).statusCode, 204);
    t.equal((await owner.send('GET', '/sign-in/session')).statusCode, 200);
  });

  const chief = await x.person('kr-embassy', { administrator: true });
  const rights = { desk: '', clearance: 'RESTRICTED', purposes: ['INVESTIGATION'], scopes: ['records:read'] };

  await t.test('a sign-in that ends just after a suspension', async (t) => {
    const racer = await x.person();
    const begun = await x.admin`select * from oauth_item where account = ${accountDigest(racer.id)}`;
    t.equal((await chief.form('suspend', { id: racer.id, reason: 'leaked' })).statusCode, 303);
    // The session that such a sign-in writes: its passkey was looked at before, its row stands after.
    for (const row of begun) await x.admin`insert into oauth_item ${x.admin(row)}`;
    t.equal((await racer.send('GET', '/sign-in/session')).statusCode, 204, 'it does not count');
    t.equal((await chief.form('resume', { id: racer.id, reason: 'back' })).statusCode, 303);
    for (const app of [x.app, x.second]) t.equal((await racer.send('GET', '/sign-in/session', undefined, {}, app)).statusCode, 204, 'nor once the person is back');
    t.equal((await racer.signIn()).statusCode, 204);
  });

  await t.test('a session of an administrator in other hands', async (t) => {
    const box = await openBox(await fileKms(x.keyFile), 'oauth');
    const adapter = adapterOf({ registry: async () => x.assembly.registry.current(), items: x.store.oauthItems, box, console: {} })('Session');
    const left = await x.person('kr-embassy', { administrator: true });
    const cookie = left.cookies.get('__Host-prasan') ?? '';
    const session = await adapter.find(cookie);
    const payload = typeof session === 'object' ? session : {};
    await adapter.upsert(cookie, { ...payload, loginTs: Number(payload['loginTs']) - 301 }, 3600);
    t.match((await left.send('GET', '/staff')).body, /<p id="confirm">/, 'the page says so before anything is typed');
    for (const act of ['invite', 'renew', 'resume']) {
      t.match(await left.form(act, { id: person.id, reason: 'x', name: 'SYNTHETIC', ...rights }), { statusCode: 400, body: /<li>Passkey: was not shown[^]*\/sign-in\?lang=en/ }, `${act}: the passkey is asked for again`);
    }
    t.equal((await person.signIn()).statusCode, 204, 'nothing was done');
    const other = await x.person();
    t.equal((await left.form('suspend', { id: other.id, reason: 'at once' })).statusCode, 303, 'to suspend it is not');
    t.equal((await left.signIn()).statusCode, 204);
    t.notMatch((await left.send('GET', '/staff')).body, /<p id="confirm">/);
    t.equal((await left.form('resume', { id: other.id, reason: 'shown again' })).statusCode, 303);
    t.equal((await left.form('invite', { name: 'SYNTHETIC', ...rights })).statusCode, 200);
  });

  await t.test('forms and calls of another origin', async (t) => {
    const foreign = [{ origin: 'https://evil.example' }, { origin: 'null' }, { origin: undefined }, { origin: `${x.url}.evil.example` }, { 'sec-fetch-site': 'same-site' }, { 'sec-fetch-site': 'cross-site' }];
    const before = (await x.admin`select from staff`).length;
    for (const headers of foreign) {
      t.equal((await chief.form('invite', { name: 'SYNTHETIC', ...rights }, headers)).statusCode, 403, JSON.stringify(headers));
      t.equal((await chief.form('suspend', { id: person.id, reason: 'forged' }, headers)).statusCode, 403);
      for (const path of ['/sign-in/options', '/sign-in/out', '/staff/join/options', '/staff/recover']) t.equal((await chief.send('POST', path, {}, headers)).statusCode, 403, path);
    }
    for (const type of ['text/plain', 'multipart/form-data', 'application/x-www-form-urlencoded']) t.equal((await chief.send('POST', '/sign-in/out', '{}', { 'content-type': type })).statusCode, 415, type);
    t.equal((await x.admin`select from staff`).length, before);
    t.equal((await chief.send('GET', '/sign-in/session')).statusCode, 200, 'still signed in');
  });

  await t.test('an invitation used twice', async (t) => {
    const { link } = await x.invite();
    await (await x.browser()).join(link);
    const second = await x.browser();
    const secret = new URL(link).hash.slice(1);
    t.equal((await second.send('POST', '/staff/join/options', { secret })).statusCode, 403);
    const again = await x.invite();
    const [copied, first] = [await x.browser(), await x.person()];
    const { options } = (await copied.send('POST', '/staff/join/options', { secret: new URL(again.link).hash.slice(1) })).json<{ options: object }>();
    t.equal((await copied.send('POST', '/staff/join', { secret: new URL(again.link).hash.slice(1), response: first.passkey.create(options) })).statusCode, 403, 'with the passkey of another');
    t.equal((await copied.join(again.link)).length, 8, 'which does not use it up');
    const race = await x.invite();
    const browsers = await Promise.all(Array.from({ length: 4 }, async () => x.browser()));
    const begun = await Promise.all(browsers.map(async (browser, i) => browser.send('POST', '/staff/join/options', { secret: new URL(race.link).hash.slice(1) }, {}, i % 2 === 0 ? x.app : x.second)));
    const joined = await Promise.all(browsers.map(async (browser, i) =>
      browser.send('POST', '/staff/join', { secret: new URL(race.link).hash.slice(1), response: browser.passkey.create(begun[i]?.json<{ options: object }>().options) }, {}, i % 2 === 0 ? x.app : x.second)));
    t.equal(joined.filter(({ statusCode }) => statusCode === 200).length, 1, 'by four at once');
    const late = await x.invite();
    await x.admin`update staff_invitation set until = statement_timestamp() where staff_id = ${late.id}`;
    const bodies = new Set<string>();
    for (const link of [late.link, `${x.url}/staff/join#${'A'.repeat(43)}`, `${x.url}/staff/join#' or 1=1 --`]) {
      const answer = await (await x.browser()).send('POST', '/staff/join/options', { secret: decodeURIComponent(new URL(link).hash.slice(1)) });
      t.equal(answer.statusCode, 403);
      bodies.add(JSON.stringify({ ...answer.json<object>(), requestId: '', instance: '' }));
    }
    t.equal(bodies.size, 1, 'too late, unknown, malformed: the same answer');
  });

  await t.test('a recovery code used twice', async (t) => {
    const owner = await x.person();
    const [code = '', other = ''] = owner.codes;
    const answers = await Promise.all([x.app, x.second, x.app, x.second].map(async (app) => (await x.browser()).send('POST', '/staff/recover', { code }, {}, app)));
    t.equal(answers.filter(({ statusCode }) => statusCode === 200).length, 1, 'by four at once, on two nodes');
    const refused = [await owner.send('POST', '/staff/recover', { code }), await owner.send('POST', '/staff/recover', { code: 'AAAAA-AAAAA-AAAAA-AAAAA' }), await owner.send('POST', '/staff/recover', { code: '?' })];
    t.equal(new Set(refused.map((answer) => JSON.stringify({ ...answer.json<object>(), requestId: '', instance: '' }))).size, 1, 'used and unknown: the same answer');
    const secret = answers.find(({ statusCode }) => statusCode === 200)?.json<{ secret: string }>().secret ?? '';
    const administers = await x.person('kr-embassy', { administrator: true });
    t.equal((await owner.send('POST', '/staff/join/options', { secret })).statusCode, 200);
    for (const act of ['suspend', 'resume']) t.equal((await administers.form(act, { id: owner.id, reason: 'somebody had a code' })).statusCode, 303, act);
    t.equal((await owner.send('POST', '/staff/join/options', { secret })).statusCode, 403, 'what it opened does not outlive a suspension');
    t.equal((await owner.send('POST', '/staff/recover', { code: other })).statusCode, 403, 'nor do the codes that were not used');
    t.equal((await owner.signIn()).statusCode, 204, 'the passkey does');
    const held = await x.person();
    await x.admin`update staff set status = 'SUSPENDED' where id = ${held.id}`;
    t.equal((await held.send('POST', '/staff/recover', { code: held.codes[0] ?? '' })).statusCode, 403, 'nor does a code help who is suspended');
  });

  await t.test('guessing', async (t) => {
    const guesser = await x.browser();
    // Sixty a minute; the minute may end among them.
    const ways = ['/staff/recover', '/staff/join/options', '/sign-in'] as const;
    let answer = await guesser.send('POST', '/sign-in/options', {});
    let tries = 1;
    for (; answer.statusCode !== 429 && tries < 130; tries += 1) answer = await guesser.send('POST', ways[tries % 3] ?? ways[0], { code: `GUESS-${tries}`, secret: `GUESS-${tries}`, response: {} }, {}, tries % 2 === 0 ? x.app : x.second);
    t.match(answer, { statusCode: 429, headers: { 'retry-after': /^\d+$/ } }, 'tries of one address are counted by all nodes, however it tries');
    t.ok(tries <= 122);
    t.equal((await (await x.browser()).send('POST', '/sign-in/options', {})).statusCode, 200, 'another address is not held up');
    t.equal((await guesser.send('POST', '/sign-in/options', {}, { 'x-forwarded-for': '192.0.2.7' }, x.second)).statusCode, 200, 'nor one that a trusted proxy names');
  });

  await t.test('a passkey of another origin, device or person', async (t) => {
    const victim = await x.person();
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    t.equal((await victim.signIn()).statusCode, 204);
    const bodies = new Set<string>();
    for (const [why, wrong] of [
      ['another origin', { origin: 'https://evil.example' }], ['a neighbouring origin', { origin: x.url.replace('http:', 'https:') }], ['another relying party', { rpId: 'evil.example' }], ['another key', { key: privateKey }],
      ['nobody present', { flags: 0 }], ['not verified', { flags: 1 }], ['another challenge', { challenge: 'A'.repeat(43) }], ['a copy of the device', { counter: 1 }], ['another\'s handle', { userHandle: Buffer.alloc(16).toString('base64url') }],
      ['no handle', { userHandle: undefined }], ['in a frame', { client: { crossOrigin: true } }], ['in a frame, named', { client: { crossOrigin: true, topOrigin: 'https://evil.example' } }], ['a registration', { client: { type: 'webauthn.create' } }],
    ] as const) {
      const answer = await victim.signIn(wrong);
      t.equal(answer.statusCode, 403, why);
      bodies.add(JSON.stringify({ ...answer.json<object>(), requestId: '', instance: '' }));
    }
    bodies.add(JSON.stringify({ ...(await (await x.browser()).signIn()).json<object>(), requestId: '', instance: '' }));
    t.equal(bodies.size, 1, 'whatever is wrong, known or not: the same answer');
    const begun = (await victim.send('POST', '/sign-in/options', {})).json<{ options: object }>().options;
    const ceremony = victim.cookies.get('__Host-prasan-ceremony') ?? '';
    const response = victim.passkey.get(begun);
    const other = await x.browser();
    await other.send('POST', '/sign-in/options', {});
    t.equal((await other.send('POST', '/sign-in', { response })).statusCode, 403, 'an answer in another browser');
    t.equal((await victim.send('POST', '/sign-in', { response })).statusCode, 204);
    victim.cookies.set('__Host-prasan-ceremony', ceremony);
    t.equal((await victim.send('POST', '/sign-in', { response })).statusCode, 403, 'an answer sent twice');
    for (const broken of [{}, { id: 1 }, { id: 'x', rawId: 'x', type: 'public-key', response: {} }, { ...response, response: 7 }, { ...response, response: { clientDataJSON: '', authenticatorData: '', signature: '' } }]) {
      await victim.send('POST', '/sign-in/options', {});
      t.equal((await victim.send('POST', '/sign-in', { response: broken })).statusCode, 403, JSON.stringify(broken).slice(0, 40));
    }
    for (const wrong of [{ origin: 'https://evil.example' }, { rpId: 'evil.example' }, { flags: 1 }, { client: { crossOrigin: true } }]) {
      const [browser, { link }] = [await x.browser(), await x.invite()];
      const secret = new URL(link).hash.slice(1);
      const { options } = (await browser.send('POST', '/staff/join/options', { secret })).json<{ options: object }>();
      t.equal((await browser.send('POST', '/staff/join', { secret, response: browser.passkey.create(options, wrong) })).statusCode, 403, `joining: ${JSON.stringify(wrong)}`);
    }
  });

  await t.test('an administrator of another partner, or of none', async (t) => {
    const other = await x.person('jp-embassy', { administrator: true }, 'SYNTHETIC Tanaka');
    const list = (await other.send('GET', '/staff')).body;
    t.ok(list.includes('SYNTHETIC Tanaka') && !list.includes('SYNTHETIC Officer') && !list.includes(person.id), 'sees its own alone');
    const absent = await other.form('suspend', { id: crypto.randomUUID(), reason: 'x' });
    for (const act of ['suspend', 'resume', 'renew']) {
      const answer = await other.form(act, { id: person.id, reason: 'not ours', knowing: 'yes' });
      t.equal(answer.statusCode, 404, act);
      t.equal(answer.json<{ title: string }>().title, absent.json<{ title: string }>().title, 'as if there were nobody');
    }
    t.equal((await person.signIn()).statusCode, 204);
    t.equal((await person.send('GET', '/staff')).statusCode, 403);
    for (const act of ['invite', 'suspend', 'resume', 'renew']) t.equal((await person.form(act, { id: person.id, reason: 'x', name: 'SYNTHETIC', ...rights })).statusCode, 403, `${act}: who administers nothing`);
    const [rows] = await x.admin<{ count: number }[]>`select count(*)::int as count from staff where partner = 'jp-embassy' and id <> ${other.id}`;
    t.equal(rows?.count, 0);
  });

  await t.test('more rights than the partner has, and nobody left to administer', async (t) => {
    for (const [field, more] of [['clearance', { clearance: 'TOP_SECRET' }], ['caveats', { caveats: 'SOURCE' }], ['purposes', { purposes: 'ASSET_RECOVERY' }], ['purposes', { purposes: [] }], ['scopes', { scopes: 'root' }], ['desk', { desk: 'nowhere' }], ['name', { name: ' ' }], ['clearance', { clearance: 'COSMIC' }], ['purposes', { purposes: 'ALL' }]] as const) {
      const answer = await chief.form('invite', { name: 'SYNTHETIC', ...rights, ...more });
      t.equal(answer.statusCode, 400, field);
      t.match(answer.body, new RegExp(`<li>${field}: `, 'i'), field);
    }
    const { clearance } = x.registry.partners.get('kr-embassy') ?? { clearance: 0 };
    const [most] = await x.admin<{ clearance: number; purposes: number }[]>`select max(clearance)::int as clearance, bit_or(purposes)::int as purposes from staff`;
    t.ok((most?.clearance ?? 9) <= clearance && ((most?.purposes ?? 0) & purposeMask(['ASSET_RECOVERY'])) === 0);
    const alone = await x.person('jp-embassy', { administrator: true });
    await x.admin`update staff set administrator = false where partner = 'jp-embassy' and id <> ${alone.id}`;
    for (const act of ['suspend', 'renew']) t.match(await alone.form(act, { id: alone.id, reason: 'going' }), { statusCode: 400, body: /nobody would be left/ }, act);
    t.equal((await alone.form('suspend', { id: alone.id, reason: 'going', knowing: 'yes' })).statusCode, 303, 'knowingly');
    t.equal((await alone.send('GET', '/staff')).statusCode, 303, 'and out');
  });
});
