/**
 * The victim firewall's use cases: the protection desk reads its alerts and referrals; a second desk confirms a case; a desk agrees to be named for its
 * searches of a period. Nothing here tells a searcher, or whoever submitted a record, that anything matched.
 */
import { validate as isUuid } from 'uuid';
import { instantMs } from '../dictionary/normalise/instant.ts';
import type { Body, Kind } from '../dictionary/types.ts';
import { type FieldFault, maskedNotFound, Refusal } from '../errors.ts';
import { firewallAlert, protectionReferral } from '../rules/declassify.ts';
import type { Released } from '../rules/release.ts';
import { act, type Writer } from './act.ts';
import { demandMatch } from './amend.ts';
import { answer, type Reader } from './answer.ts';
import type { Asker, NamingAgreement, Page, ProtectionAlert, ProtectionReferral } from './api.ts';
import { openCursor, sealCursor } from './cursor.ts';
import type { Deps } from './deps.ts';
import { kindNamed, pageSize } from './find.ts';
import { isBehind, tellsWho } from './matching.ts';

const membersOf = (given: unknown, known: readonly string[]): Body => {
  const body = typeof given === 'object' && given !== null && !Array.isArray(given) ? (given as Body) : {};
  const errors = Object.keys(body).filter((name) => !known.includes(name)).map((field) => ({ field, message: `is not known here: ${known.join(', ')}` }));
  if (errors.length > 0) throw new Refusal('INVALID', { errors });
  return body;
};

/** The desk that acts: the one that the token names. @throws Refusal FORBIDDEN */
function deskOf({ viewer }: Reader): string {
  if (viewer.desk !== undefined) return viewer.desk;
  throw new Refusal('FORBIDDEN', 'this is for a desk: the token names none of your organisation (claim `desk`)');
}

const deskFault = (own: string, named: unknown): FieldFault[] =>
  (named === own ? [] : [{ field: 'desk', message: named === undefined || named === null ? `is missing: the desk that the token names, ${own}` : `is not the desk that the token names: ${own}` }]);

/**
 * Alerts of this desk's batches, newest first; an officer who wrote, proposed or confirmed a case reads none of it. The ledger has an entry of the reading, and no disclosure: what its originator reads there would tell that
 * somebody searched for the person.
 * @throws Refusal FORBIDDEN without a desk
 */
export async function protectionAlerts(deps: Deps, asker: Asker, query: { readonly first?: number | undefined; readonly after?: string | undefined }): Promise<Page<ProtectionAlert>> {
  const first = pageSize(query.first, 50, 500);
  return answer<Page<ProtectionAlert>>(deps, asker, 'records:read', 'protection-alerts', async (reader) => {
    const { stamp, viewer } = reader;
    const desk = deskOf(reader);
    const bound = ['protection-alerts', desk];
    const before = query.after === undefined ? undefined : openCursor(deps.vault, viewer, bound, query.after, Date.now()).id;
    const { alerts, ...moment } = await deps.firewall.alerts(stamp, { desk, subject: viewer.subject }, before, first + 1);
    const items = alerts.slice(0, first).map((alert) => firewallAlert(alert));
    const last = alerts.length > first ? items.at(-1) : undefined;
    const next = last === undefined ? {} : { nextCursor: sealCursor(deps.vault, viewer, bound, last.id, moment.now) };
    return { moment, released: [], finish: () => ({ items, ...next }) };
  });
}

/**
 * Persons who were decided to be victims, referred to this desk: by whom, newest first.
 * @throws Refusal FORBIDDEN without a desk
 */
export async function protectionReferrals(deps: Deps, asker: Asker, query: { readonly first?: number | undefined; readonly after?: string | undefined }): Promise<Page<ProtectionReferral>> {
  const first = pageSize(query.first, 50, 500);
  return answer<Page<ProtectionReferral>>(deps, asker, 'records:read', 'protection-referrals', async (reader) => {
    const { stamp, viewer } = reader;
    const desk = deskOf(reader);
    const bound = ['protection-referrals', desk];
    const before = query.after === undefined ? undefined : openCursor(deps.vault, viewer, bound, query.after, Date.now()).id;
    const { referrals, ...moment } = await deps.firewall.referrals(stamp, desk, before, first + 1);
    const items = referrals.slice(0, first).map((referral) => protectionReferral(referral));
    const last = referrals.length > first ? items.at(-1) : undefined;
    const next = last === undefined ? {} : { nextCursor: sealCursor(deps.vault, viewer, bound, last.id, moment.now) };
    return { moment, released: [], finish: () => ({ items, ...next }) };
  });
}

