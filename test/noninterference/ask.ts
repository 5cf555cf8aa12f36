/** Everything that a viewer can ask, and the answers as text that can be compared: what differs by chance (cursors, the ledger's own ids and clock) is reduced to its shape. */
import type { Asker, ChangesPage, Exchange } from '../../src/exchange/api.ts';
import { Refusal } from '../../src/errors.ts';
import { Released } from '../../src/rules/release.ts';
import type { Side } from './tell.ts';
import { domains, refs } from './world.ts';
import { type Eye, hiddenChannel } from './world-registry.ts';

export type Answers = Map<string, string>;

const isInstantNow = (text: string): boolean => /^20[2-9]\d-/.test(text) && Math.abs(Date.parse(text) - Date.now()) < 3_600_000;

const show = (value: unknown, etags: boolean): string => JSON.stringify(value, (name, inner: unknown) => {
  if (inner instanceof Error) return { refused: inner instanceof Refusal ? [inner.code, inner.public] : `FAULT ${inner.message}` };
  if (name === 'nextCursor' || name === 'cursor') return `a cursor of ${String(inner).length}`;
  if (typeof inner === 'string' && isInstantNow(inner)) return 'now';
  return inner;
}).concat(etags ? etagsOf(value) : '');

function etagsOf(value: unknown): string {
  const found: string[] = [];
  const look = (inner: unknown): void => {
    if (inner instanceof Released) found.push(inner.etag);
    else if (typeof inner === 'object' && inner !== null && !(inner instanceof Error)) Object.values(inner).forEach(look);
  };
  look(value);
  return found.join(' ');
}

const absent = '01900000-0000-7000-8fff-ffffffffffff';
const caught = async (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);

async function pages(exchange: Exchange, asker: Asker, first: number): Promise<unknown[]> {
  const all: unknown[] = [];
  for (let after: string | undefined; ;) {
    const page = await exchange.find(asker, { kind: 'Indicator', filter: {}, first, after });
    all.push(page);
    if (page.nextCursor === undefined) return all;
    after = page.nextCursor;
  }
}

async function feed(exchange: Exchange, asker: Asker, from?: string): Promise<{ pages: unknown[]; end: string }> {
  const all: unknown[] = [];
  let cursor = from;
  for (;;) {
    const page: ChangesPage = await exchange.changes(asker, { cursor, first: 3 });
    all.push({ events: page.events, more: page.more, cursor: page.cursor });
    cursor = page.cursor;
    if (!page.more) return { pages: all, end: cursor };
  }
}

const filters: readonly Readonly<Record<string, Record<string, string | number | boolean | { authority: string; number: string }>>>[] = [
  ...domains.map((value) => ({ value: { value } })), ...domains.slice(0, 2).map((value) => ({ value: { value, type: 'DOMAIN', within: true } })), { value: { value: 'com.example.loan', type: 'APP' } },
  { type: { eq: 'DOMAIN' } }, { type: { eq: 'URL' } }, { role: { eq: 'PHISHING' } }, { role: { eq: 'C2' } }, { country: { eq: 'KH' } }, { asn: { eq: 64500 } },
  { observedAt: { from: '2026-01-01', to: '2026-01-31' } }, { observedAt: { from: '2026-02-01' } }, { observedFrom: { from: '2020-01-01' } },
  ...refs.map((eq) => ({ externalRef: { eq } })), { externalRef: { eq: 'C-1' } }, { caseRefs: { eq: { authority: 'alpha', number: '1/2569' } } }, { caseRefs: { eq: { authority: 'beta', number: '2/2569' } } },
  { value: { value: 'evil-one.com' }, role: { eq: 'PHISHING' } }, { type: { eq: 'DOMAIN' }, observedAt: { from: '2026-01-01', to: '2026-12-31' } },
];

/** Where the viewer's feed stood before anything happened, and in the middle of it. */
export interface Before {
  readonly cursor: string | undefined;
  readonly middle: string | undefined;
}

/** Where the viewer's feed stands now. */
export const standing = async (side: Side, eye: Eye): Promise<string> => (await feed(side.exchange, side.made.asker(eye.partner, eye))).end;

