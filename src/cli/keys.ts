/** `prasan keys rotate`: another master key, in two steps, while nodes serve. Each may be run again, whatever it was stopped by. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Sql } from 'postgres';
import { readSettings } from '../config.ts';
import { keyContext } from '../identity/signing.ts';
import { rewrapOriginatorKeys, rewrapSigningKeys } from '../store/rewrap.ts';
import { fileKms } from '../vault/file-kms.ts';
import { contextOf } from '../vault/originator-keys.ts';
import { beginRotation, endRotation, underWay } from '../vault/rotation.ts';
import { Fault, UsageFault } from './fault.ts';
import { asOwners } from './owner.ts';

export interface Wrapped {
  /** The owner's connections. */
  readonly sql: Sql;
  readonly keys: Sql;
  readonly keyFile: string;
}

/** The first step. @returns the new version. @throws Fault when a rotation is under way */
export async function begin(keyFile: string): Promise<number> {
  const begun = await underWay(keyFile);
  if (begun !== undefined) throw new Fault(`a rotation to version ${begun.to} is under way: give ${keyFile} to every node, then run \`prasan keys rotate --finish\``);
  return beginRotation(keyFile);
}

/** @returns how many keys were wrapped anew. @throws Fault where the file does not open one of them: nothing is changed then */
export async function wrapAnew({ sql, keys, keyFile }: Wrapped): Promise<number> {
  const kms = await fileKms(keyFile);
  const rewrap = async (wrapped: Uint8Array, context: string): Promise<Uint8Array | undefined> => {
    if (wrapped[0] === kms.wraps) return undefined;
    const key = await kms.unwrap(wrapped, context).catch((error: unknown) => {
      throw new Fault(`${keyFile} does not open what is kept: it is older than what wrapped it, or another exchange's`, { cause: error });
    });
    return kms.wrap(key, context);
  };
  const own = await rewrapOriginatorKeys(keys, async (row) => rewrap(row.wrapped, contextOf(row)));
  return own + (await rewrapSigningKeys(sql, async ({ kid, wrapped }) => rewrap(wrapped, keyContext(kid))));
}

/** The second step. @throws Fault when none is under way */
export async function finish(wrapped: Wrapped): Promise<{ readonly to: number; readonly count: number }> {
  const begun = await underWay(wrapped.keyFile);
  if (begun === undefined) throw new Fault('no rotation is under way: `prasan keys rotate` begins one');
  const count = await wrapAnew(wrapped);
  // The old key ends where nothing is left of it, seen once more: from here on what it wrapped opens nowhere.
  if ((await wrapAnew(wrapped)) > 0) throw new Fault('a node still wraps by the old master key: give it the key file, and run this again');
  await endRotation(wrapped.keyFile);
  return { to: begun.to, count };
}

/** @param args what stands after `keys` */
export async function keys(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: { finish: { type: 'boolean', default: false } } });
  if (positionals.join(' ') !== 'rotate') throw new UsageFault('rotate is what it does');
  const { KEY_FILE: given, PRASAN_FOLDER: folder = '.prasan' } = readSettings(process.env, ['KEY_FILE', 'PRASAN_FOLDER']);
  return asOwners(async ({ sql, keys: keysSql, embedded }) => {
    const keyFile = given ?? (embedded ? join(folder, 'master-key.json') : undefined);
    if (keyFile === undefined) throw new Fault('KEY_FILE must be set: it is what is rotated');
    if (!values.finish) {
      const version = await begin(keyFile);
      process.stdout.write(`version ${version} of the master key is in ${keyFile}. Keep a copy of the file as you keep copies of the old one, and give it to every node; then: prasan keys rotate --finish\n`);
      return 0;
    }
    const { to, count } = await finish({ sql, keys: keysSql, keyFile });
    process.stdout.write(`${count} keys are wrapped anew by version ${to}, and ${keyFile} opens nothing that was wrapped before. Give it to every node and restart them, one by one; run \`prasan backup --keys\`; then destroy every copy of the old file: older backups of keys open no more\n`);
    return 0;
  });
}
