/** `prasan suspend` and `prasan resume`: one partner, client, person, agreement, channel or issuer, out of force or back, with the next request of every node. */
import { parseArgs } from 'node:util';
import { loadDictionary } from '../dictionary/load.ts';
import { isDemoIssuer } from '../identity/builtin-issuer.ts';
import { nearest } from '../dictionary/nearest.ts';
import type { Registry } from '../rules/registry.ts';
import type { Sql } from 'postgres';
import { changeRegistry, type ObjectChange } from '../store/apply.ts';
import type { Journal } from '../store/recovery/journal.ts';
import type { RegistryObject } from '../store/registry.ts';
import { Fault, UsageFault } from './fault.ts';
import { actor, asOwner } from './owner.ts';
import { setStaff } from './suspend-staff.ts';

const sections = { partner: 'partners', agreement: 'agreements', channel: 'channels', issuer: 'issuers', client: 'clients', statistic: 'statistics' } as const;
type Type = keyof typeof sections;
type Status = 'ACTIVE' | 'SUSPENDED';

const isType = (word: string | undefined): word is Type => word !== undefined && Object.hasOwn(sections, word);

/** @throws Fault when there is no such thing, or its state does not allow it */
function changed(now: Registry, type: Type, id: string, status: Status): ObjectChange[] {
  const held: ReadonlyMap<string, { readonly status: string }> = now[sections[type]];
  const found = held.get(id);
  if (found === undefined) {
    const near = nearest(id, held.keys());
    throw new Fault(`there is no ${type} ${id} in force${near === undefined ? '' : `; did you mean ${near}?`}`);
  }
  if (found.status === status) return [];
  if (found.status === 'TERMINATED') throw new Fault(`agreement ${id} is terminated: that cannot be undone here`);
  return [{ type, id, change: 'CHANGED', object: { type, id, doc: { ...found, status } } as unknown as RegistryObject }];
}

/** At once beside the keys, where it outlives a restore of the rows; without their URL a node does it, within half a minute. */
async function journaled(sql: Sql, journal: Journal | undefined, type: Type, id: string): Promise<void> {
  const [now] = await sql<{ version: number; status: string }[]>`select version::float8 as version, doc ->> 'status' as status from registry_object where type = ${type} and id = ${id}`;
  if (now === undefined || journal === undefined) return;
  if (now.status === 'ACTIVE') await journal.forgetOutOfForce([{ type, id }]);
  else await journal.noteOutOfForce([{ type, id, version: now.version, overlay: { status: now.status } }]);
}

/**
 * @param args what stands after the command
 * @param status what it is to be
 */
export async function suspend(args: readonly string[], status: Status): Promise<number> {
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: { reason: { type: 'string' } } });
  const [type, id, ...rest] = positionals;
  if ((!isType(type) && type !== 'staff') || id === undefined || rest.length > 0) throw new UsageFault('name one partner, client, staff, agreement, channel, statistic or issuer');
  const reason = values.reason?.trim() ?? '';
  if (status === 'SUSPENDED' && reason === '') throw new UsageFault('a suspension needs a --reason: it is kept with it');
  const word = status === 'SUSPENDED' ? 'suspended' : 'in force';
  const told = (made: boolean): number => {
    process.stdout.write(made ? `${type} ${id} is ${word}, from the next request on\n` : `${type} ${id} is ${word} already\n`);
    return 0;
  };
  if (type === 'staff') return asOwner(async (owner) => told(await setStaff(owner, id, status, reason)));
  const dictionary = loadDictionary();
  return asOwner(async ({ sql, embedded, journal }) => {
    const made = await changeRegistry(sql, dictionary, (now) => {
      const issuer = type === 'issuer' ? now.issuers.get(id) : undefined;
      if (status === 'ACTIVE' && !embedded && issuer !== undefined && isDemoIssuer(issuer)) throw new Fault(`${id} is the demonstration's issuer: it counts for nothing in production`);
      return changed(now, type, id, status);
    }, actor(), reason === '' ? null : reason);
    await journaled(sql, journal, type, id).catch(() => process.stderr.write('not noted beside the keys yet: a node does it, within half a minute\n'));
    return told(made.length > 0);
  });
}
