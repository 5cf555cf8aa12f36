/** An exchange of nothing: it notes what a surface asked for and answers what the test says. Only for how surfaces parse and render. */
import { Readable } from 'node:stream';
import { Refusal } from '../../src/errors.ts';
import type { Asker, Exchange, ImportReport } from '../../src/exchange/api.ts';
import { Released } from '../../src/rules/release.ts';

export const someId = '01890000-0000-7000-8000-000000000001';
export const otherId = '01890000-0000-7000-8000-000000000002';

/** A released record of synthetic content. */
export function someRecord(id = someId): Released {
  const body = { id, kind: 'Indicator', originator: 'th-ccib', type: 'DOMAIN', value: 'synthetic.example', revision: 1, withheld: ['subscriber'] };
  return Released.of(body, ['type', 'value']);
}

export const someReport: ImportReport = {
  id: otherId, state: 'DONE', dryRun: false, rows: 2, created: 1, updated: 0, unchanged: 0, refused: 1,
  startedAt: '2026-01-31T08:00:00.000Z', endedAt: '2026-01-31T08:00:01.000Z', digest: 'd'.repeat(64),
};

export interface Call {
  readonly name: string;
  readonly args: readonly unknown[];
}

export interface FakeExchange extends Exchange {
  readonly calls: Call[];
}

/** @param overrides what the test answers itself */
export function fakeExchange(overrides: Partial<Exchange> = {}): FakeExchange {
  const calls: Call[] = [];
  const noted = <A extends readonly unknown[], R>(name: string, answer: (...args: A) => R) => (...args: A): R => {
    calls.push({ name, args });
    return answer(...args);
  };
  const found = async (_asker: Asker, _kind: string | undefined, id: string): Promise<Released> => {
    if (id !== someId) throw new Refusal('NOT_FOUND');
    return someRecord();
  };
  const base: Exchange = {
    me: async () => ({ partner: { id: 'th-ccib', name: { en: 'CCIB', th: 'บช.สอท.' } }, subject: 's', purpose: 'INVESTIGATION', clearance: 'RESTRICTED', caveats: [], scopes: [], grants: [] }),
    get: found,
    find: async () => ({ items: [someRecord()], nextCursor: 'next' }),
    lookup: async (_asker, values) => values.map(({ value }) => ({ asked: value, readings: [], mentions: [], claims: [someRecord()] })),
    observable: async () => ({ type: 'DOMAIN', value: 'synthetic.example', claims: [], originators: [] }),
    revisions: async () => [{ revision: 1, at: '2026-01-31T08:00:00.000Z', changed: ['value'], record: someRecord() }],
    submit: async () => ({ record: someRecord(), created: true }),
    amend: found,
    decide: found,
    confirmCase: found,
    protectionAlerts: async () => ({ items: [] }),
    protectionReferrals: async () => ({ items: [] }),
    agreeToBeNamed: async () => ({ id: otherId, desk: 'duty', by: 'officer', from: '2026-01-31T08:00:00.000Z', to: '2026-02-28T08:00:00.000Z' }),
    namingAgreements: async () => [],
    withdraw: found,
    share: found,
    unshare: found,
    viewAs: async () => ({ id: someId, kind: 'Indicator', visible: true, record: someRecord(), beyondYourClearance: [] }),
    transfersFrom: async () => ({ hops: [], cut: false }),
    caseload: async () => ({ items: [] }),
    inbox: async () => ({ items: [] }),
    requestContacts: async () => [],
    attach: async (_asker, _given, bytes) => {
      for await (const chunk of bytes) void chunk;
      return { record: someRecord(), created: true };
    },
    attached: async (_asker, id) => {
      if (id !== someId) throw new Refusal('NOT_FOUND');
      return { record: someRecord(), name: 'synthetic.txt', mediaType: 'text/plain', size: 9, sha256: '0'.repeat(64), content: Readable.from([Buffer.from('synthetic')]) };
    },
    proposeHolds: async () => ({ requests: [someRecord()], left: [], cut: false }),
    requestSums: async () => ({ executors: [], requests: [], cut: false }),
    viewAsPage: async () => ({ items: [] }),
    erase: async (_asker, _kind, id) => ({ id, kind: 'Indicator', originator: 'th-ccib', reason: 'OTHER', erasedAt: '2026-01-31T08:00:00.000Z' }),
    hold: async (_asker, _kind, id) => ({ id: otherId, record: id, placedAt: '2026-01-31T08:00:00.000Z', placedBy: 's' }),
    releaseHold: async (_asker, _kind, id, hold) => ({ id: hold, record: id, placedAt: '2026-01-31T08:00:00.000Z', placedBy: 's' }),
    holds: async () => [],
    changes: async () => ({ events: [{ event: 'SHARED', id: someId, kind: 'Indicator', record: someRecord() }], cursor: 'c', more: false }),
    digest: async () => ({ count: 1, sha256: '0'.repeat(64) }),
    statisticTables: async () => [],
    statistics: async (_asker, table) => ({ id: table, title: { en: 'Synthetic', th: 'สมมติ' }, kind: 'Indicator', dimensions: ['role'], period: 'MONTH', agreement: 'synthetic', clause: '1', latest: '2026-10', of: '2026-10', cells: [] }),
    partners: async () => [{ id: 'th-ccib' }],
    agreements: async () => [],
    channels: async () => [],
    ledger: async () => ({ items: [] }),
    startImport: async (_asker, _options, stream) => {
      const done = (async () => {
        for await (const chunk of stream) void chunk;
        return someReport;
      })();
      return { id: otherId, done };
    },
    importReport: async () => someReport,
    importOutcomes: async function* () {
      yield { line: 1, outcome: 'created', id: someId };
      yield { line: 2, outcome: 'refused', code: 'INVALID', field: 'value', reason: 'is no domain' };
    },
    withdrawImport: async () => ({ ...someReport, state: 'WITHDRAWN' }),
    admit: async () => undefined,
  };
  const all = { ...base, ...overrides };
  const entries = Object.entries(all).map(([name, answer]) => [name, noted(name, answer as (...args: readonly unknown[]) => unknown)] as const);
  return { ...(Object.fromEntries(entries) as unknown as Exchange), calls };
}
