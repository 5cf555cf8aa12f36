/** One record of each kind, and who writes and reads it under which clause of the demonstration's registry. Synthetic records only. */
import type { PurposeName } from '../../src/dictionary/compartment.ts';

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };
type Fields = Readonly<Record<string, Json>>;

export interface Life {
  readonly kind: string;
  readonly path: string;
  readonly channel: string;
  readonly writer: { readonly partner: string; readonly purpose: PurposeName };
  readonly reader: { readonly partner: string; readonly purpose: PurposeName };
  /** A purpose that the writer's own staff have, and that this kind is never seen for. */
  readonly never?: PurposeName;
  /** Records that it refers to, submitted and shared before it: `$0` stands for the id of the first of them, everywhere in the row. */
  readonly needs?: readonly { readonly path: string; readonly given: Fields }[];
  /** As submitted; without channels. */
  readonly given: Fields;
  /** What the writer gets back of it. */
  readonly normal: Fields;
  /** What the reader does not get. */
  readonly withheld: readonly string[];
  /** Query strings that find it for the writer; those that the reader may ask too come with `true`. */
  readonly searches: readonly (readonly [query: string, reader: boolean])[];
  /** A change that the reader sees, and one that it does not, if anything is withheld from it. */
  readonly seenChange: Fields;
  readonly hiddenChange?: Fields;
  /** Bodies that are refused, with the field at fault. */
  readonly refused: readonly (readonly [more: Fields, field: string])[];
  /** Changes that are refused after `seenChange`. */
  readonly refusedChanges?: readonly (readonly [patch: Fields, field: string])[];
  /** Texts that no row may hold in clear. */
  readonly secrets: readonly string[];
}

