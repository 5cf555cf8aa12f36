/** Grants as tables: who has which record by what, and when. */
import t from 'tap';
import { type CaveatName, type LevelName, purposeMask, type PurposeName, purposesIn } from '../../src/dictionary/compartment.ts';
import { coveredBy, givesField, type Grant, grantRows, grantsOf, openablePurposes } from '../../src/rules/grant.ts';
import type { Field } from '../../src/dictionary/types.ts';
import type { Audience } from '../../src/rules/record.ts';
import type { Registry } from '../../src/rules/registry.ts';
import { audience, changed, dictionary, grant, mask, rank, registry, viewer } from './rules.ts';

const now = Date.parse('2026-06-01T00:00:00Z');
const through = (under: Registry, partner: string, purpose: PurposeName, level: LevelName, channels: readonly string[], clearance: LevelName = 'TOP_SECRET', at = now): string[] => {
  const where = audience('alpha', level, channels);
  return grantsOf(grantRows(under, dictionary, where), where, viewer(partner, purpose, clearance, undefined, under), at).map(({ agreement, clause, channel }) => (channel === undefined ? 'own' : `${agreement}/${clause}`)).sort();
};

t.test('who has a record', async (t) => {
  const table: [string, PurposeName, LevelName, readonly string[], string[], string][] = [
    ['beta', 'INVESTIGATION', 'RESTRICTED', ['one'], ['ag1/1'], 'a member, for the clause\'s purpose'],
    ['beta', 'PREVENTION', 'RESTRICTED', ['one'], ['ag1/2'], 'another purpose, another clause'],
    ['beta', 'PREVENTION', 'CONFIDENTIAL', ['one'], [], 'above that clause\'s ceiling'],
    ['beta', 'INVESTIGATION', 'SECRET', ['two'], ['ag2/1'], 'each way stands alone'],
    ['beta', 'INVESTIGATION', 'CONFIDENTIAL', ['one', 'two'], ['ag1/1', 'ag2/1', 'ag2/2'], 'through two channels'],
    ['gamma', 'INVESTIGATION', 'RESTRICTED', ['two'], [], 'no member'],
    ['eps', 'INVESTIGATION', 'UNCLASSIFIED', ['one', 'two', 'three'], [], 'a stranger'],
    ['beta', 'INVESTIGATION', 'RESTRICTED', [], [], 'shared with nobody'],
    ['alpha', 'PREVENTION', 'SECRET', [], ['own'], 'the originator\'s own staff'],
    ['beta', 'INVESTIGATION', 'RESTRICTED', ['nowhere'], [], 'a channel that is gone'],
  ];
  for (const [partner, purpose, level, channels, expected, why] of table) t.strictSame(through(registry, partner, purpose, level, channels), expected, why);
  t.strictSame(through(registry, 'alpha', 'PREVENTION', 'SECRET', [], 'RESTRICTED'), [], 'own staff below the record\'s level');
  t.strictSame(through(registry, 'beta', 'INVESTIGATION', 'CONFIDENTIAL', ['one'], 'RESTRICTED'), [], 'a token below the record\'s level');
});

t.test('what ends it', async (t) => {
  const table: [Registry, string][] = [
    [changed('channels', 'one', { status: 'SUSPENDED' }), 'channel suspended'],
    [changed('channels', 'one', { members: ['alpha'] }), 'no member any more'],
    [changed('agreements', 'ag1', { status: 'SUSPENDED' }), 'agreement suspended'],
    [changed('agreements', 'ag1', { status: 'TERMINATED', terminatedAt: '2026-05-31T00:00:00Z' }), 'terminated'],
    [changed('agreements', 'ag1', { validTo: '2026-06-01T00:00:00.000Z' }), 'no longer in force at its end'],
    [changed('agreements', 'ag1', { validFrom: '2026-06-01T00:00:00.001Z' }), 'not yet in force'],
    [changed('agreements', 'ag1', { parties: ['alpha'] }), 'no party any more'],
  ];
  for (const [under, why] of table) t.strictSame(through(under, 'beta', 'INVESTIGATION', 'RESTRICTED', ['one']), [], why);
  t.strictSame(through(changed('agreements', 'ag1', { validTo: '2026-06-01T00:00:00.001Z' }), 'beta', 'INVESTIGATION', 'RESTRICTED', ['one']), ['ag1/1'], 'in force until then');
  const later = { ...changed('agreements', 'ag1', { validTo: '2026-05-01T00:00:00Z' }) };
  const agreement = later.agreements.get('ag1');
  if (agreement === undefined) throw new Error('no agreement');
  const clauses = agreement.clauses.map((clause) => ({ ...clause, onTermination: { readUntil: '2026-07-01T00:00:00Z' } }));
  t.strictSame(through(changed('agreements', 'ag1', { ...agreement, clauses }), 'beta', 'INVESTIGATION', 'RESTRICTED', ['one']), ['ag1/1'], 'read until a date after the end');
});

