/** A person in a real browser with a virtual authenticator: joins, signs in, asks in GraphiQL with tokens bound to a key of the browser, and is shown out. Synthetic persons only. */
import type { BrowserContext, Page } from 'playwright-core';
import t from 'tap';
import { rotate } from '../../src/cli/issuer.ts';
import { accountDigest } from '../../src/identity/oauth/adapter.ts';
import { setStatus } from '../../src/store/staff/rows.ts';
import { freshStaff } from '../support/staff.ts';
import { launch, noBrowser, watch } from './chromium.ts';
import { submitted } from './served.ts';

/** A browser on a busy machine takes its time. */
const options = { skip: noBrowser, timeout: 600_000 };

const query = 'query LookUp { lookup(values: [{ value: "pay-verify.example" }]) { claims { originator withheld ... on Indicator { role rationale } } } }';

/** A platform authenticator that knows its owner and is always at hand (WebAuthn level 3, section 11). */
async function authenticator(context: BrowserContext, page: Page): Promise<void> {
  const cdp = await context.newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
  });
}

const write = async (page: Page, text: string): Promise<void> => {
  await page.locator('.graphiql-query-editor .CodeMirror').click();
  await page.keyboard.press('Control+A');
  await page.keyboard.insertText(text);
};

/** Runs what stands in the editor. @returns the answer's body, and how it was asked for */
async function run(page: Page): Promise<{ readonly body: string; readonly headers: Readonly<Record<string, string>> }> {
  const answered = page.waitForResponse((response) => response.request().postData()?.includes('pay-verify') === true);
  await page.locator('.graphiql-execute-button').click();
  const response = await answered;
  return { body: await response.text(), headers: await response.request().allHeaders() };
}

async function choose(page: Page, what: 'purpose' | 'clearance', value: string, shown: string): Promise<void> {
  await page.selectOption(`#session-${what}`, value);
  await page.locator(`#viewer [data-fact=${what}] dd`, { hasText: shown }).waitFor();
}

const kept = (page: Page): Promise<unknown> => page.evaluate('(async () => [localStorage.length, sessionStorage.length, document.cookie, (await indexedDB.databases()).length])()');
const signedIn = async (page: Page): Promise<void> => page.locator('#session[data-state=in] #session-note', { hasText: 'SYNTHETIC' }).waitFor();

/** From the link of an invitation to GraphiQL. */
async function join(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await page.locator('#passkey:enabled').click();
  await page.locator('#codes li').first().waitFor();
  await page.locator('#joined a').click();
  await signedIn(page);
  await page.locator('.graphiql-execute-button').waitFor();
}

