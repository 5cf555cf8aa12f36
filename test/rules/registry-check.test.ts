import t from 'tap';
import { caveatMask, type Level, purposeMask } from '../../src/dictionary/compartment.ts';
import { checkRegistry, type Finding, mergeRegistry, nearest } from '../../src/rules/registry-check.ts';
import type { Agreement, Channel, Clause, Declared, Mechanism, Partner, StatisticTable } from '../../src/rules/registry.ts';

const text = { en: 'Synthetic', th: 'สมมติ' };
const investigation = purposeMask(['INVESTIGATION']);
const partner = (id: string, clearance: Level = 2): Partner => ({
  id, name: text, type: 'OTHER', country: 'TH', clearance, caveats: 0, purposes: investigation, scopes: ['records:read'], desks: [],
    status: 'ACTIVE',
});
const clause = (changes: Partial<Clause> = {}): Clause => ({
  id: '1', text, access: ['READ'], kinds: ['Indicator'], purposes: investigation, ceiling: 1, caveats: 0, onward: 'NONE',
    onTermination: 'END_AT_ONCE', groundRequired: false, ...changes,
});
const agreement = (id: string, changes: Partial<Agreement> = {}): Agreement => ({
  id, title: text, type: 'MOU', citation: text, parties: ['a', 'b'], validFrom: '2024-01-01T00:00:00.000Z', status: 'ACTIVE',
  clauses: [clause()], nationalMarkings: [], ...changes,
});
const channel = (id: string, changes: Partial<Channel> = {}): Channel => ({
  id, name: text, agreement: 'x', members: ['a', 'b'], purposes: investigation, ceiling: 1, status: 'ACTIVE', ...changes,
});
const named = <T extends { readonly id: string }>(items: readonly T[]): ReadonlyMap<string, T> =>
  new Map(items.map((item) => [item.id, item]));
const world = (agreements: readonly Agreement[], channels: readonly Channel[],
  partners = [partner('a'), partner('b'), partner('c', 3)]): Declared => ({
  partners: named(partners), issuers: new Map(), clients: new Map(), agreements: named(agreements), channels: named(channels), mechanisms: new Map(), statistics: new Map(),
});
const kinds = new Set(['Indicator']);
const found = (registry: Declared): [string, string, string][] =>
  checkRegistry(registry, { kinds }).map(({ severity, path, message }: Finding) => [severity, path.join('.'), message]);

const later = '2025-01-01T00:00:00.000Z';

