/** One record of every kind, in its channel, changed once; who asks, and every way to ask. Synthetic records only. */
import type { PurposeName } from '../../src/dictionary/compartment.ts';
import type { Asker, Exchange } from '../../src/exchange/api.ts';
import { type Grant, grantRows, grantsOf } from '../../src/rules/grant.ts';
import type { Audience } from '../../src/rules/record.ts';
import { viewerOf } from '../../src/rules/viewer.ts';
import { namedCase } from '../../src/exchange/testimony.ts';
import { audienceMemory } from '../../src/store/rows.ts';
import type { Asking, TestExchange } from '../support/exchange.ts';
import { type Life, lives } from '../support/lives.ts';
import { withNeedsBy } from '../support/needs.ts';
import { fullConsent, victimBody } from '../support/victims.ts';

export interface Kept {
  readonly id: string;
  readonly kind: string;
  readonly audience: Audience;
}

const named = { authority: 'th-ccib', number: 'SYN-2/2569' };

/** Who asks: partners of every sort, for every purpose, some of little clearance. */
const eyes: readonly (readonly [partner: string, asking: Asking, named?: boolean])[] = [
  ['th-ccib', { purpose: 'INVESTIGATION' }], ['th-ccib', { purpose: 'INVESTIGATION', clearance: 'UNCLASSIFIED', caveats: [] }], ['kr-embassy', { purpose: 'CONSULAR_ASSISTANCE', clearance: 'RESTRICTED' }], ['kr-embassy', { purpose: 'INVESTIGATION' }], ['jp-embassy', { purpose: 'INVESTIGATION' }],
  ['kh-mptc', { purpose: 'INVESTIGATION' }], ['th-shelter', { purpose: 'REPATRIATION' }], ['th-demo-bank', { purpose: 'FINANCIAL_INTELLIGENCE' }], ['kh-camcert', { purpose: 'CYBER_DEFENCE' }],
  ['th-atc', { purpose: 'PROSECUTION' }], ['th-atc', { purpose: 'PROSECUTION' }, true], ['th-msdhs', { purpose: 'VICTIM_PROTECTION', clearance: 'UNCLASSIFIED', desk: 'nrm' }],
  // What another desk of theirs asks, and is asked.
  ['kr-embassy', { purpose: 'INVESTIGATION', desk: 'police-attache' }], ['kr-embassy', { purpose: 'INVESTIGATION', desk: 'consular' }], ['th-ccib', { purpose: 'INVESTIGATION', desk: 'nowhere' }],
];

export interface TwoLocks {
  readonly all: readonly Kept[];
  readonly askers: readonly (readonly [name: string, asker: Asker])[];
  /** By the rules, from the registry and the audience as the database's owner sees it. */
  grants(asker: Asker, audience: Audience): readonly Grant[];
}

async function populate(x: TestExchange): Promise<void> {
  const officer = (partner: string, purpose: PurposeName): Asker => x.asker(partner, { purpose });
  const submit = async (kind: string, by: Asker, body: object): Promise<string> => (await x.exchange.submit(by, kind, body)).record.id;
  for (const row of lives) {
    const by = officer(row.writer.partner, row.writer.purpose);
    const life: Life = await withNeedsBy(row, async (path, given) => submit(x.dictionary.byPath.get(path)?.name ?? '', by, given));
    const id = await submit(life.kind, by, { ...life.given, channels: [life.channel] });
    await x.exchange.amend(by, life.kind, id, life.seenChange, '*');
    // One that nobody else has, and one that most are not cleared for.
    await submit(life.kind, by, { ...life.given, channels: [], externalRef: `OWN-${life.kind}` });
  }
  const police = officer('th-ccib', 'INVESTIGATION');
  const indicator = { type: 'DOMAIN', classification: 'CONFIDENTIAL', rationale: 'synthetic', channels: ['embassies-ip'] };
  const site = await submit('Indicator', police, { ...indicator, value: 'two-locks.example' });
  await x.exchange.amend(police, 'Indicator', site, { description: 'synthetic' }, '*');
  await submit('Indicator', officer('th-ncsa', 'CYBER_DEFENCE'), { ...indicator, value: 'two-locks.example', classification: 'UNCLASSIFIED', channels: ['certs'] });
  // One of which a field is opened to an embassy that asked for it.
  const opened = await submit('Indicator', police, { ...indicator, value: 'opened.example', classification: 'UNCLASSIFIED', subscriber: { name: 'Synthetic Subscriber' }, collectionMethod: 'synthetic' });
  const [embassy, desk] = [x.asker('kr-embassy', { purpose: 'INVESTIGATION', desk: 'police-attache' }), x.asker('th-ccib', { purpose: 'INVESTIGATION', desk: 'duty' })];
  const request = await submit('Request', embassy, {
    asks: 'DISCLOSURE', desks: [{ partner: 'th-ccib', desk: 'duty' }], classification: 'UNCLASSIFIED', channels: ['embassies-ip'],
    disclosure: { record: opened, fields: ['subscriber'], until: '2999-01-01T00:00:00Z', purpose: 'INVESTIGATION' },
  });
  await submit('RequestMove', desk, { request, move: 'ANSWER', classification: 'UNCLASSIFIED' });
  const ministry = officer('th-msdhs', 'VICTIM_PROTECTION');
  const witness = { ...fullConsent, purposes: [...fullConsent.purposes, 'PROSECUTION'], recipients: [...fullConsent.recipients, 'th-ccib'], case: named, scope: ['pseudonym', 'recruitment'] };
  const victim = await submit('Victim', ministry, victimBody({ recruitment: 'Synthetic promise', consent: witness }));
  await submit('Testimony', ministry, { victim, channels: ['witnesses'], classification: 'RESTRICTED' });
}

