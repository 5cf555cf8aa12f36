/** Legal holds: what an authority wants kept is not erased, neither on order nor by its own retention, until the hold is released. */
import { v7 as uuidv7, validate as isUuid } from 'uuid';
import { compartmentName, covers, type Level, parseCompartment } from '../../dictionary/compartment.ts';
import { says } from '../../dictionary/says.ts';
import { maskedNotFound, Refusal } from '../../errors.ts';
import { mayChange } from '../../rules/act.ts';
import type { Viewer } from '../../rules/viewer.ts';
import { act, type Writer } from '../act.ts';
import { lockOwn } from '../lock-own.ts';
import { answer } from '../answer.ts';
import type { Asker, Hold, HoldWords } from '../api.ts';
import type { Deps } from '../deps.ts';
import type { KeptHold } from '../ports.ts';
import { missing } from './gone.ts';

interface Words {
  readonly authority: string;
  readonly reason: string;
}

const longest = { authority: 200, reason: 2000 } as const;

/** @throws Refusal INVALID */
function wordsGiven(given: HoldWords): Words {
  const errors = (['authority', 'reason'] as const).flatMap((field) => {
    const text = given[field];
    const fits = typeof text === 'string' && says(text) && text.length <= longest[field];
    return fits ? [] : [{ field, message: `a text of 1 to ${longest[field]} characters: it is kept with the hold` }];
  });
  if (errors.length > 0) throw new Refusal('INVALID', { errors });
  return { authority: String(given.authority).trim(), reason: String(given.reason).trim() };
}

/** The words may say what the record does: they are sealed, no lower than the record, under a key of the hold's own. */
async function seal({ vault }: Deps, id: string, originator: string, compartment: string, version: number, words: Words): Promise<string> {
  const [sealed] = await vault.seal([{ record: id, originator, compartment, version, fields: { ...words } }]);
  if (sealed === undefined) throw new Error('nothing was sealed');
  return sealed;
}

async function opened({ vault }: Deps, viewer: Viewer, { id, originator, compartment, placed, release }: KeptHold): Promise<readonly Words[]> {
  if (!covers(viewer.clearance, viewer.caveats, parseCompartment(compartment))) return [];
  const parts = [placed, ...(release === undefined ? [] : [release.sealed])];
  const words = await vault.open(parts.map((sealed, i) => ({ record: id, originator, compartment, version: i + 1, sealed })));
  return words.map((each) => {
    if (each === 'KEY_DESTROYED') throw new Refusal('KEY_UNAVAILABLE');
    return each as unknown as Words;
  });
}

async function shown(deps: Deps, viewer: Viewer, kept: KeptHold): Promise<Hold> {
  const { id, record, placedAt, placedBy, release } = kept;
  const [first, last] = await opened(deps, viewer, kept);
  return {
    id, record, placedAt, placedBy, ...first,
    ...(release && { releasedAt: release.at, releasedBy: release.by }),
    ...(last && { releaseAuthority: last.authority, releaseReason: last.reason }),
  };
}

const named = ({ viewer }: Writer, id: string) => [{ originator: viewer.partner, records: [id], fields: [] }];

async function heldNow(deps: Deps, writer: Writer, record: string, id: string): Promise<Hold> {
  const kept = (await writer.tx.holds(record)).find((each) => each.id === id);
  if (kept === undefined) throw maskedNotFound();
  return shown(deps, writer.viewer, kept);
}

/**
 * Durable in the journal too before it is answered: else a restore of the rows could undo it.
 * @throws Refusal KEY_UNAVAILABLE when the key database does not answer: what was decided stands, and its entry is made later
 */
async function journaled(deps: Deps, hold: Hold): Promise<Hold> {
  try {
    await deps.erasures.journalHolds();
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal('KEY_UNAVAILABLE', 'what was decided stands, and is yet to be written to the journal that a restore goes by: that is done as soon as it can be', error);
  }
  return hold;
}

export async function hold(deps: Deps, asker: Asker, kind: string | undefined, id: string, given: HoldWords): Promise<Hold> {
  const words = wordsGiven(given);
  const placed = await act<Hold>(deps, asker, 'records:erase', 'hold', async (writer) => {
    const { viewer, tx } = writer;
    const { meta } = await lockOwn(writer, kind, id);
    const compartment = compartmentName({ level: Math.max(meta.classification, 2) as Level, caveats: 0 });
    if (!covers(viewer.clearance, viewer.caveats, parseCompartment(compartment))) throw new Refusal('FORBIDDEN', `needs clearance for ${compartment}: so are its words kept`);
    const own = uuidv7();
    await tx.placeHold({
      id: own, record: meta.id, originator: viewer.partner, placedAt: new Date(tx.now).toISOString(), placedBy: viewer.subject, compartment,
      placed: await seal(deps, own, viewer.partner, compartment, 1, words),
    });
    return { value: await heldNow(deps, writer, meta.id, own), released: [], named: named(writer, meta.id) };
  });
  return journaled(deps, placed);
}

export async function releaseHold(deps: Deps, asker: Asker, kind: string | undefined, id: string, held: string, given: HoldWords): Promise<Hold> {
  const words = wordsGiven(given);
  const released = await act<Hold>(deps, asker, 'records:erase', 'releaseHold', async (writer) => {
    const { viewer, tx } = writer;
    const { meta } = await lockOwn(writer, kind, id);
    const kept = (await tx.holds(meta.id)).find((each) => each.id === held);
    if (kept === undefined) throw maskedNotFound();
    if (!covers(viewer.clearance, viewer.caveats, parseCompartment(kept.compartment))) throw new Refusal('FORBIDDEN', `needs clearance for ${kept.compartment}: so are its words kept`);
    if (kept.release === undefined) {
      const sealed = await seal(deps, kept.id, viewer.partner, kept.compartment, 2, words);
      await tx.releaseHold(kept.id, { at: new Date(tx.now).toISOString(), by: viewer.subject, sealed });
    }
    return { value: await heldNow(deps, writer, meta.id, kept.id), released: [], named: named(writer, meta.id) };
  });
  return journaled(deps, released);
}

/** @throws Refusal FORBIDDEN when the record is another's: a hold is its originator's matter */
export async function holds(deps: Deps, asker: Asker, kind: string | undefined, id: string): Promise<readonly Hold[]> {
  return answer<readonly Hold[]>(deps, asker, 'records:read', 'holds', async ({ stamp, viewer, release }) => {
    const [rows, left] = isUuid(id) ? await Promise.all([deps.read.byIds(stamp, [id]), deps.read.tombstones(stamp, [id])]) : [undefined, undefined];
    // Nothing of it is opened, but it is looked at twice like any other.
    if (rows !== undefined) await release(rows.rows, rows.now, () => false);
    const seen = rows?.rows.find(({ meta }) => kind === undefined || meta.kind.name === kind);
    const own = seen?.meta.originator === viewer.partner;
    const kept = own ? await deps.read.holds(stamp, id) : undefined;
    const moment = kept ?? rows ?? (await deps.read.moment());
    const all = await Promise.all((kept?.holds ?? []).map(async (each) => shown(deps, viewer, each)));
    return {
      moment,
      released: [],
      asked: [deps.vault.blindForLedger(id)],
      finish() {
        if (seen === undefined) throw missing(left?.tombstones ?? [], kind);
        mayChange(viewer, seen.meta.originator);
        return all;
      },
    };
  });
}
