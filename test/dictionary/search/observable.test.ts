import fc from 'fast-check';
import t from 'tap';
import { searchMethods } from '../../../src/dictionary/search/index.ts';
import type { Json } from '../../../src/dictionary/types.ts';
import { fieldOf, matches, matchesSealed } from './helpers.ts';
import { runs } from '../../support/seed.ts';

const method = searchMethods.OBSERVABLE;
const field = fieldOf('OBSERVABLE', { by: 'OBSERVABLE', type: 'type' });
type Record_ = readonly [type: string, value: string];

/** Found means: a key matches, and the released value is accepted; sealed and unsealed alike. */
function found(asked: Readonly<Record<string, Json>>, [type, value]: Record_): boolean {
  const probe = method.probe(asked, field, 'filter.value');
  const body = { type, value };
  const accepted = probe.accept(value, body);
  const open = accepted && matches(probe, method.keys(value, body, field));
  const sealed = accepted && matchesSealed(probe, method.sealedKeys(value, body, field));
  if (open !== sealed || open !== accepted) throw new Error(`${JSON.stringify(asked)} of ${value}: open ${open}, sealed ${sealed}, accepted ${accepted}`);
  return open;
}

const cases: readonly (readonly [asked: Readonly<Record<string, Json>>, record: Record_, finds: boolean])[] = [
  [{ value: '77[.]90[.]185[.]20' }, ['IPV4_ADDR', '77.90.185.20'], true],
  [{ value: '77.90.185.20' }, ['IPV4_ADDR', '77.90.185.21'], false],
  [{ value: '77.90.185.20' }, ['CIDR', '77.90.184.0/22'], true],
  [{ value: '77.90.185.20' }, ['CIDR', '77.0.0.0/8'], true],
  [{ value: '77.90.185.20' }, ['CIDR', '77.90.186.0/24'], false],
  [{ value: '77.90.185.0/24' }, ['IPV4_ADDR', '77.90.185.20'], true],
  [{ value: '77.90.184.0/21' }, ['IPV4_ADDR', '77.90.185.20'], true],
  [{ value: '77.90.184.0/21' }, ['IPV4_ADDR', '77.90.192.1'], false],
  [{ value: '77.0.0.0/8' }, ['IPV4_ADDR', '77.90.185.20'], true],
  [{ value: '77.90.184.0/21' }, ['CIDR', '77.90.185.0/25'], true],
  [{ value: '77.90.184.0/21' }, ['CIDR', '77.90.0.0/16'], true],
  [{ value: '77.90.184.0/21', within: false }, ['IPV4_ADDR', '77.90.185.20'], false],
  [{ value: '2a00:1450::/33' }, ['IPV6_ADDR', '2a00:1450:1::1'], true],
  [{ value: '2a00::/20' }, ['IPV6_ADDR', '2a00:fff::1'], true],
  [{ value: '2a00:1450:1::1' }, ['CIDR', '2a00::/19'], true],
  [{ value: 'evil.com' }, ['DOMAIN', 'evil.com'], true],
  [{ value: 'evil.com' }, ['DOMAIN', 'login.evil.com'], true],
  [{ value: 'evil.com' }, ['URL', 'https://a.evil.com/x'], true],
  [{ value: 'evil.com', within: false }, ['DOMAIN', 'login.evil.com'], false],
  [{ value: 'evil.com' }, ['DOMAIN', 'notevil.com'], false],
  [{ value: 'evil.com' }, ['EMAIL', 'a@evil.com'], false],
  [{ value: 'a.login.evil.com' }, ['DOMAIN', 'evil.com'], true],
  [{ value: 'a.login.evil.com' }, ['DOMAIN', 'b.evil.com'], false],
  [{ value: 'login.evil.com' }, ['DOMAIN', 'a.login.evil.com'], false],
  [{ value: 'login.evil.com', within: true }, ['DOMAIN', 'a.login.evil.com'], true],
  [{ value: 'login.evil.com', within: true }, ['DOMAIN', 'other.evil.com'], false],
  [{ value: 'somebody.github.io' }, ['DOMAIN', 'another.github.io'], false],
  [{ value: 'https://a.evil.com/x' }, ['URL', 'https://a.evil.com/x'], true],
  [{ value: 'https://a.evil.com/x' }, ['URL', 'https://a.evil.com/y'], false],
  [{ value: 'https://a.evil.com/x', within: true }, ['URL', 'https://b.evil.com/y'], true],
  [{ value: 'https://a.evil.com/x' }, ['DOMAIN', 'a.evil.com'], true],
  [{ value: 'https://a.evil.com/x' }, ['DOMAIN', 'evil.com'], true],
  [{ value: 'https://a.evil.com/x' }, ['DOMAIN', 'b.evil.com'], false],
  [{ value: 'http://77.90.185.20/x' }, ['CIDR', '77.90.185.0/24'], true],
  [{ value: '77.90.185.20', within: true }, ['URL', 'http://77.90.185.20/x'], true],
  [{ value: '77.90.185.20' }, ['URL', 'http://77.90.185.20/x'], false],
  [{ value: 'MULE@evil.com' }, ['EMAIL', 'Mule@evil.com'], true],
  [{ value: '081-234-5678' }, ['PHONE', '+66812345678'], true],
  [{ eq: 'AS13335' }, ['ASN', 'AS13335'], true],
  [{ in: ['evil.com', '77.90.185.20'] }, ['IPV4_ADDR', '77.90.185.20'], true],
  [{ value: 'com.example.app', type: 'APP' }, ['DOMAIN', 'com.example.app'], false],
];

