/** What crosses the law is a closed list, and the property models each of it: a function that is added there without a model fails here. */
import t from 'tap';
import * as declassify from '../../src/rules/declassify.ts';
import { models } from './declassified.ts';

t.test('each function of declassify.ts has a model, and each model its function', async (t) => {
  t.strictSame(Object.keys(models).sort(), Object.entries(declassify).filter(([, one]) => typeof one === 'function').map(([name]) => name).sort());
});
