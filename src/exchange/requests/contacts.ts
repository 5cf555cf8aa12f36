/** How each side of a request reaches the other's desk: told to the two sides of a leg, whoever's turn it is, and to nobody else. */
import { isObject } from '../../dictionary/json.ts';
import { maskedNotFound, Refusal } from '../../errors.ts';
import type { Released } from '../../rules/release.ts';
import { validate as isUuid } from 'uuid';
import { answer, type Reader } from '../answer.ts';
import type { Asker, Contact, RequestContact } from '../api.ts';
import type { Deps } from '../deps.ts';
import type { InboxRow } from './request-port.ts';

/** Legs of one request: it names at most 50 desks (`desks` of `schema/request.graphql`). */
const mostLegs = 50;

/** How to reach the other side: the desk that asks, if it named none its organisation's first; the desk that was asked. */
export function contactOf({ registry }: Reader, side: InboxRow['side'], leg: Released, { originator, body }: Released): Contact | undefined {
  const asked = isObject(leg.body['desk']) ? leg.body['desk'] : {};
  const partner = side === 'ASKED' ? originator : String(asked['partner']);
  const desks = registry.partners.get(partner)?.desks ?? [];
  const desk = desks.find(({ id }) => id === (side === 'ASKED' ? body['fromDesk'] : asked['desk'])) ?? desks[0];
  return desk === undefined ? undefined : { partner, desk: desk.id, contact: desk.contact, ...(desk.onCall !== undefined && { onCall: desk.onCall }) };
}

function shownOf(reader: Reader, leg: Released, request: Released): RequestContact {
  const contact = contactOf(reader, leg.originator === reader.viewer.partner ? 'ASKER' : 'ASKED', leg, request);
  return { leg: leg.id, ...(contact !== undefined && { contact }) };
}

/** @throws Refusal NOT_FOUND */
export async function requestContacts(deps: Deps, asker: Asker, asked: string): Promise<readonly RequestContact[]> {
  return answer<readonly RequestContact[]>(deps, asker, 'records:read', 'requestContacts', async (reader) => {
    const id = isUuid(asked) ? asked.toLowerCase() : undefined;
    const { records, ...moment } = id === undefined ? { ...(await deps.read.moment()), records: [] } : await deps.requests.sent(reader.stamp, { request: id, asks: undefined, from: undefined, to: undefined, limit: mostLegs });
    const { rows, version, now } = await deps.read.byIds(reader.stamp, id === undefined ? [] : [id, ...records]);
    if (version !== moment.version) throw new Refusal('REGISTRY_MOVED');
    const released = await reader.release(rows.filter(({ meta }) => meta.id !== id || meta.kind.course === 'REQUEST'), now);
    const request = released.find((record) => record.id === id);
    // Legs are there only where their request is.
    const legs = request === undefined ? [] : records.flatMap((record) => released.find((one) => one.id === record) ?? []);
    return {
      moment: { version, now }, released: request === undefined ? [] : [request, ...legs], asked: [deps.vault.blindForLedger(asked)],
      finish() {
        if (request === undefined) throw maskedNotFound();
        return legs.map((leg) => shownOf(reader, leg, request));
      },
    };
  });
}
