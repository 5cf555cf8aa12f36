/** `prasan backup`, `restore` and `replay`: rows and keys apart, and what happened since done again. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadDictionary } from '../dictionary/load.ts';
import { ArchiveFault, type Content, writeArchive } from '../store/recovery/archive.ts';
import { type Replayed, replay } from '../store/recovery/replay.ts';
import { restoreKeys, restoreRows } from '../store/recovery/restore.ts';
import { Fault, UsageFault } from './fault.ts';
import { asOwners } from './owner.ts';

const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** An archive's faults are for the person at the terminal. */
async function told<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof ArchiveFault ? new Fault(error.message) : error;
  }
}

function asked(args: readonly string[]): { folder: string; only: Content | undefined; replace: boolean } {
  const { values, positionals } = parseArgs({
    args: [...args], allowPositionals: true, options: { rows: { type: 'boolean', default: false }, keys: { type: 'boolean', default: false }, replace: { type: 'boolean', default: false } },
  });
  const [folder] = positionals;
  if (folder === undefined || positionals.length > 1) throw new UsageFault('which folder?');
  const only = values.rows === values.keys ? undefined : values.rows ? 'rows' : 'keys';
  return { folder, only, replace: values.replace };
}

/** Rows first: keys are made before the rows that need them, so the keys' backup holds all that the rows' asks for. */
const contents: readonly Content[] = ['rows', 'keys'];

export async function backup(args: readonly string[]): Promise<number> {
  const { folder, only, replace } = asked(args);
  if (replace) throw new UsageFault('--replace is for restore: a backup goes into a folder of its own');
  const wanted = contents.filter((content) => only === undefined || only === content);
  for (const content of wanted) if (existsSync(join(folder, content))) throw new Fault(`${join(folder, content)} is there already: name another folder`);
  return asOwners(async ({ sql, keys }) => {
    for (const content of wanted) {
      const { tables } = await told(writeArchive(content === 'rows' ? sql : keys, join(folder, content), content));
      print(`${content}: ${tables.reduce((sum, { rows }) => sum + rows, 0)} rows of ${tables.length} tables in ${join(folder, content)}`);
    }
    if (wanted.length > 1) print('keep the two apart: whoever has both and the master key reads everything, and keys are kept for a short time only (docs/operations.md)');
    return 0;
  });
}

const did = ({ erasures, holds, suspensions }: Replayed): string => `done again since then: ${erasures} erasures, ${holds} legal holds, ${suspensions} suspensions; the feed has a new epoch`;

export async function restore(args: readonly string[]): Promise<number> {
  const { folder, only, replace } = asked(args);
  return asOwners(async ({ sql, keys, journal }) => {
    // Keys are restored where there are none, or when they are asked for: those in force know of every erasure, and a backup does not.
    const [{ some } = { some: false }] = await keys<{ some: boolean }[]>`select exists (select from pg_class where relname = 'originator_key') and exists (select from originator_key) as some`;
    if (only === 'keys' || (only === undefined && !some && existsSync(join(folder, 'keys')))) {
      await told(restoreKeys(keys, folder, { replace }));
      print('keys: restored, but for those of what was erased');
    }
    if (only !== 'keys') print(`rows: restored. ${did(await told(restoreRows(sql, loadDictionary(), journal, folder, { replace })))}`);
    return 0;
  });
}

/** For rows that were restored by other means. */
export async function replayAll(args: readonly string[]): Promise<number> {
  if (args.length > 0) throw new UsageFault('takes no arguments');
  const dictionary = loadDictionary();
  return asOwners(async ({ sql, journal }) => {
    const done = await sql.begin(async (tx) => {
      await tx`set local role prasan_owner`;
      return replay(tx, dictionary, journal);
    });
    print(did(done));
    return 0;
  });
}