/** @throws Refusal FORBIDDEN for a desk or an officer that wrote who the person is, or proposed it to her originator */
async function demandSecond({ tx, viewer: { partner, desk, subject } }: Writer, { id, originator }: Released): Promise<void> {
  const hands = await tx.firewall.hands(id);
  if ((originator === partner && hands.length === 0) || hands.some((hand) => hand.desk === undefined)) throw new Refusal('FORBIDDEN', 'which desk wrote this case is not known: a desk of another organisation confirms it');
  if (hands.some((hand) => hand.desk === desk || hand.subject === subject)) throw new Refusal('FORBIDDEN', 'a second desk confirms: not one that wrote or proposed who the person is, nor an officer who did');
}

async function caseOf(writer: Writer, kind: Kind, id: string): Promise<Released | undefined> {
  const rows = isUuid(id) ? await writer.tx.byIds([id]) : [];
  const [seen] = await writer.release(rows.filter(({ meta }) => meta.kind.name === kind.name), writer.tx.now);
  return seen;
}

/**
 * Confirms a case that another desk submitted: only then does the firewall alert of it. What is written anew of who the person is, is to be confirmed anew.
 * @param ifMatch the ETag of the case that was looked at; undefined: whatever it is now
 * @throws Refusal NOT_FOUND, also for a kind that is not behind the firewall; INVALID; STALE; FORBIDDEN without a desk, for a case of one's own, or what makes it
 * out is withheld
 */
export async function confirmCase(deps: Deps, asker: Asker, kindName: string, id: string, given: unknown, ifMatch?: string): Promise<Released> {
  const kind = kindNamed(deps, kindName);
  if (!isBehind(kind)) throw maskedNotFound();
  return act(deps, asker, 'records:write', 'confirm', async (writer) => {
    const { desk } = membersOf(given, ['desk']);
    const own = deskOf(writer);
    const errors = deskFault(own, desk);
    if (errors.length > 0) throw new Refusal('INVALID', { errors });
    const seen = await caseOf(writer, kind, id);
    if (seen === undefined) throw maskedNotFound();
    if (ifMatch !== undefined) demandMatch(ifMatch, seen.etag);
    if (confirmedBy(kind).some((name) => seen.withheld.includes(name))) throw new Refusal('FORBIDDEN', 'what is to be confirmed is withheld from this request');
    // After that: whose hand counts tells those who proposed something that who she is was written since.
    await demandSecond(writer, seen);
    await writer.tx.firewall.confirm(seen.id, own, writer.viewer.subject);
    // What is confirmed is who she is said to be at this statement: had she become another since she was looked at, that one would be.
    demandMatch(seen.etag, (await caseOf(writer, kind, id))?.etag ?? '');
    return { value: seen, released: [seen] };
  });
}

/** What whoever confirms must see: the stage, and who the person is; parts that stand apart in some other field need not be. */
const confirmedBy = (kind: Kind): readonly string[] => [...kind.fields.filter(({ alertWhile }) => alertWhile !== undefined).map(({ name }) => name), ...tellsWho(kind).filter((name) => !name.includes('.'))];

const instant = (value: unknown): number => (typeof value === 'string' ? instantMs(value) : undefined) ?? Number.NaN;

/** For the searches of the desk that agrees, and for those that named no desk. @throws Refusal INVALID; FORBIDDEN without a desk */
export async function agreeToBeNamed(deps: Deps, asker: Asker, given: unknown): Promise<NamingAgreement> {
  return act(deps, asker, 'records:write', 'agree-naming', async (writer) => {
    const { desk, from, to } = membersOf(given, ['desk', 'from', 'to']);
    const own = deskOf(writer);
    const errors = deskFault(own, desk);
    const [starts, ends] = [instant(from), instant(to)];
    if (Number.isNaN(starts)) errors.push({ field: 'from', message: 'an RFC 3339 instant with its zone: 2026-01-31T08:00:00Z' });
    if (!(ends > starts)) errors.push({ field: 'to', message: 'an RFC 3339 instant after `from`' });
    if (errors.length > 0) throw new Refusal('INVALID', { errors });
    const period = { from: new Date(starts).toISOString(), to: new Date(ends).toISOString() };
    const id = await writer.tx.firewall.agreeNaming(own, writer.viewer.subject, period.from, period.to);
    return { value: { id, desk: own, by: writer.viewer.subject, ...period }, released: [] };
  });
}

export async function namingAgreements(deps: Deps, asker: Asker): Promise<readonly NamingAgreement[]> {
  return answer<readonly NamingAgreement[]>(deps, asker, 'records:read', 'naming-agreements', async ({ stamp }) => {
    const { namings, ...moment } = await deps.firewall.namings(stamp);
    return { moment, released: [], finish: () => namings };
  });
}