/** A registry, and for each finding in it: severity, path, what the message must say. */
const table: readonly (readonly [string, Declared, readonly (readonly [string, string, RegExp])[]])[] = [
  ['a sound one', world([agreement('x')], [channel('g')]), []],
  ['a successor takes over the channel',
    world([agreement('x'), agreement('y', { supersedes: 'x', validFrom: later, clauses: [clause({ channels: ['g'] })] })], [channel('g')]),
    []],
  ['a new party of the successor may be a member',
    world([agreement('x'), agreement('y', { supersedes: 'x', validFrom: later, parties: ['a', 'b', 'c'] })],
    [channel('g', { members: ['a', 'b', 'c'] })]), []],
  ['a gap is a warning',
    world([agreement('x', { validTo: '2024-06-01T00:00:00.000Z' }), agreement('y', { supersedes: 'x', validFrom: later })],
    [channel('g')]), [['warning', 'agreements.y.supersedes', /gap/]]],
  ['the successor begins too early', world([agreement('x'), agreement('y', { supersedes: 'x' })], [channel('g')]),
    [['fault', 'agreements.y.supersedes', /not after x/]]],
  ['two successors', world([agreement('x'), agreement('y', { supersedes: 'x', validFrom: later }),
    agreement('z', { supersedes: 'x', validFrom: later })], [channel('g')]),
    [['fault', 'agreements.z.supersedes', /superseded by y already/]]],
  ['a ring of two', world([agreement('x', { supersedes: 'y', validFrom: later }), agreement('y', { supersedes: 'x' })], [channel('g')]),
    [['fault', 'agreements.x.supersedes', /ring: x supersedes y supersedes x/], ['fault', 'agreements.y.supersedes', /ring/]]],
  ['a clause number twice', world([agreement('x', { clauses: [clause(), clause()] })], [channel('g')]),
    [['fault', 'agreements.x.clauses.1.id', /numbered 1 already/]]],
  ['a clause for another agreement\'s channel',
    world([agreement('x'), agreement('y', { clauses: [clause({ channels: ['g'] })] })], [channel('g'), channel('h', { agreement: 'y' })]),
    [
      ['fault', 'agreements.y.clauses.0.channels.0', /opened under x/], ['warning', 'agreements.y.clauses.0', /no channel/],
      ['warning', 'channels.h.members.0', /no clause speaks to a/], ['warning', 'channels.h.members.1', /no clause speaks to b/],
        ['warning', 'channels.h', /no clause of y/],
    ]],
  ['terminated, then read until before it began',
    world([agreement('x',
    { status: 'TERMINATED', terminatedAt: '2023-01-01T00:00:00.000Z',
    clauses: [clause({ onTermination: { readUntil: '2020-01-01T00:00:00.000Z' } })] })], [channel('g')]),
    [['fault', 'agreements.x.clauses.0.onTermination.readUntil', /before the agreement begins/]]],
  ['terminated before it began',
    world([agreement('x', { status: 'TERMINATED', terminatedAt: '2023-01-01T00:00:00.000Z' })], [channel('g')]),
    [['fault', 'agreements.x.terminatedAt', /before validFrom/]]],
  ['terminatedAt of an active one', world([agreement('x', { terminatedAt: later })], [channel('g')]),
    [['fault', 'agreements.x.terminatedAt', /only a TERMINATED/]]],
  ['a ceiling above the channel', world([agreement('x', { clauses: [clause({ ceiling: 2 })] })], [channel('g')]),
    [['fault', 'agreements.x.clauses.0.ceiling', /CONFIDENTIAL is above every channel.*RESTRICTED/]]],
  ['a ceiling above the partners', world([agreement('x', { clauses: [clause({ ceiling: 3 })] })], [channel('g', { ceiling: 3 })]),
    [['fault', 'agreements.x.clauses.0.ceiling', /above the clearance/]]],
  ['a channel above its clauses', world([agreement('x')], [channel('g', { ceiling: 2 })]),
    [['warning', 'channels.g.ceiling', /up to CONFIDENTIAL/]]],
  ['caveats that nobody may hold', world([agreement('x', { clauses: [clause({ caveats: 1 })] })], [channel('g')]),
    [['warning', 'agreements.x.clauses.0.caveats', /PERSONAL/]]],
  ['a purpose that no channel is for',
    world([agreement('x', { clauses: [clause({ purposes: investigation | purposeMask(['PREVENTION']) })] })], [channel('g')]),
    [['warning', 'agreements.x.clauses.0.purposes', /PREVENTION/]]],
  ['a kind to come', world([agreement('x', { clauses: [clause({ kinds: ['Indicator', 'Victim'] })] })], [channel('g')]),
    [['warning', 'agreements.x.clauses.0.kinds', /Victim/]]],
  ['a member to whom nothing speaks', world([agreement('x', { clauses: [clause({ parties: ['a'] })] })], [channel('g')]),
    [['warning', 'channels.g.members.1', /speaks to b/]]],
  ['a member that is no party', world([agreement('x')], [channel('g', { members: ['a', 'b', 'c'] })]),
    [['fault', 'channels.g.members.2', /no party to x/]]],
];

for (const [name, registry, expected] of table) {
  void t.test(name, (t) => {
    const findings = found(registry);
    t.same(findings.map(([severity, path]) => [severity, path]), expected.map(([severity, path]) => [severity, path]));
    expected.forEach(([, , message], i) => t.match(findings[i]?.[2], message));
    t.end();
  });
}

