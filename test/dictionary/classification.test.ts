/**
 * Every classified field of every kind, pinned: whoever lowers one, or takes a caveat away, changes this table in plain sight of the review.
 * A new field is added here by hand, for the same reason.
 */
import t from 'tap';
import { allPurposes, compartmentName, purposeMask, purposesIn } from '../../src/dictionary/compartment.ts';
import { loadDictionary } from '../../src/dictionary/load.ts';

const envelope = {
  id: 'U', kind: 'U', originator: 'U', channels: 'U', classification: 'U', nationalMarking: 'U', sensitive: 'U', tlp: 'U', pap: 'U', handling: 'U',
  evaluation: 'R', confidence: 'U', legalBasis: 'R', observedFrom: 'U', observedTo: 'U', validUntil: 'U', retainUntil: 'U', language: 'U',
  externalRef: 'R', caseRefs: 'R', markings: 'U', status: 'U', revision: 'U', createdAt: 'U', updatedAt: 'U', withheld: 'U',
};

const pinned: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Indicator: {
    ...envelope,
    type: 'U', value: 'U', rawValue: 'U', role: 'U', port: 'U', protocol: 'U', observedAt: 'U', subscriberTraceable: 'U', country: 'U', asn: 'U', networkName: 'U',
    description: 'U',
    location: 'R/OPERATIONAL',
    subscriber: 'C/PERSONAL',
    rationale: 'C/OPERATIONAL',
    collectionMethod: 'S/SOURCE',
    sourceDetail: 'S/SOURCE',
  },
  Practice: { ...envelope, title: 'U', summary: 'U', topic: 'U', modusOperandi: 'R', method: 'R', lessons: 'R' },
  Place: {
    ...envelope, type: 'U', names: 'R', country: 'U', adminArea: 'U', position: 'R/OPERATIONAL', population: 'C', operators: 'C/OPERATIONAL', connectivity: 'C', hazards: 'C/OPERATIONAL',
    bands: 'R', power: 'R', licence: 'R', cellIds: 'C', actions: 'R',
  },
  Account: {
    ...envelope, scheme: 'U', proxyType: 'U', institution: 'U', number: 'C/FINANCIAL', currency: 'U', holderName: 'C/PERSONAL', holderDocument: 'C/PERSONAL', muleKind: 'U', muleTier: 'U', listCode: 'R',
    holdState: 'U', holdAuthority: 'U', holdExpires: 'U', openedOn: 'U', closedOn: 'U', balance: 'C/FINANCIAL', lossReported: 'C/FINANCIAL', rationale: 'C/OPERATIONAL',
  },
  Identity: {
    ...envelope, identityStatus: 'R', roles: 'R', names: 'C/PERSONAL', birthDate: 'C/PERSONAL', birthDatePrecision: 'C/PERSONAL', birthDateAsGiven: 'C/PERSONAL', sex: 'C/PERSONAL', nationalities: 'R',
    documents: 'C/PERSONAL', phones: 'C/PERSONAL', emails: 'C/PERSONAL', addresses: 'C/PERSONAL', warrants: 'R', danger: 'R', possibleVictim: 'C/VICTIM', decisions: 'R/OPERATIONAL', victimDecisions: 'C/VICTIM', narrative: 'C/OPERATIONAL', informantNotes: 'S/SOURCE',
  },
  MissingPerson: {
    ...envelope, missingStatus: 'R', names: 'C/CONSULAR+PERSONAL', birthDate: 'C/CONSULAR+PERSONAL', birthDatePrecision: 'C/CONSULAR+PERSONAL', birthDateAsGiven: 'C/CONSULAR+PERSONAL',
    documents: 'C/CONSULAR+PERSONAL', photo: 'C/CONSULAR+PERSONAL', nationality: 'R', lastContact: 'C/CONSULAR', 'lastContact.phone': 'C/CONSULAR+PERSONAL', 'lastContact.address': 'C/CONSULAR+PERSONAL',
    suspectedPlace: 'R/CONSULAR', reportedBy: 'C/CONSULAR',
  },
  Transfer: {
    ...envelope, from: 'C/FINANCIAL', to: 'C/FINANCIAL', amount: 'C/FINANCIAL', currency: 'C/FINANCIAL', at: 'C/FINANCIAL', method: 'C/FINANCIAL', bankReference: 'C/FINANCIAL',
  },
  Complaint: {
    ...envelope, reportedThrough: 'U', reportedAt: 'R', scamType: 'R', lossReported: 'C/FINANCIAL', complainant: 'C/PERSONAL', accounts: 'R', indicators: 'R', transfers: 'R', bankCaseNumber: 'R', suspicionGround: 'R',
  },
  Screening: { ...envelope, place: 'R', at: 'R', nationality: 'R', outcome: 'R', recruiterContact: 'C/OPERATIONAL', traveller: 'C/PERSONAL', story: 'C/OPERATIONAL' },
  Victim: {
    ...envelope, pseudonym: 'R', nationality: 'R', ageBand: 'R', sex: 'R', interpreterLanguage: 'R', nrmStage: 'R', nrmTransition: 'C/VICTIM', nrmSince: 'R', nrmHistory: 'C/VICTIM', nrmDesks: 'R', outcome: 'R', exploitation: 'R',
    acts: 'C/VICTIM', means: 'C/VICTIM', purposes: 'C/VICTIM', recruitment: 'C/VICTIM', heldAt: 'C/VICTIM', screening: 'C/VICTIM', consent: 'C/VICTIM', names: 'C/VICTIM',
    birthDate: 'C/VICTIM', birthDatePrecision: 'C/VICTIM', birthDateAsGiven: 'C/VICTIM', documents: 'C/VICTIM', nextOfKin: 'C/VICTIM',
    shelter: 'C/VICTIM', 'shelter.address': 'C/VICTIM', 'shelter.phone': 'C/VICTIM', nonPunishment: 'C/VICTIM', medical: 'C/HEALTH+VICTIM', vulnerabilities: 'C/HEALTH+VICTIM',
    repatriation: 'C/CONSULAR', 'repatriation.travelDocument': 'C/CONSULAR', 'repatriation.escort': 'C/CONSULAR', 'repatriation.receivingContact': 'C/CONSULAR',
  },
  Testimony: {
    ...envelope, victim: 'R', witnessCase: 'R', pseudonym: 'R', nationality: 'R', ageBand: 'R', sex: 'R', interpreterLanguage: 'R', exploitation: 'R',
    acts: 'C/VICTIM', means: 'C/VICTIM', purposes: 'C/VICTIM', recruitment: 'C/VICTIM', names: 'C/VICTIM', birthDate: 'C/VICTIM',
  },
  Link: { ...envelope, source: 'R', linkType: 'R', target: 'R', rationale: 'C/OPERATIONAL' },
  Operation: { ...envelope, codeName: 'R', leadDesk: 'R', operationStatus: 'R', area: 'S/OPERATIONAL', window: 'S/OPERATIONAL', subjects: 'S/OPERATIONAL', hostConsent: 'C' },
};

