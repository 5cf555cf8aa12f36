/** Persons with every field that a submission may fill. Synthetic throughout: names are put together of syllables, numbers are those kept for films. */
import type { Body } from '../src/dictionary/types.ts';
import { channelId, partnerId } from './registry.ts';

const syllables = {
  Latn: ['som', 'chai', 'rat', 'wan', 'pha', 'nit', 'korn', 'siri', 'thong', 'mala', 'preecha', 'duang'],
  Thai: ['สม', 'ชัย', 'รัตน์', 'วัน', 'พา', 'นิต', 'กร', 'ศิริ', 'ทอง', 'มาลา', 'ปรีชา', 'ดวง'],
  Khmr: ['សុខ', 'ចាន់', 'រតនា', 'វណ្ណ', 'ភា', 'និត', 'គង់', 'សិរី', 'ថុន', 'មាលា', 'បូរី', 'ដារា'],
  Hani: ['王', '伟', '芳', '李', '娜', '明', '张', '丽', '军', '陈', '静', '强'],
} as const;
type Script = keyof typeof syllables;

/** Two words of one script; others with each number, so that nothing worked out for one serves the next. */
function nameOf(script: Script, n: number): string {
  const list = syllables[script];
  const pick = (turn: number): string => list[Math.floor(n / list.length ** turn) % list.length] ?? '';
  const [given, family] = [pick(0) + pick(1), pick(2) + pick(3)];
  return script === 'Hani' ? `${pick(0)}${pick(1)}${pick(2)}` : `${given} ${family}`;
}

const digits = (n: number, length: number): string => String(n).padStart(length, '0').slice(-length);
const prose = (n: number, length: number): string => `Synthetic ${n}: ${'was seen at the gate and spoke of those inside. '.repeat(Math.ceil(length / 47))}`.slice(0, length);

const envelope = (n: number): Body => ({
  classification: 'RESTRICTED', nationalMarking: 'ปกปิด', sensitive: false, tlp: 'AMBER', pap: 'AMBER', handling: { codes: ['H1'], text: 'Synthetic: ask before passing on.' },
  evaluation: { source: 'B', information: 2 }, confidence: 80, observedFrom: '2026-01-01T00:00:00.000Z', observedTo: '2026-01-31T08:00:00.000Z', validUntil: '2027-07-31T00:00:00.000Z',
  retainUntil: '2031-01-31T00:00:00.000Z', language: 'th', externalRef: `BENCH-${n}`, caseRefs: [{ authority: 'th-ccib', number: `${n}/2569` }, { authority: 'kh-np', number: `${n}/2026` }],
});

const namesOf = (n: number): Body[] => [
  { full: `Mr ${nameOf('Latn', n)}`, script: 'Latn', language: 'en', kind: 'PRIMARY' }, { full: `นาย ${nameOf('Thai', n)}`, script: 'Thai', language: 'th', kind: 'PRIMARY' },
  { full: nameOf('Khmr', n), script: 'Khmr', language: 'km', kind: 'ALIAS' }, { full: nameOf('Hani', n), script: 'Hani', language: 'zh', kind: 'ALIAS' },
];

/** A fully filled identity. @param n another number, another person */
export const identity = (n: number): Body => ({
  ...envelope(n), channels: [channelId(0)], identityStatus: 'UNDETERMINED', roles: ['TRANSLATOR', 'CALLER'], names: namesOf(n), birthDate: `19${digits(60 + (n % 40), 2)}-0${1 + (n % 9)}-1${n % 10}`, sex: 'MALE',
  nationalities: ['TH', 'KH'],
  documents: [{ type: 'PASSPORT', number: `SYN${digits(n, 7)}`, issuer: 'TH', expires: '2030-01-31' }, { type: 'BORDER_PASS', number: `BP${digits(n, 8)}`, issuer: 'KH', expires: '2029-05-31' }],
  phones: [`+1202555${digits(n, 4)}`, `+1212555${digits(n * 7, 4)}`], emails: [`synthetic.${n}@person.example`, `s${n}@mail.example`],
  addresses: [{ full: `${n} Synthetic Street`, country: 'TH', adminArea: 'TH-10', postalCode: '10100' }, { full: `${n} Compound Road`, country: 'KH', postalCode: '01001' }],
  warrants: [{ number: `${n}/2569`, authority: 'Synthetic Court', issuedOn: '2026-01-31', offence: 'Synthetic: fraud.' }], danger: 'Synthetic: armed.',
  possibleVictim: { partner: partnerId(0), desk: 'duty', since: '2026-01-31' }, narrative: prose(n, 600), informantNotes: prose(n, 300),
});

/** What a victim's record says openly: RESTRICTED without caveats. */
const openly = (n: number): Body => ({
  classification: 'RESTRICTED', tlp: 'AMBER', confidence: 80, language: 'th', pseudonym: `SYNTHETIC-V-${n}`, nationality: 'KR', ageBand: 'FROM_18_TO_24', sex: 'FEMALE', interpreterLanguage: 'ko',
  nrmStage: 'TEMPORARY_SHELTER', nrmDesks: [{ partner: partnerId(0), desk: 'duty' }], outcome: 'IDENTIFIED', exploitation: ['FORCED_CRIMINALITY_SCAM'],
});

/** A victim's record with nothing sealed. */
export const openVictim = openly;

/** The same with three sealed compartments: C/VICTIM, C/HEALTH+VICTIM, C/CONSULAR. */
export const sealedVictim = (n: number): Body => ({
  ...openly(n), acts: ['RECRUITMENT', 'HARBOURING'], means: ['DECEPTION'], purposes: ['FORCED_LABOUR'], recruitment: prose(n, 300), screening: { date: '2026-01-31', tool: 'Synthetic form 1', by: 'Synthetic team', finding: 'INDICATIONS' },
  names: namesOf(n).slice(0, 2), birthDate: '2003-05', documents: [{ type: 'PASSPORT', number: `SYN${digits(n, 7)}`, issuer: 'KR' }],
  nextOfKin: [{ name: 'Synthetic Relative', relation: 'mother', safeToContact: true }], shelter: { name: 'Synthetic shelter', since: '2026-01-31' },
  nonPunishment: { finding: 'APPLIES', assessedOn: '2026-01-31', by: 'Synthetic prosecutor' },
  medical: prose(n, 200), vulnerabilities: ['ILLNESS'],
  repatriation: { state: 'PLANNED', travelDocument: { type: 'TRAVEL_DOCUMENT', number: `TD${digits(n, 7)}`, issuer: 'KR' }, receivingContact: 'Synthetic office at home' },
});