void t.test('what is declared but faulty is not missing once more', (t) => {
  const registry = world([agreement('x')], [channel('g')], [partner('a')]);
  t.match(found(registry).map(([, path]) => path), ['agreements.x.parties.1', 'channels.g.members.1']);
  t.same(checkRegistry(registry, { kinds, faulty: { partners: new Set(['b']) } }), []);
  t.end();
});

void t.test('what is left out stays', (t) => {
  const merged = mergeRegistry(world([agreement('x')], []), world([agreement('y')], [], [partner('a', 0)]));
  t.same([...merged.agreements.keys()], ['x', 'y']);
  t.equal(merged.partners.get('a')?.clearance, 0, 'and what is declared replaces');
  t.equal(merged.partners.get('b')?.clearance, 2);
  t.end();
});

void t.test('the word that was meant', (t) => {
  t.equal(nearest('embasy', ['police', 'embassy']), 'embassy');
  t.equal(nearest('zzz', ['police', 'embassy']), undefined);
  t.end();
});

t.test('what a clause depends on', async (t) => {
  const conditions = { Indicator: { role: ['C2', 'OTHER'] } };
  const told = (when: NonNullable<Clause['when']>): string[] =>
    checkRegistry(world([agreement('x', { clauses: [clause({ when })] })], [channel('g')]), { kinds, conditions }).map(({ path, message }) => `${path.slice(4).join('.')} ${message}`);
  t.strictSame(told({ Indicator: { role: ['C2'] } }), []);
  t.strictSame(told({ Indicator: { role: ['C2', 'C3'] } }), ['when.Indicator.role.1 a clause can depend on role being C2 or OTHER, not C3']);
  t.strictSame(told({ Indicator: { value: ['C2'] } }), ['when.Indicator.value a clause cannot depend on Indicator.value: role can be named here']);
  t.strictSame(told({ Identity: { identityStatus: ['SUSPECT'] } }), ['when.Identity the clause does not speak of Identity']);
});

t.test('mechanisms', async (t) => {
  const mechanism = (id: string, changes: object = {}): Mechanism => ({ id, country: 'TH', title: text, citation: text, stages: [{ stage: 'SCREENING', next: ['CLOSED'] }, { stage: 'CLOSED', next: [] }], ...changes });
  const stages = new Set(['SCREENING', 'CLOSED']);
  const said = (...mechanisms: Mechanism[]): string[] =>
    checkRegistry({ ...world([], []), mechanisms: named(mechanisms) }, { kinds, stages }).map(({ severity, path, message }) => `${severity} ${path.join('.')}: ${message}`);
  t.strictSame(said(mechanism('x')), []);
  const first = (stage: object): Mechanism => mechanism('x', { stages: [{ stage: 'SCREENING', next: ['CLOSED'], ...stage }, { stage: 'CLOSED', next: [] }] });
  const table: [Mechanism[], RegExp][] = [
    [[mechanism('x'), mechanism('y')], /^fault mechanisms\.y\.country: TH has the mechanism x already/],
    [[first({ next: ['CLOSE'] })], /^fault mechanisms\.x\.stages\.0\.next\.0: .*did you mean CLOSED\?/],
    [[first({ warnBefore: 'P1D' })], /^fault .*warnBefore: .*no clock/],
    [[first({ clock: 'P1D', escalateTo: { partner: 'zz', desk: 'd' } })], /^fault .*escalateTo\.partner: there is no partner zz/],
    [[first({ clock: 'P1D', escalateTo: { partner: 'a', desk: 'none' } })], /^fault .*escalateTo\.desk: a has no desk none/],
    [[first({ clock: 'P1D' })], /^warning .*nobody is told/],
    [[mechanism('x', { stages: [{ stage: 'SCREENIG', next: [] }] })], /^fault .*there is no stage SCREENIG; did you mean SCREENING\?/],
    [[mechanism('x', { stages: [{ stage: 'CLOSED', next: [] }, { stage: 'CLOSED', next: [] }] })], /^fault .*stages\.1\.stage: CLOSED is stage 1 already/],
  ];
  for (const [mechanisms, message] of table) t.match(said(...mechanisms).join('\n'), new RegExp(message.source, 'm'), message.source);
});