t.test('persons sign in', options, async (t) => {
  const x = await freshStaff(t);
  await submitted(x);
  const browser = await launch();
  t.teardown(() => browser.close());
  const someone = async (locale: string) => {
    const context = await browser.newContext({ viewport: { width: 1400, height: 900 }, locale });
    const page = await context.newPage();
    await authenticator(context, page);
    return { page, watched: watch(page, x.url) };
  };
  const { link, id } = await x.invite('kr-embassy', { clearance: 2, administrator: true }, 'SYNTHETIC Kim');
  const { page, watched } = await someone('en-GB');

  await t.test('who joins is signed in, and opens what is CONFIDENTIAL', options, async (t) => {
    await join(page, link);
    t.match(await page.locator('#session-note').innerText(), /^SYNTHETIC Kim, for Embassy of the Republic of Korea/u, 'who, and for whom');
    t.match(await page.locator('#viewer').innerText(), /Investigation[^]*Confidential/u, 'for what, and how high');
    t.equal(page.url(), `${x.url}/graphiql`, 'no code stays in the address');
    await write(page, query);
    const { body, headers } = await run(page);
    t.match(body, 'Synthetic: a forged bank login');
    t.match([headers['authorization'], headers['dpop'], headers['cookie']], [/^DPoP /u, /^ey/u, undefined], 'bound to a key, and no cookie goes with it');
    t.same(await kept(page), [0, 0, '', 0], 'nothing of it is kept in the browser');
  });

  await t.test('clearance lowered, purpose changed, and back', options, async (t) => {
    await choose(page, 'clearance', 'RESTRICTED', 'Restricted');
    const low = await run(page);
    t.match(low.body, /"rationale":null/u);
    await page.locator('#said', { hasText: 'rationale' }).waitFor();
    t.match(JSON.parse(Buffer.from(low.headers['authorization']?.split('.')[1] ?? '', 'base64url').toString()), { clearance: 'RESTRICTED', purposes: ['INVESTIGATION'], cnf: { jkt: String } }, 'the token itself is worth no more');
    await choose(page, 'purpose', 'PREVENTION', 'Prevention');
    await choose(page, 'clearance', 'CONFIDENTIAL', 'Confidential');
    await choose(page, 'purpose', 'INVESTIGATION', 'Investigation');
    t.match((await run(page)).body, 'Synthetic: a forged bank login');
  });

  await t.test('after a reload, without being asked', options, async (t) => {
    await page.reload();
    await signedIn(page);
    await page.locator('.graphiql-execute-button').waitFor();
    await write(page, query);
    t.match((await run(page)).body, 'Synthetic: a forged bank login');
    t.same(await kept(page), [0, 0, '', 0]);
  });

  await t.test('a token that counts no more is renewed, and nobody sees it', options, async (t) => {
    await rotate(x.admin, x.dictionary, { keyFile: x.keyFile, after: 0, atOnce: true, actor: 'test', reason: 'synthetic' });
    const renewed = page.waitForResponse((response) => response.url().endsWith('/oauth/token'));
    const answered = page.waitForResponse(async (response) => response.url().endsWith('/graphql') && (await response.text()).includes('a forged bank login'));
    await page.locator('.graphiql-execute-button').click();
    t.equal((await renewed).status(), 200);
    t.equal((await answered).status(), 200);
    t.notMatch(await page.locator('#said').innerText(), /Refused/u);
  });

  let invitation = '';
  await t.test('the administrator invites a colleague', options, async (t) => {
    await page.locator('#administer').click();
    const form = page.locator('form[action^="/staff/invite"]');
    await form.locator('[name=name]').fill('SYNTHETIC Lee');
    await form.locator('[name=clearance]').selectOption('CONFIDENTIAL');
    for (const [name, value] of [['caveats', 'OPERATIONAL'], ['purposes', 'INVESTIGATION'], ['scopes', 'records:read']] as const) await form.locator(`[name=${name}][value="${value}"]`).check();
    await form.locator('button[type=submit]').click();
    invitation = await page.locator('#link').innerText();
    t.ok(invitation.startsWith(`${x.url}/staff/join#`));
    await page.goto(`${x.url}/graphiql`);
    await signedIn(page);
    await page.locator('.graphiql-execute-button').waitFor();
    await write(page, query);
  });

  await t.test('signed out, here and on the server; in Thai', options, async (t) => {
    const other = await someone('en-GB');
    await join(other.page, invitation);
    t.equal(await other.page.locator('#administer').isVisible(), false, 'who administers nobody is not led there');
    await other.page.goto(`${x.url}/graphiql?lang=th`);
    await signedIn(other.page);
    await other.page.locator('.graphiql-execute-button').waitFor();
    t.equal(await other.page.locator('html').getAttribute('lang'), 'th', 'the page comes back in the language that was chosen');
    await write(other.page, query);
    await run(other.page);
    await other.page.locator('#sign-out').click();
    await other.page.locator('#said', { hasText: 'ออกจากระบบแล้ว' }).waitFor();
    t.equal(await other.page.locator('.graphiql-execute-button').count(), 0, 'nothing that was shown stays');
    t.equal(await other.page.evaluate("fetch('/sign-in/session').then(({ status }) => status)"), 204, 'the session is over on the server');
    await other.page.reload();
    await other.page.locator('#session[data-state=out] #sign-in').waitFor();
    await other.page.locator('#sign-in').click();
    await other.page.locator('#passkey:enabled').click();
    await signedIn(other.page);
    t.equal(await other.page.locator('html').getAttribute('lang'), 'th', 'and in again, with the passkey');
    t.same(other.watched, { strays: [], complaints: [] });
  });

  await t.test('suspended from the server: said at the next request', options, async (t) => {
    await setStatus(x.admin, id, 'SUSPENDED', accountDigest(id), { actor: 'test' });
    await page.locator('.graphiql-execute-button').click();
    await page.locator('#said[data-kind=refused]', { hasText: 'Your session was ended' }).waitFor();
    t.same([await page.locator('.graphiql-execute-button').count(), await page.locator('#viewer div').count(), await page.locator('#sign-in').isVisible()], [0, 0, true]);
    t.same(watched.strays, [], 'no request ever left the exchange');
    await page.locator('#sign-in').click();
    await page.locator('#passkey:enabled').click();
    await page.locator('#said', { hasText: /\S/u }).waitFor();
    t.match(page.url(), '/sign-in', 'nor is there a way in again');
  });
});
