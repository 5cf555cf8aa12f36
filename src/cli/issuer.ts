/** `prasan issuer rotate`: another key for the built-in issuer, on every node, without a restart. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Sql } from 'postgres';
import { readSettings } from '../config.ts';
import { loadDictionary } from '../dictionary/load.ts';
import type { Dictionary } from '../dictionary/types.ts';
import { keyContext, newSigningKey } from '../identity/signing.ts';
import { loadRegistry } from '../store/registry.ts';
import { rotateSigningKey } from '../store/signing-keys.ts';
import { fileKms } from '../vault/file-kms.ts';
import { Fault, UsageFault } from './fault.ts';
import { actor, asOwner } from './owner.ts';

/** Seconds from publishing a key until it signs, so that whoever keeps the published set has fetched it again. */
const published = 30;
/** Seconds that clocks may differ. */
const leeway = 300;

export interface Rotating {
  readonly keyFile: string;
  /** Seconds until the new key signs. */
  readonly after: number;
  /** Whether tokens of the keys before stop counting now. */
  readonly atOnce: boolean;
  readonly actor: string;
  readonly reason: string | null;
}

/**
 * @param sql a connection of the owner
 * @returns the new key's name, and when those before it are over (Unix milliseconds; undefined: now)
 */
export async function rotate(sql: Sql, dictionary: Dictionary, { keyFile, after, atOnce, actor: who, reason }: Rotating): Promise<{ readonly kid: string; readonly honourUntil: number | undefined }> {
  const registry = await loadRegistry(sql);
  const issuer = [...registry.issuers.values()].find(({ jwks }) => 'builtin' in jwks);
  const kms = await fileKms(keyFile);
  const signsFrom = Date.now() + (atOnce ? 0 : after * 1000);
  const { secret, ...key } = await newSigningKey(signsFrom);
  const wrapped = await kms.wrap(secret, keyContext(key.kid));
  const honourUntil = atOnce ? undefined : signsFrom + ((issuer?.maxLife ?? 3600) + leeway) * 1000;
  await rotateSigningKey(sql, dictionary, { ...key, wrapped }, { honourUntil, actor: who, reason });
  return { kid: key.kid, honourUntil };
}

function afterOf(given: string | undefined, first: boolean): number {
  if (given === undefined) return first ? 0 : published;
  if (!/^\d{1,5}$/.test(given)) throw new UsageFault('--after is a number of seconds');
  return Number(given);
}

/** @param args what stands after `issuer` */
export async function issuer(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: { 'at-once': { type: 'boolean', default: false }, after: { type: 'string' }, reason: { type: 'string' } } });
  if (positionals.join(' ') !== 'rotate') throw new UsageFault('rotate is what it does');
  const reason = values.reason?.trim() || null;
  if (values['at-once'] && reason === null) throw new UsageFault('--at-once needs a --reason: it ends every token that is out');
  const { KEY_FILE: given, PRASAN_FOLDER: folder = '.prasan' } = readSettings(process.env, ['KEY_FILE', 'PRASAN_FOLDER']);
  return asOwner(async ({ sql, embedded }) => {
    const keyFile = given ?? (embedded ? join(folder, 'master-key.json') : undefined);
    if (keyFile === undefined) throw new Fault('KEY_FILE must be set: the new key is wrapped under it');
    const first = (await loadRegistry(sql)).signingKeys.length === 0;
    const { kid, honourUntil } = await rotate(sql, loadDictionary(), { keyFile, after: afterOf(values.after, first), atOnce: values['at-once'], actor: actor(), reason });
    process.stdout.write(`${kid} is published, and signs ${first || values['at-once'] ? 'now' : 'soon'}; tokens of the keys before it count ${honourUntil === undefined ? 'no more' : `until ${new Date(honourUntil).toISOString()}`}\n`);
    return 0;
  });
}