t.test('tables of statistics', async (t) => {
  const count = purposeMask(['STATISTICS']);
  const countables = { Indicator: { role: { level: 0 as const, caveats: 0, values: 12 }, nation: { level: 0 as const, caveats: 0, values: 256 }, target: { level: 0 as const, caveats: 0, values: 256 }, severity: { level: 2 as const, caveats: 0, values: 4 }, victim: { level: 1 as const, caveats: 2, values: 4 } } };
  const table: StatisticTable = { id: 's', title: text, agreement: 'x', clause: '1', channels: ['g'], kind: 'Indicator', dimensions: ['role', 'originatorCountry', 'month'], period: 'QUARTER', status: 'ACTIVE' };
  const told = (tables: readonly StatisticTable[], changes: Partial<Clause> = {}, channels = ['g', 'h']): string[] => {
    const agreements = [agreement('x', { clauses: [clause({ access: ['READ', 'COUNT'], purposes: count | investigation, ...changes }), clause({ id: '2' })] })];
    const registry = { ...world(agreements, channels.map((id) => channel(id, { purposes: count | investigation }))), statistics: named(tables) };
    return checkRegistry(registry, { kinds, countables }).filter(({ path }) => path[0] === 'statistics').map(({ path, message }) => `${path.slice(2).join('.')}: ${message}`);
  };
  t.strictSame(told([table, { ...table, id: 't', dimensions: ['role'] }, { ...table, id: 'u', channels: ['h'], period: 'YEAR' }]), []);
  t.match(told([{ ...table, agreement: 'y' }]), [/^agreement: there is no agreement y/]);
  t.match(told([{ ...table, channels: ['nope'] }]), [/^channels.0: there is no channel/]);
  t.match(told([{ ...table, clause: '9' }]), [/^clause: x has no clause 9/]);
  t.match(told([{ ...table, clause: '2' }]), [/does not give COUNT/, /not for STATISTICS/]);
  t.match(told([{ ...table, kind: 'Nothing' }]), [/^kind: there is no record kind/]);
  t.match(told([table], { kinds: ['Place'] }), [/does not speak of Indicator/]);
  t.match(told([table], { when: { Indicator: { role: ['C2'] } } }), [/some Indicator records only/]);
  t.match(told([{ ...table, dimensions: ['rolle'] }]), [/^dimensions.0: .*did you mean role/]);
  t.match(told([{ ...table, dimensions: ['value'] }]), [/cannot be counted by value/], 'no open values');
  t.match(told([{ ...table, dimensions: ['severity'] }]), [/severity is CONFIDENTIAL: .* up to RESTRICTED/]);
  t.match(told([{ ...table, dimensions: ['victim'] }]), [/victim needs VICTIM/]);
  t.strictSame(told([{ ...table, dimensions: ['nation', 'role', 'month'], period: 'YEAR' }]).map((one) => one.slice(0, 30)), ['dimensions: up to 36864 cells:']);
  t.match(told([{ ...table, dimensions: ['nation', 'target'] }]), [/^dimensions: up to 65536 cells: at most 25000/]);
  t.strictSame(told([{ ...table, dimensions: ['nation', 'role', 'originatorCountry'] }]), []);
  t.match(told([{ ...table, dimensions: ['role', 'month'], period: 'MONTH' }]), [/has no months/]);
  t.match(told([{ ...table, dimensions: ['role', 'month', 'originatorCountry', 'x'] }]), [/cannot be counted by x/, /at most 3/]);
  t.match(told([table, { ...table, id: 't', period: 'YEAR' }]), [/^period: s counts the same by QUARTER/]);
  t.match(told([table, { ...table, id: 't', channels: ['g', 'h'] }]), [/^channels: s counts the same kind over some/]);
});

