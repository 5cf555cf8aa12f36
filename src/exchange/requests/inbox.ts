/** What waits for a desk: by due date, of the records that are released to the asker. */
import { precedences } from '../../dictionary/requests.ts';
import { invalid, Refusal } from '../../errors.ts';
import { escalatingTo } from '../../rules/recipients.ts';
import type { Released } from '../../rules/release.ts';
import { answer, type Reader } from '../answer.ts';
import type { Asker, InboxAsked, InboxItem, Page } from '../api.ts';
import { openCursor, sealCursor } from '../cursor.ts';
import type { Deps } from '../deps.ts';
import { pageSize } from '../find.ts';
import type { Moment } from '../ports.ts';
import { contactOf } from './contacts.ts';
import type { InboxQuery, InboxRow } from './request-port.ts';

/** The desk that is looked at, and those whose neglect is told to it. */
function desksOf({ registry, viewer }: Reader, asked: string | undefined): Pick<InboxQuery, 'desks' | 'escalatedFrom'> {
  const desks = registry.partners.get(viewer.partner)?.desks ?? [];
  const desk = asked ?? viewer.desk;
  if (viewer.seat !== undefined && viewer.seat !== desk) throw invalid('desk', viewer.desk === undefined ? 'your token names no desk of your organisation' : `is ${viewer.desk}: your token names it`);
  if (desk === undefined || !desks.some(({ id }) => id === desk)) throw invalid('desk', desks.length === 0 ? 'your organisation has declared no desk' : `one of ${desks.map(({ id }) => id).join(', ')}`);
  return { desks: [desk], escalatedFrom: escalatingTo(desks, desk) };
}

function filterOf({ dictionary }: Deps, { overdue = false, precedence, asks }: InboxAsked): Pick<InboxQuery, 'overdue' | 'precedence' | 'asks'> {
  const pressing = precedences.find((name) => name === precedence);
  if (precedence !== undefined && pressing === undefined) throw invalid('precedence', `one of ${precedences.join(', ')}`);
  if (asks !== undefined && !dictionary.requests.has(asks)) throw invalid('asks', `one of ${[...dictionary.requests.keys()].join(', ')}`);
  return { overdue, precedence: pressing, asks };
}

function itemOf(reader: Reader, { escalated, side, due }: InboxRow, leg: Released, request: Released, now: number): InboxItem {
  const contact = contactOf(reader, side, leg, request);
  return { request, leg, side, escalated, overdue: Date.parse(due) <= now, due, ...(contact !== undefined && { contact }) };
}

/** @throws Refusal INVALID, BAD_CURSOR, CURSOR_SCOPE_CHANGED */
export async function inbox(deps: Deps, asker: Asker, query: InboxAsked): Promise<Page<InboxItem>> {
  const first = pageSize(query.first, 50, 500);
  const filter = filterOf(deps, query);
  const bound = ['inbox', query.desk, filter.overdue, filter.precedence, filter.asks];
  return answer<Page<InboxItem>>(deps, asker, 'records:read', 'inbox', async (reader) => {
    const after = query.after === undefined ? undefined : openCursor(deps.vault, reader.viewer, bound, query.after, Date.now()).id;
    const { rows, found, ...moment } = await deps.requests.inbox(reader.stamp, { ...desksOf(reader, query.desk), ...filter, after, limit: first + 1 });
    if (!found) throw new Refusal('BAD_CURSOR');
    const shown = rows.slice(0, first);
    const released = await releasedOf(deps, reader, shown.flatMap(({ record, request }) => [record, request]), moment);
    const items = shown.flatMap((row): InboxItem[] => {
      const [leg, request] = [released.get(row.record), released.get(row.request)];
      return leg === undefined || request === undefined ? [] : [itemOf(reader, row, leg, request, moment.now)];
    });
    const last = shown.at(-1);
    const next = last === undefined || rows.length <= first ? {} : { nextCursor: sealCursor(deps.vault, reader.viewer, bound, last.record, moment.now) };
    return { moment, released: [...released.values()], asked: [deps.vault.blindForLedger(JSON.stringify(bound))], finish: () => ({ items, ...next }) };
  });
}

/** Read apart from the list of what waits: what moved between is shown as it is now, and a registry that moved is seen by its version. */
async function releasedOf(deps: Deps, reader: Reader, ids: readonly string[], { version }: Moment): Promise<ReadonlyMap<string, Released>> {
  if (ids.length === 0) return new Map();
  const { rows, version: later, now } = await deps.read.byIds(reader.stamp, [...new Set(ids)]);
  if (later !== version) throw new Refusal('REGISTRY_MOVED');
  return new Map((await reader.release(rows, now)).map((record) => [record.id, record]));
}
