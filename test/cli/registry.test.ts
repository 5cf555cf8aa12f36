import { readFile } from 'node:fs/promises';
import t from 'tap';
import { check } from '../../src/cli/registry/check.ts';
import { fieldOf, lineOf } from '../../src/cli/registry/fault.ts';
import { knownOf } from '../../src/cli/registry/known.ts';
import * as schema from '../../src/cli/registry/schema.ts';
import { readRegistry } from '../../src/cli/registry/read.ts';
import { loadDictionary } from '../../src/dictionary/load.ts';
import { edit, marked, readFiles, sound } from './registry-folder.ts';

const clause = 'agreements.new.clauses[0]';

/** What is changed (from, to), the field that must be named, what the message must say. */
const faults: readonly (readonly [string, string, string, RegExp])[] = [
  ['    country: KR\n', '', 'partners.kr-two.country', /is missing/],
  ['    country: KR\n', '    country: XX #<\n', 'partners.kr-two.country', /two-letter country/],
  ['    country: KR\n', '    country: kr #<\n', 'partners.kr-two.country', /two-letter country/],
  ['  kr-two:\n', '  Kr_Two: #<\n', 'partners.Kr_Two', /lower-case/],
  ['    clearance: SECRET\n', '    clearance: SECRT #<\n', 'partners.jp-three.clearance', /did you mean SECRET\?/],
  ['    clearance: SECRET\n', '    clearence: SECRET #<\n', 'partners.jp-three.clearence', /unknown key; did you mean clearance\?/],
  ['    clearance: SECRET\n', '    clearance: [SECRET] #<\n', 'partners.jp-three.clearance', /must be a text/],
  ['    name: { en: Two, th: สอง }', '    name: { en: Two } #<', 'partners.kr-two.name.th', /is missing/],
  ['    name: { en: Two, th: สอง }', '    name: { en: Two, th: " " } #<', 'partners.kr-two.name.th', /must not be empty/],
  ['    name: { en: Two, th: สอง }', '    name: Two #<', 'partners.kr-two.name', /indented/],
  ['    caveats: [OPERATIONAL]\n    purposes: [INVESTIGATION, PREVENTION]', '    caveats: #<\n    purposes: [INVESTIGATION, PREVENTION]',
    'partners.th-one.caveats', /must be a list/],
  ['purposes: [INVESTIGATION, PREVENTION]', 'purposes: [INVESTIGATION, INVESTIGATION] #<', 'partners.th-one.purposes[0]', /repeats item 2/],
  ['jwks: { url: \'https://login.one.example/jwks\' }', 'jwks: { url: \'http://login.one.example/jwks\' } #<',
    'issuers["https://login.one.example/realm"].jwks.url', /https/],
  ['jwks: { url: \'https://login.one.example/jwks\' }', 'jwks: {} #<', 'issuers["https://login.one.example/realm"].jwks', /url or keys/],
  ['jwks: { url: \'https://login.one.example/jwks\' }', 'jwks: { keys: [{ kty: OKP, kid: a, crv: Ed25519, x: AA, d: AA }] } #<',
    'issuers["https://login.one.example/realm"].jwks.keys[0].d', /unknown key/],
  ['jwks: { url: \'https://login.one.example/jwks\' }', 'jwks: { keys: [{ kty: EC, kid: a, crv: P-256, x: AA, y: AA }] } #<',
    'issuers["https://login.one.example/realm"].jwks.keys[0]', /no algorithm/],
  ['algorithms: [EdDSA]', 'algorithms: [HS256] #<', 'issuers["https://login.one.example/realm"].algorithms[0]', /none of EdDSA/],
  ['    partners: [th-one]', '    partners: [th-onne] #<', 'issuers["https://login.one.example/realm"].partners[0]',
    /no partner th-onne; did you mean th-one\?/],
  ['maxLife: 3600', 'maxLife: 1h #<', 'issuers["https://login.one.example/realm"].maxLife', /whole number/],
  ['maxLife: 3600', 'maxLife: 3600\n    senderConstrained: { clearance: SECRT } #<', 'issuers["https://login.one.example/realm"].senderConstrained.clearance', /did you mean SECRET/],
  ['jwks: { url: \'https://login.one.example/jwks\' }', 'jwks: { builtin: true }', 'issuers["https://login.one.example/realm"].algorithms', /signs with ES256/],
  ['    partner: th-one\n', '    partner: th-onne #<\n', 'clients.one-sync.partner', /did you mean th-one\?/],
  ['    partner: th-one\n', '    partner: kr-two #<\n', 'clients.one-sync.partner', /may not speak for kr-two/],
  ['    desk: duty\n', '    desk: dutty #<\n', 'clients.one-sync.desk', /no desk dutty; did you mean duty\?/],
  ['    issuer: https://login.one.example/realm', '    issuer: https://login.two.example #<', 'clients.one-sync.issuer', /no issuer/],
  ['    issuer: https://login.one.example/realm\n', '', 'clients.one-sync', /no built-in issuer/],
  ['    purposes: [PREVENTION]', '    purposes: [PREVENTING] #<', 'clients.one-sync.purposes[0]', /did you mean PREVENTION\?/],
  ['jwks: { url: \'https://sync.one.example/jwks\' }', 'jwks: { keys: [{ kty: EC, kid: a, crv: P-521, x: AA, y: AA }] } #<', 'clients.one-sync.jwks.keys[0]', /no algorithm/],
  ['jwks: { url: \'https://sync.one.example/jwks\' }', 'jwks: { keys: [{ kty: EC, kid: a, crv: P-256, x: AA, y: AA, d: AA }] } #<', 'clients.one-sync.jwks.keys[0].d', /unknown key/],
  ['validFrom: 2024-01-01T00:00:00Z', 'validFrom: 2024-01-01 #<', 'agreements.new.validFrom', /with zone/],
  ['validFrom: 2024-01-01T00:00:00Z', 'validFrom: 2024-02-30T00:00:00Z #<', 'agreements.new.validFrom', /with zone/],
  ['validFrom: 2024-01-01T00:00:00Z', 'validFrom: 2567-01-01T00:00:00Z #<', 'agreements.new.validFrom', /Buddhist era: write 2024/],
  ['validTo: 2030-01-01T00:00:00Z', 'validTo: 2023-01-01T00:00:00Z #<', 'agreements.new.validTo', /after validFrom/],
  ['    supersedes: old', '    status: TERMINATED\n    supersedes: old', 'agreements.new.terminatedAt', /when it was terminated/],
  ['    supersedes: old', '    supersedes: olde #<', 'agreements.new.supersedes', /did you mean old\?/],
  ['    supersedes: old', '    supersedes: new #<', 'agreements.new.supersedes', /ring/],
  ['      - { mark: ลับ, country: TH, level: CONFIDENTIAL }',
    '      - { mark: ลับ, country: TH, level: SECRET }\n      - { mark: ลับ, country: TH, level: CONFIDENTIAL } #<',
    'agreements.new.nationalMarkings[1]', /repeats/],
  ['        kinds: [Indicator]', '        kinds: [Indicater] #<', `${clause}.kinds[0]`, /did you mean Indicator\?/],
  ['        kinds: [Indicator]', '        kinds: ["*", Indicator] #<', `${clause}.kinds[0]`, /stands alone/],
  ['        kinds: [Indicator]', '        kinds: [Indicator]\n        when: { Place: { type: [AREA] } } #<', `${clause}.when.Place`, /does not speak of Place/],
  ['        kinds: [Indicator]', '        kinds: [Indicator]\n        when: { Indicator: { value: [x] } } #<', `${clause}.when.Indicator.value`, /cannot depend on Indicator\.value: no field/],
  ['        kinds: [Indicator]', '        kinds: [Indicator]\n        when: { Indicator: [value] } #<', `${clause}.when.Indicator`, /indented/],
  ['        kinds: [Indicator]', '        kinds: [] #<', `${clause}.kinds`, /is empty: name what it gives/],
  ['        parties: [th-one, kr-two]', '        parties: [th-one, jp-three] #<', `${clause}.parties[1]`, /no party to new/],
  ['        parties: [th-one, kr-two]', '        parties: [kr-two]\n        # one\n', `${clause}.ceiling`, /clearance of every partner/],
  ['        channels: [group]', '        channels: [groups] #<', `${clause}.channels[0]`, /did you mean group\?/],
  ['        ceiling: CONFIDENTIAL', '        ceiling: SECRET #<', `${clause}.ceiling`, /above every channel/],
  ['retention: P3Y', 'retention: 3 years #<', `${clause}.retention`, /P5Y/],
  ['retention: P3Y', 'retention: P0D #<', `${clause}.retention`, /nothing/],
  ['onTermination: { readUntil: 2031-01-01T00:00:00Z }', 'onTermination: AT_ONCE #<', `${clause}.onTermination`, /END_AT_ONCE/],
  ['onTermination: { readUntil: 2031-01-01T00:00:00Z }', 'onTermination: { until: 2031-01-01T00:00:00Z } #<',
    `${clause}.onTermination.until`, /unknown key/],
  ['desk: duty,', 'desk: dutty, #<\n         ', `${clause}.routing.desk`, /no desk dutty; did you mean duty\?/],
  ['partner: th-one, desk', 'partner: xx-none, #<\n          desk', `${clause}.routing.partner`, /no partner xx-none/],
  ['above: CONFIDENTIAL, sensitive: true }', 'sensitive: false } #<', `${clause}.routing`, /routes nothing/],
  ['groundRequired: true', 'groundRequired: yes #<', `${clause}.groundRequired`, /true or false/],
  ['    agreement: old', '    agreement: odl #<', 'channels.group.agreement', /no agreement odl/],
  ['    members: [th-one, kr-two]', '    members: [th-one, jp-three] #<', 'channels.group.members[1]', /no party to old or new/],
  ['  group:\n', '  group: {}\n  group: #<\n', 'channels.group', /twice/],
  ['    members: [th-one, kr-two]', '    members: [*m] #<', 'channels.group.members[0]', /alias/],
  ['    members: [th-one, kr-two]', '    members: !odd [th-one] #<', '', /Unresolved tag/],
  ['channels:\n', 'channel: {} #<\nchannels:\n', 'channel', /did you mean channels\?/],
];

