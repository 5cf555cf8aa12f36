import t from 'tap';
import type { Level } from '../../src/dictionary/compartment.ts';
import { loadDictionary } from '../../src/dictionary/load.ts';
import { spreadMarkings } from '../../src/dictionary/markings.ts';
import { compileDictionary } from '../../src/dictionary/compile.ts';
import { withField } from '../support/schema-copy.ts';

const indicator = loadDictionary().kinds.get('Indicator');
if (indicator === undefined) throw new Error('no Indicator');
const spread = (marks: Record<string, Level>) => Object.fromEntries(spreadMarkings(indicator, new Map(Object.entries(marks))));

t.test('a marking marks what is made from the field', async (t) => {
  t.strictSame(spread({}), {});
  t.strictSame(spread({ description: 3 }), { description: 3 }, 'nothing is made from a description');
  t.strictSame(spread({ value: 3 }), { value: 3, rawValue: 3, subscriberTraceable: 3, country: 3, asn: 3, networkName: 3 });
  t.strictSame(spread({ port: 2 }), { port: 2, subscriberTraceable: 2 });
  t.strictSame(spread({ type: 3 }), spread({ value: 3, type: 3 }), 'a value is not told apart from its type: its search keys carry it');
  t.strictSame(spread({ value: 1, country: 3 }), { value: 1, country: 3, rawValue: 1, subscriberTraceable: 1, asn: 1, networkName: 1 }, 'never lowers');
  t.strictSame(spread(spread({ value: 3 }) as Record<string, Level>), spread({ value: 3 }), 'the same a second time');
});

t.test('a marking follows through what is made from what is made, in any order of fields', async (t) => {
  const kind = compileDictionary(withField('second: String @classified(as: UNCLASSIFIED) @derived(from: ["networkName"])')).kinds.get('Indicator');
  if (kind === undefined) throw new Error('no Indicator');
  t.equal(spreadMarkings(kind, new Map([['value', 2]])).get('second'), 2);
});
