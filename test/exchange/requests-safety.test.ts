/** Blocks and holds: what they must not hit, how long they are in force, how they end, and how somebody wrongly held is heard. Everything is synthetic. */
import t, { type Test } from 'tap';
import type { Asker, InboxItem } from '../../src/exchange/api.ts';
import { keepClocks } from '../../src/exchange/requests/clocks.ts';
import { loadWarningLists } from '../../src/exchange/warning-lists/index.ts';
import type { Declared, Partner } from '../../src/rules/registry.ts';
import type { Released } from '../../src/rules/release.ts';
import { freshExchange, type TestExchange } from '../support/exchange.ts';
import { codeOf, refused } from '../support/refused.ts';
import { later } from '../support/requests.ts';

type Fields = Readonly<Record<string, unknown>>;
const isp = { partner: 'th-demo-isp', desk: 'lawful' };
const bank = { partner: 'th-demo-bank', desk: 'fraud' };
const common = { fromDesk: 'duty', classification: 'UNCLASSIFIED', channels: ['aoc-1441'], legalBasis: { ground: 'Synthetic: named by a complainant' } };
const urlBlock = { ...common, asks: 'URL_BLOCK', desks: [isp], authority: { type: 'COURT_ORDER', number: '7' } };
const numberBlock = { ...common, asks: 'NUMBER_BLOCK', desks: [isp], authority: { type: 'STATUTE', number: 'section 7' } };
const hold = { ...common, asks: 'ACCOUNT_HOLD', precedence: 'FLASH', desks: [bank], authority: { type: 'STATUTE', number: 'section 7' } };
const account = { institution: 'SYN', number: '123-4-56789-0' };

interface Cast {
  readonly x: TestExchange;
  readonly police: Asker;
  readonly telecom: Asker;
  readonly money: Asker;
  readonly teller: Asker;
}

/** One for all of them: what one leaves standing is in no other's way. */
const shared = cast(t as Test);

/** Two banks more: one that takes part in the channel, one that does not. */
function withBanks(demo: Declared): Declared {
  const [first, agreement, channel] = [demo.partners.get('th-demo-bank'), demo.agreements.get('aoc-1441'), demo.channels.get('aoc-1441')];
  if (first === undefined || agreement === undefined || channel === undefined) throw new Error('no demonstration');
  const another = (id: string, institution: string): [string, Partner] => [id, { ...first, id, desks: first.desks.map((desk) => ({ ...desk, contact: '+66 81 234 5670', institutions: [institution] })) }];
  const clauses = agreement.clauses.map((clause) => (clause.parties?.includes('th-demo-bank') === true ? { ...clause, parties: [...clause.parties, 'th-second-bank'] } : clause));
  return {
    ...demo, issuers: new Map([...demo.issuers].map(([id, issuer]) => [id, { ...issuer, partners: [...issuer.partners, 'th-second-bank', 'th-third-bank'] }])),
    partners: new Map([...demo.partners, another('th-second-bank', 'TH/TWO'), another('th-third-bank', 'TH/THR')]),
    agreements: new Map([...demo.agreements, [agreement.id, { ...agreement, parties: [...agreement.parties, 'th-second-bank'], clauses }]]),
    channels: new Map([...demo.channels, [channel.id, { ...channel, members: [...channel.members, 'th-second-bank'] }]]),
  };
}

async function cast(t: Test): Promise<Cast> {
  const folder = t.testdir({ 'state.json': JSON.stringify({ name: 'Accounts of the state', type: 'string', only: 'BLOCK', matching_attributes: ['bank-account-nr'], list: ['SYN/9990001112'] }) });
  const { match } = await loadWarningLists([folder]);
  const x = await freshExchange(t, { deps: { warn: match }, registry: withBanks });
  const by = (partner: string, purpose: 'INVESTIGATION' | 'FINANCIAL_INTELLIGENCE', desk: string): Asker => x.asker(partner, { purpose, desk });
  return {
    x, police: by('th-ccib', 'INVESTIGATION', 'duty'), telecom: by('th-demo-isp', 'INVESTIGATION', 'lawful'),
    money: by('th-ccib', 'FINANCIAL_INTELLIGENCE', 'duty'), teller: by('th-demo-bank', 'FINANCIAL_INTELLIGENCE', 'fraud'),
  };
}

