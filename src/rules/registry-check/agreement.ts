import type { Agreement } from '../registry.ts';
import { checkChain } from './chain.ts';
import { checkClause, checkDesk } from './clause.ts';
import { type Context, fault, type Finding } from './finding.ts';
import { references, repeated } from './reference.ts';

/** An instant that nobody can have meant; a year of the Buddhist era is 543 ahead. */
function checkYear(instant: string, path: Finding['path']): Finding[] {
  const year = new Date(instant).getUTCFullYear();
  if (year >= 2400 && year < 2800) return [fault(path, `the year ${year} is of the Buddhist era: write ${year - 543}`)];
  return year < 1800 || year > 2300 ? [fault(path, `the year ${year} cannot be meant`)] : [];
}

function checkTimes({ id, validFrom, validTo, status, terminatedAt, clauses }: Agreement): Finding[] {
  const at = (...rest: (string | number)[]): Finding['path'] => ['agreements', id, ...rest];
  const found = [...checkYear(validFrom, at('validFrom')), ...(validTo === undefined ? [] : checkYear(validTo, at('validTo')))];
  if (terminatedAt !== undefined) found.push(...checkYear(terminatedAt, at('terminatedAt')));
  clauses.forEach(({ onTermination }, i) => {
    if (onTermination === 'END_AT_ONCE') return;
    const path = at('clauses', i, 'onTermination', 'readUntil');
    found.push(...checkYear(onTermination.readUntil, path));
    if (onTermination.readUntil <= validFrom) found.push(fault(path, 'lies before the agreement begins'));
  });
  if (found.length > 0) return found;
  if (validTo !== undefined && validTo <= validFrom) found.push(fault(at('validTo'), 'must lie after validFrom'));
  if (status === 'TERMINATED' && terminatedAt === undefined) {
    found.push(fault(at('terminatedAt'), 'is missing: a terminated agreement says when it was terminated'));
  }
  if (status !== 'TERMINATED' && terminatedAt !== undefined) {
    found.push(fault(at('terminatedAt'), `stands here though the status is ${status}: only a TERMINATED agreement has it`));
  }
  if (terminatedAt !== undefined && terminatedAt < validFrom) found.push(fault(at('terminatedAt'), 'lies before validFrom'));
  return found;
}

export function checkAgreement(context: Context, agreement: Agreement): Finding[] {
  const at = (...rest: (string | number)[]): Finding['path'] => ['agreements', agreement.id, ...rest];
  const { nationalMarkings, clauses, protectionDesk } = agreement;
  return [
    ...references(context, 'partners', agreement.parties, at('parties')),
    ...checkTimes(agreement),
    ...checkChain(context, agreement),
    ...(protectionDesk === undefined ? [] : checkDesk(context, protectionDesk, at('protectionDesk'))),
    ...(protectionDesk === undefined || agreement.parties.includes(protectionDesk.partner) || !context.has('partners', protectionDesk.partner)
      ? [] : [fault(at('protectionDesk', 'partner'), `${protectionDesk.partner} is no party to ${agreement.id}`)]),
    ...repeated(nationalMarkings, ({ mark, country }) => `${country} ${mark}`)
      .map(({ index, first }) => fault(at('nationalMarkings', index), `repeats nationalMarkings[${first}]: a mark stands for one level`)),
    ...repeated(clauses, ({ id }) => id)
      .map(({ index, first }) => fault(at('clauses', index, 'id'), `clauses[${first}] is numbered ${clauses[index]?.id ?? ''} already`)),
    ...clauses.flatMap((clause, i) => checkClause(context, agreement, clause, at('clauses', i))),
  ];
}
