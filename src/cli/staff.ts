/** `prasan staff`: the first administrator of a partner's staff, and who is there. The others are invited in the browser. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Sql } from 'postgres';
import { readSettings } from '../config.ts';
import { caveatMask, caveatsIn, type Level, levelName, levelOf, purposeMask, purposesIn } from '../dictionary/compartment.ts';
import { nearest } from '../dictionary/nearest.ts';
import { Refusal } from '../errors.ts';
import type { Sealing } from '../identity/oauth/adapter.ts';
import { relyingParty } from '../identity/staff/ceremony.ts';
import { newStaff } from '../identity/staff/administer.ts';
import { openPerson, type Person } from '../identity/staff/person.ts';
import type { Partner, Registry } from '../rules/registry.ts';
import type { KeptStaff, StaffRights } from '../rules/staff.ts';
import { loadRegistry } from '../store/registry.ts';
import { addStaff, listStaff } from '../store/staff/rows.ts';
import { openBox } from '../vault/box.ts';
import { fileKms } from '../vault/file-kms.ts';
import { Fault, UsageFault } from './fault.ts';
import { actor, asOwner } from './owner.ts';

const options = {
  partner: { type: 'string' }, name: { type: 'string' }, email: { type: 'string' }, desk: { type: 'string' }, clearance: { type: 'string' },
  caveat: { type: 'string', multiple: true }, purpose: { type: 'string', multiple: true }, scope: { type: 'string', multiple: true }, 'not-administrator': { type: 'boolean', default: false },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof options }>>['values'];

/** The box that names are sealed in. */
export async function boxIn(embedded: boolean): Promise<Sealing> {
  const { KEY_FILE: given, PRASAN_FOLDER: folder = '.prasan' } = readSettings(process.env, ['KEY_FILE', 'PRASAN_FOLDER']);
  const keyFile = given ?? (embedded ? join(folder, 'master-key.json') : undefined);
  if (keyFile === undefined) throw new Fault('KEY_FILE must be set: names are sealed under it');
  return openBox(await fileKms(keyFile), 'staff');
}

const words = (given: readonly string[] | undefined): string[] | undefined => given?.flatMap((each) => each.split(/[ ,]+/)).filter((word) => word !== '' && word !== 'none');

function masked(what: string, given: readonly string[] | undefined, all: number, mask: (names: readonly string[]) => number): number {
  try {
    const named = words(given);
    return named === undefined ? all : mask(named);
  } catch (error) {
    throw new Fault(`--${what}: ${error instanceof Error ? error.message : 'not known'}`);
  }
}

/** What is not said is all that the partner may have. */
function rightsOf(partner: Partner, { desk, clearance, caveat, purpose, scope, 'not-administrator': not }: Values): StaffRights {
  const level: Level | undefined = clearance === undefined ? partner.clearance : levelOf(clearance);
  if (level === undefined) throw new Fault(`there is no level ${clearance ?? ''}`);
  return {
    ...(desk !== undefined && { desk }), clearance: level, caveats: masked('caveat', caveat, partner.caveats, caveatMask), purposes: masked('purpose', purpose, partner.purposes, purposeMask),
    scopes: words(scope) ?? partner.scopes, administrator: not !== true,
  };
}

/** Where staff of this partner sign in. @throws Fault where they cannot */
export function signInPlace({ issuers }: Registry, partner: string): string {
  const builtin = [...issuers.values()].find(({ jwks, status }) => 'builtin' in jwks && status === 'ACTIVE');
  if (builtin === undefined) throw new Fault('staff sign in with the built-in issuer, and none is in force (`jwks: { builtin: true }`, docs/registry.md)');
  if (!builtin.partners.includes(partner)) throw new Fault(`the built-in issuer does not speak for ${partner}: name it in its \`partners\` and run \`prasan apply\``);
  if (relyingParty(builtin.issuer) === undefined) throw new Fault(`passkeys need an address with a name, by https or http://localhost: the built-in issuer is called ${builtin.issuer}`);
  return builtin.issuer;
}

function partnerIn({ partners }: Registry, id: string): Partner {
  const partner = partners.get(id);
  if (partner !== undefined) return partner;
  const near = nearest(id, partners.keys());
  throw new Fault(`there is no partner ${id} in force${near === undefined ? '' : `; did you mean ${near}?`}`);
}

/**
 * @param sql a connection of the owner
 * @returns the link, which works once
 */
export async function inviteStaff(sql: Sql, box: Sealing, id: string, person: Person, rightsIn: (partner: Partner) => StaffRights, by: string): Promise<{ readonly link: string; readonly staff: KeptStaff }> {
  const registry = await loadRegistry(sql);
  const partner = partnerIn(registry, id);
  const place = signInPlace(registry, id);
  try {
    const { staff, invitation, secret } = newStaff(box, partner, person, rightsIn(partner));
    await sql.begin(async (tx) => {
      await tx`set local role prasan_owner`;
      await addStaff(tx, staff, invitation, { actor: by });
    });
    return { link: `${place}/staff/join#${secret}`, staff };
  } catch (error) {
    if (error instanceof Refusal) throw new Fault((error.public.errors ?? []).map(({ field, message }) => `${field}: ${message}`).join('\n'));
    throw error;
  }
}

async function invite(values: Values): Promise<number> {
  const { partner, name, email } = values;
  if (partner === undefined || name === undefined) throw new UsageFault('--partner and --name say for whom');
  return asOwner(async ({ sql, embedded }) => {
    const { link, staff } = await inviteStaff(sql, await boxIn(embedded), partner, { name, ...(email !== undefined && { email }) }, (of) => rightsOf(of, values), actor());
    process.stdout.write(`${link}\n`);
    process.stderr.write(`${staff.id} of ${partner} is invited${staff.administrator ? ', to administer its staff' : ''}: the link works once, for three days; give it over by a way that you trust\n`);
    return 0;
  });
}

const lineOf = (box: Sealing, { id, partner, desk, clearance, caveats, purposes, administrator, status, sealed }: KeptStaff): string => {
  const { name, email = '' } = openPerson(box, id, sealed);
  return [partner, id, status, administrator ? 'administrator' : '', name, email, desk ?? '', levelName(clearance), caveatsIn(caveats).join(','), purposesIn(purposes).join(',')].join('\t');
};

async function list({ partner }: Values): Promise<number> {
  return asOwner(async ({ sql, embedded }) => {
    const box = await boxIn(embedded);
    const all = await sql.begin(async (tx) => {
      await tx`set local role prasan_owner`;
      return listStaff(tx, partner);
    });
    for (const one of all) process.stdout.write(`${lineOf(box, one)}\n`);
    return 0;
  });
}

/** @param args what stands after `staff` */
export async function staff(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options });
  const [what, ...rest] = positionals;
  if (rest.length > 0 || (what !== 'invite' && what !== 'list')) throw new UsageFault('invite or list');
  return what === 'invite' ? invite(values) : list(values);
}