const ask = async ({ x }: Cast, by: Asker, body: Fields): Promise<Released> => (await x.exchange.submit(by, 'Request', body)).record;
const move = async ({ x }: Cast, by: Asker, request: string, step: string, more: Fields = {}): Promise<Released> =>
  (await x.exchange.submit(by, 'RequestMove', { request, move: step, classification: 'UNCLASSIFIED', ...more })).record;
const leg = async ({ x }: Cast, by: Asker, request: string): Promise<Fields> => (await x.exchange.find(by, { kind: 'RequestLeg', filter: { request: { eq: request } } })).items[0]?.body ?? {};
const waiting = async ({ x }: Cast, by: Asker, asks?: string): Promise<readonly InboxItem[]> => (await x.exchange.inbox(by, { asks })).items;
const clocks = (body: Fields): readonly Fields[] => (body['clocks'] ?? []) as readonly Fields[];
const hoursOf = (body: Fields, name: string): number => Math.round((Date.parse(String(clocks(body).find(({ clock }) => clock === name)?.['due'])) - Date.now()) / 3_600_000);

t.test('what a block or a hold must not hit by mistake is refused, or answered for', { timeout: 300_000 }, async (t) => {
  const c = await shared;
  const { x, police, money } = c;
  const url = (...urls: string[]): Fields => ({ ...urlBlock, urlBlock: { urls } });
  const cases: readonly (readonly [what: string, by: Asker, body: Fields, field: string, list: string])[] = [
    ['a public resolver', police, url('https://ok.example/', 'https://8.8.8.8/dns'), 'urlBlock.urls.1', 'public-resolvers'],
    ['a network that holds one', police, url('8.8.8.0/24'), 'urlBlock.urls.0', 'public-resolvers'],
    ['a site of the state', police, url('https://www.amlo.go.th/x'), 'urlBlock.urls.0', 'authorities'],
    ['a page of a bank\'s site', police, url('hxxps://online.kasikornbank[.]com/login'), 'urlBlock.urls.0', 'well-known-sites'],
    ['an address that carries many', police, url('http://104.16.1.1/'), 'urlBlock.urls.0', 'shared-hosting'],
    ['a name under which others have theirs', police, url('github.io'), 'urlBlock.urls.0', 'public-suffixes'],
    ['an emergency number', police, { ...numberBlock, numberBlock: { numbers: ['+66812345678', '๑๙๑'] } }, 'numberBlock.numbers.1', 'emergency-numbers'],
    ['where a partner is reached', police, url('https://www.ccib.example/'), 'urlBlock.urls.0', 'partners'],
    ['the number of a partner\'s desk', police, { ...numberBlock, numberBlock: { numbers: ['+66 81 234 5670'] } }, 'numberBlock.numbers.0', 'partners'],
    ['an embassy', police, { ...numberBlock, numberBlock: { numbers: ['02-205-4000'] } }, 'numberBlock.numbers.0', 'embassy-numbers'],
    ['an account of the state', money, { ...hold, accountHold: { accounts: [account, { institution: 'SYN', number: '999-000-111-2' }] } }, 'accountHold.accounts.1.number', 'state'],
  ];
  for (const [what, by, body, field, list] of cases) {
    t.match(await refused(ask(c, by, body)), { code: 'KNOWN_GOOD', public: { errors: [{ field, message: new RegExp(`on the warning list "${list}" .*\`overrides\``) }] } }, what);
    const draft = await ask(c, by, { ...body, draft: true });
    t.match(await refused(x.exchange.amend(by, 'Request', draft.id, { draft: false }, draft.etag)), { code: 'KNOWN_GOOD' }, `${what}, sent as a draft`);
  }
  for (const good of [url('https://scam.github.io/x', 'synthetic-scam.example', '198.51.100.9'.replace('198.51.100', '45.77.9'))]) t.match((await ask(c, police, good)).body, { asks: 'URL_BLOCK' });
  t.equal(await codeOf(ask(c, police, url('no url at all'))), 'INVALID');
  t.equal(x.deps.warn('IPV4_ADDR', '104.16.1.1'), undefined, 'a report of such an address is no slip');

  const overrides = [{ value: 'urlBlock.urls.0', authority: 'Synthetic: court order 9', reason: 'Synthetic: the site was taken over' }];
  t.equal(await codeOf(ask(c, police, { ...url('https://www.amlo.go.th/x', 'https://8.8.4.4/'), overrides })), 'KNOWN_GOOD', 'each by itself');
  t.equal(await codeOf(ask(c, police, { ...url('https://www.amlo.go.th/x'), overrides: [{ ...overrides[0], authority: '' }] })), 'INVALID');
  const sent = await ask(c, police, { ...url('https://www.amlo.go.th/x'), overrides });
  t.match((await x.exchange.get(c.telecom, 'Request', sent.id)).body, { overrides }, 'whoever is asked to block sees who answers for it');
  t.match((await x.exchange.ledger(police, { record: sent.id })).items.filter(({ operation }) => operation === 'warning-override'), [
    { partner: 'th-ccib', records: [sent.id], fields: ['overrides'], authority: 'Synthetic: court order 9', reason: 'urlBlock.urls.0 (authorities): Synthetic: the site was taken over' },
  ]);
  const draft = await ask(c, money, { ...hold, draft: true, accountHold: { accounts: [account] } });
  const blind = x.asker('th-ccib', { purpose: 'FINANCIAL_INTELLIGENCE', desk: 'duty', caveats: [] });
  const seen = await x.exchange.get(blind, 'Request', draft.id);
  t.match(await refused(x.exchange.amend(blind, 'Request', draft.id, { draft: false }, seen.etag)), { code: 'FORBIDDEN', public: { errors: [{ field: 'accountHold' }] } }, 'nobody sends what they cannot see');
});

