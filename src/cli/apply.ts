/** `prasan apply <folder> [--plan]`: puts what is declared in force, or shows what that would change and for whom. */
import { parseArgs } from 'node:util';
import { loadDictionary } from '../dictionary/load.ts';
import { refuseDemoIssuer } from '../identity/builtin-issuer.ts';
import type { Agreement, Declared, Registry } from '../rules/registry.ts';
import { changeRegistry, changesOf, merged, type ObjectChange } from '../store/apply.ts';
import { type EffectAt, effects } from '../store/plan.ts';
import { loadRegistry } from '../store/registry.ts';
import { difference } from './difference.ts';
import { Fault, UsageFault } from './fault.ts';
import { actor, asOwner } from './owner.ts';
import { lineOf } from './registry/fault.ts';
import { knownOf } from './registry/known.ts';
import { readRegistry } from './registry/read.ts';

const sections = { partner: 'partners', issuer: 'issuers', client: 'clients', agreement: 'agreements', channel: 'channels', mechanism: 'mechanisms', statistic: 'statistics' } as const;
const types = Object.keys(sections) as (keyof typeof sections)[];

const inForce = (now: Registry, { type, id }: ObjectChange): unknown => now[sections[type]].get(id);

export function changeLines(now: Registry, changes: readonly ObjectChange[]): string[] {
  return changes.flatMap((one) => {
    const sign = one.change === 'ADDED' ? '+' : '~';
    const detail = one.change === 'ADDED' ? [] : difference(inForce(now, one), one.object.doc).map((line) => `    ${line}`);
    return [`${sign} ${one.type} ${one.id}`, ...detail];
  });
}

/** Ids of what the folder declares active and somebody has suspended. */
const suspendedIn = (now: Registry, declared: Declared, type: (typeof types)[number]): string[] => {
  // A mechanism has no status: nobody suspends a clock.
  const [held, wanted] = [now[sections[type]], declared[sections[type]]] as unknown as ReadonlyMap<string, { readonly status?: string }>[];
  return [...(wanted ?? [])].filter(([id, { status }]) => status === 'ACTIVE' && held?.get(id)?.status === 'SUSPENDED').map(([id]) => id);
};

/** What is declared, but that a suspension stays: files are silent about status, and whoever applies another change must not lift it unawares. */
function keepingSuspensions(now: Registry, declared: Declared): Declared {
  const kept = types.map((type) => {
    const suspended = new Set(suspendedIn(now, declared, type));
    const objects: ReadonlyMap<string, object> = declared[sections[type]];
    return [sections[type], new Map([...objects].map(([id, object]) => [id, suspended.has(id) ? { ...object, status: 'SUSPENDED' } : object]))];
  });
  return Object.fromEntries(kept) as unknown as Declared;
}

const suspendedLines = (now: Registry, declared: Declared): string[] =>
  types.flatMap((type) => suspendedIn(now, declared, type).map((id) => `stays suspended: ${type} ${id} (\`prasan resume ${type} ${id}\` lifts it)`));

/** What stays in force although the folder does not speak of it. */
function undeclaredLines(now: Registry, declared: Declared): string[] {
  return types.flatMap((type) => {
    const left = [...now[sections[type]].keys()].filter((id) => !declared[sections[type]].has(id));
    return left.length === 0 ? [] : [`in force and not declared here, stays: ${type} ${left.join(', ')}`];
  });
}

const counted = (n: number, kind: string): string => `${n} ${kind} record${n === 1 ? '' : 's'}`;

function effectLines([first, ...later]: readonly EffectAt[]): string[] {
  const lines = ({ effects: all }: EffectAt): string[] => all.flatMap(({ partner, kind, gained, lost }) => [
    ...(gained > 0 ? [`  ${partner} gains ${counted(gained, kind)}`] : []),
    ...(lost > 0 ? [`  ${partner} loses ${counted(lost, kind)}`] : []),
  ]);
  const now = first === undefined ? [] : lines(first);
  let told = String(now);
  return [
    ...(now.length === 0 ? ['effect at once: no partner gains or loses a record'] : ['effect at once:', ...now]),
    ...later.flatMap((one) => {
      const then = lines(one);
      if (String(then) === told) return [];
      told = String(then);
      return [`from ${new Date(one.at).toISOString()} on, against how it would be then without the change:`, ...(then.length === 0 ? ['  no difference'] : then)];
    }),
  ];
}

const edges = (changes: readonly ObjectChange[]): number[] => changes.flatMap(({ type, object }) => {
  if (type !== 'agreement') return [];
  const { validFrom, validTo, terminatedAt } = object.doc as Agreement;
  return [validFrom, validTo, terminatedAt].flatMap((at) => (at === undefined ? [] : [Date.parse(at)]));
});

const print = (lines: readonly string[]): void => { for (const line of lines) process.stdout.write(`${line}\n`); };

/**
 * @param args what stands after `apply`
 * @throws Fault when the folder is not sound; nothing is changed then
 */
export async function apply(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: { plan: { type: 'boolean', default: false }, reason: { type: 'string' } } });
  const [folder] = positionals;
  if (folder === undefined || positionals.length > 1) throw new UsageFault('which folder?');
  const dictionary = loadDictionary();
  return asOwner(async ({ sql, embedded }) => {
    const now = await loadRegistry(sql);
    const { registry: declared, faults = [], warnings } = await readRegistry(folder, { ...knownOf(dictionary), base: now });
    // Those without a line are about what is in force, not about this folder.
    for (const warning of warnings.filter(({ line }) => line > 0)) process.stderr.write(`warning: ${lineOf(warning)}\n`);
    if (declared === undefined) throw new Fault(faults.map(lineOf).join('\n'));
    if (!embedded) demoRefused(declared);
    const changes = changesOf(now, keepingSuspensions(now, declared));
    print([...changeLines(now, changes), ...suspendedLines(now, declared), ...undeclaredLines(now, declared)]);
    if (changes.length === 0) {
      print(['nothing to change: all that is declared is in force']);
      return 0;
    }
    if (values.plan) {
      print(effectLines(await effects(sql, dictionary, now, merged(now, changes, now.version + 1), edges(changes))));
      return 0;
    }
    const made = await changeRegistry(sql, dictionary, (held) => changesOf(held, keepingSuspensions(held, declared)), actor(), values.reason ?? null);
    print([`in force: ${made.length} change${made.length === 1 ? '' : 's'}, registry version ${(await loadRegistry(sql)).version}`]);
    return 0;
  });
}

function demoRefused(declared: Declared): void {
  try {
    refuseDemoIssuer(declared);
  } catch (error) {
    throw new Fault(error instanceof Error ? error.message : String(error));
  }
}
