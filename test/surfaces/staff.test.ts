/** Persons: invited, joined with a passkey, signed in by authorization code, suspended and recovered, on two nodes. Synthetic persons and records only. */
import { decodeJwt } from 'jose';
import t from 'tap';
import { setStaff } from '../../src/cli/suspend-staff.ts';
import { purposeMask } from '../../src/dictionary/compartment.ts';
import { asVerified } from '../../src/rules/viewer.ts';
import { givenTo } from '../../src/store/disclosures.ts';
import { defaultLimits } from '../../src/rules/limits.ts';
import { call } from '../support/command.ts';
import { refused } from '../support/refused.ts';
import { freshStaff } from '../support/staff.ts';

const asked = { clearance: 'RESTRICTED', caveats: 'none', purposes: 'INVESTIGATION' };

t.test('staff', { timeout: 240_000 }, async (t) => {
  const x = await freshStaff(t, { limits: defaultLimits });
  const both = [x.second, x.app] as const;
  const owner = { sql: x.admin, embedded: false, journal: x.assembly.keys.journal };

  await t.test('from an invitation to a lookup', async (t) => {
    const person = await x.person('kr-embassy', { clearance: 2, purposes: purposeMask(['INVESTIGATION']) }, 'SYNTHETIC Kim');
    t.equal(person.codes.length, 8);
    const { status, body } = await person.token();
    t.equal(status, 200);
    t.match(body, { token_type: 'DPoP', expires_in: 300, refresh_token: String });
    t.match(decodeJwt(String(body['access_token'])), {
      iss: x.url, aud: 'prasan', sub: person.id, client_id: 'console', partner: 'kr-embassy', clearance: 'CONFIDENTIAL', purposes: ['INVESTIGATION'], staff: true, cnf: { jkt: person.key.thumbprint },
    });
    for (const app of both) {
      t.match((await person.get(body['access_token'], '/v1/me', app)).json(), { partner: { id: 'kr-embassy' }, subject: person.id, clearance: 'CONFIDENTIAL', purpose: 'INVESTIGATION' });
      t.match((await person.send('GET', '/sign-in/session', undefined, {}, app)).json(), { name: 'SYNTHETIC Kim', partner: { id: 'kr-embassy' }, administrator: false });
    }
    const police = x.asker('th-ccib', { purpose: 'INVESTIGATION' });
    const record = (await x.exchange.submit(police, 'Indicator', { type: 'DOMAIN', value: 'staff.example', classification: 'CONFIDENTIAL', channels: ['embassies-ip'], rationale: 'synthetic' })).record.id;
    t.match((await person.get(body['access_token'], '/v1/indicators?type=DOMAIN&value=staff.example')).json(), { items: [{ id: record, rationale: 'synthetic' }] }, 'CONFIDENTIAL opens');
    const again = await person.refresh(body['refresh_token'], { clearance: 'RESTRICTED' }, { app: x.second });
    t.match((await person.get(again.body['access_token'])).json(), { clearance: 'RESTRICTED' }, 'lowered');
    t.match((await person.get((await person.refresh(again.body['refresh_token'])).body['access_token'])).json(), { clearance: 'CONFIDENTIAL' }, 'and back');
    const period = { from: '2020-01-01T00:00:00Z', to: '2100-01-01T00:00:00Z' };
    t.match(await givenTo(x.admin, { of: { staff: person.id }, ...period }), [{ originator: 'th-ccib', record, partner: 'kr-embassy' }], 'who of the staff it was is in the ledger');
    t.same(await givenTo(x.admin, { of: { staff: crypto.randomUUID() }, ...period }), []);
  });

  await t.test('what is asked for narrows, and goes no further than the entry and the partner', async (t) => {
    const person = await x.person('kr-embassy', { clearance: 1, caveats: 0, scopes: ['records:read'], purposes: purposeMask(['INVESTIGATION', 'PREVENTION']) });
    const { body } = await person.token({ purposes: 'PREVENTION' });
    t.match((await person.get(body['access_token'])).json(), { clearance: 'RESTRICTED', caveats: [], purpose: 'PREVENTION', scopes: ['records:read'] });
    for (const more of [{ clearance: 'SECRET' }, { caveats: 'PERSONAL' }, { purposes: 'PROSECUTION' }]) t.equal((await person.token(more)).status, 400, JSON.stringify(more));
    t.equal(String((await person.token({}, { code: (await person.authorize({ scope: 'records:read records:erase' }))?.searchParams.get('code') ?? '' })).body['scope']), 'records:read');
    await x.admin`update staff set clearance = 0 where id = ${person.id}`;
    for (const app of both) t.match((await person.get(body['access_token'], '/v1/me', app)).json(), { clearance: 'UNCLASSIFIED' }, 'given less since: at once');
  });

  await t.test('a suspended person, a suspended partner, a session that ended: refused at the next request on every node', async (t) => {
    const person = await x.person();
    const { body } = await person.token(asked);
    const refusedEverywhere = async (why: string): Promise<void> => {
      for (const app of both) {
        t.equal((await person.get(body['access_token'], '/v1/me', app)).statusCode, 401, why);
        t.match(await person.refresh(body['refresh_token'], {}, { app }), { status: 400, body: { error: 'invalid_grant' } }, why);
        t.equal((await person.authorize({}, app))?.pathname, '/sign-in', why);
      }
    };
    t.equal((await person.get(body['access_token'], '/v1/me', x.second)).statusCode, 200);
    t.equal(await setStaff(owner, person.id, 'SUSPENDED', ''), true);
    await refusedEverywhere('suspended');
    t.equal((await person.signIn()).statusCode, 403);
    t.match(await x.assembly.keys.journal.outOfForce(), [{ type: 'staff', id: person.id, overlay: { status: 'SUSPENDED' } }]);
    t.equal(await setStaff(owner, person.id, 'SUSPENDED', ''), false, 'already');
    await t.rejects(setStaff(owner, crypto.randomUUID(), 'SUSPENDED', ''), /there is no staff/);
    await setStaff(owner, person.id, 'ACTIVE', '');
    await refusedEverywhere('what ended does not come back');
    t.equal((await person.signIn()).statusCode, 204, 'but the person may sign in');
    const fresh = (await person.token(asked)).body;
    const partner = x.registry.partners.get('kr-embassy');
    if (partner === undefined) throw new Error('no partner');
    await x.apply({ issuers: (await x.assembly.registry.refresh()).issuers, partners: new Map([...x.registry.partners, [partner.id, { ...partner, status: 'SUSPENDED' }]]) });
    for (const app of both) {
      t.equal((await person.get(fresh['access_token'], '/v1/me', app)).statusCode, 401, 'the partner is suspended');
      t.equal((await person.authorize({}, app))?.pathname, '/sign-in');
    }
    t.equal((await person.signIn()).statusCode, 403);
    t.equal((await person.refresh(fresh['refresh_token'])).status, 400);
    await x.apply({ issuers: (await x.assembly.registry.refresh()).issuers });
    t.equal((await person.get(fresh['access_token'])).statusCode, 200);
    t.equal((await person.send('POST', '/sign-in/out', {}, {}, x.second)).statusCode, 204);
    t.equal((await person.get(fresh['access_token'])).statusCode, 401, 'signed out');
    t.equal((await person.send('GET', '/sign-in/session')).statusCode, 204);
  });

  await t.test('who is suspended while a request is under way gets no answer, and nothing is written', async (t) => {
    const asker = x.asker('th-ccib', { purpose: 'INVESTIGATION' });
    const session = 'ab'.repeat(32);
    const signedIn = { ...asker, claims: asVerified({ ...asker.claims, session }) };
    const body = { type: 'DOMAIN', value: 'meanwhile.example', classification: 'RESTRICTED', channels: ['embassies-ip'] };
    await x.admin`insert into oauth_item (model, id, sealed, uid, until) values ('Session', ${Buffer.of(1)}, ${Buffer.of(1)}, ${Buffer.from(session, 'hex')}, now() + interval '1 minute')`;
    const { record } = await x.exchange.submit(signedIn, 'Indicator', body);
    t.match(await x.exchange.get(signedIn, 'Indicator', record.id), { id: record.id });
    await x.admin`delete from oauth_item where uid = ${Buffer.from(session, 'hex')}`;
    t.equal((await refused(x.exchange.get(signedIn, 'Indicator', record.id))).code, 'UNAUTHENTICATED');
    t.equal((await refused(x.exchange.submit(signedIn, 'Indicator', { ...body, value: 'later.example' }))).code, 'UNAUTHENTICATED');
    t.match(await x.exchange.get(asker, 'Indicator', record.id), { id: record.id }, 'others go on');
    t.equal((await x.admin`select from record where originator = 'th-ccib'`).length, 2);
  });

  await t.test('an access or a refresh token that is given up', async (t) => {
    const person = await x.person();
    const { body } = await person.token(asked);
    const revoke = async (token: unknown): Promise<number> => (await person.send('POST', '/oauth/revoke', new URLSearchParams({ client_id: 'console', token: String(token) }).toString(), { 'content-type': 'application/x-www-form-urlencoded' })).statusCode;
    t.equal(await revoke(body['access_token']), 200);
    for (const app of both) t.equal((await person.get(body['access_token'], '/v1/me', app)).statusCode, 401);
    const next = (await person.refresh(body['refresh_token'], asked)).body;
    t.equal((await person.get(next['access_token'])).statusCode, 200, 'the session goes on');
    t.equal(await revoke(next['refresh_token']), 200);
    t.equal((await person.refresh(next['refresh_token'])).status, 400);
  });

  await t.test('a recovery code: a new passkey, and nothing of the old', async (t) => {
    const person = await x.person();
    const [code = ''] = person.codes;
    const { body } = await person.token(asked);
    const other = await x.browser();
    const { secret } = (await other.send('POST', '/staff/recover', { code: code.toLowerCase().replaceAll('-', ' ') })).json<{ secret: string }>();
    t.equal((await person.get(body['access_token'])).statusCode, 401, 'sessions end at once');
    const codes = await other.join(`${x.url}/staff/join#${secret}`);
    t.equal(codes.length, 8);
    t.equal((await person.signIn()).statusCode, 403, 'the passkey before counts no more');
    t.equal((await other.signIn()).statusCode, 204);
    t.equal((await other.send('POST', '/staff/recover', { code: person.codes[1] ?? '' })).statusCode, 403, 'nor the codes before');
    const acts = await x.admin<{ act: string; actor: string }[]>`select act, actor from staff_event where staff_id = ${person.id} order by at`;
    t.same(acts.map(({ act }) => act), ['INVITED', 'JOINED', 'CODE_USED', 'RENEWED'], 'in the record');
  });

  await t.test('an administrator in the browser', async (t) => {
    const chief = await x.person('kr-embassy', { administrator: true, clearance: 1 }, 'SYNTHETIC Chief');
    const page = await chief.send('GET', '/staff?lang=th');
    t.match(page, { statusCode: 200, headers: { 'content-language': 'th', 'cache-control': 'no-store', 'referrer-policy': 'same-origin' } });
    t.match(page.headers['content-security-policy'], /default-src 'none'.*form-action 'self'/);
    t.match(page.body, /SYNTHETIC Kim/);
    t.match(page.body, /ใช้รหัสกู้คืน/u, 'what was done');
    const invited = await chief.form('invite', { name: 'SYNTHETIC <b>New</b>', email: 'new@example.org', desk: '', clearance: 'CONFIDENTIAL', caveats: ['OPERATIONAL'], purposes: ['INVESTIGATION'], scopes: ['records:read'] });
    t.equal(invited.statusCode, 200);
    const link = /http:\/\/localhost:\d+\/staff\/join#[\w-]+/.exec(invited.body)?.[0] ?? '';
    const fresh = await x.browser();
    await fresh.join(link);
    t.match((await fresh.get((await fresh.token()).body['access_token'])).json(), { clearance: 'CONFIDENTIAL', caveats: ['OPERATIONAL'], scopes: ['records:read'] });
    const list = (await chief.send('GET', '/staff')).body;
    t.match(list, 'SYNTHETIC &lt;b&gt;New&lt;/b&gt;');
    const { id } = (await fresh.send('GET', '/sign-in/session')).json<{ id: string }>();
    t.equal((await chief.form('suspend', { id, reason: '' })).statusCode, 400, 'a reason is needed');
    for (const [act, wrong] of [['invite?lang=th', { name: '', email: 'x', desk: 'zz', clearance: 'SECRET', caveats: 'SOURCE', scopes: 'root' }], ['invite?lang=th', { name: 'SYNTHETIC', clearance: 'COSMIC' }], ['suspend?lang=th', { id, reason: '' }]] as const) {
      const lines = [...(await chief.form(act, wrong)).body.matchAll(/<li>([^<]*)<\/li>/g)].map(([, line = '']) => line);
      t.ok(lines.length > 0 && lines.every((line) => /^[\u0e00-\u0e7f (),]+: .*[\u0e00-\u0e7f]{3}/u.test(line) && !/\b[a-z]{2,} [a-z]{2,}\b/.test(line.replaceAll(/[a-z]+:[a-z]+/g, ''))), lines.join('; '));
    }
    t.match(await chief.form('suspend', { id, reason: 'left us' }), { statusCode: 303, headers: { location: '/staff?lang=en' } });
    t.equal((await fresh.send('GET', '/sign-in/session')).statusCode, 204);
    t.equal((await chief.form('renew', { id, reason: 'lost' })).statusCode, 400, 'put back first');
    await chief.form('resume', { id, reason: 'back' });
    t.equal((await fresh.signIn()).statusCode, 204);
    const renewed = await chief.form('renew', { id, reason: 'lost' });
    t.equal((await fresh.signIn()).statusCode, 403);
    await (await x.browser()).join(/http:\/\/localhost:\d+\/staff\/join#[\w-]+/.exec(renewed.body)?.[0] ?? '');
    t.match((await chief.send('GET', '/staff')).body, /left us/);
    t.equal((await chief.form('out', {})).statusCode, 303);
    t.match(await chief.send('GET', '/staff'), { statusCode: 303, headers: { location: '/sign-in?lang=en' } });
  });

  await t.test('the commands', async (t) => {
    const env = { DATABASE_OWNER_URL: x.database.url(), DATABASE_URL: x.appUrl, KEY_DATABASE_URL: x.keysUrl, KEY_DATABASE_OWNER_URL: x.database.url(x.database.keysName), KEY_FILE: x.keyFile };
    const invited = await call(['staff', 'invite', '--partner', 'kr-embassy', '--name', 'SYNTHETIC First', '--email', 'first@example.org', '--clearance', 'RESTRICTED', '--caveat', 'none'], env);
    t.match(invited, { code: 0, out: new RegExp(`^${x.url}/staff/join#[\\w-]{43}\n$`), err: /is invited, to administer its staff/ });
    const first = await x.browser();
    await first.join(invited.out.trim());
    t.equal((await first.send('GET', '/staff')).statusCode, 200, 'the first administrator');
    const { id } = (await first.send('GET', '/sign-in/session')).json<{ id: string }>();
    t.match((await call(['staff', 'list', '--partner', 'kr-embassy'], env)).out, new RegExp(`^kr-embassy\t${id}\tACTIVE\tadministrator\tSYNTHETIC First\tfirst@example.org\t\tRESTRICTED\t\t`, 'm'));
    t.match(await call(['suspend', 'staff', id, '--reason', 'synthetic'], env), { code: 0, out: `staff ${id} is suspended, from the next request on\n`, err: '' });
    t.equal((await first.send('GET', '/staff')).statusCode, 303);
    t.match(await call(['resume', 'staff', id], env), { code: 0, out: /is in force/ });
    t.match(await call(['disclosures', '--staff', id, '--from', '2020-01-01'], env), { code: 0, err: /^0 records/ });
    for (const [args, err] of [
      [['--partner', 'kr-embasy', '--name', 'SYNTHETIC'], /did you mean kr-embassy/], [['--partner', 'kr-embassy', '--name', 'SYNTHETIC', '--clearance', 'TOP_SECRET'], /clearance: at most/], [['--partner', 'th-ccib', '--name', 'SYNTHETIC'], /does not speak for th-ccib/],
      [['--partner', 'kr-embassy', '--name', 'SYNTHETIC', '--caveat', 'ALL'], /--caveat: ALL/], [['--partner', 'kr-embassy', '--name', ' '], /^prasan: name: /],
    ] as const) t.match(await call(['staff', 'invite', ...args], env), { code: 1, err }, args.join(' '));
    t.equal((await call(['suspend', 'staff', 'nobody', '--reason', 'x'], env)).code, 1);
    t.equal((await call(['staff', 'remove'], env)).code, 2);
  });

  await t.test('names, addresses and reasons are sealed at rest; of secrets only digests stand', async (t) => {
    const person = await x.person('jp-embassy', {}, 'SYNTHETIC zqcanary');
    const tables = ['staff', 'staff_passkey', 'staff_invitation', 'staff_code', 'staff_event', 'oauth_item'];
    const text = (await Promise.all(tables.map(async (name) => (await x.admin.unsafe<{ row: string }[]>(`select t::text as row from ${name} t`)).map(({ row }) => row).join('\n')))).join('\n');
    t.ok(text.includes(person.id));
    for (const plain of ['zqcanary', 'left us', ...person.codes]) for (const form of [plain, Buffer.from(plain).toString('hex')]) t.notOk(text.includes(form), form);
  });
});
