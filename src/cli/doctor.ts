/** `prasan doctor`: everything that keeps production from starting, at once. */
import { ConfigFault, readConfig, readSettings } from '../config.ts';
import { UsageFault } from './fault.ts';
import { productionFaults } from './production.ts';

type Setting = 'DATABASE_URL' | 'KEY_DATABASE_URL' | 'MATCHER_DATABASE_URL' | 'KEY_FILE' | 'PUBLIC_URL';

function settingFaults(): readonly string[] {
  try {
    readConfig(process.env);
    return [];
  } catch (error) {
    if (error instanceof ConfigFault) return error.faults;
    throw error;
  }
}

/** The value of one setting; undefined also where it cannot be read, which another line tells. */
function valueOf(name: Setting): string | undefined {
  try {
    return readSettings(process.env, [name])[name];
  } catch {
    return undefined;
  }
}

/** Of settings, key file, databases and registry: whatever of it can be asked with the settings that are right. */
export async function faultsNow(): Promise<string[]> {
  const found = await productionFaults({
    keyFile: valueOf('KEY_FILE'), databaseUrl: valueOf('DATABASE_URL'), keyDatabaseUrl: valueOf('KEY_DATABASE_URL'), matcherDatabaseUrl: valueOf('MATCHER_DATABASE_URL'), publicUrl: valueOf('PUBLIC_URL'),
  });
  return [...settingFaults(), ...found];
}

/** What does not keep it from starting, and should be known. */
const notes = (): string[] => [
  ...(valueOf('MATCHER_DATABASE_URL') === undefined ? ['note: MATCHER_DATABASE_URL is not set: at least one node needs it, or the victim firewall matches nothing'] : []),
  ...(valueOf('PUBLIC_URL')?.startsWith('https:') === true ? [] : ['note: PUBLIC_URL is no https address: set it to the one that callers use, and end TLS in front of the nodes']),
  ...(['DATABASE_OWNER_URL', 'KEY_DATABASE_OWNER_URL'].filter((name) => process.env[name] !== undefined).map((name) => `note: ${name} is set here: keep it off the nodes`)),
];

/** @returns 0 when production can start, 1 when it cannot */
export async function doctor(args: readonly string[]): Promise<number> {
  if (args.length > 0) throw new UsageFault('takes no arguments: it looks at the settings that `prasan serve` would have');
  if (!process.env['DATABASE_URL']?.trim()) {
    process.stdout.write('DATABASE_URL is not set: `prasan serve` would run the demonstration, which needs nothing. For production see docs/install.md.\n');
    return settingFaults().length > 0 ? 1 : 0;
  }
  const faults = await faultsNow();
  process.stdout.write([...faults, ...notes(), faults.length === 0 ? 'production can start' : `${faults.length} ${faults.length === 1 ? 'thing keeps' : 'things keep'} production from starting`, ''].join('\n'));
  return faults.length === 0 ? 0 : 1;
}
