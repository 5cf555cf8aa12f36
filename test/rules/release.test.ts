/** Release, plan and layout as tables: what leaves, what is opened, where it is kept. */
import t from 'tap';
import type { CaveatName, LevelName } from '../../src/dictionary/compartment.ts';
import type { Change } from '../../src/rules/record.ts';
import { layoutOf } from '../../src/rules/layout.ts';
import { plan } from '../../src/rules/plan.ts';
import { release } from '../../src/rules/release.ts';
import { grant, indicator, rank, stored } from './rules.ts';

const sight = (...grants: ReturnType<typeof grant>[]) => ({ grants, memberOf: (channel: string) => channel === 'one' });
const part = { version: 1, sealed: 'x' };

t.test('a row without a grant is a disagreement of the locks', async (t) => {
  t.throws(() => release(stored({}), sight(), new Map()), /locks disagree/);
  t.throws(() => JSON.stringify(stored({ body: { value: 'a' } })), /never serialised/);
});

t.test('what is not covered does not leave, though it be given', async (t) => {
  const body = { value: 'a.com', externalRef: 'R', evaluation: { source: 'A' } };
  const opened = new Map([['S/SOURCE', { sourceDetail: 'who' }], ['R/OPERATIONAL', { location: { lat: 1, lon: 2 } }]]);
  const seen = (ceiling: LevelName, caveats: CaveatName[] = [], markings: Record<string, LevelName> = {}) => Object.keys(release(stored({ body, markings }), sight(grant(ceiling, caveats)), opened).body);
  t.ok(seen('UNCLASSIFIED').includes('value'));
  for (const name of ['externalRef', 'evaluation', 'sourceDetail', 'location']) t.notOk(seen('UNCLASSIFIED').includes(name), name);
  t.ok(seen('RESTRICTED', ['OPERATIONAL']).includes('location'));
  t.notOk(seen('SECRET', ['OPERATIONAL']).includes('sourceDetail'));
  t.notOk(seen('RESTRICTED', [], { value: 'SECRET' }).includes('value'), 'a marking raises');
  const { body: low } = release(stored({ body, markings: { value: 'SECRET', description: 'RESTRICTED' } }), sight(grant('RESTRICTED')), opened);
  t.strictSame(low['markings'], [{ field: 'description', level: 'RESTRICTED' }], 'markings of what is withheld are not told');
  t.ok((low['withheld'] as string[]).includes('rationale'), 'withheld says the names, whether or not there is a value');
  t.strictSame(low['channels'], ['one'], 'and only one\'s own channels');
});

t.test('the count of changes and the last one are of what is seen', async (t) => {
  const changes: Change[] = [{ revision: 1, at: 1000, fields: [] }, { revision: 2, at: 2000, fields: ['sourceDetail'] }, { revision: 3, at: 3000, fields: ['description'] }, { revision: 4, at: 4000, fields: ['rationale'] }];
  const history = (list: readonly Change[], ceiling: LevelName, caveats: CaveatName[] = []) => {
    const { body } = release(stored({ changes: list }), sight(grant(ceiling, caveats)), new Map());
    return [body['revision'], Date.parse(String(body['updatedAt']))];
  };
  t.strictSame(history(changes, 'UNCLASSIFIED'), [2, 3000]);
  t.strictSame(history(changes, 'SECRET', ['SOURCE']), [3, 3000]);
  t.strictSame(history(changes, 'SECRET', ['SOURCE', 'OPERATIONAL']), [4, 4000]);
  const lowered: Change[] = [{ revision: 1, at: 1000, fields: [] }, { revision: 2, at: 2000, fields: ['description'] }, { revision: 3, at: 3000, fields: ['classification'], was: rank('SECRET') }, { revision: 4, at: 4000, fields: ['description'] }];
  t.strictSame(history(lowered, 'RESTRICTED'), [2, 4000], 'what was above the viewer was no revision to it');
  t.strictSame(history(lowered, 'SECRET'), [4, 4000]);
});

t.test('equal bodies have equal entity tags, and only they', async (t) => {
  const tag = (body: Record<string, string>, ceiling: LevelName) => release(stored({ body }), sight(grant(ceiling)), new Map()).etag;
  t.equal(tag({ value: 'a.com', externalRef: '1' }, 'UNCLASSIFIED'), tag({ value: 'a.com', externalRef: '2' }, 'UNCLASSIFIED'));
  t.not(tag({ value: 'a.com' }, 'UNCLASSIFIED'), tag({ value: 'b.com' }, 'UNCLASSIFIED'));
  t.match(tag({ value: 'a.com' }, 'UNCLASSIFIED'), /^"[\w-]{27}"$/);
});

t.test('only compartments that one grant covers are opened', async (t) => {
  const record = stored({ classification: 'CONFIDENTIAL', sealed: { 'C': part, 'C/OPERATIONAL': part, 'S/SOURCE': part, 'S/OPERATIONAL': part } });
  const planned = (...grants: ReturnType<typeof grant>[]) => plan(record, grants).map(({ compartment }) => compartment);
  t.strictSame(planned(), []);
  t.strictSame(planned(grant('CONFIDENTIAL')), ['C']);
  t.strictSame(planned(grant('CONFIDENTIAL', ['OPERATIONAL', 'SOURCE'])), ['C', 'C/OPERATIONAL']);
  t.strictSame(planned(grant('CONFIDENTIAL', ['OPERATIONAL']), grant('SECRET', ['SOURCE'])), ['C', 'C/OPERATIONAL', 'S/SOURCE'], 'no union');
});

t.test('where content is kept', async (t) => {
  const body = { value: 'a.com', externalRef: 'R', location: { lat: 1, lon: 2 }, rationale: 'why', sourceDetail: 'who', retainUntil: '2030-01-01T00:00:00Z' };
  const places = (classification: LevelName, markings: Record<string, LevelName> = {}) => {
    const { open, sealed } = layoutOf(indicator, rank(classification), new Map(Object.entries(markings).map(([name, level]) => [name, rank(level)])), body);
    return { open: Object.keys(open), sealed: Object.fromEntries([...sealed].map(([name, fields]) => [name, Object.keys(fields)])) };
  };
  t.strictSame(places('RESTRICTED'), { open: ['value', 'externalRef', 'retainUntil'], sealed: { 'R/OPERATIONAL': ['location'], 'C/OPERATIONAL': ['rationale'], 'S/SOURCE': ['sourceDetail'] } });
  t.strictSame(places('CONFIDENTIAL'), { open: ['retainUntil'], sealed: { C: ['value', 'externalRef'], 'C/OPERATIONAL': ['location', 'rationale'], 'S/SOURCE': ['sourceDetail'] } });
  t.strictSame(places('UNCLASSIFIED', { value: 'SECRET' }).sealed['S'], ['value'], 'a marking moves a field');
});
