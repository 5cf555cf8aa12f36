/** `prasan token`: a bearer token of the demonstration's built-in issuer, and nothing else, on standard output. Where nothing was started yet it needs no database. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import postgres from 'postgres';
import { type CaveatName, caveatNames, caveatsIn, isLevelName, type LevelName, levelName, levelOf, levels, type PurposeName, purposeNames, purposesIn } from '../dictionary/compartment.ts';
import { builtinIssuer, demoIssuer } from '../identity/builtin-issuer.ts';
import { loadDictionary } from '../dictionary/load.ts';
import { nearest } from '../dictionary/nearest.ts';
import { type Partner, type Registry, scopes as scopeNames } from '../rules/registry.ts';
import { readSettings } from '../config.ts';
import { loadRegistry } from '../store/registry.ts';
import { demoRegistry } from './demo/registry.ts';
import { embeddedOwner } from './embedded.ts';
import { Fault, UsageFault } from './fault.ts';

const options = {
  purpose: { type: 'string', multiple: true },
  clearance: { type: 'string' },
  caveat: { type: 'string', multiple: true },
  scope: { type: 'string', multiple: true },
  subject: { type: 'string' },
  desk: { type: 'string' },
  life: { type: 'string' },
} as const;

const likely = (word: string, words: readonly string[]): string => {
  const near = nearest(word, words);
  return near === undefined ? '' : `; did you mean ${near}?`;
};

/** The words given, each known and allowed to this partner; all it may have when none is given. */
function chosen<T extends string>(what: string, given: readonly string[] | undefined, all: readonly T[], allowed: readonly T[], partner: string): T[] {
  if (given === undefined) return [...allowed];
  return given.flatMap((words) => words.split(',')).filter((word) => word !== 'none' && word !== '').map((word) => {
    const known = all.find((one) => one === word);
    if (known === undefined) throw new Fault(`there is no ${what} ${word}${likely(word, all)} (one of ${all.join(', ')})`);
    if (!allowed.includes(known)) throw new Fault(`${partner} may not have the ${what} ${word} (it may have ${allowed.join(', ') || 'none'})`);
    return known;
  });
}

function clearanceOf(given: string | undefined, { id, clearance }: Partner): LevelName {
  if (given === undefined) return levelName(clearance);
  if (!isLevelName(given)) throw new Fault(`there is no level ${given}${likely(given, levels)} (one of ${levels.join(', ')})`);
  if ((levelOf(given) ?? 0) > clearance) throw new Fault(`${id} is cleared up to ${levelName(clearance)}, not ${given}`);
  return given;
}

function deskOf(given: string | undefined, { id, desks }: Partner): string | undefined {
  const ids = desks.map((desk) => desk.id);
  if (given === undefined || ids.includes(given)) return given;
  throw new Fault(`${id} has no desk ${given}${likely(given, ids)} (it has ${ids.join(', ') || 'none'})`);
}

function lifeOf(given: string | undefined): number {
  if (given === undefined) return 3600;
  const seconds = /^\d{1,6}$/.test(given) ? Number(given) : 0;
  if (seconds < 1 || seconds > 43_200) throw new Fault(`--life is a number of seconds from 1 to 43200 (it is ${given})`);
  return seconds;
}

/** What was applied to the exchange in this folder, whose PostgreSQL is started for it when nobody runs it. @returns undefined before its first start */
async function applied(folder: string): Promise<Pick<Registry, 'partners' | 'issuers'> | undefined> {
  if (!existsSync(join(folder, 'roles.json'))) return undefined;
  const { ownerUrl, stop } = await embeddedOwner(folder);
  const sql = postgres(ownerUrl, { max: 1, onnotice: () => undefined });
  try {
    const registry = await loadRegistry(sql);
    return registry.version > 0 ? registry : undefined;
  } finally {
    await sql.end({ timeout: 5 });
    await stop();
  }
}

/** @throws Fault when the exchange knows no such partner, or its issuer does not speak for it */
async function partnerIn(folder: string, id: string): Promise<Partner> {
  const now = await applied(folder);
  const { partners } = now ?? (await demoRegistry(loadDictionary()));
  const partner = partners.get(id);
  if (partner === undefined) throw new Fault(`there is no partner ${id}${likely(id, [...partners.keys()])} (${now === undefined ? 'registry/demo/partners.yaml lists them' : 'of those that were applied here'})`);
  if (now?.issuers.get(demoIssuer)?.partners.includes(id) === false) throw new Fault(`${id} was applied since the exchange was started: start it again, and its tokens count`);
  return partner;
}

/**
 * @param args what stands after `token`
 * @throws Fault naming the partner, purpose, level or caveat that is not right
 */
export async function token(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options });
  const [id, ...rest] = positionals;
  if (id === undefined || rest.length > 0) throw new UsageFault(id === undefined ? 'for which partner?' : `one partner at a time, not also ${rest.join(', ')}`);
  const { DATABASE_URL: production, PRASAN_FOLDER: folder = '.prasan', AUDIENCE: audience } = readSettings(process.env, ['DATABASE_URL', 'PRASAN_FOLDER', 'AUDIENCE']);
  if (production !== undefined) throw new Fault('tokens of the demonstration do not work in production (DATABASE_URL is set): ask the partner\'s own issuer');
  const partner = await partnerIn(folder, id);
  const purposes: PurposeName[] = chosen('purpose', values.purpose, purposeNames, purposesIn(partner.purposes), id);
  if (purposes.length === 0) throw new Fault('a token needs a purpose');
  const caveats: CaveatName[] = chosen('caveat', values.caveat, caveatNames, caveatsIn(partner.caveats), id);
  const scopes = chosen('scope', values.scope?.flatMap((words) => words.split(' ')), scopeNames, partner.scopes, id);
  const clearance = clearanceOf(values.clearance, partner);
  const desk = deskOf(values.desk, partner);
  const issuer = await builtinIssuer(folder, audience);
  const subject = values.subject ?? `demo@${id}`;
  process.stdout.write(`${await issuer.issue({ partner: id, ...(desk !== undefined && { desk }), subject, client: 'prasan-token', clearance, caveats, purposes, scopes, lifeSeconds: lifeOf(values.life) })}\n`);
  return 0;
}
