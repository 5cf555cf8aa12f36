/** Sharing one's own record into a channel, and taking it out again. */
import { maskedNotFound, Refusal } from '../errors.ts';
import { mayShare, type ShareBasis } from '../rules/act.ts';
import type { Stored } from '../rules/record.ts';
import type { Released } from '../rules/release.ts';
import { act, type Writer } from './act.ts';
import { lockOwn } from './lock-own.ts';
import type { Asker } from './api.ts';
import { carried } from './carried.ts';
import { asItStands, type Consented, consentedShare, noteOverride, type Shareable } from './consent.ts';
import type { Deps } from './deps.ts';
import { groundOf } from './may-put.ts';

/** A share into more channels that was found to be allowed: nothing of it is written yet. */
export interface Widening extends Consented {
  readonly bases: readonly ShareBasis[];
}

/**
 * Whether a record goes into more channels, by the clauses there and by consent where the kind asks for it.
 * @throws Refusal as `basisFor` does; CONSENT_REQUIRED; FORBIDDEN where the writer does not see the consent
 */
export function mayShareInto(deps: Deps, writer: Writer, standing: Shareable, added: readonly string[]): Widening {
  const bases = added.map((channel) => basisFor(writer, standing, channel));
  return { bases, ...consentedShare(deps, writer, standing, added) };
}

export async function shareInto(writer: Writer, before: Stored, { bases, limits, override }: Widening): Promise<void> {
  const { meta } = before;
  await moveTo(writer, before, [...meta.audience.channels, ...bases.map(({ channel }) => channel)].sort(), bases, [], limits);
  noteOverride(writer, meta, meta.id, override);
}

/** The same content with other channels: not a revision. */
async function moveTo(writer: Writer, before: Stored, channels: readonly string[], add: Parameters<Writer['tx']['amend']>[0]['addShares'], end: readonly string[], limits = before.meta.audience.limits): Promise<void> {
  await writer.tx.amend({
    before,
    state: carried(before, { channels, limits }),
    fields: [], rekeyed: [], keys: [], addShares: add, endShares: end,
  });
}

/**
 * On what basis a record that stands, or will, is shared into one more channel: what decides is what the record says, whatever a row of an import leaves
 * out. Who does not see whether it is sensitive shares it as if it were: the answer would tell.
 */
function basisFor({ registry, viewer, tx }: Writer, { kind, classification, state, body, withheld }: Shareable, channel: string): ShareBasis {
  return mayShare(registry, viewer, { kind, classification, sensitive: body['sensitive'] === true || withheld.includes('sensitive'), state, ground: groundOf(kind, body) }, channel, tx.now);
}

/** A request goes through the one channel that it was made for. @throws Refusal CONFLICT */
function notOfRequest({ meta: { kind } }: Stored): void {
  if (kind.course !== undefined) throw new Refusal('CONFLICT', 'a request stays in the channel that it was made for: take it back by a move WITHDRAW');
}

export async function share(deps: Deps, asker: Asker, kind: string | undefined, id: string, channel: string): Promise<Released> {
  return act(deps, asker, 'records:write', 'share', async (writer) => {
    const before = await lockOwn(writer, kind, id);
    const { meta } = before;
    notOfRequest(before);
    if (meta.status !== 'ACTIVE') throw new Refusal('CONFLICT', 'the record is withdrawn: it is not shared any more');
    const [seen] = await writer.release([before], writer.tx.now);
    if (seen === undefined) throw maskedNotFound();
    const standing = asItStands(before, seen);
    if (meta.audience.channels.includes(channel)) basisFor(writer, standing, channel);
    else await shareInto(writer, before, mayShareInto(deps, writer, standing, [channel]));
    const record = await writer.view(id);
    return { value: record, released: [record] };
  });
}

export async function unshare(deps: Deps, asker: Asker, kind: string | undefined, id: string, channel: string): Promise<Released> {
  return act(deps, asker, 'records:write', 'unshare', async (writer) => {
    const before = await lockOwn(writer, kind, id);
    notOfRequest(before);
    const { channels } = before.meta.audience;
    if (channels.includes(channel)) await moveTo(writer, before, channels.filter((one) => one !== channel), [], [channel]);
    const record = await writer.view(id);
    return { value: record, released: [record] };
  });
}