void t.test('each fault is told with file, line and field', async (t) => {
  t.same((await readFiles({ 'a.yaml': sound })).faults, undefined, 'the unbroken one is sound');
  for (const [from, to, field, message] of faults) {
    const text = edit(sound, from, to);
    const found = (await readFiles({ 'a.yaml': text })).faults ?? [];
    const fault = found.find((one) => one.field === field && message.test(one.message));
    if (!t.ok(fault, `${field}: ${message}`, { found })) continue;
    t.equal(fault?.file, 'a.yaml');
    if (marked(text) > 0) t.equal(fault?.line, marked(text), `line of ${field}`);
  }
});

void t.test('all faults at once, in order of line; a broken partner is not also a missing one', async (t) => {
  let text = edit(sound, '    country: KR\n', '    country: Korea\n');
  text = edit(text, '    agreement: old', '    agreement: odl');
  text = edit(text, 'retention: P3Y', 'retention: long');
  const { faults: found = [] } = await readFiles({ 'a.yaml': text });
  t.same(found.map(({ field }) => field), ['partners.kr-two.country', 'agreements.new.clauses[0].retention', 'channels.group.agreement']);
  t.match(lineOf(found[0] ?? { file: '', line: 0, field: '', message: '' }), /^a\.yaml:16 partners\.kr-two\.country: "Korea": must be/);
});

