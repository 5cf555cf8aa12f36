import { levelName } from '../../dictionary/compartment.ts';
import type { Channel } from '../registry.ts';
import { successors } from './chain.ts';
import { type Context, fault, type Finding, warning } from './finding.ts';
import { reference, references } from './reference.ts';

/** Members that belong to no agreement of the chain are a fault; members to whom no clause speaks get nothing, which is worth saying. */
export function checkChannel(context: Context, channel: Channel): Finding[] {
  const at = (...rest: (string | number)[]): Finding['path'] => ['channels', channel.id, ...rest];
  const found = [
    ...reference(context, 'agreements', channel.agreement, at('agreement')),
    ...references(context, 'partners', channel.members, at('members')),
  ];
  const chain = successors(context.registry, channel.agreement);
  if (chain.length === 0) return found;
  const clauses = chain.flatMap((agreement) => agreement.clauses
    .filter((clause) => (clause.channels?.includes(channel.id) ?? true) && (clause.purposes & channel.purposes) !== 0)
    .map((clause) => ({ clause, parties: clause.parties ?? agreement.parties })));
  channel.members.forEach((member, i) => {
    if (!context.registry.partners.has(member)) return;
    if (!chain.some((agreement) => agreement.parties.includes(member))) {
      found.push(fault(at('members', i), `${member} is no party to ${chain.map((agreement) => agreement.id).join(' or ')}`));
    } else if (!clauses.some(({ parties }) => parties.includes(member))) {
      found.push(warning(at('members', i), `no clause speaks to ${member} here: it is given nothing`));
    }
  });
  const reach = Math.max(0, ...clauses.map(({ clause }) => clause.ceiling));
  if (clauses.length === 0) found.push(warning(at(), `no clause of ${channel.agreement} speaks to this channel: nobody is given anything`));
  else if (reach < channel.ceiling) found.push(warning(at('ceiling'), `no clause goes up to ${levelName(channel.ceiling)}`));
  return found;
}