t.test('a successor takes over without a gap', async (t) => {
  const old = registry.agreements.get('ag1');
  if (old === undefined) throw new Error('no agreement');
  const under: Registry = { ...registry, agreements: new Map([...registry.agreements, ['next', { ...old, id: 'next', supersedes: 'ag1', validFrom: '2026-06-01T00:00:00Z' }]]) };
  t.strictSame(through(under, 'beta', 'INVESTIGATION', 'RESTRICTED', ['one'], undefined, now - 1), ['ag1/1']);
  t.strictSame(through(under, 'beta', 'INVESTIGATION', 'RESTRICTED', ['one'], undefined, now), ['next/1']);
});

t.test('one single grant covers level and all caveats, never the union of two', async (t) => {
  const both: CaveatName[] = ['SOURCE', 'OPERATIONAL'];
  t.ok(coveredBy([grant('SECRET', both)], rank('SECRET'), mask(both)));
  t.notOk(coveredBy([grant('SECRET', ['SOURCE']), grant('SECRET', ['OPERATIONAL'])], rank('SECRET'), mask(both)), 'caveats of two');
  t.notOk(coveredBy([grant('SECRET'), grant('RESTRICTED', ['SOURCE'])], rank('CONFIDENTIAL'), mask(['SOURCE'])), 'the level of one, the caveat of another');
  t.notOk(coveredBy([], 0, 0), 'nothing covers nothing');
});

t.test('a record that exists by others is there for whom each of them is', async (t) => {
  const link = (level: LevelName, channels: readonly string[], ...ends: (readonly [LevelName, readonly string[]])[]): Audience =>
    ({ ...audience('alpha', level, channels), id: 9, ends: ends.map(([its, into], i) => ({ ...audience('alpha', its, into), id: i + 1 })) });
  const seen = (where: Audience, partner: string, purpose: PurposeName, clearance: LevelName = 'TOP_SECRET', at = now, under = registry): Grant[] =>
    grantsOf(grantRows(under, dictionary, where), where, viewer(partner, purpose, clearance, undefined, under), at);
  const table: [Audience, string, PurposeName, LevelName, number, string][] = [
    [link('RESTRICTED', ['one'], ['RESTRICTED', ['one']], ['RESTRICTED', ['one']]), 'beta', 'INVESTIGATION', 'TOP_SECRET', 1, 'both ends are there'],
    [link('RESTRICTED', ['one'], ['RESTRICTED', ['one']], ['RESTRICTED', []]), 'beta', 'INVESTIGATION', 'TOP_SECRET', 0, 'one is shared with nobody'],
    [link('RESTRICTED', [], ['RESTRICTED', ['one']], ['RESTRICTED', ['one']]), 'beta', 'INVESTIGATION', 'TOP_SECRET', 0, 'the link itself is not'],
    [link('RESTRICTED', ['one'], ['RESTRICTED', ['one']], ['CONFIDENTIAL', ['one']]), 'beta', 'PREVENTION', 'TOP_SECRET', 0, 'an end above the ceiling of this purpose'],
    [link('RESTRICTED', ['one'], ['RESTRICTED', ['one']], ['CONFIDENTIAL', ['one']]), 'beta', 'INVESTIGATION', 'RESTRICTED', 0, 'an end above the clearance'],
    [link('RESTRICTED', ['one'], ['SECRET', ['two']]), 'beta', 'INVESTIGATION', 'TOP_SECRET', 1, 'an end through another channel'],
    [link('RESTRICTED', ['one'], ['SECRET', ['two']]), 'beta', 'PREVENTION', 'TOP_SECRET', 0, 'which that purpose has not'],
    [link('RESTRICTED', ['one'], ['RESTRICTED', ['one', 'two']]), 'beta', 'INVESTIGATION', 'TOP_SECRET', 1, 'two ways to an end are one way to the link'],
    [link('RESTRICTED', [], ['RESTRICTED', []]), 'alpha', 'PREVENTION', 'TOP_SECRET', 1, 'the originator of all'],
  ];
  for (const [where, partner, purpose, clearance, expected, why] of table) t.equal(seen(where, partner, purpose, clearance).length, expected, why);

  const through = link('RESTRICTED', ['one'], ['SECRET', ['two']]);
  const [own] = seen(link('RESTRICTED', ['one']), 'beta', 'INVESTIGATION');
  const [joint] = seen(through, 'beta', 'INVESTIGATION');
  t.strictSame([joint?.ceiling, joint?.caveats, joint?.channel], [own?.ceiling, own?.caveats, own?.channel], 'what it opens is what it opened by itself');
  const ending = changed('agreements', 'ag2', { validTo: '2026-06-02T00:00:00Z' });
  t.strictSame([now, Date.parse('2026-06-02T00:00:00Z')].map((at) => seen(through, 'beta', 'INVESTIGATION', undefined, at, ending).length), [1, 0], 'as long as both are in force');

  const bound = (tag: string): Audience => ({ ...audience('gamma', 'RESTRICTED', ['one']), id: 5, limits: { recipients: ['beta'], purposes: purposeMask(['INVESTIGATION']), case: tag } });
  const testimony = (...tags: readonly string[]): Audience => ({ ...audience('alpha', 'RESTRICTED', ['one']), id: 9, ends: tags.map(bound) });
  const named = (where: Audience, ...cases: readonly string[]): number =>
    grantsOf(grantRows(registry, dictionary, where), where, { ...viewer('beta', 'INVESTIGATION'), case: cases }, now).length;
  t.strictSame([named(testimony('a')), named(testimony('a'), 'a'), named(testimony('a', 'a'), 'a'), named(testimony('a', 'b'), 'a', 'b')], [0, 1, 1, 0], 'and in the case that a testimony is bound to');
});

