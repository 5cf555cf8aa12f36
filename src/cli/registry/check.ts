/** `prasan check <dir>`: is a folder of declarations sound? Needs no database. */
import { parseArgs } from 'node:util';
import { loadDictionary } from '../../dictionary/load.ts';
import { lineOf } from './fault.ts';
import { knownOf } from './known.ts';
import { readRegistry } from './read.ts';

/** Where lines go; `process.stdout` fits. */
export interface Out {
  write(text: string): unknown;
}

export const checkUsage = 'prasan check <folder>: checks the partners, issuers, agreements and channels declared in its .yaml files';

const counted = (n: number, one: string): string => `${n} ${n === 1 ? one : one.replace(/^\w+/, '$&s')}`;

/**
 * Prints one line a fault or warning: file, line, field, what is wrong.
 * @param args what stands after `check`
 * @returns the exit code: 0 sound (there may be warnings), 1 faults, 2 wrongly called
 */
export async function check(args: readonly string[], out: Out): Promise<number> {
  const folder = folderOf(args);
  if (folder === undefined) {
    out.write(`usage: ${checkUsage}\n`);
    return 2;
  }
  const { registry, faults = [], warnings } = await readRegistry(folder, knownOf(loadDictionary()));
  for (const warning of warnings) out.write(`warning: ${lineOf(warning)}\n`);
  for (const fault of faults) out.write(`${lineOf(fault)}\n`);
  if (registry === undefined) {
    out.write(`${folder}: ${counted(faults.length, 'fault')}, ${counted(warnings.length, 'warning')}\n`);
    return 1;
  }
  const { partners, issuers, clients, agreements, channels, mechanisms, statistics } = registry;
  const sizes = { partner: partners.size, issuer: issuers.size, ...(clients.size > 0 && { client: clients.size }), agreement: agreements.size, channel: channels.size, ...(mechanisms.size > 0 && { mechanism: mechanisms.size }), ...(statistics.size > 0 && { 'table of statistics': statistics.size }) };
  const held = Object.entries(sizes).map(([one, size]) => counted(size, one));
  out.write(`${folder}: sound: ${held.join(', ')}${warnings.length === 0 ? '' : `; ${counted(warnings.length, 'warning')}`}\n`);
  return 0;
}

function folderOf(args: readonly string[]): string | undefined {
  try {
    const { positionals } = parseArgs({ args: [...args], allowPositionals: true, options: {} });
    return positionals.length === 1 ? positionals[0] : undefined;
  } catch {
    return undefined;
  }
}
