import type { Desk, Partner } from '../registry.ts';
import { type Context, fault, type Finding } from './finding.ts';

const escalation = (partner: string, desks: readonly Desk[], { id, escalateTo }: Desk): Finding[] => {
  if (escalateTo === undefined || (escalateTo !== id && desks.some((desk) => desk.id === escalateTo))) return [];
  return [fault(['partners', partner, 'desks', id, 'escalateTo'], escalateTo === id ? 'escalates to itself' : `${partner} has no desk ${escalateTo}`)];
};

/** Of an institution one desk keeps the accounts: a hold goes to it, and to no other. */
function keeping({ registry }: Context, partner: string, { id, institutions = [] }: Desk): Finding[] {
  const others = [...registry.partners.values()].flatMap((other) => other.desks.filter((desk) => other.id !== partner || desk.id !== id).map((desk) => ({ name: `${other.id}/${desk.id}`, kept: desk.institutions ?? [] })));
  return institutions.flatMap((institution, i) => {
    const path = ['partners', partner, 'desks', id, 'institutions', i];
    if (institutions.indexOf(institution) !== i) return [fault(path, `${institution} stands there twice`)];
    const other = others.find(({ kept }) => kept.includes(institution));
    return other === undefined ? [] : [fault(path, `${other.name} keeps the accounts of ${institution} too: a hold would not know whom to ask`)];
  });
}

/** A desk escalates to another desk of its own partner, and keeps accounts that no other keeps. */
export const checkPartner = (context: Context, { id: partner, desks }: Partner): Finding[] =>
  desks.flatMap((desk) => [...escalation(partner, desks, desk), ...keeping(context, partner, desk)]);
