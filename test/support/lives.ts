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
  /** Texts that no row may hold in clear. */
  readonly secrets: readonly string[];
}

const ground = { legalBasis: { ground: 'Synthetic: named by a complainant' } };

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
];
export { ground };
