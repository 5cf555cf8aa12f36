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
];
export { ground };
