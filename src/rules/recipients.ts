/**
 * To whom a part of a request goes, as its audience keeps it: a partner, or single desks of one. Of a partner whose desks are named, those read it who sit at
 * one of them, and who sit at none: the partner's own systems and supervisors. `PARTNER`; `PARTNER/DESK`; `PARTNER/DESK>OTHER`, where a desk gave what it
 * was asked to another.
 */
import type { Desk } from './registry.ts';

/** One desk, and the one that was asked in its stead. */
interface Named {
  readonly asked: string;
  readonly desk: string;
}

const namedIn = (recipients: readonly string[], partner: string): Named[] => recipients.filter((one) => one.startsWith(`${partner}/`)).map((one) => {
  const [asked = '', desk = asked] = one.slice(partner.length + 1).split('>');
  return { asked, desk };
});

export const toDesk = (partner: string, desk: string): string => `${partner}/${desk}`;

/** Whether it goes to the partner, or to some desk of it. */
export const receives = (recipients: readonly string[], partner: string): boolean => recipients.some((one) => one === partner || one.startsWith(`${partner}/`));

/** The desks of a partner that are named. */
export const desksNamed = (recipients: readonly string[], partner: string): string[] => [...new Set(namedIn(recipients, partner).map(({ desk }) => desk))];

/**
 * The desks of a partner that read it: those that are named, and those that they escalate to, which must step in at any minute and so read along.
 * Undefined: all of them, and nobody is asked for a desk.
 */
export function desksReading(recipients: readonly string[], partner: string, desks: readonly Desk[]): readonly string[] | undefined {
  const named = desksNamed(recipients, partner);
  if (named.length === 0 || recipients.includes(partner)) return undefined;
  const above = desks.flatMap(({ id, escalateTo }) => (escalateTo !== undefined && named.includes(id) ? [escalateTo] : []));
  return [...new Set([...named, ...above])].sort();
}

/** The desks that escalate to this one. */
export const escalatingTo = (desks: readonly Desk[], desk: string): string[] => desks.filter(({ escalateTo }) => escalateTo === desk).map(({ id }) => id);

/** With the desk that a desk gives it to: that one reads it from now on, and the first stays a party to what was done. */
export function handedTo(recipients: readonly string[], partner: string, asked: string, desk: string): readonly string[] {
  return desksNamed(recipients, partner).length === 0 || asked === desk ? recipients : [...new Set([...recipients, `${partner}/${asked}>${desk}`])].sort();
}

/** The desk of a partner that a leg was sent to, whoever has it now. */
export const deskAskedFirst = (recipients: readonly string[], partner: string): string | undefined => namedIn(recipients, partner).find(({ asked, desk }) => asked === desk)?.asked;

/** Whether what was asked of that desk is one of these desks' to read. */
export const standsFor = (recipients: readonly string[], partner: string, asked: string, desks: readonly string[]): boolean =>
  desks.includes(asked) || namedIn(recipients, partner).some((one) => one.asked === asked && desks.includes(one.desk));