t.test('a block ends, is looked at again, and is lifted', { timeout: 300_000 }, async (t) => {
  const c = await shared;
  const { x, police, telecom } = c;
  const body = { ...urlBlock, urlBlock: { urls: ['https://synthetic-scam.example/'] } };
  const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString();
  for (const [until, says] of [[inDays(-1), /is over already/], [inDays(91), /at most P90D/]] as const) t.match(await refused(ask(c, police, { ...body, until })), { code: 'INVALID', public: { errors: [{ field: 'until', message: says }] } });
  t.match(await refused(ask(c, police, { ...body, markings: [{ field: 'until', level: 'CONFIDENTIAL' }], until: inDays(5) })), { code: 'INVALID', public: { errors: [{ field: 'markings.until' }] } });
  const [short, long] = [await ask(c, police, { ...body, until: inDays(40) }), await ask(c, police, body)];
  for (const { id } of [short, long]) await move(c, telecom, id, 'ANSWER');
  t.equal(hoursOf(await leg(c, police, short.id), 'LAPSE'), 40 * 24, 'an end that the request names');
  t.equal(hoursOf(await leg(c, police, long.id), 'LAPSE'), 90 * 24, 'else as long as the kind allows');
  t.strictSame(await waiting(c, police), [], 'nothing for who asked to decide yet');

  const from = (await x.exchange.changes(police, {})).cursor;
  await later(x.admin, '31 days');
  await keepClocks(x.store.requests);
  t.strictSame((await waiting(c, police)).map(({ request, side, overdue, contact }) => [request.id, side, overdue, contact?.partner]), [short, long].map(({ id }) => [id, 'ASKER', true, 'th-demo-isp']), 'who asked is told to look again');
  t.ok((await waiting(c, telecom)).every(({ side, overdue }) => side === 'ASKED' && overdue), 'and who blocks');
  const told = (await x.exchange.changes(police, { cursor: from })).events.map((event) => ('record' in event && event.kind === 'RequestLeg' ? event.record.body['request'] : undefined));
  t.ok([short, long].every(({ id }) => told.includes(id)), 'and by the feed');
  await move(c, police, short.id, 'CHECK', { text: 'Synthetic: still there' });
  t.strictSame((await waiting(c, police)).map(({ request }) => request.id), [long.id]);

  await later(x.admin, '10 days');
  await keepClocks(x.store.requests);
  const over = await leg(c, telecom, short.id);
  t.match(over, { state: 'EXPIRED', clocks: [{ clock: 'LIFT', waitsFor: 'ASKED' }], steps: [{}, {}, { step: 'TELL' }, { step: 'CHECK' }, { step: 'EXPIRE', clock: 'LAPSE' }] });
  t.match((await waiting(c, telecom)).find(({ request }) => request.id === short.id), { overdue: false, side: 'ASKED', leg: { body: { state: 'EXPIRED' } } }, 'who blocks is told to lift it');
  await later(x.admin, '25 hours');
  await keepClocks(x.store.requests);
  t.match((await waiting(c, telecom)).find(({ request }) => request.id === short.id), { overdue: true, escalated: false });
  await move(c, telecom, short.id, 'LIFT');
  t.notOk((await waiting(c, telecom)).some(({ request }) => request.id === short.id));
  t.match(await leg(c, police, short.id), { state: 'EXPIRED', steps: [{}, {}, {}, {}, {}, { step: 'ESCALATE' }, { step: 'LIFT', partner: 'th-demo-isp' }] });
  t.equal(await codeOf(move(c, telecom, short.id, 'LIFT')), 'ILLEGAL_MOVE', 'once');

  const never = await ask(c, police, body);
  await move(c, police, never.id, 'WITHDRAW');
  t.notOk((await waiting(c, telecom)).some(({ request }) => request.id === never.id), 'what was never done is not lifted');
});

