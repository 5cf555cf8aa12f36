/** Victims, a missing person and an interview at a border, of the demonstration: invented throughout, and saying so. */
import type { Body } from '../../dictionary/types.ts';
import type { Author, DemoRecord } from './records.ts';

const helping = ['VICTIM_PROTECTION', 'REPATRIATION', 'CONSULAR_ASSISTANCE'];
const day = 86_400_000;

interface Country {
  readonly code: string;
  readonly language: string;
  readonly embassy: string;
  readonly channel: string;
}

const korea: Country = { code: 'KR', language: 'ko', embassy: 'kr-embassy', channel: 'kr-victims' };
const japan: Country = { code: 'JP', language: 'ja', embassy: 'jp-embassy', channel: 'jp-victims' };

const ministry: Author = { partner: 'th-msdhs', purpose: 'VICTIM_PROTECTION', clearance: 'CONFIDENTIAL', caveats: ['PERSONAL', 'VICTIM', 'HEALTH', 'CONSULAR'] };
const consul: Author = { partner: 'kr-embassy', purpose: 'CONSULAR_ASSISTANCE', clearance: 'CONFIDENTIAL', caveats: ['PERSONAL', 'VICTIM', 'HEALTH', 'CONSULAR'] };

/** @param daysAgo when she came to the stage: sixteen days in a temporary shelter are one too many */
function victim(n: number, { code, language, embassy, channel }: Country, stage: string, daysAgo: number, now: number, names: readonly Body[]): Body {
  return {
    pseudonym: `SYNTHETIC-VICTIM-${n}`, nationality: code, ageBand: 'FROM_18_TO_24', sex: n % 2 === 0 ? 'MALE' : 'FEMALE', interpreterLanguage: language, exploitation: ['FORCED_CRIMINALITY_SCAM'],
    nrmStage: stage, nrmTransition: { at: new Date(now - daysAgo * day).toISOString(), desk: 'th-msdhs/nrm', reason: 'SYNTHETIC: brought by the police.' },
    nrmDesks: [{ partner: 'th-shelter', desk: 'protection' }, { partner: embassy, desk: 'consular' }],
    acts: ['RECRUITMENT', 'HARBOURING'], means: ['DECEPTION'], purposes: ['FORCED_CRIMINALITY'], recruitment: 'SYNTHETIC: promised work in an office.',
    names, birthDate: '2004', documents: [{ type: 'PASSPORT', number: `SYNV${String(n).padStart(5, '0')}`, issuer: code }],
    consent: { purposes: helping, recipients: ['th-atc', 'th-mfa', 'th-shelter', embassy], given: new Date(now - daysAgo * day).toISOString(), method: 'WRITTEN', language },
    shelter: { name: 'SYNTHETIC shelter', since: new Date(now - daysAgo * day).toISOString().slice(0, 10) }, repatriation: { state: 'PLANNED', receivingContact: 'SYNTHETIC office at home' },
    classification: 'RESTRICTED', channels: [channel], externalRef: `DEMO-VICTIM-${n}`,
  };
}

/** @param now Unix milliseconds */
export function demoCases(now: number): (DemoRecord & { readonly kind: string })[] {
  const victims = [
    victim(1, korea, 'TEMPORARY_SHELTER', 16, now, [{ full: 'Synthetic Haneul', script: 'Latn' }, { full: '가상 하늘', script: 'Kore' }]),
    victim(2, korea, 'TEMPORARY_SHELTER', 10, now, [{ full: 'Synthetic Bada', script: 'Latn' }]),
    victim(3, japan, 'SCREENING', 1, now, [{ full: 'Synthetic Sora', script: 'Latn' }]),
  ];
  const missing: Body = {
    missingStatus: 'MISSING', names: [{ full: 'Synthetic Bada', script: 'Latn' }], nationality: 'KR', documents: [{ type: 'PASSPORT', number: 'SYNV00002', issuer: 'KR' }],
    lastContact: { how: 'SYNTHETIC: a message.' }, reportedBy: 'SYNTHETIC family', classification: 'RESTRICTED', channels: ['kr-victims'], externalRef: 'DEMO-MISSING-1',
  };
  const interview: Body = {
    at: new Date(now - 40 * day).toISOString(), nationality: 'KR', outcome: 'PROCEEDED', traveller: { name: 'ซินเทติก บาดา', birthDate: '2004' },
    classification: 'RESTRICTED', channels: ['kr-victims'], externalRef: 'DEMO-SCREENING-1',
  };
  return [...victims.map((body) => ({ author: ministry, kind: 'Victim', body })), { author: ministry, kind: 'Screening', body: interview }, { author: consul, kind: 'MissingPerson', body: missing }];
}
