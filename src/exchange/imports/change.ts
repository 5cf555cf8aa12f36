/** A row that changes the importer's own record: the way of an amendment, then of a share. */
import { maskedNotFound, Refusal } from '../../errors.ts';
import type { Stored } from '../../rules/record.ts';
import type { Writer } from '../act.ts';
import { amendment, put } from '../amend.ts';
import type { Deps } from '../deps.ts';
import { basisFor, shareInto } from '../share.ts';
import type { ReadyRow } from './prepare.ts';
import { newChannels, news, standingOf } from './standing.ts';

/** Adds what the row says and the record does not. @returns whether anything changed. @throws Refusal CONFLICT, FORBIDDEN, INVALID, ... */
export async function change(deps: Deps, writer: Writer, row: ReadyRow, id: string, confirmed: boolean, rehearsed: boolean): Promise<boolean> {
  const before = await lockOwn(writer, id);
  const [seen] = await writer.release([before], writer.tx.now);
  if (seen === undefined) throw maskedNotFound();
  const standing = standingOf(seen);
  const patch = news(row, standing);
  const channels = newChannels(row, standing);
  const dry = rehearsed ? { ...deps, vault: { ...deps.vault, seal: async (parts: readonly unknown[]) => parts.map(() => '') } } : deps;
  const amended = Object.keys(patch).length === 0 ? undefined : await amendment(dry, writer, before, seen, patch, confirmed);
  if (rehearsed) return amended !== undefined || channels.length > 0;
  if (amended !== undefined) await put(deps, writer, amended);
  if (channels.length > 0) await shareAlso(deps, writer, id, channels);
  return amended !== undefined || channels.length > 0;
}

/** @throws Refusal CONFLICT where the importer does not see the record that holds its number, or it is withdrawn */
async function lockOwn({ tx }: Writer, id: string): Promise<Stored> {
  const before = await tx.lock(id);
  if (before?.meta.status === 'ACTIVE') return before;
  throw new Refusal('CONFLICT', before === undefined ? 'you already hold a record with this number or claim' : 'the record with this number is withdrawn: it is not amended any more');
}

async function shareAlso(deps: Deps, writer: Writer, id: string, channels: readonly string[]): Promise<void> {
  const before = await lockOwn(writer, id);
  const [seen] = await writer.release([before], writer.tx.now);
  if (seen !== undefined) await shareInto(deps, writer, before, seen, channels.map((channel) => basisFor(writer, before, seen, channel)));
}
