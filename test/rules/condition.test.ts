/** Clauses with a condition: what they depend on, and that it tells nothing to whom it is withheld from. */
import t from 'tap';
import type { LevelName } from '../../src/dictionary/compartment.ts';
import { conditionLevel, conditionsOf, stateOf } from '../../src/rules/condition.ts';
import { grantRows, grantsOf } from '../../src/rules/grant.ts';
import { changed, dictionary, rank, registry, viewer } from './rules.ts';

const identity = dictionary.kinds.get('Identity');
if (identity === undefined) throw new Error('no Identity');
const when = { Identity: { identityStatus: ['UNDETERMINED'] } };
const undetermined = 'identityStatus=UNDETERMINED';

t.test('the state of a record', async (t) => {
  const state = (status: string, marking?: LevelName): string => stateOf(identity, new Map(marking === undefined ? [] : [['identityStatus', rank(marking)]]), { identityStatus: status });
  t.equal(state('UNDETERMINED'), undetermined);
  t.equal(state('SUSPECT'), '', 'a value that no clause can name');
  t.equal(state('UNDETERMINED', 'RESTRICTED'), undetermined, 'marked at its own level');
  t.equal(state('UNDETERMINED', 'CONFIDENTIAL'), '', 'raised: a clause that gave the record would tell of it');
  t.strictSame(conditionsOf(dictionary.kinds.values())['Identity'], { identityStatus: ['UNDETERMINED'] });
});

t.test('a condition', async (t) => {
  t.equal(conditionLevel({}, identity, ''), 0, 'none');
  t.equal(conditionLevel({ when: { Place: { type: ['AREA'] } } }, identity, ''), 0, 'of another kind');
  t.equal(conditionLevel({ when }, identity, undetermined), 1, 'held, for those who may see the field');
  t.equal(conditionLevel({ when }, identity, ''), undefined);
  t.equal(conditionLevel({ when }, identity, 'identityStatus=UNDETERMINED2'), undefined);
});

t.test('a grant with a condition', async (t) => {
  const under = changed('agreements', 'ag1', { clauses: registry.agreements.get('ag1')?.clauses.map((clause) => ({ ...clause, kinds: ['Identity'], when })) });
  const grants = (state: string, clearance: LevelName): number => {
    const audience = { id: 1, kind: 'Identity', level: rank('UNCLASSIFIED'), originator: 'alpha', channels: ['one'], state };
    return grantsOf(grantRows(under, dictionary, audience), audience, viewer('beta', 'INVESTIGATION', clearance, undefined, under), Date.parse('2026-06-01T00:00:00Z')).length;
  };
  t.equal(grants(undetermined, 'CONFIDENTIAL'), 1);
  t.equal(grants(undetermined, 'RESTRICTED'), 1);
  t.equal(grants(undetermined, 'UNCLASSIFIED'), 0, 'who may not see the field would learn it from the record being there');
  t.equal(grants('', 'CONFIDENTIAL'), 0);
});
