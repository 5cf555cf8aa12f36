/** What a feed tells, as a table: visibility then and now, and of changes only those that the viewer could notice. */
import t from 'tap';
import type { CaveatName, LevelName } from '../../src/dictionary/compartment.ts';
import { anew, horizonAt, type Passage, told, touched, touchedOf, touchedText } from '../../src/rules/feed.ts';
import { audience, dictionary, mask, rank } from './rules.ts';

const where = { one: { ...audience('alpha', 'RESTRICTED', ['one']), id: 1 }, other: { ...audience('alpha', 'RESTRICTED', ['two']), id: 2 } };
const sees = (ceiling: LevelName, caveats: CaveatName[] = [], from = 0, to = 100) => ({ audience: where.one, level: where.one.level, ceiling: rank(ceiling), caveats: mask(caveats), from, to });
const tell = (given: Partial<Passage>, held = [sees('RESTRICTED')], then = 10, now = 20) => {
  const horizon = (at: number) => horizonAt(dictionary, held, 'kr-embassy', at, 4, mask(['SOURCE', 'OPERATIONAL', 'PERSONAL']));
  return told({ before: 1, after: 1, through: [1], fields: [], moved: false, ...given }, horizon(then), horizon(now));
};
const change = (name: string, under: LevelName = 'UNCLASSIFIED') => ({ fields: [{ name, under: rank(under) }] });

t.test('what is told', async (t) => {
  const table: [ReturnType<typeof tell>, string | undefined, string][] = [
    [tell({ before: undefined }), 'SHARED', 'submitted'],
    [tell({ before: 2 }), 'SHARED', 'brought in from where it was not seen'],
    [tell({ before: 2, after: 2, through: [2] }), undefined, 'never seen'],
    [tell({ after: 0, through: [0] }), 'ERASED', 'erased'],
    [tell({ before: undefined, after: 0, through: [1, 0] }), undefined, 'submitted and erased since'],
    [tell({ before: 2, after: 0, through: [0] }), undefined, 'erased where it was not seen'],
    [tell({ after: 0, through: [0] }, [sees('RESTRICTED', [], 0, 15)]), 'ACCESS_ENDED', 'lapsed, and erased after'],
    [tell({}), undefined, 'nothing that shows'],
    [tell(change('description')), 'REVISED', 'a field that is seen'],
    [tell(change('sourceDetail')), undefined, 'a field above'],
    [tell(change('description', 'SECRET')), undefined, 'a field that a marking withholds'],
    [tell(change('description', 'RESTRICTED')), 'REVISED', 'a field that is marked, and seen all the same'],
    [tell(change('description', 'SECRET'), [sees('SECRET')]), 'REVISED', 'for those who are cleared for the marking'],
    [tell({ after: 2, through: [2], fields: [{ name: 'status', under: 0 }] }), 'WITHDRAWN', 'withdrawn'],
    [tell({ after: 2, through: [2] }), 'ACCESS_ENDED', 'taken out'],
    [tell({}, [sees('RESTRICTED', [], 0, 15)]), 'ACCESS_ENDED', 'lapsed'],
    [tell({ after: 2, through: [2], fields: [{ name: 'status', under: 0 }] }, [sees('RESTRICTED', [], 0, 15)]), 'ACCESS_ENDED', 'lapsed, and withdrawn after: that is not the viewer\'s to know'],
    [tell({}, [sees('RESTRICTED', [], 15)]), 'SHARED', 'gained'],
    [tell({}, [sees('RESTRICTED'), sees('SECRET', ['SOURCE'], 15)]), 'REVISED', 'more of it than before'],
    [tell(change('description'), [sees('RESTRICTED')], Number.NaN), 'SHARED', 'from the beginning'],
  ];
  for (const [got, expected, why] of table) t.equal(got, expected, why);
});

t.test('whether something is new of what tells who somebody is', async (t) => {
  const names = new Set(['description', 'sourceDetail']);
  const isAnew = (given: Partial<Passage>, held = [sees('RESTRICTED')], then = 10) => {
    const horizon = (at: number) => horizonAt(dictionary, held, 'kr-embassy', at, 4, mask(['SOURCE', 'OPERATIONAL', 'PERSONAL']));
    return anew({ before: 1, after: 1, through: [1], fields: [], ...given }, horizon(then), horizon(20), names);
  };
  const table: [boolean, boolean, string][] = [
    [isAnew({ before: undefined }), true, 'submitted'],
    [isAnew({ before: 2 }), true, 'shared'],
    [isAnew({ after: 2, through: [2] }), false, 'taken out'],
    [isAnew({ before: undefined, after: 2, through: [2] }), false, 'never seen'],
    [isAnew({}), false, 'nothing'],
    [isAnew(change('description')), true, 'a change of it'],
    [isAnew(change('sourceDetail')), false, 'a change of it out of sight'],
    [isAnew(change('location')), false, 'a change of something else'],
    [isAnew({ through: [2, 1] }), true, 'away, and back'],
    [isAnew({}, [sees('RESTRICTED'), sees('SECRET', ['SOURCE'], 15)]), true, 'more of it is seen'],
    [isAnew({}, [sees('RESTRICTED'), sees('RESTRICTED', ['OPERATIONAL'], 15)]), false, 'more of something else is seen'],
    [isAnew({}, [sees('RESTRICTED')], Number.NaN), true, 'from the beginning'],
  ];
  for (const [got, expected, why] of table) t.equal(got, expected, why);
});

t.test('a change is known under the lower of its markings before and after', async (t) => {
  const marks = (level: LevelName) => new Map([['location', rank(level)]]);
  t.strictSame(touched(['location'], new Map(), marks('SECRET')), [{ name: 'location', under: 0 }], 'whoever saw it knows that it was marked');
  t.strictSame(touched(['location'], marks('CONFIDENTIAL'), marks('SECRET')), [{ name: 'location', under: 2 }]);
  t.strictSame(touched(['description'], marks('SECRET'), marks('SECRET')), [{ name: 'description', under: 0 }]);
  for (const one of touched(['location', 'status'], marks('SECRET'), marks('SECRET'))) t.strictSame(touchedOf(touchedText(one)), one);
});