export const lives: readonly Life[] = [
  {
    kind: 'Practice', path: 'practices', channel: 'th-kh-knowledge',
    writer: { partner: 'th-ccib', purpose: 'KNOWLEDGE' }, reader: { partner: 'kh-mptc', purpose: 'KNOWLEDGE' },
    given: { title: ' Synthetic practice ', topic: 'MONEY', summary: 'In a paragraph', modusOperandi: 'How they do it', method: 'How it was found', lessons: 'What to do', classification: 'UNCLASSIFIED' },
    normal: { title: 'Synthetic practice', topic: 'MONEY', lessons: 'What to do' },
    withheld: [],
    searches: [['title=Synthetic%20practice', true], ['topic=MONEY', true]],
    seenChange: { lessons: 'What else to do' },
    refused: [[{ topic: 'GOSSIP' }, 'topic'], [{ title: '' }, 'title']],
    secrets: [],
  },
  {
    kind: 'Place', path: 'places', channel: 'embassies-ip',
    writer: { partner: 'th-ccib', purpose: 'INVESTIGATION' }, reader: { partner: 'kr-embassy', purpose: 'PREVENTION' },
    given: {
      type: 'TELECOM_STATION', names: [{ full: ' Synthetic Garden ', language: 'en' }, { full: 'สวนสมมติ', language: 'th' }], country: 'กัมพูชา', adminArea: 'KH-1', position: { lat: 9.1, lon: 101.2, radiusMetres: 300 },
      population: 310, operators: [' Synthetic Group '], connectivity: [{ kind: 'FIBRE', provider: 'Synthetic Telecom' }], hazards: 'Synthetic hazard at the river', bands: ['1800 MHz'], power: 20.5,
      licence: 'SYN-LIC-1', cellIds: ['520/03/1234/56789'], actions: [{ kind: 'ELECTRICITY', from: '2026-01-31T07:00:00+07:00', effect: 'Synthetic effect' }], classification: 'RESTRICTED',
    },
    normal: {
      type: 'TELECOM_STATION', names: [{ full: 'Synthetic Garden', language: 'en' }, { full: 'สวนสมมติ', language: 'th' }], country: 'KH', operators: ['Synthetic Group'], cellIds: ['520-03-1234-56789'],
      actions: [{ kind: 'ELECTRICITY', from: '2026-01-31T00:00:00.000Z', effect: 'Synthetic effect' }],
    },
    withheld: ['position', 'population', 'operators', 'connectivity', 'hazards', 'cellIds'],
    searches: [['type=TELECOM_STATION&country=KH', true], ['adminArea=KH-1', true], ['licence=SYN-LIC-1', true], ['cellIds=520:03:1234:56789', false]],
    seenChange: { power: 21 }, hiddenChange: { hazards: 'Another synthetic hazard' },
    refused: [
      [{ adminArea: 'Phnom Penh' }, 'adminArea'], [{ position: { lat: 91, lon: 0 } }, 'position.lat'], [{ cellIds: ['520-03-1-1', 'cell 9'] }, 'cellIds.1'],
      [{ actions: [{ kind: 'RAID' }, { kind: 'RAID', from: '2026-01-31T07:00:00' }] }, 'actions.1.from'], [{ names: [{ language: 'en' }] }, 'names.0.full'],
    ],
    secrets: ['Synthetic hazard', 'Synthetic Telecom', 'Synthetic Group', '56789', '101.2'],
  },
  {
    kind: 'Account', path: 'accounts', channel: 'aoc-1441',
    writer: { partner: 'th-ccib', purpose: 'FINANCIAL_INTELLIGENCE' }, reader: { partner: 'th-demo-bank', purpose: 'FINANCIAL_INTELLIGENCE' },
    given: {
      scheme: 'PROMPTPAY', proxyType: 'PHONE', institution: { bic: 'bkkbthbk', code: '002', country: 'ไทย' }, number: '081-000-4567', currency: 'บาท', holderName: 'Synthetic Holder',
      holderDocument: { type: 'PASSPORT', number: 'syn 778899', issuer: 'Thailand', expires: '31/12/2573' }, muleKind: 'RENTED', muleTier: 'DARK_GREY', listCode: 'HR-03-01', holdState: 'HELD', holdAuthority: 'th-demo-bank',
      holdExpires: '2026-02-03T00:00:00+07:00', openedOn: '30 พ.ย. 2568', balance: { amount: '1,250.50', currency: 'THB' }, lossReported: { amount: '90000', currency: 'thb' }, rationale: 'Synthetic account rationale',
      classification: 'UNCLASSIFIED', legalBasis: { ground: 'Synthetic: named by a complainant' },
    },
    normal: {
      institution: { bic: 'BKKBTHBK', code: '002', country: 'TH' }, number: '+66810004567', currency: 'THB', openedOn: '2025-11-30', balance: { amount: '1250.5', currency: 'THB' },
      holderDocument: { type: 'PASSPORT', number: 'SYN778899', issuer: 'TH', expires: '2030-12-31' },
    },
    withheld: ['rationale'],
    searches: [
      ['number=0810004567', true], ['number=%2B66%2081%20000%204567', true], ['holderDocument.number=SYN-778899', true], ['scheme=PROMPTPAY&institution.country=TH', true], ['institution.bic=BKKBTHBK', true],
      ['listCode=HR-03-01', true], ['holdState=HELD&muleTier=DARK_GREY', true], ['holderName=Mr%20Holder%20Synthetic', true],
    ],
    seenChange: { holdState: 'RESTRAINED', balance: { amount: '0' } }, hiddenChange: { rationale: 'Another synthetic rationale' },
    refused: [
      [{ number: '12' }, 'number'], [{ scheme: 'BANK', number: '12' }, 'number'], [{ balance: { amount: '-1', currency: 'THB' } }, 'balance.amount'], [{ balance: { amount: '1' } }, 'balance.currency'],
      [{ openedOn: '31/02/2568' }, 'openedOn'], [{ holderDocument: { type: 'NATIONAL_ID', issuer: 'TH', number: '1100000000012' } }, 'holderDocument.number'],
    ],
    secrets: ['810004567', 'SYN778899', 'Synthetic Holder', '1250.5', '90000', 'Synthetic account rationale'],
  },
  {
    kind: 'Identity', path: 'identities', channel: 'th-kh-investigation',
    writer: { partner: 'th-ccib', purpose: 'INVESTIGATION' }, reader: { partner: 'kh-mptc', purpose: 'INVESTIGATION' },
    given: {
      identityStatus: 'UNDETERMINED', roles: ['TRANSLATOR', 'CALLER'], names: [{ full: ' Synthetic Translator ', script: 'Latn', language: 'en', kind: 'PRIMARY' }, { full: 'ล่าม สมมติ', script: 'Thai', kind: 'ALIAS' }],
      birthDate: '๑๒ พ.ค. ๒๕๓๓', sex: 'FEMALE', nationalities: ['ไทย', 'kh'], documents: [{ type: 'PASSPORT', number: 'syn 556677', issuer: 'TH' }, { number: 'ID-998877' }],
      phones: ['+1 202-555-0143'], emails: ['Synthetic@Person.example'], addresses: [{ full: '1 Synthetic Street', country: 'Thailand' }], warrants: [{ number: '77/2569', authority: 'Synthetic Court', issuedOn: '31/01/2569' }],
      danger: 'Synthetic danger', narrative: 'Synthetic narrative', informantNotes: 'Synthetic informant', classification: 'RESTRICTED',
    },
    normal: {
      names: [{ full: 'Synthetic Translator', script: 'Latn', language: 'en', kind: 'PRIMARY' }, { full: 'ล่าม สมมติ', script: 'Thai', kind: 'ALIAS' }],
      birthDate: '1990-05-12', birthDatePrecision: 'DAY', birthDateAsGiven: '๑๒ พ.ค. ๒๕๓๓', nationalities: ['TH', 'KH'], documents: [{ type: 'PASSPORT', number: 'SYN556677', issuer: 'TH' }, { number: 'ID998877' }],
      phones: ['+12025550143'], emails: ['synthetic@person.example'], addresses: [{ full: '1 Synthetic Street', country: 'TH' }], warrants: [{ number: '77/2569', authority: 'Synthetic Court', issuedOn: '2026-01-31' }],
    },
    withheld: ['names', 'birthDate', 'birthDatePrecision', 'birthDateAsGiven', 'sex', 'documents', 'phones', 'emails', 'addresses', 'possibleVictim', 'decisions', 'victimDecisions', 'narrative', 'informantNotes'],
    searches: [
      ['identityStatus=UNDETERMINED&roles=CALLER', true], ['nationalities=TH', true], ['warrants.number=77/2569', true], ['documents.number=SYN%20556677', false], ['documents.number=id998877', false],
      ['phones=%2B12025550143', false], ['emails=SYNTHETIC@person.example', false],
      ['names=Synthetic%20Translater&namesBirthDate=12%20May%202533&namesNationality=Thailand', false], [`names=${encodeURIComponent('นาย สมมติ ล่าม')}&roles=CALLER`, false],
    ],
    seenChange: { roles: ['TRANSLATOR'] }, hiddenChange: { birthDate: '2534' },
    refused: [
      [{ birthDate: '12/5/33' }, 'birthDate'], [{ phones: ['+12025550143', '12'] }, 'phones.1'], [{ documents: [{ type: 'NATIONAL_ID', issuer: 'TH', number: '1100000000012' }] }, 'documents.0.number'],
      [{ nationalities: ['Atlantis'] }, 'nationalities.0'], [{ names: [{ full: 'x', script: 'latin' }] }, 'names.0.script'], [{ identityStatus: null }, 'identityStatus'], [{ birthDatePrecision: 'DAY' }, 'birthDatePrecision'],
    ],
    refusedChanges: [[{ identityStatus: 'SUSPECT' }, 'identityStatus']],
    secrets: ['Synthetic Translator', '1990', '๒๕๓๓', 'SYN556677', 'ID998877', '2025550143', 'person.example', 'Synthetic Street', 'Synthetic narrative', 'Synthetic informant'],
  },
  {
    kind: 'MissingPerson', path: 'missing-persons', channel: 'kr-victims',
    writer: { partner: 'kr-embassy', purpose: 'CONSULAR_ASSISTANCE' }, reader: { partner: 'th-shelter', purpose: 'VICTIM_PROTECTION' }, never: 'INVESTIGATION',
    given: {
      missingStatus: 'MISSING', names: [{ full: ' Synthetic Missing ', script: 'Latn' }, { full: '합성 이름', script: 'Kore' }], birthDate: '1995-07', documents: [{ type: 'PASSPORT', number: 'm 11223344', issuer: 'KR' }],
      photo: { reference: 'SYN-PHOTO-1', takenOn: '2025-12-01' }, nationality: 'South Korea',
      lastContact: { at: '2026-01-31T15:00:00+07:00', how: 'Synthetic message', phone: '+1 202-555-0144', address: { full: '2 Synthetic Street', country: 'KH' } },
      suspectedPlace: 'Synthetic Garden', reportedBy: 'Synthetic family', classification: 'RESTRICTED',
    },
    normal: {
      names: [{ full: 'Synthetic Missing', script: 'Latn' }, { full: '합성 이름', script: 'Kore' }], birthDate: '1995-07', birthDatePrecision: 'MONTH', documents: [{ type: 'PASSPORT', number: 'M11223344', issuer: 'KR' }], nationality: 'KR',
      lastContact: { at: '2026-01-31T08:00:00.000Z', how: 'Synthetic message', phone: '+12025550144', address: { full: '2 Synthetic Street', country: 'KH' } },
    },
    withheld: [
      'names', 'birthDate', 'birthDatePrecision', 'birthDateAsGiven', 'documents', 'photo', 'lastContact', 'lastContact.phone', 'lastContact.address', 'suspectedPlace', 'reportedBy',
    ],
    searches: [['missingStatus=MISSING&nationality=KR', true], ['documents.number=M11223344', false], ['lastContact.phone=%2B12025550144', false], ['names=Synthetic%20Missing&namesNationality=KR', false]],
    seenChange: { missingStatus: 'LOCATED' }, hiddenChange: { lastContact: { phone: '+12025550145' } },
    refused: [[{ lastContact: { phone: '12' } }, 'lastContact.phone'], [{ lastContact: { address: { country: 'KH' } } }, 'lastContact.address.full'], [{ photo: { reference: 'x', sha256: 'no' } }, 'photo.sha256']],
    secrets: ['Synthetic Missing', '1995-07', 'M11223344', 'SYN-PHOTO-1', 'Synthetic message', '2025550144', 'Synthetic Street', 'Synthetic Garden', 'Synthetic family'],
  },
  {
    kind: 'Screening', path: 'screenings', channel: 'embassies-ip',
    writer: { partner: 'th-ccib', purpose: 'PREVENTION' }, reader: { partner: 'kr-embassy', purpose: 'PREVENTION' }, never: 'INVESTIGATION',
    needs: [{ path: 'places', given: { type: 'CHECKPOINT', country: 'TH', classification: 'RESTRICTED' } }],
    given: {
      at: '2026-01-31T15:00:00+07:00', place: '$0', nationality: 'ญี่ปุ่น', outcome: 'TURNED_BACK', recruiterContact: 'telegram:synthetic_recruiter',
      traveller: { name: 'Synthetic Traveller', birthDate: '2545', phones: ['+1 202-555-0146'], documents: [{ type: 'PASSPORT', number: 'tt 445566', issuer: 'JP' }] }, story: 'Synthetic story', classification: 'RESTRICTED',
    },
    normal: {
      at: '2026-01-31T08:00:00.000Z', place: '$0', nationality: 'JP',
      traveller: { name: 'Synthetic Traveller', birthDate: '2002', phones: ['+12025550146'], documents: [{ type: 'PASSPORT', number: 'TT445566', issuer: 'JP' }] },
    },
    withheld: ['traveller'],
    searches: [['place=$0', true], ['atFrom=2026-01-31&atTo=2026-01-31', true], ['outcome=TURNED_BACK&nationality=JP', true], ['traveller.documents.number=TT445566', false], ['traveller.phones=%2B12025550146', false], ['traveller.name=Syntetic%20Traveller&traveller.nameBirthDate=2002', false]],
    seenChange: { outcome: 'REFERRED' }, hiddenChange: { traveller: { name: 'Another Synthetic Traveller' } },
    refused: [[{ at: '2026-01-31T15:00:00' }, 'at'], [{ place: 'the bridge' }, 'place'], [{ traveller: { phones: ['12'] } }, 'traveller.phones.0'], [{ traveller: { documents: [{ number: '!' }] } }, 'traveller.documents.0.number']],
    secrets: ['synthetic_recruiter', 'Synthetic Traveller', '2025550146', 'TT445566', 'Synthetic story'],
  },
  {
    kind: 'Operation', path: 'operations', channel: 'th-kh-border',
    writer: { partner: 'th-ccib', purpose: 'OFFICER_SAFETY' }, reader: { partner: 'kh-mptc', purpose: 'OFFICER_SAFETY' },
    given: {
      codeName: ' SYNTHETIC DAWN ', leadDesk: { name: 'Synthetic duty desk', phone: '+1 202 555 0147', email: 'Duty@Synthetic.example' }, operationStatus: 'PLANNED', area: { lat: 9.1357, lon: 101.2468, radiusMetres: 5000 },
      window: { from: '2026-01-31T07:00:00+07:00', to: '2026-02-02T07:00:00+07:00' }, subjects: ['Synthetic Target'], hostConsent: 'Synthetic letter', classification: 'RESTRICTED',
    },
    normal: {
      codeName: 'SYNTHETIC DAWN', leadDesk: { name: 'Synthetic duty desk', phone: '+12025550147', email: 'duty@synthetic.example' }, window: { from: '2026-01-31T00:00:00.000Z', to: '2026-02-02T00:00:00.000Z' },
    },
    withheld: ['area', 'window', 'subjects', 'hostConsent'],
    searches: [['codeName=SYNTHETIC%20DAWN', true], ['operationStatus=PLANNED', true]],
    seenChange: { operationStatus: 'ACTIVE' }, hiddenChange: { window: { to: '2026-02-03T00:00:00Z' } },
    refused: [[{ area: { lat: 9 } }, 'area.lon'], [{ window: { from: 'today' } }, 'window.from'], [{ leadDesk: { name: 'x', phone: '12' } }, 'leadDesk.phone']],
    secrets: ['9.1357', '2026-02-02', 'Synthetic Target', 'Synthetic letter'],
  },
  {
    kind: 'Victim', path: 'victims', channel: 'kr-victims',
    writer: { partner: 'th-msdhs', purpose: 'VICTIM_PROTECTION' }, reader: { partner: 'th-shelter', purpose: 'REPATRIATION' }, never: 'KNOWLEDGE',
    given: {
      pseudonym: ' SYNTHETIC-V-1 ', nationality: 'South Korea', ageBand: 'FROM_18_TO_24', sex: 'FEMALE', interpreterLanguage: 'ko', nrmStage: 'TEMPORARY_SHELTER', nrmDesks: [{ partner: 'th-shelter', desk: 'protection' }], outcome: 'IDENTIFIED',
      exploitation: ['FORCED_CRIMINALITY_SCAM', 'FORCED_LABOUR'], acts: ['RECRUITMENT', 'HARBOURING'], means: ['DECEPTION'], purposes: ['FORCED_CRIMINALITY'], recruitment: 'Synthetic promise of an office',
      screening: { date: '๓๑ ม.ค. ๒๕๖๙', tool: 'Synthetic form', by: 'Synthetic interviewer', finding: 'REASONABLE_GROUNDS' },
      consent: {
        purposes: ['VICTIM_PROTECTION', 'REPATRIATION', 'CONSULAR_ASSISTANCE'], recipients: ['th-atc', 'th-shelter', 'th-mfa', 'kr-embassy'], given: '2026-01-31T15:00:00+07:00', method: 'WRITTEN', language: 'ko',
        guardian: { name: 'Synthetic Guardian', relation: 'aunt' },
      },
      names: [{ full: ' Synthetic Survivor ', script: 'Latn' }, { full: '합성 생존자', script: 'Kore' }], birthDate: '2547', documents: [{ type: 'PASSPORT', number: 'vv 334455', issuer: 'KR' }],
      nextOfKin: [{ name: 'Synthetic Relative', relation: 'mother', phone: '+1 202-555-0148', safeToContact: false }],
      shelter: { name: 'Synthetic House', address: { full: '3 Synthetic Lane', country: 'ไทย' }, phone: '+1 202-555-0149', since: '2026-01-31' },
      nonPunishment: { finding: 'APPLIES', assessedOn: '2026-02-01', by: 'Synthetic assessor', proceedings: [{ authority: 'th-ccib', number: 'SYN-9/2569' }] },
      medical: 'Synthetic ailment', vulnerabilities: ['MENTAL_HEALTH'],
      repatriation: { state: 'DOCUMENTS', travelDocument: { type: 'TRAVEL_DOCUMENT', number: 'td 667788', issuer: 'KR' }, escort: 'Synthetic Escort', handoverAt: '2026-03-01T10:00:00+07:00', receivingContact: 'Synthetic office' },
      classification: 'RESTRICTED',
    },
    normal: {
      pseudonym: 'SYNTHETIC-V-1', nationality: 'KR', names: [{ full: 'Synthetic Survivor', script: 'Latn' }, { full: '합성 생존자', script: 'Kore' }],
      birthDate: '2004', birthDatePrecision: 'YEAR', birthDateAsGiven: '2547', documents: [{ type: 'PASSPORT', number: 'VV334455', issuer: 'KR' }],
      screening: { date: '2026-01-31', tool: 'Synthetic form', by: 'Synthetic interviewer', finding: 'REASONABLE_GROUNDS' },
      shelter: { name: 'Synthetic House', address: { full: '3 Synthetic Lane', country: 'TH' }, phone: '+12025550149', since: '2026-01-31' },
      nextOfKin: [{ name: 'Synthetic Relative', relation: 'mother', phone: '+12025550148', safeToContact: false }],
      repatriation: { state: 'DOCUMENTS', travelDocument: { type: 'TRAVEL_DOCUMENT', number: 'TD667788', issuer: 'KR' }, escort: 'Synthetic Escort', handoverAt: '2026-03-01T03:00:00.000Z', receivingContact: 'Synthetic office' },
    },
    withheld: ['externalRef', 'caseRefs', 'repatriation', 'repatriation.travelDocument', 'repatriation.escort', 'repatriation.receivingContact'],
    searches: [
      ['pseudonym=SYNTHETIC-V-1', true], ['names=Survivor%20Synthetic&namesBirthDate=2004&namesNationality=KR', true], ['nationality=KR&nrmStage=TEMPORARY_SHELTER', true], ['exploitation=FORCED_LABOUR&sex=FEMALE&ageBand=FROM_18_TO_24&interpreterLanguage=ko&outcome=IDENTIFIED', true],
      ['documents.number=vv334455', true], ['repatriation.travelDocument.number=TD667788', false],
    ],
    seenChange: { nrmStage: 'FORMAL_IDENTIFICATION', nrmTransition: { desk: 'th-msdhs/nrm', reason: 'Synthetic reason' } }, hiddenChange: { repatriation: { escort: 'Another Synthetic Escort' } },
    refused: [
      [{ nextOfKin: [{ name: 'x', phone: '12' }] }, 'nextOfKin.0.phone'], [{ consent: { purposes: ['GOSSIP'] } }, 'consent.purposes.0'], [{ consent: { override: { authority: 'Synthetic judge' } } }, 'consent.override.reason'],
      [{ shelter: { address: { country: 'TH' } } }, 'shelter.address.full'], [{ repatriation: { handoverAt: 'soon' } }, 'repatriation.handoverAt'], [{ nrmStage: 'LOST' }, 'nrmStage'],
    ],
    secrets: [
      'Synthetic Survivor', '합성', 'VV334455', 'Synthetic Relative', '2025550148', 'Synthetic House', 'Synthetic Lane', '2025550149', 'Synthetic assessor', 'SYN-9', 'Synthetic ailment', 'MENTAL_HEALTH',
      'TD667788', 'Synthetic Escort', 'Synthetic office', 'Synthetic Guardian', 'Synthetic promise', 'Synthetic interviewer', 'DECEPTION', 'kr-embassy',
    ],
  },
  {
    kind: 'Transfer', path: 'transfers', channel: 'aoc-1441',
    writer: { partner: 'th-ccib', purpose: 'FINANCIAL_INTELLIGENCE' }, reader: { partner: 'th-demo-bank', purpose: 'FINANCIAL_INTELLIGENCE' },
    given: {
      from: { scheme: 'BANK', institution: { code: '002', country: 'TH' }, number: '111-2-33445-6' }, to: { cryptoAddress: ' 0x52908400098527886E0F7030069857D2E4169EE7 ' }, amount: '12,345.60', currency: 'บาท',
      at: '2026-01-31T15:00:00+07:00', method: 'MOBILE_BANKING', bankReference: ' SYN-TX-77 ', classification: 'UNCLASSIFIED', legalBasis: { ground: 'Synthetic: named by a complainant' },
    },
    normal: {
      from: { scheme: 'BANK', institution: { code: '002', country: 'TH' }, number: '1112334456' }, to: { cryptoAddress: '0x52908400098527886E0F7030069857D2E4169EE7' }, amount: '12345.6', currency: 'THB',
      at: '2026-01-31T08:00:00.000Z', bankReference: 'SYN-TX-77',
    },
    withheld: [],
    searches: [
      ['from.number=111-2-33445-6', true], ['to.cryptoAddress=0x52908400098527886E0F7030069857D2E4169EE7', true], ['bankReference=SYN-TX-77', true], ['from.institution.code=002', true],
    ],
    seenChange: { method: 'ATM' },
    refused: [[{ amount: '-1' }, 'amount'], [{ from: { scheme: 'BANK', number: '12' } }, 'from.number'], [{ to: { cryptoAddress: 'nowhere' } }, 'to.cryptoAddress'], [{ at: null }, 'at']],
    secrets: ['1112334456', '12345.6', 'SYN-TX-77', '52908400098527886E0F7030069857D2E4169EE7'],
  },
  {
    kind: 'Complaint', path: 'complaints', channel: 'aoc-1441',
    writer: { partner: 'th-ccib', purpose: 'INVESTIGATION' }, reader: { partner: 'th-amlo', purpose: 'FINANCIAL_INTELLIGENCE' },
    given: {
      reportedThrough: 'HOTLINE', reportedAt: '2026-01-31T15:00:00+07:00', scamType: 'INVESTMENT', lossReported: { amount: '25,000', currency: 'THB' },
      complainant: { name: ' Synthetic Complainant ', phones: ['+1 202-555-0143'], emails: ['Synthetic@Complainant.example'], documents: [{ type: 'PASSPORT', number: 'syn 990011', issuer: 'TH' }] },
      bankCaseNumber: ' SYN-BC-1 ', suspicionGround: 'Synthetic: paid for what never came', classification: 'RESTRICTED',
    },
    normal: {
      reportedAt: '2026-01-31T08:00:00.000Z', lossReported: { amount: '25000', currency: 'THB' }, bankCaseNumber: 'SYN-BC-1',
      complainant: { name: 'Synthetic Complainant', phones: ['+12025550143'], emails: ['synthetic@complainant.example'], documents: [{ type: 'PASSPORT', number: 'SYN990011', issuer: 'TH' }] },
    },
    withheld: [],
    searches: [
      ['bankCaseNumber=SYN-BC-1', true], ['scamType=INVESTMENT&reportedThrough=HOTLINE', true], ['complainant.phones=%2B12025550143', true], ['complainant.documents.number=SYN%20990011', true],
    ],
    seenChange: { scamType: 'JOB' },
    refused: [[{ scamType: 'LUCK' }, 'scamType'], [{ complainant: { phones: ['12'] } }, 'complainant.phones.0'], [{ accounts: [7] }, 'accounts.0'], [{ lossReported: { amount: '1' } }, 'lossReported.currency']],
    secrets: ['Synthetic Complainant', '25000', '12025550143', 'SYN990011'],
  },
  {
    kind: 'Link', path: 'links', channel: 'th-kh-investigation',
    writer: { partner: 'th-ccib', purpose: 'INVESTIGATION' }, reader: { partner: 'kh-mptc', purpose: 'INVESTIGATION' },
    needs: [
      { path: 'indicators', given: { type: 'DOMAIN', value: 'linked.example', classification: 'RESTRICTED' } }, { path: 'places', given: { type: 'COMPOUND', country: 'KH', classification: 'UNCLASSIFIED' } },
    ],
    given: { source: '$0', linkType: 'LOCATED_AT', target: '$1', rationale: 'Synthetic link rationale', classification: 'UNCLASSIFIED' },
    normal: { source: '$0', linkType: 'LOCATED_AT', target: '$1', rationale: 'Synthetic link rationale' },
    withheld: ['rationale'],
    searches: [['source=$0', true], ['target=$1&linkType=LOCATED_AT', true], ['source=$0&target=$1', true]],
    seenChange: { linkType: 'COMMUNICATES_WITH' }, hiddenChange: { rationale: 'Another synthetic rationale' },
    refused: [[{ source: 'the site' }, 'source'], [{ target: null }, 'target'], [{ linkType: 'NEAR' }, 'linkType']],
    refusedChanges: [[{ source: '$1' }, 'source'], [{ target: null }, 'target']],
    secrets: ['Synthetic link rationale'],
  },
];
