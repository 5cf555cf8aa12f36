/** The demonstration's registry, as declared in `registry/demo`. */
import { fileURLToPath } from 'node:url';
import type { Dictionary } from '../../dictionary/types.ts';
import type { Declared } from '../../rules/registry.ts';
import { Fault } from '../fault.ts';
import { lineOf } from '../registry/fault.ts';
import { knownOf } from '../registry/known.ts';
import { readRegistry } from '../registry/read.ts';

const folder = fileURLToPath(new URL('../../../registry/demo', import.meta.url));

/** @throws Fault when the folder is not sound */
export async function demoRegistry(dictionary: Dictionary): Promise<Declared> {
  const { registry, faults = [] } = await readRegistry(folder, knownOf(dictionary));
  if (registry === undefined) throw new Fault(faults.map(lineOf).join('\n'));
  return registry;
}
