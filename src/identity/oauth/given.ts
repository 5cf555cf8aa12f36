/** What a token of a declared client says: its entry in the registry, narrowed by what was asked for. */
import { caveatMask, caveatsIn, isLevelName, type Level, levelName, levelOf, purposeMask, purposesIn } from '../../dictionary/compartment.ts';
import { errors } from 'oidc-provider';
import type { Client, Registry } from '../../rules/registry.ts';
import { demandsBinding } from '../../rules/viewer.ts';

/** The body of a token request, beside what RFC 6749 names: each but `scope` may be left out, and narrows. */
export interface Asked {
  /** Words, separated by spaces. */
  readonly scope?: unknown;
  readonly clearance?: unknown;
  /** Words, separated by spaces; `none` for none. */
  readonly caveats?: unknown;
  readonly purposes?: unknown;
}

export type Given = Readonly<Record<string, string | boolean | readonly string[]>>;

const invalid = (message: string): Error => new errors.InvalidRequest(message);

function narrowed(name: string, asked: unknown, all: number, mask: (words: readonly string[]) => number, shown: (mask: number) => readonly string[]): readonly string[] {
  if (asked === undefined) return shown(all);
  if (typeof asked !== 'string') throw invalid(`${name} stands twice`);
  let wanted: number;
  try {
    wanted = mask(asked.split(' ').filter((word) => word !== '' && word !== 'none'));
  } catch {
    throw invalid(`${name} names what is not known here`);
  }
  if ((wanted & ~all) !== 0) throw invalid(`${name} names what this client may not have: it may have ${shown(all).join(' ') || 'none'}`);
  return shown(wanted);
}

function clearanceOf(asked: unknown, most: Level): Level {
  if (asked === undefined) return most;
  const level = typeof asked === 'string' && isLevelName(asked) ? levelOf(asked) : undefined;
  if (level === undefined) throw invalid('clearance is not known here');
  if (level > most) throw invalid(`clearance is above this client's: ${levelName(most)}`);
  return level;
}

/** RFC 6749 section 3.3 lets an issuer give less than was asked for; here, as with whatever else is asked for, more than there is is refused (the library drops what it does not know). */
function checkScopes(asked: unknown, scopes: readonly string[], { scopes: most }: Client): void {
  const more = typeof asked !== 'string' ? [] : asked.split(' ').filter((word) => word !== '' && !scopes.includes(word));
  if (more.length > 0) throw new errors.InvalidScope(`scope names what this client may not have: it may have ${most.join(' ')}`, '');
}

/**
 * @param bound whether the token will be bound to a key
 * @throws the library's InvalidRequest, InvalidScope, InvalidDpopProof
 */
export function given(registry: Registry, client: Client, scopes: readonly string[], asked: Asked, bound: boolean): Given {
  const partner = registry.partners.get(client.partner);
  const issuer = [...registry.issuers.values()].find(({ jwks }) => 'builtin' in jwks);
  if (partner === undefined || issuer?.partners.includes(partner.id) !== true) throw invalid('this issuer does not speak for your organisation');
  if (scopes.length === 0) throw new errors.InvalidScope(`name the scopes that you need: ${client.scopes.join(' ')}`, '');
  checkScopes(asked.scope, scopes, client);
  const clearance = clearanceOf(asked.clearance, Math.min(client.clearance, partner.clearance) as Level);
  if (!bound && demandsBinding(issuer, client, clearance, scopes)) throw new errors.InvalidDpopProof('this clearance, these scopes or this client need a DPoP proof (RFC 9449)');
  return {
    partner: partner.id,
    ...(client.desk === undefined ? {} : { desk: client.desk }),
    clearance: levelName(clearance),
    caveats: narrowed('caveats', asked.caveats, client.caveats & partner.caveats, caveatMask, caveatsIn),
    purposes: narrowed('purposes', asked.purposes, client.purposes & partner.purposes, purposeMask, purposesIn),
  };
}
