/** A row that changes the importer's own record: the way of an amendment, and of a share of what that leaves. All of it is looked at before any is written. */
import { levelName } from '../../dictionary/compartment.ts';
import type { Body } from '../../dictionary/types.ts';
import { maskedNotFound, Refusal } from '../../errors.ts';
import { stateOf } from '../../rules/condition.ts';
import type { Stored } from '../../rules/record.ts';
import type { Released } from '../../rules/release.ts';
import type { Writer } from '../act.ts';
import { type Amended, amendment, put } from '../amend.ts';
import { compose } from '../compose.ts';
import { asItStands } from '../consent.ts';
import type { Deps } from '../deps.ts';
import { mayPut } from '../may-put.ts';
import { patched } from '../patch.ts';
import { mayShareInto, shareInto, type Widening } from '../share.ts';
import type { Fresh } from './batch.ts';
import type { ReadyRow } from './prepare.ts';
import { after, newChannels, news, type Standing, standingOf, standingRow } from './standing.ts';

/** What a row changes: found to be allowed, and not written yet. */
interface Change {
  readonly before: Stored;
  readonly amended: Amended | undefined;
  readonly widened: Widening | undefined;
}

/** What earlier rows of a dry run would have made of a record. */
export interface Rehearsed {
  readonly standing: Standing;
  readonly patch: Body;
  readonly channels: readonly string[];
}

/** What a row adds: what it says and the record does not. @throws Refusal CONFLICT, FORBIDDEN, INVALID, CONSENT_REQUIRED, ...: then nothing is written of it */
export async function changeOf(deps: Deps, writer: Writer, row: ReadyRow, id: string, confirmed: boolean): Promise<Change | undefined> {
  const before = await lockOwn(writer, id);
  const seen = await seenOf(writer, before);
  const standing = standingOf(seen);
  return judged(deps, writer, { before, seen, patch: news(row, standing), channels: newChannels(row, standing), confirmed });
}

/** Writes what was found to be allowed, at once: members of a new channel get the record as it is now. */
export async function make(deps: Deps, writer: Writer, { before, amended, widened }: Change): Promise<void> {
  if (amended === undefined) {
    if (widened !== undefined) await shareInto(writer, before, widened);
    return;
  }
  if (widened === undefined) return put(deps, writer, amended);
  const { bases, limits, override = amended.override } = widened;
  const { state } = amended;
  await put(deps, writer, { ...amended, state: { ...state, channels: [...state.channels, ...bases.map(({ channel }) => channel)].sort(), limits }, addShares: bases, override });
}

/**
 * What a row would add to what rows before it would have made: looked at as `changeOf` does.
 * @param earlier undefined: no earlier row would have changed the record
 * @returns undefined where it adds nothing
 */
export async function rehearse(deps: Deps, writer: Writer, row: ReadyRow, id: string, confirmed: boolean, earlier: Rehearsed | undefined): Promise<Rehearsed | undefined> {
  const before = await lockOwn(writer, id);
  const seen = await seenOf(writer, before);
  const next = added(earlier ?? { standing: standingOf(seen), patch: {}, channels: [] }, row);
  const sealless = { ...deps, vault: { ...deps.vault, seal: async (parts: readonly unknown[]) => parts.map(() => '') } };
  if (next !== undefined) await judged(sealless, writer, { before, seen, ...next, confirmed });
  return next;
}

/** The same of a record that an earlier row of the batch would have made: there is none to amend, so it is looked at as that row would have put it in. */
export async function rehearseNew(deps: Deps, writer: Writer, row: ReadyRow, { id, row: first }: Pick<Fresh, 'id' | 'row'>, earlier: Rehearsed | undefined): Promise<Rehearsed | undefined> {
  const made = standingRow(id, first);
  const next = added(earlier ?? { standing: made, patch: {}, channels: [] }, row);
  if (next === undefined) return undefined;
  const { kind } = first.composed;
  const composed = compose(deps, kind, patched(kind, { ...made.body, classification: levelName(first.composed.classification) }, next.patch, new Set()));
  mayPut(deps, writer, composed, made.channels, writer.tx.now);
  const { classification, markings, content, nested } = composed;
  if (next.channels.length > 0) mayShareInto(deps, writer, { kind, classification, state: stateOf(kind, markings, content), limits: undefined, body: nested, withheld: [] }, next.channels);
  return next;
}

/** @returns undefined where the row adds nothing */
function added({ standing, patch, channels }: Rehearsed, row: ReadyRow): Rehearsed | undefined {
  const more = { patch: news(row, standing), channels: newChannels(row, standing) };
  if (Object.keys(more.patch).length === 0 && more.channels.length === 0) return undefined;
  return { standing: after(standing, row), patch: { ...patch, ...more.patch }, channels: [...channels, ...more.channels] };
}

interface Adding {
  readonly before: Stored;
  readonly seen: Released;
  readonly patch: Body;
  readonly channels: readonly string[];
  readonly confirmed: boolean;
}

/** A share is judged by the record as the amendment would leave it. @returns undefined where nothing would change */
async function judged(deps: Deps, writer: Writer, { before, seen, patch, channels, confirmed }: Adding): Promise<Change | undefined> {
  const amended = Object.keys(patch).length === 0 ? undefined : await amendment(deps, writer, before, seen, patch, confirmed);
  const widened = channels.length === 0 ? undefined : mayShareInto(deps, writer, amended?.standing ?? asItStands(before, seen), channels);
  return amended === undefined && widened === undefined ? undefined : { before, amended, widened };
}

/** @throws Refusal CONFLICT where the importer does not see the record that holds its number, or it is withdrawn */
async function lockOwn({ tx }: Writer, id: string): Promise<Stored> {
  const before = await tx.lock(id);
  if (before?.meta.status === 'ACTIVE') return before;
  throw new Refusal('CONFLICT', before === undefined ? 'you already hold a record with this number or claim' : 'the record with this number is withdrawn: it is not amended any more');
}

async function seenOf(writer: Writer, before: Stored): Promise<Released> {
  const [seen] = await writer.release([before], writer.tx.now);
  if (seen === undefined) throw maskedNotFound();
  return seen;
}
