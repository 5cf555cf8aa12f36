/** `prasan revoke`: one token, of whichever issuer, out of force by hand with the next request of every node. */
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import type { Sql } from 'postgres';
import { type Named, nameOf, namesOf } from '../identity/token-name.ts';
import { loadRegistry } from '../store/registry.ts';
import { revokeToken } from '../store/revocations.ts';
import { Fault, UsageFault } from './fault.ts';
import { actor, asOwner } from './owner.ts';

/** Seconds that clocks may differ, at most (TOKEN_LEEWAY_SECONDS), between issuer, nodes and database. */
const leeway = 600;

export interface Revoking {
  /** A token, or the `jti` of one. */
  readonly given: string;
  /** Needed beside a `jti`. */
  readonly issuer?: string | undefined;
  readonly actor: string;
  readonly reason: string;
  /** Unix milliseconds. */
  readonly now?: number;
}

/** A compact JWS begins with an object's brace and quote. */
function tokenIn(given: string): Named | undefined {
  if (!/^ey[\w-]+\.[\w-]+\.[\w-]*$/.test(given)) return undefined;
  try {
    return namesOf(given);
  } catch (error) {
    throw new Fault('that is no token that can be read: give it whole, or its jti with --issuer', { cause: error });
  }
}

/**
 * Kept until the token has expired in any case. That a token is a good one is not looked at: one that is none is worth nothing anyway.
 * @param sql a connection of the owner
 * @returns the token's issuer, and until when it is kept that it counts no more (Unix seconds)
 * @throws Fault when its issuer is not declared, or is not known
 */
export async function revokeByHand(sql: Sql, { given, issuer: named, actor: by, reason, now = Date.now() }: Revoking): Promise<{ readonly issuer: string; readonly until: number }> {
  const token = tokenIn(given);
  const name = token?.issuer ?? named;
  if (name === undefined) throw new UsageFault('a jti is one of its issuer\'s: name it with --issuer');
  if (named !== undefined && named !== name) throw new Fault(`the token is of ${name}, not of ${named}`);
  const issuer = (await loadRegistry(sql)).issuers.get(name);
  if (issuer === undefined) throw new Fault(`there is no issuer ${name}: its tokens count for nothing`);
  const seconds = Math.floor(now / 1000);
  const until = Math.min(token?.expires ?? Infinity, seconds + issuer.maxLife + leeway) + leeway;
  if (until <= seconds) throw new Fault('the token has expired: it counts for nothing');
  await sql.begin(async (tx) => {
    await tx`set local role prasan_owner`;
    await revokeToken(tx, { token: token?.name ?? nameOf(name, given), until, by, reason });
  });
  return { issuer: name, until };
}

/** @param args what stands after the command */
export async function revoke(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: { issuer: { type: 'string' }, reason: { type: 'string' } } });
  const [word, ...rest] = positionals;
  if (word === undefined || rest.length > 0) throw new UsageFault('name one token, or the jti of one; - reads it from standard input');
  const reason = values.reason?.trim() ?? '';
  if (reason === '') throw new UsageFault('it needs a --reason: it is kept with it');
  const given = (word === '-' ? await text(process.stdin) : word).trim();
  if (given === '') throw new UsageFault('there is no token on standard input');
  return asOwner(async ({ sql }) => {
    const { issuer, until } = await revokeByHand(sql, { given, issuer: values.issuer, actor: actor(), reason });
    process.stdout.write(`the token of ${issuer} counts no more, from the next request on; that is kept until ${new Date(until * 1000).toISOString()}, when it has expired\n`);
    return 0;
  });
}
