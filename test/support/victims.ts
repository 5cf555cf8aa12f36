/** Victims for tests: synthetic throughout. */
import type { Asker } from '../../src/exchange/api.ts';
import type { TestExchange } from './exchange.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Everybody who reads the demonstration's channel `kr-victims`, beside the originator th-msdhs. */
export const krRecipients = ['th-atc', 'th-shelter', 'th-mfa', 'kr-embassy'] as const;
export const helping = ['VICTIM_PROTECTION', 'REPATRIATION', 'CONSULAR_ASSISTANCE'] as const;
export const fullConsent = { purposes: [...helping], recipients: [...krRecipients], given: '2026-01-31T08:00:00.000Z', method: 'WRITTEN' } as const;

export const victimBody = (more: Fields = {}): Fields => ({
  pseudonym: 'SYNTHETIC-V', nationality: 'KR', nrmStage: 'SCREENING', names: [{ full: 'Synthetic Survivor' }], documents: [{ type: 'PASSPORT', number: 'SYNV000001', issuer: 'KR' }],
  classification: 'RESTRICTED', channels: ['kr-victims'], consent: fullConsent, ...more,
});

export interface Victims {
  /** An officer of the ministry, who submits them. */
  readonly ministry: Asker;
  submit(more?: Fields): Promise<string>;
  amend(id: string, patch: Fields): Promise<void>;
  /** Whether this asker gets the record, and finds it. */
  seenBy(asker: Asker, id: string): Promise<boolean>;
}

export function victimsOf(x: TestExchange): Victims {
  const ministry = x.asker('th-msdhs', { purpose: 'VICTIM_PROTECTION' });
  return {
    ministry,
    submit: async (more) => (await x.exchange.submit(ministry, 'Victim', victimBody(more))).record.id,
    amend: async (id, patch) => void (await x.exchange.amend(ministry, 'Victim', id, patch, '*')),
    async seenBy(asker, id) {
      const got = await x.exchange.get(asker, 'Victim', id).then(() => true, () => false);
      const { items } = await x.exchange.find(asker, { kind: 'Victim', filter: { pseudonym: { eq: 'SYNTHETIC-V' } } });
      if (items.some((one) => one.id === id) !== got) throw new Error('a search and a read disagree');
      return got;
    },
  };
}
