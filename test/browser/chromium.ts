/** Chromium, where there is one: from the environment's CHROMIUM, or where Debian puts it. */
import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';

const places = [process.env['CHROMIUM'], '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
export const executablePath = places.find((path) => path !== undefined && path !== '' && existsSync(path));

/** What a test says where there is none; false where there is one. */
export const noBrowser: string | false = executablePath === undefined ? 'no Chromium here: set CHROMIUM, or apt-get install chromium' : false;

export async function launch(): Promise<Browser> {
  if (executablePath === undefined) throw new Error('no Chromium');
  return chromium.launch({
    executablePath,
    headless: true,
    args: [
      '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync',
    ],
  });
}

export interface Watched {
  /** Requests that left the origin. */
  readonly strays: string[];
  /** What the console complained of: policy violations, errors, failed loads. */
  readonly complaints: string[];
}

/** Notes what a page must not do, and waits for it as long as a busy machine takes. Answers of 4xx to `/graphql` are the page's to show, and no complaint. */
export function watch(page: Page, origin: string): Watched {
  page.setDefaultTimeout(150_000);
  const watched: Watched = { strays: [], complaints: [] };
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(`${origin}/`) && !url.startsWith('data:') && !url.startsWith('blob:')) watched.strays.push(url);
  });
  page.on('console', (message) => {
    if (message.type() !== 'error' && !/Content Security Policy/iu.test(message.text())) return;
    if (!message.location().url.endsWith('/graphql')) watched.complaints.push(`${message.text()} ${message.location().url}`);
  });
  page.on('pageerror', (error) => watched.complaints.push(String(error)));
  return watched;
}
