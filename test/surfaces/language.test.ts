import t from 'tap';
import { languageOf } from '../../src/surfaces/language.ts';

const table: readonly (readonly [string | undefined, 'en' | 'th'])[] = [
  [undefined, 'en'], ['', 'en'], ['th', 'th'], ['TH-th', 'th'], ['en', 'en'], ['ko', 'en'], ['th;q=0.5, en;q=0.9', 'en'], ['en;q=0.5, th;q=0.9', 'th'],
  ['ko, th;q=0.1', 'th'], ['*', 'en'], ['th;q=0', 'en'], ['*;q=0.5, en;q=0', 'th'], ['th, en', 'th'], ['en, th', 'en'], ['th;q=nonsense', 'en'],
  ['th;q=5', 'en'], [';;;,,,', 'en'], [`${'a,'.repeat(5000)}th`, 'en'],
];

for (const [header, language] of table) t.equal(languageOf(header), language, String(header).slice(0, 40));
