import { configTable } from '../config.ts';
import { UsageFault } from './fault.ts';

/** `prasan config`: the table of settings. */
export async function settings(args: readonly string[]): Promise<number> {
  if (args.length > 0) throw new UsageFault('takes no arguments');
  process.stdout.write(configTable());
  return 0;
}