t.test('a hold and a release go to the desk that keeps the account, as far as the registry says whose that is', { timeout: 300_000 }, async (t) => {
  const c = await shared;
  const { x, money } = c;
  const [second, regulator] = [{ partner: 'th-second-bank', desk: 'fraud' }, { partner: 'th-bot', desk: 'fraud' }];
  const at = (institution: string): Fields => ({ ...account, institution });
  const accounts = (...institutions: string[]): Fields => ({ ...hold, accountHold: { accounts: institutions.map(at) } });
  const releasing = (...institutions: string[]): Fields => ({ ...common, asks: 'ACCOUNT_RELEASE', desks: [bank], accountRelease: { accounts: institutions.map(at) } });
  const cases: readonly (readonly [what: string, body: Fields, field: string, message: RegExp])[] = [
    ['an account that another bank keeps', accounts('SYN', 'TWO'), 'accountHold.accounts.1.institution', /^the accounts of TWO are kept by fraud of th-second-bank: ask that desk$/],
    ['another country\'s bank of that code', accounts('KH/SYN'), 'accountHold.accounts.0.institution', /fraud of th-demo-bank keeps accounts of others/],
    ['a bank that nobody keeps, of a bank that says which it keeps', accounts('UNK'), 'accountHold.accounts.0.institution', /keeps accounts of others, and not of UNK/],
    ['an account that another keeps than who says nothing', { ...accounts('SYN'), desks: [regulator] }, 'accountHold.accounts.0.institution', /fraud of th-demo-bank/],
    ['a bank beside the one that keeps it', { ...accounts('SYN'), desks: [bank, second] }, 'desks.1', /keeps none of these accounts/],
    ['a release', releasing('TWO'), 'accountRelease.accounts.0.institution', /fraud of th-second-bank/],
    ['a hold of nothing', { ...hold, accountHold: { accounts: [{ ...account, amount: { amount: '๐.๐๐', currency: 'THB' } }] } }, 'accountHold.accounts.0.amount.amount', /more than 0/],
  ];
  for (const [what, body, field, message] of cases) t.match(await refused(ask(c, money, body)), { code: 'INVALID', public: { errors: [{ field, message }] } }, what);
  const draft = await ask(c, money, { ...accounts('TWO'), draft: true });
  t.match(await refused(x.exchange.amend(money, 'Request', draft.id, { draft: false }, draft.etag)), { code: 'INVALID', public: { errors: [{ field: 'accountHold.accounts.0.institution' }] } }, 'a draft, when it is sent');
  for (const body of [accounts('SYNTTHBKXXX'), accounts('TH/SYN', 'syn'), { ...accounts('UNK'), desks: [regulator] }, { ...accounts('SYN', 'TWO'), desks: [bank, second] }, { ...accounts('SYN'), desks: [bank, regulator] }]) {
    const { id } = await ask(c, money, body);
    await move(c, money, id, 'WITHDRAW');
  }
});