/** The kinds that are seen for some purposes alone; for STATISTICS none is. */
const narrowed = { MissingPerson: ['VICTIM_PROTECTION', 'CONSULAR_ASSISTANCE'], Screening: ['PREVENTION', 'VICTIM_PROTECTION', 'CONSULAR_ASSISTANCE'], Victim: ['VICTIM_PROTECTION', 'REPATRIATION', 'CONSULAR_ASSISTANCE'],
  Testimony: ['PROSECUTION', 'VICTIM_PROTECTION', 'REPATRIATION', 'CONSULAR_ASSISTANCE'],
};

/** What nobody may write, and what the exchange alone sets. */
const unwritable = ['id', 'kind', 'originator', 'status', 'revision', 'createdAt', 'updatedAt', 'withheld', 'rawValue', 'subscriberTraceable'];

/** What a marking of the first raises too. */
const derived = { rawValue: ['value'], subscriberTraceable: ['type', 'value', 'observedAt', 'port'], country: ['value'], asn: ['value'], networkName: ['value'] };

t.test('the classification of every field is as it was agreed', async (t) => {
  const { kinds } = loadDictionary();
  const found = Object.fromEntries([...kinds].map(([name, { pieces }]) => [name, Object.fromEntries(pieces.map((field) => [field.name, compartmentName(field)]))]));
  t.strictSame(found, pinned);
});

t.test('the purposes of every kind are as they were agreed', async (t) => {
  const seen = allPurposes & ~purposeMask(['STATISTICS']);
  const kinds = [...loadDictionary().kinds.values()].filter(({ purposes }) => purposes !== seen);
  t.strictSame(Object.fromEntries(kinds.map(({ name, purposes }) => [name, purposesIn(purposes)])), narrowed);
});

t.test('what a writer sends is as it was agreed', async (t) => {
  const fields = loadDictionary().kinds.get('Indicator')?.fields ?? [];
  t.strictSame(fields.filter(({ writable }) => !writable).map(({ name }) => name).sort(), unwritable.sort());
  t.strictSame(fields.filter(({ required }) => required).map(({ name }) => name), ['classification', 'value']);
});

t.test('what is made from another field is as it was agreed', async (t) => {
  const fields = loadDictionary().kinds.get('Indicator')?.fields ?? [];
  t.strictSame(Object.fromEntries(fields.filter(({ derivedFrom }) => derivedFrom.length > 0).map(({ name, derivedFrom }) => [name, derivedFrom])), derived);
});

t.test('every field that is searched is as it was agreed', async (t) => {
  const fields = loadDictionary().kinds.get('Indicator')?.fields ?? [];
  t.strictSame(Object.fromEntries(fields.flatMap(({ name, search }) => (search ? [[name, search.by]] : []))), {
    observedFrom: 'TIME', externalRef: 'EXACT', caseRefs: 'EXACT', type: 'EXACT', value: 'OBSERVABLE', role: 'EXACT', observedAt: 'TIME', country: 'EXACT', asn: 'EXACT',
  });
});