export async function twoLocks(x: TestExchange): Promise<TwoLocks> {
  await populate(x);
  const rows = await x.admin<{ id: string; kind: string; audience_id: number }[]>`select id, kind, audience_id from record`;
  const audiences = await audienceMemory().of(x.admin, rows.map(({ audience_id }) => audience_id));
  const all = rows.map(({ id, kind, audience_id }): Kept => {
    const audience = audiences.get(audience_id);
    if (audience === undefined) throw new Error('no audience');
    return { id, kind, audience };
  });
  const registry = await x.deps.registry.refresh();
  return {
    all,
    askers: eyes.map(([partner, asking, inCase]) => {
      const asker = x.asker(partner, asking);
      return [`${partner} ${asking.purpose} ${asking.clearance ?? ''} ${asking.desk ?? ''}${inCase === true ? ' in the case' : ''}`, inCase === true ? { ...asker, case: `${named.authority} ${encodeURIComponent(named.number)}` } : asker];
    }),
    grants: (asker, audience) => grantsOf(grantRows(registry, x.dictionary, audience), audience, viewerOf(registry, asker.claims, asker.purpose, namedCase(x.deps.vault, asker.case)), Date.now()),
  };
}

/** Ids of the records that an answer shows; not of those that these name, nor of the one that a request asks about. */
const idsIn = (answer: unknown): string[] =>
  [...JSON.stringify(answer).replaceAll(/"disclosure":\{[^}]*\}/g, '').matchAll(/"(?:id|record)":"([0-9a-f-]{36})"|"records":\[([^\]]*)\]/g)].flatMap(([, one, several = '']) => (one === undefined ? (several.match(/[0-9a-f-]{36}/g) ?? []) : [one]));

async function feed(exchange: Exchange, asker: Asker): Promise<unknown[]> {
  const events: unknown[] = [];
  for (let cursor: string | undefined; ;) {
    const page = await exchange.changes(asker, cursor === undefined ? {} : { cursor });
    events.push(...page.events);
    if (!page.more && cursor !== undefined) return events;
    ({ cursor } = page);
  }
}

export type Question = readonly [what: string, ask: (exchange: Exchange, asker: Asker) => Promise<unknown>];

/** Every way to read one record. */
export const ofRecord = ({ id, kind }: Kept): readonly Question[] => [
  ['get', async (exchange, asker) => exchange.get(asker, kind, id)],
  ['revisions', async (exchange, asker) => exchange.revisions(asker, kind, id)], ['holds', async (exchange, asker) => exchange.holds(asker, kind, id)],
];

/** Every way to read what may be many, of all kinds. */
export const ofAll = (kinds: Iterable<string>, purpose: string | undefined): readonly Question[] => [
  ...[...kinds].flatMap((kind): Question[] => [
    [`search ${kind}`, async (exchange, asker) => exchange.find(asker, { kind, filter: {} })],
    [`view ${kind} as`, async (exchange, asker) => exchange.viewAsPage(asker, kind, { partner: asker.claims.partner, purpose: String(purpose) }).catch((error: unknown) => notFound(error))],
  ]),
  ['name', async (exchange, asker) => exchange.find(asker, { kind: 'Victim', filter: { names: { name: 'Synthetic Survivor' } } }).catch((error: unknown) => notFound(error))],
  ['lookup', async (exchange, asker) => exchange.lookup(asker, ['two-locks.example', '1112334456', '111-2-33445-6', 'VV334455', '+12025550143', 'SYN-BC-1'].flatMap((value) => [{ value }, ...['ACCOUNT', 'DOCUMENT', 'PHONE', 'REFERENCE'].map((type) => ({ type, value }))]))],
  ['observable', async (exchange, asker) => exchange.observable(asker, { value: 'two-locks.example' })],
  ['transfers', async (exchange, asker) => exchange.transfersFrom(asker, { number: '111-2-33445-6' })],
  ['caseload', async (exchange, asker) => exchange.caseload(asker, { desk: 'th-shelter/protection' }).catch((error: unknown) => notFound(error))],
  ['feed', async (exchange, asker) => feed(exchange, asker)],
  ['ledger', async (exchange, asker) => exchange.ledger(asker, { first: 500 })],
  ['alerts', async (exchange, asker) => exchange.protectionAlerts(asker, {}).catch((error: unknown) => notFound(error))],
  ['referrals', async (exchange, asker) => exchange.protectionReferrals(asker, {}).catch((error: unknown) => notFound(error))],
];

/** A refusal is an answer without a record. */
function notFound(error: unknown): string {
  if (error instanceof Error && 'code' in error && error.constructor.name === 'Refusal') return '';
  throw error;
}

export { idsIn };
