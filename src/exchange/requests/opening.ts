/** Openings: asked for by who has a record but not all of it; given, and taken back, by its originator, in the transaction that says so. */
import { type PurposeName, purposeNames } from '../../dictionary/compartment.ts';
import { isObject } from '../../dictionary/json.ts';
import type { RequestKind } from '../../dictionary/requests.ts';
import type { Body, Json } from '../../dictionary/types.ts';
import { type FieldFault, invalidFields, Refusal } from '../../errors.ts';
import { openedBy, openedTo } from '../../rules/opening.ts';
import type { Opened } from '../../rules/record.ts';
import type { Released } from '../../rules/release.ts';
import type { Writer } from '../act.ts';
import { carried } from '../carried.ts';
import type { Deps } from '../deps.ts';
import { type Subject, subjectAsked, subjectHeld } from './subject.ts';

const texts = (value: Json | undefined): string[] => (Array.isArray(value) ? [...new Set((value as readonly Json[]).map(String))] : []);

/** @throws Refusal INVALID for what is not withheld from who asks, or is nobody's to have; for a time that is over; for another purpose than its own */
export async function demandOpenable(writer: Writer, kind: RequestKind, request: Released): Promise<void> {
  const { stored, seen, asked } = await subjectAsked(writer, kind, request);
  const withheld = seen.withheld.filter((name) => stored.meta.kind.field.get(name)?.own !== true);
  const faults = texts(asked['fields']).flatMap((name, i): FieldFault[] =>
    (withheld.includes(name) ? [] : [{ field: `${kind.body}.fields.${i}`, message: withheld.length === 0 ? 'nothing of the record is withheld from you that could be opened' : `of what is withheld from you, one of ${withheld.join(', ')}` }]));
  if (texts(asked['fields']).length === 0) faults.push({ field: `${kind.body}.fields`, message: 'names at least one field' });
  if (!(Date.parse(String(asked['until'])) > writer.tx.now)) faults.push({ field: `${kind.body}.until`, message: 'is over already' });
  if (asked['purpose'] !== writer.viewer.purpose) faults.push({ field: `${kind.body}.purpose`, message: `is the purpose of this request, ${writer.viewer.purpose}: ask anew for another` });
  if (faults.length > 0) throw invalidFields(faults);
}

/** What a move opens. */
interface Given {
  readonly fields: readonly string[];
  /** RFC 3339. */
  readonly until: string;
}

/** @throws Refusal INVALID for a field that was not asked for, a time beyond what was asked, or, of an answer, a field that is left out; FORBIDDEN */
function givenOf({ asked, seen, stored }: Subject, { now, move, by }: { readonly now: number; readonly move: string; readonly by: string }, opens: Body): Given {
  const [wanted, already] = [texts(asked['fields']), openedBy(stored.meta.audience.opened, by, now)];
  const fields = opens['fields'] === undefined || opens['fields'] === null ? wanted : texts(opens['fields']);
  const until = String(opens['until'] ?? asked['until']);
  const unseen = seen.withheld;
  const hidden = fields.filter((name) => unseen.includes(name)).map((name) => ({ field: `opens.fields.${fields.indexOf(name)}`, message: 'is withheld from this request: ask with the clearance and caveats it needs' }));
  if (hidden.length > 0) throw new Refusal('FORBIDDEN', { errors: hidden });
  const faults = fields.flatMap((name, i): FieldFault[] => (wanted.includes(name) ? [] : [{ field: `opens.fields.${i}`, message: `was not asked for: one of ${wanted.join(', ')}` }]));
  if (fields.length === 0) faults.push({ field: 'opens.fields', message: 'names at least one field: who opens none says REFUSE' });
  if (!(Date.parse(until) > now)) faults.push({ field: 'opens.until', message: 'is over already' });
  if (Date.parse(until) > Date.parse(String(asked['until']))) faults.push({ field: 'opens.until', message: `is later than was asked: ${String(asked['until'])}` });
  const left = wanted.filter((name) => !fields.includes(name) && !already.includes(name));
  if (move === 'ANSWER' && left.length > 0) faults.push({ field: 'opens.fields', message: `${left.join(', ')} ${left.length === 1 ? 'is' : 'are'} not opened: open it, or ANSWER_PART, and REFUSE what is left` });
  if (faults.length > 0) throw invalidFields(faults);
  return { fields, until };
}

const purposeOf = (asked: Body): PurposeName => purposeNames.find((name) => name === asked['purpose']) ?? 'STATISTICS';

/** Puts openings in the place of those that stood, and enters it into the ledger: no revision, for nothing of the record changed. */
async function putOpened(writer: Writer, { stored }: Subject, opened: readonly Opened[], operation: string, fields: readonly string[]): Promise<void> {
  await writer.tx.amend({ before: stored, state: carried(stored, { opened }), fields: [], rekeyed: [], keys: [], addShares: [], endShares: [] });
  writer.noted(operation, [stored.meta.id], fields);
}

/** A move on a request for fields. */
export interface OpeningMove {
  readonly kind: RequestKind;
  readonly request: Released;
  readonly move: string;
  /** Who asked. */
  readonly to: string;
  readonly opens: Json | undefined;
}

/**
 * Opens what a move says, or ends it.
 * @returns what the move is to keep as `opens`; undefined: nothing is opened by such a move
 * @throws Refusal INVALID, NOT_FOUND, FORBIDDEN, CONFLICT, USE_DIPLOMATIC_CHANNEL
 */
export async function applyOpening(deps: Pick<Deps, 'dictionary'>, writer: Writer, { kind, request, move, to, opens }: OpeningMove): Promise<Body | undefined> {
  const given = isObject(opens) ? opens : {};
  if (move !== 'ANSWER' && move !== 'ANSWER_PART' && move !== 'TAKE_BACK') {
    if (opens !== undefined && opens !== null) throw invalidFields([{ field: 'opens', message: `${move} opens nothing` }]);
    return undefined;
  }
  const { registry, viewer, tx: { now } } = writer;
  const subject = await subjectHeld(writer, kind, request);
  const { meta } = subject.stored;
  const standing = meta.audience.opened ?? [];
  if (move === 'TAKE_BACK') {
    const ours = openedBy(standing, request.id, now);
    const ended = given['fields'] === undefined || given['fields'] === null ? ours : ours.filter((name) => texts(given['fields']).includes(name));
    if (ended.length === 0) throw new Refusal('CONFLICT', ours.length === 0 ? 'nothing is opened by it any more' : `of what it opened, one of ${ours.join(', ')}`);
    await putOpened(writer, subject, standing.filter(({ by, field }) => by !== request.id || !ended.includes(field)), `opening to ${to} ended`, ended);
    return { fields: ended };
  }
  const { fields, until } = givenOf(subject, { now, move, by: request.id }, given);
  const withheld = subject.seen.withheld.includes('sensitive');
  const fresh = openedTo(registry, deps.dictionary, viewer, meta, { to, purpose: purposeOf(subject.asked), fields, until: Date.parse(until), by: request.id }, withheld || subject.seen.body['sensitive'] === true, now);
  await putOpened(writer, subject, [...standing.filter(({ by, field }) => by !== request.id || !fields.includes(field)), ...fresh], `opening to ${to}`, fields);
  return { fields, until };
}