t.test('an opening is a grant of one field, beside the clause\'s own', async (t) => {
  const opened = { by: 'request', partner: 'beta', channel: 'one', field: 'sourceDetail', level: rank('SECRET'), purposes: purposeMask(['INVESTIGATION']), to: now + 1000 };
  const where = (more: Partial<typeof opened> = {}, audienceMore: Partial<Audience> = {}): Audience => ({ ...audience('alpha', 'RESTRICTED', ['one']), ...audienceMore, opened: [{ ...opened, ...more }] });
  const field = (name: string): Field => {
    const found = dictionary.kinds.get('Indicator')?.field.get(name);
    if (found === undefined) throw new Error(`no field ${name}`);
    return found;
  };
  interface Asks { readonly partner?: string; readonly clearance?: LevelName; readonly caveats?: readonly CaveatName[]; readonly when?: number; readonly under?: Registry }
  const given = (at: Audience, name: string, { partner = 'beta', clearance = 'TOP_SECRET', caveats, when = now, under = registry }: Asks = {}): boolean =>
    givesField(grantsOf(grantRows(under, dictionary, at), at, viewer(partner, 'INVESTIGATION', clearance, caveats, under), when), field(name), field(name).level);
  t.ok(given(where(), 'sourceDetail'), 'the field');
  t.notOk(given(where(), 'collectionMethod'), 'none that stands beside it');
  t.notOk(given(where(), 'sourceDetail', { partner: 'gamma' }), 'nobody else');
  t.notOk(given(where({ purposes: purposeMask(['PREVENTION']) }), 'sourceDetail'), 'for another purpose');
  t.notOk(given(where(), 'sourceDetail', { clearance: 'CONFIDENTIAL' }), 'to an officer of less clearance');
  t.notOk(given(where(), 'sourceDetail', { caveats: ['OPERATIONAL'] }), 'or without its caveat');
  t.strictSame([now + 999, now + 1000].map((when) => given(where(), 'sourceDetail', { when })), [true, false], 'until its instant');
  t.notOk(given(where({ level: rank('CONFIDENTIAL') }), 'sourceDetail'), 'at the level that it was opened at, and no higher');
  t.notOk(given(where({ channel: 'two' }), 'sourceDetail'), 'not where no clause brings the record');
  t.notOk(given(where({}, { channels: [] }), 'sourceDetail'), 'nor taken out of the channel');
  t.notOk(given(where(), 'sourceDetail', { under: changed('agreements', 'ag1', { status: 'SUSPENDED' }) }), 'nor under an agreement that is suspended');
  t.notOk(given(where({}, { limits: { recipients: ['gamma'], purposes: purposeMask(['INVESTIGATION']) } }), 'sourceDetail'), 'nor beyond consent');
  t.notOk(given(where({}, { limits: { recipients: ['beta'], purposes: purposeMask(['PREVENTION']) } }), 'sourceDetail'), 'nor for what it was not given for');
  const rows = grantRows(registry, dictionary, where()).filter((row) => row.partner === 'beta');
  t.notOk(coveredBy(grantsOf(rows.filter((row) => row.field !== undefined), where(), viewer('beta', 'INVESTIGATION'), now), 0, 0), 'an opening covers nothing by itself: it is no union with anything');
  const link: Audience = { ...audience('alpha', 'RESTRICTED', ['one']), id: 9, ends: [where()] };
  t.notOk(given(link, 'sourceDetail'), 'what exists by the record is opened no further');
  t.strictSame(purposesIn(openablePurposes(dictionary, { caveats: mask(['VICTIM', 'PERSONAL']) })), ['VICTIM_PROTECTION', 'REPATRIATION', 'CONSULAR_ASSISTANCE'], 'what is of a victim, for its protection alone');
});
