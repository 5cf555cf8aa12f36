/**
 * One batch in one transaction. New claims are written in bulk; a row that meets a record or an earlier row which says the same costs no
 * statement of its own; the few that change something go one by one, in order, after the bulk.
 */
import { Refusal } from '../../errors.ts';
import type { ShareBasis } from '../../rules/act.ts';
import type { Override } from '../../rules/consent.ts';
import { demandToCome } from '../../rules/erasure.ts';
import type { Limits } from '../../rules/record.ts';
import type { Released } from '../../rules/release.ts';
import type { Writer } from '../act.ts';
import type { RowOutcome } from '../api.ts';
import { type Consented, consented, noteOverride } from '../consent.ts';
import type { Deps } from '../deps.ts';
import { changeOf, make, type Rehearsed, rehearse, rehearseNew } from './change.ts';
import { filledRows } from './fill-rows.ts';
import { newId } from './new-id.ts';
import { newRecords } from './new-records.ts';
import { refusedBy, refusedRow, spoilt } from './outcome.ts';
import type { Settled } from './options.ts';
import { demandKnown, referred, resolve } from '../references.ts';
import { type Permit, permits } from './permits.ts';
import { isReady, type Prepared, type ReadyRow } from './prepare.ts';
import { rehearsedId, type Rehearsal } from './rehearsal.ts';
import { endAsItStands, saysNothingNew, type Standing, standingOf, standingRow } from './standing.ts';

/** A row that changes a record, to be looked at when all before it stands. */
interface Later {
  readonly row: ReadyRow;
  readonly at: number;
  readonly id: string;
}

export interface Fresh {
  readonly row: ReadyRow;
  readonly id: string;
  readonly shares: readonly ShareBasis[];
  readonly limits: Limits | undefined;
  readonly override: Override | undefined;
}

export interface Settling {
  readonly outcomes: readonly RowOutcome[];
  /** Own records that the rows met: what the outcomes tell of them. */
  readonly met: readonly Released[];
  readonly fresh: readonly Fresh[];
}

/** What the rows of a batch meet, by the hex of their own number. */
interface Met {
  readonly released: readonly Released[];
  readonly standing: Map<string, Standing>;
}

/** Of several levels the row's own, else the lowest. */
async function meet(writer: Writer, kind: string, rows: readonly ReadyRow[]): Promise<Met> {
  const standing = new Map<string, Standing>();
  const refs = new Map(rows.flatMap(({ ref, refName, composed }) => (ref === undefined || refName === undefined ? [] : [[refName, { ref, level: composed.classification }]])));
  const taken = refs.size === 0 ? new Map<string, never>() : await writer.tx.imports.refs(kind, [...refs.values()].map(({ ref }) => ref));
  if (taken.size === 0) return { released: [], standing };
  const wanted = new Map([...taken].map(([name, found]) => [name, (found.find(({ level }) => level === refs.get(name)?.level) ?? found[0])?.id ?? '']));
  const released = await writer.release(await writer.tx.byIds([...new Set(wanted.values())]), writer.tx.now);
  const byId = new Map(released.map((one) => [one.id, standingOf(one)]));
  for (const [name, id] of wanted) standing.set(name, byId.get(id) ?? { id, level: 0, channels: [], body: {} });
  return { released, standing };
}

/** Own numbers of records that all rows of the batch that speak of them, together, leave as they are. */
function leftAsTheyAre(rows: readonly ReadyRow[], standing: ReadonlyMap<string, Standing>): Set<string> {
  const speaking = Map.groupBy(rows.filter(({ refName }) => refName !== undefined && standing.has(refName)), ({ refName }) => refName ?? '');
  return new Set([...speaking].flatMap(([name, all]) => {
    const there = standing.get(name);
    return all.length > 1 && there !== undefined && endAsItStands(all, there) ? [name] : [];
  }));
}

/** What the rows may do and what they name: all ids of a batch are resolved at once. */
async function admissions(deps: Deps, writer: Writer, rows: readonly ReadyRow[]): Promise<(row: ReadyRow) => Permit> {
  const permit = permits(deps, writer);
  const kinds = await resolve(writer, rows.flatMap(({ composed }) => referred(composed)));
  return (row) => {
    const allowed = permit(row);
    if (allowed instanceof Refusal) return allowed;
    try {
      demandKnown(referred(row.composed), kinds);
      return allowed;
    } catch (error) {
      return spoilt(error);
    }
  };
}

/** What only a new record must be: to come to an end later than now, and within its consent. */
function newcomer(deps: Deps, writer: Writer, { composed, channels }: ReadyRow): Consented | Refusal {
  try {
    demandToCome(composed.content, writer.tx.now);
    return consented(deps, writer, composed, channels);
  } catch (error) {
    return spoilt(error);
  }
}

