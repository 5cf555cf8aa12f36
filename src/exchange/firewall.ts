/**
 * The victim firewall's use cases: the protection desk reads its alerts; a second organisation confirms a case; a desk agrees that its organisation be named
 * for searches of a period. Nothing here tells a searcher, or whoever submitted a record, that anything matched.
 */
import { validate as isUuid } from 'uuid';
import type { Body } from '../dictionary/types.ts';
import { type FieldFault, maskedNotFound, Refusal } from '../errors.ts';
import { firewallAlert } from '../rules/declassify.ts';
import type { Released } from '../rules/release.ts';
import { act, type Writer } from './act.ts';
import { answer } from './answer.ts';
import type { Asker, NamingAgreement, Page, ProtectionAlert } from './api.ts';
import { openCursor, sealCursor } from './cursor.ts';
import type { Deps } from './deps.ts';
import { kindNamed, pageSize } from './find.ts';

const membersOf = (given: unknown, known: readonly string[]): Body => {
  const body = typeof given === 'object' && given !== null && !Array.isArray(given) ? (given as Body) : {};
  const errors = Object.keys(body).filter((name) => !known.includes(name)).map((field) => ({ field, message: `is not known here: ${known.join(', ')}` }));
  if (errors.length > 0) throw new Refusal('INVALID', { errors });
  return body;
};

/** The desk that acts, of the asker's own. */
function deskFault({ registry, viewer }: Writer, desk: unknown): FieldFault[] {
  const desks = registry.partners.get(viewer.partner)?.desks.map(({ id }) => id) ?? [];
  if (desks.includes(String(desk))) return [];
  return [{ field: 'desk', message: desks.length === 0 ? 'your organisation has declared no desk' : `one of ${desks.join(', ')}` }];
}

/**
 * Alerts of this desk's batches, newest first. The ledger has an entry of the reading, and no disclosure: what its originator reads there would tell that
 * somebody searched for the person.
 */
export async function protectionAlerts(deps: Deps, asker: Asker, query: { readonly first?: number | undefined; readonly after?: string | undefined }): Promise<Page<ProtectionAlert>> {
  const first = pageSize(query.first, 50, 500);
  const bound = ['protection-alerts'];
  return answer<Page<ProtectionAlert>>(deps, asker, 'records:read', 'protection-alerts', async ({ stamp, viewer }) => {
    const before = query.after === undefined ? undefined : openCursor(deps.vault, viewer, bound, query.after, Date.now()).id;
    const { alerts, ...moment } = await deps.firewall.alerts(stamp, before, first + 1);
    const items = alerts.slice(0, first).map((alert) => firewallAlert(alert));
    const last = alerts.length > first ? items.at(-1) : undefined;
    const next = last === undefined ? {} : { nextCursor: sealCursor(deps.vault, viewer, bound, last.id, moment.now) };
    return { moment, released: [], finish: () => ({ items, ...next }) };
  });
}

/**
 * Confirms a case of another organisation: only then does the firewall alert of it.
 * @throws Refusal NOT_FOUND, also for a kind that is not behind the firewall; INVALID; FORBIDDEN for a case of one's own, or what makes it out is withheld
 */
export async function confirmCase(deps: Deps, asker: Asker, kindName: string, id: string, given: unknown): Promise<Released> {
  const kind = kindNamed(deps, kindName);
  if (!kind.fields.some(({ alertWhile }) => alertWhile !== undefined)) throw maskedNotFound();
  return act(deps, asker, 'records:write', 'confirm', async (writer) => {
    const { desk } = membersOf(given, ['desk']);
    const errors = deskFault(writer, desk);
    if (errors.length > 0) throw new Refusal('INVALID', { errors });
    const rows = isUuid(id) ? await writer.tx.byIds([id]) : [];
    const [seen] = await writer.release(rows.filter(({ meta }) => meta.kind.name === kind.name), writer.tx.now);
    if (seen === undefined) throw maskedNotFound();
    if (seen.originator === writer.viewer.partner) throw new Refusal('FORBIDDEN', 'a second organisation confirms: not the one whose record it is');
    const withheld = (seen.body['withheld'] as readonly string[] | undefined) ?? [];
    if (kind.fields.some(({ name, alertWhile }) => alertWhile !== undefined && withheld.includes(name))) throw new Refusal('FORBIDDEN', 'what is to be confirmed is withheld from this request');
    await writer.tx.firewall.confirm(seen.id, String(desk), writer.viewer.subject);
    return { value: seen, released: [seen] };
  });
}

const instant = (value: unknown): number => (typeof value === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/.test(value) ? Date.parse(value) : Number.NaN);

/** @throws Refusal INVALID */
export async function agreeToBeNamed(deps: Deps, asker: Asker, given: unknown): Promise<NamingAgreement> {
  return act(deps, asker, 'records:write', 'agree-naming', async (writer) => {
    const { desk, from, to } = membersOf(given, ['desk', 'from', 'to']);
    const errors = deskFault(writer, desk);
    const [starts, ends] = [instant(from), instant(to)];
    if (Number.isNaN(starts)) errors.push({ field: 'from', message: 'an RFC 3339 instant with its zone: 2026-01-31T08:00:00Z' });
    if (!(ends > starts)) errors.push({ field: 'to', message: 'an RFC 3339 instant after `from`' });
    if (errors.length > 0) throw new Refusal('INVALID', { errors });
    const period = { from: new Date(starts).toISOString(), to: new Date(ends).toISOString() };
    const id = await writer.tx.firewall.agreeNaming(String(desk), writer.viewer.subject, period.from, period.to);
    return { value: { id, desk: String(desk), by: writer.viewer.subject, ...period }, released: [] };
  });
}

export async function namingAgreements(deps: Deps, asker: Asker): Promise<readonly NamingAgreement[]> {
  return answer<readonly NamingAgreement[]>(deps, asker, 'records:read', 'naming-agreements', async ({ stamp }) => {
    const { namings, ...moment } = await deps.firewall.namings(stamp);
    return { moment, released: [], finish: () => namings };
  });
}
