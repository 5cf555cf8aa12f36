/** Sending: a leg for each desk that is asked, in the transaction that makes the request, or takes it from its writer's drafts. */
import { levelOf } from '../../dictionary/compartment.ts';
import type { Precedence } from '../../dictionary/requests.ts';
import type { Json, Kind } from '../../dictionary/types.ts';
import { Refusal } from '../../errors.ts';
import { toDesk } from '../../rules/recipients.ts';
import type { Limits, Stored } from '../../rules/record.ts';
import type { Released } from '../../rules/release.ts';
import { addressedTo, desksAsking, desksOf, partnersAsked, towards } from '../../rules/request.ts';
import type { Writer } from '../act.ts';
import { carried } from '../carried.ts';
import type { Composed } from '../compose.ts';
import type { Deps } from '../deps.ts';
import { newId } from '../imports/new-id.ts';
import { newRecords } from '../imports/new-records.ts';
import { channelsOf, mayPut } from '../may-put.ts';
import type { NewRecord } from '../ports.ts';
import type { KeptLeg } from './request-port.ts';
import { requestKind } from './check.ts';
import { demandEffect } from './effect.ts';
import { demandHeard } from './heard.ts';
import { demandKept } from './kept.ts';
import { shownOf, standAfter } from './leg.ts';
import { partKind } from './parts.ts';
import { demandSafe, demandSight } from './safety.ts';

/** A part's content, as it is to be stored: nothing of it is marked. */
export const composedPart = (kind: Kind, classification: Json | undefined, content: Readonly<Record<string, Json>>): Composed =>
  ({ kind, classification: levelOf(String(classification)) ?? 0, markings: new Map(), content, nested: content });

/**
 * @param request as its asker has it, sent
 * @param draft whom it went to before: undefined, it was no draft
 * @throws Refusal KNOWN_GOOD, FORBIDDEN
 */
export async function sendLegs(deps: Deps, writer: Writer, request: Released, draft?: Limits): Promise<void> {
  const { body, id } = request;
  const kind = requestKind(deps, body['asks']);
  demandSafe(deps, writer, request, kind);
  demandKept(writer.registry, request, kind, desksOf({ desks: body['desks'] ?? null }));
  const { basis, tellsWhoIs } = await demandEffect(deps, writer, kind, request);
  const precedence = (body['precedence'] ?? 'ROUTINE') as Precedence;
  const { tx: { now }, viewer } = writer;
  const until = typeof body['until'] === 'string' ? { until: body['until'] } : {};
  // The desk that decides for those who ask.
  const [decides] = desksAsking(writer, body, draft);
  const legs = desksOf(body).map(({ partner, desk }): KeptLeg => {
    const course = { kind, state: 'DRAFT' as const, precedence, asker: viewer.partner, asked: { partner, desk }, made: [], clocks: [] };
    const step = { step: body['via'] === undefined ? 'SEND' : 'ROUTE', partner: viewer.partner, ...(typeof body['fromDesk'] === 'string' && { desk: body['fromDesk'] }) };
    const stand = standAfter(course, { steps: [], since: '', state: 'DRAFT' }, step, 'SENT', desk, now);
    return { ...stand, record: deps.newId?.() ?? newId(), request: id, asker: viewer.partner, askerDesk: decides?.desk ?? '', partner, asks: kind.name, precedence, ...until, ...(basis !== undefined && { basis }) };
  });
  const channels = channelsOf(body);
  const composed = composedPart(partKind(deps, 'LEG'), body['classification'], { request: id, asks: kind.name, precedence });
  const shares = mayPut(deps, writer, composed, channels, now, towards(partnersAsked(body)));
  const fresh = legs.map(({ record, partner, desk }) => ({ row: { composed, channels, ref: undefined }, id: record, shares, limits: towards([toDesk(partner, desk)]) }));
  const { records: made, durable } = await newRecords(deps, viewer, fresh);
  // How it stands is as open as that it is there: whoever sees the leg sees it, and the clock keeps it up without a key.
  const shown = made.map((record, i): NewRecord => ({ ...record, state: { ...record.state, body: { ...record.state.body, ...shownOf(legs[i] as KeptLeg) } }, keys: record.keys }));
  await writer.tx.insert(shown);
  await durable;
  await writer.tx.requests.begin(legs);
  if (tellsWhoIs !== undefined) await writer.tx.firewall.proposed(id, tellsWhoIs);
}

/** A file was put to a draft when it may have named others. @throws Refusal INVALID */
async function demandFileHeard(deps: Deps, writer: Writer, held: Stored, { body }: Released): Promise<void> {
  const [file] = await writer.release([held], writer.tx.now);
  if (file === undefined) return;
  const composed = composedPart(held.meta.kind, file.body['classification'], file.body);
  for (const channel of channelsOf(body)) demandHeard({ deps, reader: writer, composed, channel, now: writer.tx.now, to: towards(partnersAsked(body)), named: 'desks' });
}

/** Takes a draft to whom it names. */
export async function sendDraft(deps: Deps, writer: Writer, id: string): Promise<void> {
  const request = await writer.view(id);
  const before = await writer.tx.lock(id);
  if (before === undefined) throw new Error('a written record is not visible to its writer');
  const asking = desksAsking(writer, request.body, before.meta.audience.limits);
  await writer.tx.amend({ before, state: carried(before, { limits: addressedTo(request.body, asking) }), fields: [], rekeyed: [], keys: [], addShares: [], endShares: [] });
  // What was put to the draft goes with it.
  for (const file of await writer.tx.attachments.ids(id)) {
    const held = await writer.tx.lock(file);
    if (held === undefined) continue;
    await demandFileHeard(deps, writer, held, request);
    await writer.tx.amend({ before: held, state: carried(held, { limits: towards(partnersAsked(request.body)) }), fields: [], rekeyed: [], keys: [], addShares: [], endShares: [] });
  }
  await sendLegs(deps, writer, request, before.meta.audience.limits);
}

/** @throws Refusal CONFLICT for what is not amended: parts that the exchange or a side made, and what was sent; FORBIDDEN to whom what it asks is withheld */
export function demandDraft(deps: Pick<Deps, 'dictionary'>, kind: Kind, seen: Released): void {
  if (kind.course === undefined) return;
  if (kind.course === 'REQUEST' && seen.body['draft'] === true) return demandSight(seen, requestKind(deps, seen.body['asks']));
  throw new Refusal('CONFLICT', kind.course === 'REQUEST' ? 'the request was sent, and is not amended: take it back by a move WITHDRAW, and ask anew' : 'what was done with a request is not amended');
}