/** Decides every row; nothing is written. */
async function decide(deps: Deps, writer: Writer, settled: Settled, rows: readonly Prepared[], rehearsal: Rehearsal | undefined): Promise<Settling & { outcomes: RowOutcome[]; later: Later[] }> {
  const permit = await admissions(deps, writer, rows.filter(isReady));
  const allowances = new Map(rows.filter(isReady).map((row) => [row, permit(row)]));
  const admitted = [...allowances].flatMap(([row, allowed]) => (allowed instanceof Refusal ? [] : [row]));
  const { released, standing } = await meet(writer, settled.kind.name, rows.filter(isReady));
  const asTheyAre = leftAsTheyAre(admitted, standing);
  const outcomes: RowOutcome[] = [];
  const fresh: Fresh[] = [];
  const later: Later[] = [];
  const changing = new Set<string>();
  for (const [at, row] of rows.entries()) {
    if (!isReady(row)) {
      outcomes.push(row);
      continue;
    }
    const { line, refName } = row;
    const allowed = allowances.get(row) ?? [];
    if (allowed instanceof Refusal) {
      outcomes.push(refusedBy(line, allowed));
      continue;
    }
    const there = refName === undefined ? undefined : (standing.get(refName) ?? rehearsal?.met(row));
    if (there === undefined) {
      if (settled.kind.extract !== undefined) {
        outcomes.push(refusedRow(line, `a ${settled.kind.name} is made one by one, of what was consented to: submit it`, 'CONSENT_REQUIRED', settled.kind.extract.from));
        continue;
      }
      const consent = newcomer(deps, writer, row);
      if (consent instanceof Refusal) {
        outcomes.push(refusedBy(line, consent));
        continue;
      }
      const id = rehearsal !== undefined && row.ref !== undefined ? rehearsedId(row.ref) : (deps.newId?.() ?? newId());
      fresh.push({ row, id, shares: allowed, ...consent });
      if (refName !== undefined) standing.set(refName, standingRow(id, row));
      outcomes.push({ line, outcome: 'created', id });
    } else if (refName !== undefined && !changing.has(refName) && (asTheyAre.has(refName) || saysNothingNew(row, there))) {
      outcomes.push({ line, outcome: 'unchanged', id: there.id });
    } else {
      if (refName !== undefined) changing.add(refName);
      later.push({ row, at, id: there.id });
      outcomes.push({ line, outcome: 'updated', id: there.id });
    }
  }
  return { outcomes, met: released, fresh, later };
}

/** @param rehearsal of a dry run: nothing is written */
export async function settleBatch(deps: Deps, writer: Writer, settled: Settled, given: readonly Prepared[], rehearsal: Rehearsal | undefined): Promise<Settling> {
  const rows = await filledRows(deps, writer, given);
  const { later, ...settling } = await decide(deps, writer, settled, rows, rehearsal);
  if (rehearsal === undefined) {
    const { records, durable } = await newRecords(deps, writer.viewer, settling.fresh);
    await writer.tx.insert(records);
    await durable;
    for (const { row, id, override } of settling.fresh) noteOverride(writer, row.composed, id, override);
  }
  const changing = rehearsal === undefined ? writing(deps, writer, settled) : rehearsing(deps, writer, settled, settling.fresh);
  for (const { row, at, id } of later) {
    const changed = await changing(row, id);
    settling.outcomes[at] = changed instanceof Refusal ? refusedBy(row.line, changed) : { line: row.line, outcome: changed ? 'updated' : 'unchanged', id };
  }
  return settling;
}

/** Whether a row changes a record; why not, where it may not: then nothing of it is written. */
type Changing = (row: ReadyRow, id: string) => Promise<boolean | Refusal>;

/** A refusal is one row's fault only while nothing of the row is written. */
const writing = (deps: Deps, writer: Writer, { confirmKnownGood }: Settled): Changing => async (row, id) => {
  const change = await changeOf(deps, writer, row, id, confirmKnownGood).catch(spoilt);
  if (change === undefined || change instanceof Refusal) return change ?? false;
  await make(deps, writer, change);
  return true;
};

function rehearsing(deps: Deps, writer: Writer, { confirmKnownGood }: Settled, fresh: readonly Fresh[]): Changing {
  const rehearsed = new Map<string, Rehearsed>();
  const made = new Map(fresh.map((one) => [one.id, one]));
  return async (row, id) => {
    const first = made.get(id);
    // Of a record that a row of an earlier batch would have made nothing is kept but that there is one.
    if (first === undefined && row.ref !== undefined && id === rehearsedId(row.ref)) return true;
    const earlier = rehearsed.get(id);
    const now = await (first === undefined ? rehearse(deps, writer, row, id, confirmKnownGood, earlier) : rehearseNew(deps, writer, row, first, earlier)).catch(spoilt);
    if (now === undefined || now instanceof Refusal) return now ?? false;
    rehearsed.set(id, now);
    return true;
  };
}