void t.test('several files are one registry; what is declared twice is told with both places', async (t) => {
  const [partners = '', rest = ''] = sound.split('issuers:\n');
  const both = await readFiles({ 'b.yml': `issuers:\n${rest}`, 'a.yaml': partners, 'notes.txt': 'not read' });
  t.equal(both.registry?.partners.size, 3);
  const { faults: found } = await readFiles({ 'a.yaml': sound, 'b.yaml': partners });
  t.match(found, [{ file: 'b.yaml', line: 3, field: 'partners.th-one', message: /first in .*a\.yaml:3/ }, {}, {}]);
});

void t.test('what cannot be read says so and nothing else', async (t) => {
  t.match((await readFiles({})).faults, [{ file: '.', line: 0, message: /no \.yaml file/ }]);
  t.match((await readFiles({ 'a.yaml': 'partners:\n  a: [1\n  b: 2\n' })).faults, [{ file: 'a.yaml', message: /not valid YAML/ }]);
  t.match((await readFiles({ 'a.yaml': Uint8Array.of(0x61, 0xff, 0xfe) })).faults, [{ message: /not UTF-8/ }]);
  t.match((await readFiles({ 'a.yaml': `${sound}\n---\npartners: {}\n` })).faults, [{ message: /one document/ }]);
  t.match((await readFiles({ 'a.yaml': 'text' })).faults, [{ file: 'a.yaml', line: 1, field: '' }]);
  t.match((await readFiles({ 'a.yaml': '' })).registry?.partners.size, 0, 'an empty file declares nothing');
  t.match((await readFiles({ 'a.yaml': '__proto__: { polluted: yes }' })).faults, [{ field: '__proto__', message: /unknown key/ }]);
  t.match((await readRegistry('/nonexistent', { kinds: [] })).faults, [{ file: '/nonexistent', message: 'there is no such folder' }]);
});