export async function ask(side: Side, eye: Eye, ids: readonly string[], before: Before): Promise<Answers> {
  const { exchange, made } = side;
  const asker = made.asker(eye.partner, eye);
  const answers: Answers = new Map();
  const note = async (name: string, work: () => Promise<unknown>, etags = true): Promise<void> => void answers.set(name, show(await caught(work()), etags));
  for (const name of ['me', 'partners', 'agreements', 'channels'] as const) await note(name, async () => exchange[name](asker));
  for (const id of [...ids, absent]) {
    await note(`get ${id}`, async () => exchange.get(asker, undefined, id));
    await note(`revisions ${id}`, async () => exchange.revisions(asker, 'Indicator', id));
  }
  for (const first of [1, 2, 3, 50]) await note(`pages of ${first}`, async () => pages(exchange, asker, first));
  for (const [i, filter] of filters.entries()) for (const first of i % 4 === 0 ? [1, 50] : [50]) await note(`find ${first} ${JSON.stringify(filter)}`, async () => exchange.find(asker, { kind: 'Indicator', filter, first }));
  const values = [...domains, 'absent.example-nowhere.com'].map((value) => ({ value }));
  await note('lookup', async () => exchange.lookup(asker, values));
  for (const value of values) await note(`observable ${value.value}`, async () => exchange.observable(asker, value));
  await note('feed from the beginning', async () => (await feed(exchange, asker)).pages);
  await note('feed since the middle', async () => (await feed(exchange, asker, before.middle)).pages);
  await note('feed since', async () => (await feed(exchange, asker, before.cursor)).pages);
  await note('digest', async () => exchange.digest(asker));
  await ledger(note, exchange, asker, ids);
  await writes(note, side, asker, ids);
  return answers;
}

type Note = (name: string, work: () => Promise<unknown>, etags?: boolean) => Promise<void>;

const changing = new Set(['submit', 'amend', 'share', 'unshare', 'withdraw']);

/**
 * The ledger crosses the law by name (`originatorReading`): an originator's officer learns that a colleague was given the record it changed, also when
 * what was changed is not for it. Those entries are set apart; in all others, and in the length of a page, the two must agree.
 */
async function ledger(note: Note, exchange: Exchange, asker: Asker, ids: readonly string[]): Promise<void> {
  const read = async (record: string | undefined) => {
    const { items } = await exchange.ledger(asker, { record, first: 500 });
    const page = await exchange.ledger(asker, { record, first: 2 });
    const whole = page.items.length === Math.min(2, items.length) && (page.nextCursor !== undefined) === (items.length > 2);
    return { whole, items: items.filter(({ partner, operation }) => partner !== asker.claims.partner || !changing.has(operation)).map(({ id: _id, at: _at, ...rest }) => rest) };
  };
  await note('ledger', async () => read(undefined));
  for (const id of [...ids, absent]) await note(`ledger of ${id}`, async () => read(id));
}

/** Attempts to write: on records visible and invisible, another's and one's own. They come last; what they do is looked at again. */
async function writes(note: Note, side: Side, asker: Asker, ids: readonly string[]): Promise<void> {
  const { exchange } = side;
  for (const id of [...ids, absent]) {
    await note(`amend unmatched ${id}`, async () => exchange.amend(asker, 'Indicator', id, { description: 'mine' }, undefined), false);
    await note(`amend ${id}`, async () => exchange.amend(asker, 'Indicator', id, { description: 'mine' }, '*'), false);
    await note(`amend withheld ${id}`, async () => exchange.amend(asker, 'Indicator', id, { rationale: 'mine' }, '*'), false);
    await note(`mark ${id}`, async () => exchange.amend(asker, 'Indicator', id, { markings: [{ field: 'location', level: 'RESTRICTED' }] }, '*'), false);
    for (const channel of ['one', hiddenChannel, 'nowhere']) {
      await note(`share ${channel} ${id}`, async () => exchange.share(asker, 'Indicator', id, channel), false);
      await note(`unshare ${channel} ${id}`, async () => exchange.unshare(asker, 'Indicator', id, channel), false);
    }
  }
  for (const [i, channel] of ['one', 'three', hiddenChannel, 'nowhere'].entries()) {
    for (const [j, externalRef] of [undefined, ...refs].entries()) {
      const body = { value: 'evil-one.com', type: 'DOMAIN', classification: 'UNCLASSIFIED', channels: [channel], ...(externalRef === undefined ? {} : { externalRef }) };
      side.next(`01900000-0000-7000-8ffe-${(i * 16 + j).toString(16).padStart(12, '0')}`);
      await note(`submit ${channel} ${externalRef}`, async () => exchange.submit(asker, 'Indicator', body), false);
    }
  }
  for (const id of ids.slice(0, 2)) await note(`withdraw ${id}`, async () => exchange.withdraw(asker, 'Indicator', id), false);
  await note('pages after', async () => pages(exchange, asker, 2), false);
}