t.test('a hold of an amount; who is wrongly held is heard, and decided in time', { timeout: 300_000 }, async (t) => {
  const c = await shared;
  const { x, money, teller } = c;
  const amount = { amount: '25000', currency: 'THB' };
  const { id } = await ask(c, money, { ...hold, accountHold: { accounts: [{ ...account, amount }, { institution: 'SYN', number: '0812345678', scheme: 'PROMPTPAY', proxyType: 'PHONE' }] } });
  t.match((await x.exchange.get(teller, 'Request', id)).body['accountHold'], { accounts: [{ number: '1234567890', amount }, { number: '+66812345678' }] }, 'an amount, and a whole account');
  t.match(await refused(ask(c, money, { ...hold, accountHold: { accounts: [{ ...account, amount: { amount: '-1', currency: 'THB' } }] } })), { code: 'INVALID', public: { errors: [{ field: 'accountHold.accounts.0.amount.amount' }] } });
  t.equal(hoursOf(await leg(c, teller, id), 'HOLD'), 0, 'at once');
  const held = [{ ...account, number: '1234567890', amount: { amount: '500.5', currency: 'THB' } }];
  const answer = await move(c, teller, id, 'ANSWER', { held: [{ ...account, amount: { amount: '๕๐๐.๕๐', currency: 'thb' } }], financial: 'Synthetic: the rest had left' });
  t.match((await x.exchange.get(money, 'RequestMove', answer.id)).body, { held }, 'what is held is a sum of money, as what was asked is');
  t.equal((await x.exchange.get(x.asker('th-ccib', { purpose: 'FINANCIAL_INTELLIGENCE', caveats: [] }), 'RequestMove', answer.id)).body['held'], undefined);
  t.match(await refused(move(c, teller, id, 'COMMENT', { text: 'x', held: [{ ...account, amount: { amount: '0', currency: 'THB' } }] })), { code: 'INVALID', public: { errors: [{ field: 'held.0.amount.amount' }] } });
  t.equal(hoursOf(await leg(c, teller, id), 'LAPSE'), 72);

  await move(c, teller, id, 'APPEAL', { ground: 'Synthetic: the holder says it is wages', personal: 'Synthetic Holder' });
  t.match(await waiting(c, money, 'ACCOUNT_HOLD'), [{ side: 'ASKER', overdue: false, request: { id }, contact: { partner: 'th-demo-bank', desk: 'fraud' } }], 'who asked for the hold decides, and finds it waiting');
  t.equal(hoursOf(await leg(c, money, id), 'APPEAL'), 12);
  t.match(await refused(move(c, teller, id, 'UPHOLD', { ground: 'x' })), { code: 'ILLEGAL_MOVE', public: { extra: { state: 'APPEALED', theirs: ['RELEASE', 'UPHOLD', 'COMMENT'] } } });
  await move(c, money, id, 'UPHOLD', { ground: 'Synthetic: named by five victims' });
  t.equal((await leg(c, money, id))['state'], 'ANSWERED');
  t.equal(hoursOf(await leg(c, money, id), 'LAPSE'), 72, 'the hold goes on, and ends when it would have');
  await move(c, money, id, 'EXTEND', { ground: 'Synthetic: the case is open' });
  t.equal(hoursOf(await leg(c, money, id), 'LAPSE'), 7 * 24);
  t.equal(await codeOf(move(c, money, id, 'EXTEND', { ground: 'Synthetic' })), 'ILLEGAL_MOVE', 'once');

  await move(c, teller, id, 'APPEAL', { ground: 'Synthetic: again, with payslips' });
  await later(x.admin, '13 hours');
  await keepClocks(x.store.requests);
  t.match(await waiting(c, money, 'ACCOUNT_HOLD'), [{ side: 'ASKER', overdue: true, escalated: false}], 'a decision that is late stays with who has it');
  const chief = x.asker('th-ccib', { purpose: 'FINANCIAL_INTELLIGENCE', desk: 'chief' });
  t.match(await waiting(c, chief, 'ACCOUNT_HOLD'), [{ side: 'ASKER', overdue: true, escalated: true, request: { id } }], 'and is told to the desk that it escalates to');
  await move(c, money, id, 'RELEASE', { ground: 'Synthetic: it is wages' });
  t.strictSame(await waiting(c, money, 'ACCOUNT_HOLD'), []);
  t.equal(hoursOf(await leg(c, teller, id), 'LIFT'), 12, 'and is carried out within twelve hours');
  t.match(await waiting(c, teller), [{ side: 'ASKED', leg: { body: { state: 'WITHDRAWN' } } }]);
  await move(c, teller, id, 'LIFT');
  t.strictSame(await waiting(c, teller), []);

  const own = await ask(c, money, { ...hold, accountHold: { accounts: [account] } });
  await move(c, teller, own.id, 'ANSWER');
  t.match(await refused(move(c, teller, own.id, 'LIFT')), { code: 'INVALID', public: { errors: [{ field: 'ground' }] } });
  await move(c, teller, own.id, 'LIFT', { ground: 'Synthetic: a slip of ours' });
  t.match(await leg(c, money, own.id), { state: 'WITHDRAWN', clocks: undefined }, 'a bank that lifts by itself says why, and is done');

  const release = await ask(c, money, { ...common, asks: 'ACCOUNT_RELEASE', desks: [bank], about: [own.id], accountRelease: { accounts: [account], wronglyHeld: true } });
  t.equal(hoursOf(await leg(c, teller, release.id), 'RELEASE'), 12);
  const other = { institution: 'SYN', number: '5550000001' };
  const holding = async (by: Asker, ...accounts: Fields[]): Promise<string> => {
    const made = await ask(c, by, { ...hold, accountHold: { accounts } });
    await move(c, teller, made.id, 'ANSWER');
    return made.id;
  };
  const special = x.asker('th-dsi', { purpose: 'FINANCIAL_INTELLIGENCE', desk: 'duty' });
  const [same, another, two, part] = [await holding(money, account), await holding(special, { ...account, institution: 'syn', amount }), await holding(money, account, other), await holding(money, other)];
  await move(c, teller, another, 'APPEAL', { ground: 'Synthetic: wages' });
  await move(c, teller, release.id, 'ANSWER');
  t.match(await leg(c, money, release.id), { state: 'ANSWERED' });
  t.match(await leg(c, money, same), { state: 'WITHDRAWN', clocks: undefined, steps: [{}, {}, { step: 'LIFT', partner: 'th-demo-bank' }] }, 'what was held of it is lifted with it');
  t.match(await leg(c, special, another), { state: 'WITHDRAWN', clocks: undefined }, 'whoever asked for that');
  const [lifted] = (await x.exchange.find(special, { kind: 'RequestMove', filter: { request: { eq: another } } })).items;
  t.match(lifted?.body, { move: 'LIFT', originator: 'th-demo-bank', ground: /ACCOUNT_RELEASE was carried out/ });
  t.notMatch(JSON.stringify(lifted), release.id, 'and is not told at whose word');
  t.match([await leg(c, money, two), await leg(c, money, part)], [{ state: 'ANSWERED' }, { state: 'ANSWERED' }], 'what holds another account goes on');
  const partly = await ask(c, money, { ...common, asks: 'ACCOUNT_RELEASE', desks: [bank], accountRelease: { accounts: [{ ...other, amount }] } });
  await move(c, teller, partly.id, 'ANSWER');
  t.match(await leg(c, money, part), { state: 'ANSWERED' }, 'and what is released in part');
});

