import t from 'tap';
import { type CanonicalValue, canonical } from '../../src/ledger/canonical.ts';
import { type Entry, encodeEntry, entryHash } from '../../src/ledger/entry.ts';
import { leafHash } from '../../src/ledger/tree.ts';

t.test('canonical JSON: the examples of RFC 8785', async (t) => {
  // Section 3.2.2.
  const sample = JSON.parse(String.raw`{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]}`) as CanonicalValue;
  t.equal(canonical(sample), String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`);
  // Section 3.2.3: by UTF-16 code units, so the emoji (a surrogate pair) comes before U+FB33.
  const names = { '\u20ac': 'Euro Sign', '\r': 'Carriage Return', '\ufb33': 'Hebrew Letter Dalet With Dagesh', '1': 'One', '\ud83d\ude00': 'Emoji: Grinning Face', '\u0080': 'Control', '\u00f6': 'Latin Small Letter O With Diaeresis' };
  const order = Object.values(JSON.parse(canonical(names)) as Record<string, string>);
  t.same(order, ['One', 'Carriage Return', 'Control', 'Latin Small Letter O With Diaeresis', 'Euro Sign', 'Emoji: Grinning Face', 'Hebrew Letter Dalet With Dagesh']);
  t.equal(canonical({ b: undefined, a: -0 }), '{"a":0}');
  for (const bad of [NaN, Infinity, '\ud800', { '\udc00': 1 }]) t.throws(() => canonical(bad), TypeError);
});

const entry: Entry = {
  id: '018f0000-0000-7000-8000-000000000001', at: '2026-01-15T12:00:00.000Z', node: 'n1',
  viewer: { partner: 'kr-embassy', subject: 'officer-7', client: 'desk', issuer: 'urn:x', purpose: 'INVESTIGATION' },
  operation: 'lookup', requestId: 'r1', registryVersion: 3,
  disclosures: [{ originator: 'th-ccib', records: ['b', 'a'], fields: ['value', 'role'] }], asked: ['02', '01'], outcome: 'RELEASED',
};

t.test('an entry has one encoding, whatever the order it was put together in', async (t) => {
  t.equal(encodeEntry(entry).toString(), '{"asked":["01","02"],"at":"2026-01-15T12:00:00.000Z","disclosures":[{"fields":["role","value"],"originator":"th-ccib","records":["a","b"]}],'
    + '"format":1,"id":"018f0000-0000-7000-8000-000000000001","node":"n1","operation":"lookup","outcome":"RELEASED","registryVersion":3,"requestId":"r1",'
    + '"viewer":{"client":"desk","issuer":"urn:x","partner":"kr-embassy","purpose":"INVESTIGATION","subject":"officer-7"}}');
  const shuffled = Object.fromEntries(Object.entries({ ...entry, asked: ['01', '02'], stray: 'x' }).reverse()) as unknown as Entry;
  t.same(encodeEntry(shuffled), encodeEntry(entry));
  t.same(entryHash(entry), leafHash(encodeEntry(entry)));
  t.notSame(entryHash({ ...entry, outcome: 'NOTHING' }), entryHash(entry));
  t.same(entry.asked, ['02', '01'], 'what was given is left as it was');
});
