/** `prasan suspend` and `prasan resume`: one partner, agreement, channel or issuer, out of force or back, with the next request of every node. */
import { parseArgs } from 'node:util';
import { loadDictionary } from '../dictionary/load.ts';
import { isDemoIssuer } from '../identity/builtin-issuer.ts';
import { nearest } from '../rules/registry-check/nearest.ts';
import type { Registry } from '../rules/registry.ts';
import { changeRegistry, type ObjectChange } from '../store/apply.ts';
import type { RegistryObject } from '../store/registry.ts';
import { Fault, UsageFault } from './fault.ts';
import { actor, asOwner } from './owner.ts';

const sections = { partner: 'partners', agreement: 'agreements', channel: 'channels', issuer: 'issuers' } as const;
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

/**
 * @param args what stands after the command
 * @param status what it is to be
 */
export async function suspend(args: readonly string[], status: Status): Promise<number> {
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: { reason: { type: 'string' } } });
  const [type, id, ...rest] = positionals;
  if (!isType(type) || id === undefined || rest.length > 0) throw new UsageFault('name one partner, agreement, channel or issuer');
  const reason = values.reason?.trim() ?? '';
  if (status === 'SUSPENDED' && reason === '') throw new UsageFault('a suspension needs a --reason: it is kept with it');
  const dictionary = loadDictionary();
  return asOwner(async ({ sql, embedded }) => {
    const made = await changeRegistry(sql, dictionary, (now) => {
      const issuer = type === 'issuer' ? now.issuers.get(id) : undefined;
      if (status === 'ACTIVE' && !embedded && issuer !== undefined && isDemoIssuer(issuer)) throw new Fault(`${id} is the demonstration's issuer: it counts for nothing in production`);
      return changed(now, type, id, status);
    }, actor(), reason === '' ? null : reason);
    const word = status === 'SUSPENDED' ? 'suspended' : 'in force';
    process.stdout.write(made.length === 0 ? `${type} ${id} is ${word} already\n` : `${type} ${id} is ${word}, from the next request on\n`);
    return 0;
  });
}