t.test('what a question finds', (t) => {
  for (const [asked, record, finds] of cases) t.equal(found(asked, record), finds, `${JSON.stringify(asked)} ${finds ? 'finds' : 'does not find'} ${record.join(' ')}`);
  t.end();
});

t.test('addresses and networks: containment, and nothing else, sealed as well', (t) => {
  const byte = fc.integer({ min: 0, max: 255 });
  const net = fc.tuple(fc.constantFrom(77, 78), fc.constantFrom(0, 90), byte, byte, fc.integer({ min: 8, max: 32 })).map(([a, b, c, d, p]) => {
    const mask = p === 0 ? 0 : (0xffffffff << (32 - p)) >>> 0;
    const number = (((a << 24) | (b << 16) | (c << 8) | d) & mask) >>> 0;
    return { number, mask, p, text: `${[24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join('.')}/${p}` };
  });
  let hits = 0;
  fc.assert(fc.property(net, net, (a, b) => {
    const contained = ((a.number & b.mask) >>> 0) === b.number && a.p >= b.p;
    const contains = ((b.number & a.mask) >>> 0) === a.number && b.p >= a.p;
    const is = found({ value: a.text, type: 'CIDR' }, ['CIDR', b.text]);
    if (is) hits++;
    return is === (contained || contains);
  }), runs(3_000));
  t.ok(hits > 50, `${hits} of 3,000 pairs`);
  t.end();
});

t.test('payloads', (t) => {
  const long = `https://evil.com/${'a'.repeat(3_000)}`;
  const of = (type: string, value: string): readonly Uint8Array[] => [...method.keys(value, { type }, field), ...method.sealedKeys(value, { type }, field)];
  for (const key of [...of('URL', long), ...of('IPV6_ADDR', '2a00:1450::1')]) t.ok(key.length <= 64);
  t.equal(method.keys('77.90.185.20', { type: 'IPV4_ADDR' }, field).length, 1, 'one key for an address');
  t.equal(method.probe({ value: '77.90.185.20' }, field, 'f').any.length, 4, 'the question carries itself and three rungs');
  t.equal(method.probe({ value: '2a00:1450::1' }, field, 'f').any.length, 5, 'itself and four rungs');
  t.same(method.keys(null, {}, field), [], 'nothing for nothing');
  t.end();
});

t.test('what cannot be asked', (t) => {
  t.throws(() => method.probe({ value: '10.0.0.1' }, field, 'filter.value'), { code: 'INVALID', public: { errors: [{ field: 'filter.value.value', message: /private/ }] } });
  t.throws(() => method.probe({}, field, 'filter.value'), { code: 'INVALID' });
  t.throws(() => method.probe({ value: 'evil.com', near: true }, field, 'filter.value'), { code: 'INVALID', public: { errors: [{ field: 'filter.value.near' }] } });
  t.throws(() => method.probe({ value: 'evil.com', within: 'yes' }, field, 'filter.value'), { code: 'INVALID' });
  t.throws(() => method.probe({ value: 'evil.com', type: 'NOTHING' }, field, 'filter.value'), { code: 'INVALID' });
  t.end();
});