void t.test('the form in memory', async (t) => {
  const { registry } = await readFiles({ 'a.yaml': sound });
  t.match(registry?.partners.get('th-one'),
    { clearance: 2, caveats: 0b10000, purposes: 0b11, status: 'ACTIVE', desks: [{ id: 'duty', name: { th: 'เวร' } }] });
  t.match(registry?.issuers.get('https://login.one.example/realm'), { jwks: { url: /jwks/ }, maxLife: 3600 });
  t.same(registry?.clients.get('one-sync'), {
    id: 'one-sync', partner: 'th-one', desk: 'duty', name: { en: 'Sync', th: 'ซิงค์' }, issuer: 'https://login.one.example/realm', scopes: ['records:read'], clearance: 1, caveats: 0, purposes: 1,
    jwks: { url: 'https://sync.one.example/jwks' }, algorithms: ['EdDSA', 'ES256', 'PS256'], dpop: 'ALWAYS', status: 'ACTIVE',
  });
  t.match(registry?.agreements.get('old'),
    { validFrom: '2019-12-31T17:00:00.000Z', status: 'ACTIVE', clauses: [{ id: '4.10', caveats: 0, groundRequired: false }] });
  t.notOk('validTo' in (registry?.agreements.get('old') ?? {}), 'what is left out is absent');
  t.match(registry?.agreements.get('new')?.clauses[0],
    { routing: { above: 2, sensitive: true, arrestWithReturn: false }, onTermination: { readUntil: '2031-01-01T00:00:00.000Z' } });
});

void t.test('a folder may lean on the registry in force', async (t) => {
  const { registry: base } = await readFiles({ 'a.yaml': sound });
  const more = 'channels:\n  second:\n    name: { en: S, th: ส }\n    agreement: new\n    members: [th-one]\n    purposes: [INVESTIGATION]\n    ceiling: RESTRICTED\n';
  t.match((await readFiles({ 'b.yaml': more })).faults, [{ message: /no agreement new/ }, { message: /no partner th-one/ }]);
  if (base === undefined) return t.fail('the base is sound');
  const leaning = await readFiles({ 'b.yaml': more }, { base });
  t.same([...(leaning.registry?.channels.keys() ?? [])], ['second'], 'only what the folder declares');
});

void t.test('the demonstration and the example are sound', async (t) => {
  for (const folder of ['registry/demo', 'registry/example']) {
    const lines: string[] = [];
    t.equal(await check([folder], { write: (line: string) => lines.push(line) }), 0, folder);
    t.match(lines.at(-1), `${folder}: sound: `);
    t.notOk(lines.slice(0, -1).find((line) => !line.includes('not in the dictionary yet')), 'warns only of kinds to come');
  }
  const { registry } = await readRegistry('registry/demo', knownOf(loadDictionary()));
  t.equal(registry?.partners.size, 23);
  t.equal(registry?.agreements.size, 8);
  t.same([...(registry?.channels.keys() ?? [])].sort(),
    ['aoc-1441', 'certs', 'embassies-ip', 'jp-victims', 'kr-victims', 'th-kh-border', 'th-kh-extradition', 'th-kh-investigation', 'th-kh-knowledge',
    'th-kh-stations', 'th-us-secret', 'unodc', 'witnesses']);
  t.same([...(registry?.agreements.values() ?? [])].flatMap(({ clauses }) => clauses.flatMap(({ ledgerDelay }) => ledgerDelay ?? [])), ['PT10M'], 'covert work can be tried in it');
});

void t.test('the example shows a lawyer every word that a clause and an agreement know', async (t) => {
  const text = await readFile('registry/example/mou.yaml', 'utf8');
  const missing = Object.entries({ agreement: schema.agreement, clause: schema.clause }).flatMap(([what, { properties }]) => Object.keys(properties).filter((word) => !new RegExp(`^ *(# |- )?${word}:`, 'm').test(text)).map((word) => `${what}.${word}`));
  t.strictSame(missing, ['agreement.terminatedAt'], 'but for what is written when it ends, which is told beside status');
  t.match(text, /terminatedAt: <instant>/);
  const words = text.split('\n').filter((line) => line.trim().startsWith('#'));
  t.ok(words.filter((line) => /[ก-๙]/.test(line)).length > words.length / 3, 'in Thai beside English');
});

void t.test('check: exit codes and what is printed', async (t) => {
  const lines: string[] = [];
  const out = { write: (line: string) => lines.push(line) };
  t.equal(await check([], out), 2);
  t.equal(await check(['--what'], out), 2);
  t.equal(await check(['/nonexistent'], out), 1);
  t.same(lines.slice(2), ['/nonexistent: there is no such folder\n', '/nonexistent: 1 fault, 0 warnings\n']);
  t.equal(fieldOf(['issuers', 'https://a.example', 'jwks', 'keys', 0]), 'issuers["https://a.example"].jwks.keys[0]');
});