t.test('sums: how long each took, and where they stand; each executor its own alone', { timeout: 300_000 }, async (t) => {
  const c = await shared;
  const { x, police, telecom } = c;
  const regulator = x.asker('th-nbtc', { purpose: 'INVESTIGATION', desk: 'numbering' });
  const body = { ...urlBlock, desks: [isp, { partner: 'th-nbtc', desk: 'numbering' }], precedence: 'FLASH', urlBlock: { urls: ['https://synthetic-sums.example/'] } };
  const made = [await ask(c, police, body), await ask(c, police, body), await ask(c, police, body)];
  const [first, second, third] = made.map(({ id }) => id);
  const began = async (id: string | undefined, before: string): Promise<unknown> => x.admin`update request_leg set steps = jsonb_set(steps, '{0,at}', to_jsonb(prasan_instant(statement_timestamp() - ${before}::interval))) where request_id = ${id ?? ''}`;
  await began(first, '10 minutes');
  await began(second, '1 hour');
  for (const id of [first, second]) await move(c, telecom, id ?? '', 'ANSWER');
  await move(c, regulator, first ?? '', 'REFUSE', { ground: 'Synthetic: not ours' });
  await x.admin`update request_leg set clocks = jsonb_set(clocks, '{0,due}', to_jsonb(prasan_instant(statement_timestamp() - interval '1 minute'))) where request_id = ${third ?? ''} and partner = 'th-nbtc'`;

  const near = (seconds: number | undefined, wanted: number): boolean => seconds !== undefined && seconds >= wanted && seconds < wanted + 300;
  const one = await x.exchange.requestSums(police, { request: first });
  t.match(one.requests, [
    { request: first, side: 'ASKER', asks: 'URL_BLOCK', partner: 'th-demo-isp', legs: 1, done: 1, overdue: 0, states: [{ state: 'ANSWERED', legs: 1 }] },
    { request: first, partner: 'th-nbtc', legs: 1, done: 0, toDone: undefined, states: [{ state: 'REFUSED' }] },
  ]);
  t.ok(near(one.requests[0]?.toDone?.median, 600));
  const since = { from: made[0]?.body['createdAt'] as string };
  const all = await x.exchange.requestSums(police, { ...since, asks: 'URL_BLOCK' });
  t.match(all.executors, [
    { side: 'ASKER', partner: 'th-demo-isp', legs: 3, done: 2, overdue: 0, states: [{ state: 'ANSWERED', legs: 2 }, { state: 'SENT', legs: 1 }] },
    { side: 'ASKER', partner: 'th-nbtc', legs: 3, done: 0, overdue: 1, states: [{ state: 'REFUSED', legs: 1 }, { state: 'SENT', legs: 2 }] },
  ]);
  const { least, median, most } = all.executors[0]?.toDone ?? {};
  t.ok(near(least, 600) && near(median, 2100) && near(most, 3600), 'time to block');
  t.equal(all.requests.length, 6);
  t.notOk(all.cut);

  const own = await x.exchange.requestSums(telecom, since);
  t.match(own.executors, [{ side: 'ASKED', partner: 'th-demo-isp', legs: 3, done: 2 }]);
  t.equal(own.executors.length, 1, 'of what another desk does, nothing');
  t.strictSame((await x.exchange.requestSums(regulator, { request: first })).requests.map(({ partner }) => partner), ['th-nbtc']);
  const nothing = { executors: [], requests: [], cut: false };
  for (const request of [first, '01920000-0000-7000-8000-000000000001']) t.strictSame(await x.exchange.requestSums(x.asker('th-dsi', { purpose: 'INVESTIGATION' }), { request }), nothing, 'a stranger learns nothing, there or not');
  t.strictSame(await x.exchange.requestSums(police, { from: '2020-01-01T00:00:00Z', to: '2020-02-01T00:00:00Z' }), nothing);
  t.ok((await x.exchange.ledger(police, { record: first })).items.length > 0);
  for (const [asked, field] of [[{ request: 'x' }, 'request'], [{ asks: 'FAVOUR' }, 'asks'], [{ from: 'today' }, 'from'], [{ from: '2026-01-02T00:00:00Z', to: '2026-01-01T00:00:00Z' }, 'to']] as const) {
    t.match(await refused(x.exchange.requestSums(police, asked)), { code: 'INVALID', public: { errors: [{ field }] } });
  }
});

