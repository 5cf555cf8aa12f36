/** The demonstration's registry, as declared in `registry/demo`. */
import { fileURLToPath } from 'node:url';
import type { Conditions } from '../../rules/condition.ts';
import type { Countables } from '../../rules/statistic-table.ts';
import type { Declared } from '../../store/apply.ts';
import { Fault } from '../fault.ts';
import { lineOf } from '../registry/fault.ts';
import { readRegistry } from '../registry/read.ts';

const folder = fileURLToPath(new URL('../../../registry/demo', import.meta.url));

/**
 * @param kinds record kinds of the dictionary: what no kind is known of is only warned of
 * @param conditions what its clauses may depend on
 * @param countables what its tables may count by
 * @throws Fault when the folder is not sound
 */
export async function demoRegistry(kinds: Iterable<string> = ['Indicator'], conditions: Conditions = {}, countables: Countables = {}): Promise<Declared> {
  const { registry, faults = [] } = await readRegistry(folder, { kinds, conditions, countables });
  if (registry === undefined) throw new Fault(faults.map(lineOf).join('\n'));
  return registry;
}
