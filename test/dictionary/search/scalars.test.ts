import fc from 'fast-check';
import t from 'tap';
import { searchMethods } from '../../../src/dictionary/search/index.ts';
import type { Json } from '../../../src/dictionary/types.ts';
import { fieldOf, matches, matchesSealed } from './helpers.ts';

const { EXACT, TIME, NUMBER } = searchMethods;

t.test('EXACT', (t) => {
  const field = fieldOf('EXACT', { by: 'TEXT' });
  const finds = (asked: Readonly<Record<string, Json>>, value: Json): boolean => {
    const probe = EXACT.probe(asked, field, 'f');
    const both = [matches(probe, EXACT.keys(value, {}, field)), matchesSealed(probe, EXACT.sealedKeys(value, {}, field)), probe.accept(value, {})];
    if (new Set(both).size !== 1) throw new Error(String(both));
    return both[0] === true;
  };
  t.ok(finds({ eq: 'A-1' }, 'A-1'));
  t.notOk(finds({ eq: 'A-1' }, 'a-1'));
  t.ok(finds({ in: ['x', 'A-1'] }, ['B', 'A-1']), 'any item of a list');
  t.ok(finds({ eq: { number: '12', authority: 'DSI' } }, [{ authority: 'DSI', number: '12' }]), 'objects, whatever the order of their members');
  t.ok(finds({ eq: ' e\u0301' }, 'é'), 'in normal form');
  t.notOk(finds({ in: [] }, 'x'), 'one of nothing is nothing');
  const texts = fc.string({ unit: 'grapheme', maxLength: 200 }).filter((text) => text.trim() !== '');
  fc.assert(fc.property(texts, texts, (a, b) => finds({ eq: a }, a.normalize('NFC').trim()) && (a.normalize('NFC').trim() === b.normalize('NFC').trim() || !finds({ eq: a }, b.normalize('NFC').trim()))));
  fc.assert(fc.property(fc.string({ maxLength: 300 }), (a) => EXACT.keys(a, {}, field).every((key) => key.length <= 49)));
  t.throws(() => EXACT.probe({ in: 'x' }, field, 'f'), { code: 'INVALID' });
  t.throws(() => EXACT.probe({ eq: ' ' }, field, 'f'), { code: 'INVALID' }, 'nothing but space is no text');
  t.throws(() => EXACT.probe({ from: 'x' }, field, 'f'), { code: 'INVALID' });
  t.end();
});

t.test('TIME', (t) => {
  const field = fieldOf('TIME', { by: 'INSTANT' });
  const instants = fc.date({ min: new Date('1900-01-01'), max: new Date('2100-01-01'), noInvalidDate: true });
  fc.assert(fc.property(instants, instants, instants, (a, b, c) => {
    const [from, to] = a <= b ? [a, b] : [b, a];
    const probe = TIME.probe({ from: from.toISOString(), to: to.toISOString() }, field, 'f');
    const value = c.toISOString();
    const inside = c >= from && c <= to;
    const months = (to.getUTCFullYear() - from.getUTCFullYear()) * 12 + to.getUTCMonth() - from.getUTCMonth() + 1;
    return probe.accept(value, {}) === inside && matches(probe, TIME.keys(value, {}, field)) === inside && probe.sealed.length === Math.min(240, months)
      && (!inside || months > 240 || matchesSealed(probe, TIME.sealedKeys(value, {}, field)));
  }));
  const open = TIME.probe({ from: '2026-01-01' }, field, 'f');
  t.ok(open.accept('9999-12-31T23:59:59.999Z', {}), 'no end');
  t.equal(open.sealed.length, 240, 'sealed: twenty years from there');
  t.ok(TIME.probe({ to: '2026-01-31' }, field, 'f').accept('2026-01-31T23:59:59.999Z', {}), 'a date is all of its day');
  t.throws(() => TIME.probe({ from: '2026-02-01', to: '2026-01-01' }, field, 'f'), { code: 'INVALID' });
  t.throws(() => TIME.probe({ from: 'monday' }, field, 'f'), { code: 'INVALID', public: { errors: [{ field: 'f.from' }] } });
  t.throws(() => TIME.probe({}, field, 'f'), { code: 'INVALID' });
  t.end();
});

t.test('NUMBER', (t) => {
  const field = fieldOf('NUMBER');
  const numbers = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer());
  fc.assert(fc.property(numbers, numbers, (a, b) => {
    const [ka, kb] = [NUMBER.keys(a, {}, field)[0], NUMBER.keys(b, {}, field)[0]];
    return ka !== undefined && kb !== undefined && Math.sign(Buffer.compare(ka, kb)) === (a < b ? -1 : a > b ? 1 : 0);
  }));
  const probe = NUMBER.probe({ from: -1.5, to: 10 }, field, 'f');
  t.ok(matches(probe, NUMBER.keys(-1.5, {}, field)));
  t.notOk(matches(probe, NUMBER.keys(10.1, {}, field)));
  t.same(probe.sealed, [], 'no range over sealed numbers');
  t.ok(matchesSealed(NUMBER.probe({ eq: 3 }, field, 'f'), NUMBER.sealedKeys(3, {}, field)));
  t.throws(() => NUMBER.probe({ eq: '3' }, field, 'f'), { code: 'INVALID' });
  t.throws(() => NUMBER.probe({ from: 2, to: 1 }, field, 'f'), { code: 'INVALID' });
  t.end();
});