t.test('a hold follows the money: drafts for each bank\'s own desk, as far as the asker sees the money go', { timeout: 300_000 }, async (t) => {
  const c = await shared;
  const { x, money, teller } = c;
  const end = (code: string, number: string): Fields => ({ scheme: 'BANK', institution: { code, country: 'TH' }, number });
  const at = (minutes: number): string => new Date(Date.parse('2026-10-01T00:00:00Z') + minutes * 60_000).toISOString();
  const paid = async (from: Fields, to: Fields, amount: string, minutes: number, channels = ['aoc-1441']): Promise<string> =>
    (await x.exchange.submit(teller, 'Transfer', { from, to, amount, currency: 'THB', at: at(minutes), classification: 'RESTRICTED', channels, legalBasis: { ground: 'Synthetic' } })).record.id;
  const [a, b, hidden] = [end('SYN', '7700000001'), end('SYN', '7700000002'), end('SYN', '7700000009')];
  await paid(a, b, '100000', 1);
  await paid(a, end('TWO', '7700000003'), '20000.5', 2);
  await paid(a, end('TWO', '7700000003'), '30000.75', 3);
  const third = await paid(a, end('THR', '7700000004'), '400', 4);
  const unknown = await paid(a, end('UNK', '7700000005'), '500', 5);
  const coin = await paid(a, { cryptoAddress: '1BoatSLRHtKNngkdXEeobR76b53LETtpyT' }, '600', 6);
  await paid(b, hidden, '90000', 7, []);
  await paid(b, end('TWO', '7700000006'), '8000', 8);

  const request = { classification: 'UNCLASSIFIED', precedence: 'FLASH', fromDesk: 'duty', authority: hold.authority, legalBasis: common.legalBasis };
  const { requests, left, cut } = await x.exchange.proposeHolds(money, { number: '7700000001', code: 'SYN', channel: 'aoc-1441', request });
  const proposed = requests.map(({ body }) => ({ desks: body['desks'], accounts: (body['accountHold'] as Fields)['accounts'] }));
  t.strictSame(proposed, [
    { desks: [bank], accounts: [{ institution: 'SYN', number: '7700000002', scheme: 'BANK', amount: { amount: '100000', currency: 'THB' } }] },
    {
      desks: [{ partner: 'th-second-bank', desk: 'fraud' }],
      accounts: [{ institution: 'TWO', number: '7700000003', scheme: 'BANK', amount: { amount: '50001.25', currency: 'THB' } }, { institution: 'TWO', number: '7700000006', scheme: 'BANK', amount: { amount: '8000', currency: 'THB' } }],
    },
  ], 'each bank its own accounts, with what arrived there; nothing of what the asker does not see');
  t.match(left.toSorted((one, other) => (one.why < other.why ? -1 : 1)), [
    { why: 'NOT_ASKABLE', transfer: third, institution: 'THR', detail: /th-third-bank/ }, { why: 'NO_DESK', transfer: unknown, institution: 'UNK', number: '7700000005' }, { why: 'NO_NUMBER', transfer: coin },
  ], 'and what is left out is said');
  t.notOk(cut);
  t.ok(requests.every(({ body }) => body['draft'] === true));
  const ids = (made: readonly Released[]): string[] => made.map(({ id }) => id);
  const again = async (more: Fields = {}): Promise<string[]> => ids((await x.exchange.proposeHolds(money, { number: '7700000001', code: 'SYN', channel: 'aoc-1441', request: { ...request, ...more } })).requests);
  t.strictSame(await again(), ids(requests), 'asked again, the drafts that are there');
  const pressing = await again({ precedence: 'ROUTINE' });
  t.strictSame(pressing.filter((id) => ids(requests).includes(id)), [], 'asked for otherwise, others');
  const second = x.asker('th-second-bank', { purpose: 'FINANCIAL_INTELLIGENCE', desk: 'fraud' });
  t.strictSame(await waiting(c, second), [], 'nothing is sent');
  const [, draft] = requests;
  await x.exchange.amend(money, 'Request', draft?.id ?? '', { draft: false }, draft?.etag);
  t.notOk((await again()).includes(draft?.id ?? ''), 'what was sent is drafted anew, and not answered as a draft');
  t.match(await waiting(c, second), [{ request: { id: draft?.id }, leg: { body: { asks: 'ACCOUNT_HOLD', precedence: 'FLASH' } } }]);
  t.equal(await codeOf(x.exchange.get(teller, 'Request', draft?.id ?? '')), 'NOT_FOUND', 'one bank learns nothing of another\'s');

  const whole = await x.exchange.proposeHolds(money, { number: '7700000001', hops: 1, whole: true, channel: 'aoc-1441', request });
  t.match(whole.requests.map(({ body }) => (body['accountHold'] as Fields)['accounts']), [[{ number: '7700000002', amount: undefined }], [{ number: '7700000003' }]]);
  t.strictSame(await x.exchange.proposeHolds(x.asker('th-ccib', { purpose: 'FINANCIAL_INTELLIGENCE', caveats: ['PERSONAL'] }), { number: '7700000001', channel: 'aoc-1441', request }), { requests: [], left: [], cut: false }, 'who does not see the money is told nothing');
  for (const [body, field] of [
    [{ number: '7700000001', request }, 'channel'], [{ number: '7700000001', channel: 'aoc-1441' }, 'request'], [{ number: 7, channel: 'aoc-1441', request }, 'number'], [{ channel: 'aoc-1441', request }, 'account'],
    [{ number: '7700000001', channel: 'aoc-1441', request: { ...request, desks: [bank] } }, 'request.desks'], [{ number: '7700000001', channel: 'aoc-1441', request, also: 1 }, 'also'],
    [{ number: '7700000001', channel: 'aoc-1441', request: { ...request, authority: undefined } }, 'authority.type'],
  ] as const) t.match(await refused(x.exchange.proposeHolds(money, body)), { code: 'INVALID', public: { errors: [{ field }] } }, field);
});
