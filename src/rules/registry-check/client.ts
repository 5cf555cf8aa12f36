/** A client: of a partner that is there, with a key to know it by, and nothing promised that its partner cannot give. */
import { caveatsIn, levelName, purposesIn } from '../../dictionary/compartment.ts';
import { nearest } from '../../dictionary/nearest.ts';
import type { Client, Issuer, Partner } from '../registry.ts';
import { type Context, fault, type Finding, warning } from './finding.ts';
import { checkKeys } from './issuer.ts';
import { consoleClient } from '../staff.ts';
import { reference } from './reference.ts';

type At = (...rest: (string | number)[]) => Finding['path'];

const issuerOf = ({ registry }: Context, { issuer }: Client): Issuer | undefined =>
  (issuer === undefined ? [...registry.issuers.values()].find(({ jwks }) => 'builtin' in jwks) : registry.issuers.get(issuer));

/** What goes beyond the partner's caps is cut off at each request: that is worth saying. */
function checkCaps(client: Client, partner: Partner, at: At): Finding[] {
  const found: Finding[] = [];
  const over = (field: string, words: readonly string[]): void => {
    if (words.length > 0) found.push(warning(at(field), `${partner.id} may not have ${words.join(', ')}: nor will this client`));
  };
  if (client.clearance > partner.clearance) over('clearance', [levelName(client.clearance)]);
  over('caveats', caveatsIn(client.caveats & ~partner.caveats));
  over('purposes', purposesIn(client.purposes & ~partner.purposes));
  over('scopes', client.scopes.filter((scope) => !partner.scopes.includes(scope)));
  return found;
}

function checkDesk({ desk }: Client, partner: Partner, at: At): Finding[] {
  if (desk === undefined || partner.desks.some(({ id }) => id === desk)) return [];
  const near = nearest(desk, partner.desks.map(({ id }) => id));
  return [fault(at('desk'), `${partner.id} has no desk ${desk}${near === undefined ? '' : `; did you mean ${near}?`}`)];
}

export function checkClient(context: Context, client: Client): Finding[] {
  const at: At = (...rest) => ['clients', client.id, ...rest];
  const found = reference(context, 'partners', client.partner, at('partner'));
  if (client.id === consoleClient) found.push(fault(at(), 'is the name of the client that staff sign in through: choose another'));
  const partner = context.registry.partners.get(client.partner);
  if (partner !== undefined) found.push(...checkDesk(client, partner, at), ...checkCaps(client, partner, at));
  if (client.issuer !== undefined) found.push(...reference(context, 'issuers', client.issuer, at('issuer')));
  const issuer = issuerOf(context, client);
  if (client.issuer === undefined && issuer === undefined) found.push(fault(at(), 'no built-in issuer is declared to give it tokens (`jwks: { builtin: true }`): declare one, or name the `issuer` whose client it is'));
  if (issuer !== undefined && partner !== undefined && !issuer.partners.includes(partner.id)) found.push(fault(at('partner'), `${issuer.issuer} may not speak for ${partner.id}`));
  const builtin = issuer !== undefined && 'builtin' in issuer.jwks;
  if (builtin && client.jwks === undefined) found.push(fault(at('jwks'), 'is missing: it signs with a key of its own to get tokens'));
  if (client.jwks !== undefined) found.push(...checkKeys(client.jwks, client.algorithms, at));
  return found;
}
