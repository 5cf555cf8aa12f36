/** GraphiQL in a real browser, over the real exchange: a withheld field is named to one partner, and released to another. */
import type { Page } from 'playwright-core';
import t from 'tap';
import { launch, noBrowser, watch } from './chromium.ts';
import { serve, submitted } from './served.ts';

/** A browser on a busy machine takes its time. */
const options = { skip: noBrowser, timeout: 600_000 };

const answer = (page: Page): Promise<string> => page.locator('.result-window').innerText();

/** Runs what stands in the editor. @returns the answer's body: the editor draws only the lines that are in sight */
async function run(page: Page): Promise<string> {
  const answered = page.waitForResponse((response) => /^(?!.*(?:IntrospectionQuery|\{ me \{)).*query/su.test(response.request().postData() ?? ''));
  await page.locator('.graphiql-execute-button').click();
  return (await answered).text();
}

/** Chooses, and waits until the page says that it asks so. */
async function choose(page: Page, what: 'partner' | 'purpose' | 'clearance', value: string, shown: string): Promise<void> {
  await page.selectOption(`#${what}`, value);
  await page.locator(`#viewer [data-fact=${what}] dd`, { hasText: shown }).waitFor();
}

async function opened(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.locator('.graphiql-execute-button').waitFor();
}

t.test('the partner chooser', options, async (t) => {
  const world = await serve(t);
  const id = await submitted(world);
  const browser = await launch();
  t.teardown(() => browser.close());

  await t.test('choose, look up, see what is withheld; switch, see it appear', options, async (t) => {
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 }, locale: 'en-GB' });
    const watched = watch(page, world.origin);
    await opened(page, `${world.origin}/graphiql`);
    await choose(page, 'partner', 'kh-mptc', 'Ministry of Post and Telecommunications');
    await run(page);
    await page.locator('#said', { hasText: 'Withheld:' }).waitFor();
    t.match(await page.locator('#said').innerText(), /1 record released to you\. Withheld: .*location.*rationale.* Ask th-ccib\./u);
    t.match(await answer(page), /"rationale": null/u);

    await choose(page, 'partner', 'kr-embassy', 'Embassy of the Republic of Korea');
    t.notMatch(await answer(page), /rationale/u, 'no answer of one partner stays on the page of another');
    t.match(await run(page), 'a forged bank login');
    const said = await page.locator('#said').innerText();
    t.notMatch(said, /rationale/u);
    t.match(said, /Withheld: .*subscriber/u);

    await choose(page, 'clearance', 'UNCLASSIFIED', 'Unclassified');
    await run(page);
    await page.locator('#said', { hasText: 'rationale' }).waitFor();
    t.match(await answer(page), /"rationale": null/u, 'with a lower clearance it is withheld again');
    await page.locator('.graphiql-doc-explorer').waitFor();
    for (const dialog of ['Open settings dialog', 'Open short keys dialog']) {
      await page.locator(`[aria-label="${dialog}"]`).click();
      await page.locator('.graphiql-dialog').waitFor();
      await page.keyboard.press('Escape');
      await page.locator('.graphiql-dialog').waitFor({ state: 'hidden' });
    }
    t.same(watched, { strays: [], complaints: [] }, 'no request leaves the exchange, no policy is violated');
    t.same(await page.evaluate('[localStorage.length, sessionStorage.length, document.cookie]'), [0, 0, ''], 'nothing is kept in the browser');
    await page.close();
  });

  await t.test('each ready example runs, in Thai', options, async (t) => {
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 }, locale: 'th-TH' });
    const watched = watch(page, world.origin);
    await opened(page, `${world.origin}/graphiql`);
    t.equal(await page.locator('html').getAttribute('lang'), 'th');
    await choose(page, 'partner', 'th-ccib', 'บช.สอท.');
    const examples = [
      ['report', 'mutation Report', '"etag"'], ['person', 'query FindPerson', '"missingPersons"'], ['numbers', 'query LookUpNumbers', '"mentions"'], ['money', 'query FollowTheMoney', '"hops"'], ['changes', 'query Changes', id], ['found-missing', 'query FoundMissing', '"events"'], ['ledger', 'query WhoRead', '"kr-embassy"'], ['lookup', 'query LookUp', 'a forged bank login'],
    ] as const;
    for (const [example, operation, text] of examples) {
      await page.locator(`[data-example=${example}]`).click();
      await page.locator('.graphiql-query-editor', { hasText: operation }).waitFor();
      const body = await run(page);
      t.match(body, text, example);
      t.notMatch(body, '"errors"', example);
      if (example === 'found-missing') await page.locator('#said', { hasText: 'ไม่พบข้อมูลที่เปิดเผยแก่ท่าน' }).waitFor();
      if (example === 'report') await page.locator('#said', { hasText: 'บันทึกแล้ว' }).waitFor();
    }
    t.same(watched, { strays: [], complaints: [] });
    await page.close();
  });

  await t.test('a refusal is said in words', options, async (t) => {
    const page = await browser.newPage({ locale: 'en-GB' });
    await opened(page, `${world.origin}/graphiql`);
    await choose(page, 'partner', 'th-ccib', 'Cyber Crime');
    await page.locator('[data-example=report]').click();
    await page.locator('.graphiql-query-editor .CodeMirror').click();
    await page.keyboard.press('Control+A');
    await page.keyboard.insertText('query Report { indicator(id: "01890000-0000-7000-8000-000000000001") { id } }');
    await run(page);
    await page.locator('#said[data-kind=refused]').waitFor();
    t.match(await page.locator('#said').innerText(), /Refused: There is nothing here for you/u);
    await page.close();
  });
});

t.test('without a demonstration and without an issuer of its own, nobody signs in', options, async (t) => {
  const world = await serve(t, { demo: false });
  const browser = await launch();
  t.teardown(() => browser.close());
  const page = await browser.newPage({ locale: 'en-GB' });
  const watched = watch(page, world.origin);
  await page.goto(`${world.origin}/graphiql`);
  await page.locator('#said[data-kind=refused]', { hasText: 'no token issuer of its own' }).waitFor();
  t.same([await page.locator('#partner').count(), await page.locator('#token').count(), await page.locator('#sign-in').isVisible()], [0, 0, false]);
  t.same(watched, { strays: [], complaints: [] });
});