t.test('desks that keep the accounts of banks', async (t) => {
  const desk = (id: string, more: object = {}) => ({ id, name: text, contact: 'x', ...more });
  const said = (...partners: Partner[]): string[] => checkRegistry(world([], [], partners), { kinds }).map(({ severity, path, message }) => `${severity} ${path.join('.')}: ${message}`);
  const keeps = (id: string, ...institutions: string[]): Partner => ({ ...partner(id), desks: [desk('fraud', { institutions })] });
  t.strictSame(said(keeps('a', 'TH/SYN', 'SYNTTHBK'), keeps('b', 'TH/TWO')), []);
  t.strictSame(said(keeps('a', 'TH/SYN'), keeps('b', 'TH/SYN')), [
    'fault partners.a.desks.fraud.institutions.0: b/fraud keeps the accounts of TH/SYN too: a hold would not know whom to ask', 'fault partners.b.desks.fraud.institutions.0: a/fraud keeps the accounts of TH/SYN too: a hold would not know whom to ask',
  ]);
  t.strictSame(said(keeps('a', 'TH/SYN', 'TH/SYN')), ['fault partners.a.desks.fraud.institutions.1: TH/SYN stands there twice']);
});

t.test('requests that a clause lists: somebody must be able to ask them of somebody', async (t) => {
  const [personal, operational] = [caveatMask(['PERSONAL']), caveatMask(['OPERATIONAL'])];
  const bodies = new Map([['LOCATE', { level: 2 as Level, caveats: personal }]]);
  const cleared = (caveats: number, clearance: Level = 3) => ['a', 'b'].map((id): Partner => ({ ...partner(id, clearance), caveats }));
  const said = (clauses: readonly Partial<Clause>[], partners: readonly Partner[], ceiling: Level = 2): string[] => {
    const registry = world([agreement('x', { clauses: clauses.map((changes, i) => clause({ id: String(i + 1), ceiling: 2, caveats: personal, requests: ['LOCATE'], access: [], kinds: [], ...changes })) })], [channel('g', { ceiling })], [...partners]);
    return checkRegistry(registry, { kinds, requests: new Set(['LOCATE']), bodies }).filter(({ path }) => ['requests', 'access', 'kinds'].includes(String(path[4]))).map(({ severity, path, message }) => `${severity} ${path.slice(3).join('.')}: ${message}`);
  };
  const nobody = (clauseId: string, why: string): string => `warning ${Number(clauseId) - 1}.requests.0: clause ${clauseId} lets nobody be asked LOCATE: what it asks is C/PERSONAL, and ${why}`;
  t.same(said([{}], cleared(personal)), [], 'a clause of requests alone');
  t.same(said([{ ceiling: 1, caveats: operational }], cleared(personal | operational)), [nobody('1', 'the clause, with its channels, goes up to RESTRICTED and does not give PERSONAL')]);
  t.same(said([{ ceiling: 1 }], cleared(personal), 1), [nobody('1', 'the clause, with its channels, goes up to RESTRICTED')], 'the channel\'s too');
  t.same(said([{}], [...cleared(personal).slice(0, 1), partner('b', 3)]), [nobody('1', 'no two of its partners may hold it')], 'nobody is asked by himself');
  t.same(said([{ caveats: 0 }, {}], cleared(personal)), [], 'another clause of the channel lets them');
  t.same(said([{ caveats: 0 }, { ceiling: 1 }], cleared(personal)), [
    nobody('1', 'the clause, with its channels, does not give PERSONAL'), nobody('2', 'the clause, with its channels, goes up to RESTRICTED')], 'two clauses are not added together');
  t.same(said([{}, { parties: ['a'], caveats: 0 }], cleared(personal)), [], 'asked under one, answered under another');
  t.match(said([{ access: ['READ'] }], cleared(personal)), [/^fault 0\.kinds: is empty: name what it gives/]);
  t.match(said([{ kinds: ['Indicator'] }], cleared(personal)), [/^fault 0\.access: is empty/]);
  const { requests: _, ...silent } = clause({ access: [], kinds: [] });
  t.match(checkRegistry(world([agreement('x', { clauses: [silent] })], [channel('g')]), { kinds }), [{ severity: 'fault', message: /lists no `requests`: it gives nothing/ }]);
});
