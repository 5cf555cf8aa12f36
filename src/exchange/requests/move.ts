/** Moving a request: one side's record of what it does, and how the request stands after it, in one transaction. */
import { isObject } from '../../dictionary/json.ts';
import type { MoveRule } from '../../dictionary/requests.ts';
import type { Body, Json, Kind } from '../../dictionary/types.ts';
import { checkSubmission } from '../../dictionary/validate.ts';
import { invalidFields, maskedNotFound, Refusal } from '../../errors.ts';
import type { ShareBasis } from '../../rules/act.ts';
import { demandToCome } from '../../rules/erasure.ts';
import type { Limits } from '../../rules/record.ts';
import type { Released } from '../../rules/release.ts';
import { type Course, demandMove, sideOf, takesBack, towards, withoutClause } from '../../rules/request.ts';
import type { Writer } from '../act.ts';
import { compose, type Composed } from '../compose.ts';
import type { Deps } from '../deps.ts';
import { newId } from '../imports/new-id.ts';
import { newRecords } from '../imports/new-records.ts';
import { channelsOf, mayPut } from '../may-put.ts';
import type { KeptLeg } from './request-port.ts';
import { demandReferred } from '../references.ts';
import { requestKind } from './check.ts';
import { applyEffect } from './apply-effect.ts';
import { courseOf, standAfter } from './leg.ts';
import { demandHeard } from './heard.ts';
import { heldBy } from './lift.ts';
import { partKind } from './parts.ts';
import { passOn } from './pass-on.ts';

/** The request that a move names. @throws Refusal NOT_FOUND */
export async function requestOf({ tx, ...writer }: Writer, id: Json | undefined): Promise<Released> {
  const rows = (await tx.byIds([String(id)])).filter(({ meta }) => meta.kind.course === 'REQUEST');
  const [request] = await writer.release(rows, tx.now);
  if (request === undefined) throw maskedNotFound([{ field: 'request', message: 'you see no Request of this id' }]);
  writer.looked([request]);
  return request;
}

/** A leg that is moved, and by which rule. */
export interface Moved {
  readonly leg: KeptLeg;
  readonly course: Course;
  readonly rule: MoveRule;
}

/**
 * Of several legs, without one named, those where the move is open; who was asked moves its own desk's.
 * @param questions how many the request asks
 */
export function legsToMove(deps: Deps, { viewer }: Writer, legs: readonly KeptLeg[], content: Body, questions: number): Moved[] {
  const named = content['leg'] === undefined ? legs : legs.filter(({ record }) => record === content['leg']);
  if (named.length === 0) throw content['leg'] === undefined ? new Refusal('CONFLICT', 'the request is a draft, and no move leads out of it: amend it with `draft: false` to send it, or withdraw the record') : maskedNotFound([{ field: 'leg', message: 'you see no leg of this id' }]);
  const asked = named.filter(({ partner }) => partner === viewer.partner);
  const its = asked.length > 1 && viewer.desk !== undefined ? asked.filter(({ desk }) => desk === viewer.desk) : asked;
  if (its.length > 1) throw invalidFields([{ field: 'leg', message: `several desks of yours were asked: one of ${its.map(({ record }) => record).join(', ')}` }]);
  const chosen = asked.length > 0 ? (its.length > 0 ? its : asked.slice(0, 1)) : named;
  const tried = chosen.map((leg): Moved | Refusal => {
    const course = courseOf(requestKind(deps, leg.asks), leg);
    try {
      return { leg, course, rule: demandMove(course, { partner: viewer.partner, desk: viewer.desk }, String(content['move']), content, questions) };
    } catch (error) {
      if (error instanceof Refusal) return error;
      throw error;
    }
  });
  const open = tried.filter((one): one is Moved => !(one instanceof Refusal));
  const [first] = tried;
  if (open.length === 0 && first instanceof Refusal) throw first;
  return open;
}

const numbers = (value: Json | undefined): number[] => (Array.isArray(value) ? (value as readonly Json[]).filter(isObject).map(({ question }) => Number(question)) : []);

const questionsOf = ({ body: { questions } }: Released): number => (Array.isArray(questions) ? questions.length : 0);

/** The questions that a move answers. @throws Refusal INVALID for a number that no question has, and for a whole answer that leaves one out */
function answeredBy({ leg, rule }: Moved, request: Released, content: Body): number[] {
  const questions = questionsOf(request);
  const given = numbers(content['answers']);
  const strange = given.flatMap((n, i) => (n <= Math.max(questions, 1) ? [] : [{ field: `answers.${i}.question`, message: `there are ${questions} questions` }]));
  if (strange.length > 0) throw invalidFields(strange);
  const all = new Set([...leg.steps.flatMap(({ answered = [] }) => answered), ...given]);
  const open = Array.from({ length: questions }, (_, i) => i + 1).filter((n) => !all.has(n));
  if (rule.move === 'ANSWER' && open.length > 0) throw invalidFields([{ field: 'answers', message: `question ${open.join(', ')} is not answered: answer it, or ANSWER_PART` }]);
  return given;
}

/** To which desk a leg goes. @throws Refusal INVALID */
function deskAfter({ registry }: Writer, { leg, rule }: Moved, content: Body): string {
  if (rule.move !== 'HAND_OVER') return leg.desk;
  const desks = registry.partners.get(leg.partner)?.desks.map(({ id }) => id) ?? [];
  const to = String(content['toDesk']);
  // To the next shift of the same desk, in words.
  if (to === leg.desk && typeof content['text'] === 'string') return to;
  if (!desks.includes(to) || to === leg.desk) throw invalidFields([{ field: 'toDesk', message: `one of ${desks.filter((desk) => desk !== leg.desk).join(', ') || 'no desks: there is no other'}` }]);
  return to;
}

/** Where a move's record goes: where the request is. What takes it back needs no clause in force. */
function sharesOf(deps: Deps, writer: Writer, { course, rule }: Moved, composed: Composed, channels: readonly string[], to: Limits): { channels: readonly string[]; shares: readonly ShareBasis[] } {
  try {
    return { channels, shares: mayPut(deps, writer, composed, channels, writer.tx.now, to) };
  } catch (error) {
    // What is to go by an embassy, or to be lowered, is said; which moves are open is not the question.
    if (!(error instanceof Refusal) || error.code === 'USE_DIPLOMATIC_CHANNEL' || error.public.errors?.some(({ field }) => field !== 'channels') === true) throw error;
    if (!takesBack(rule)) throw withoutClause(error, course, sideOf(course, writer.viewer.partner));
    mayPut(deps, writer, composed, [], writer.tx.now);
    return { channels: [], shares: [] };
  }
}

/** What a move is made for, where it needs it: of no use, unheard. */
const answering: ReadonlySet<string> = new Set(['answers', 'text']);

/** @param legs all that the same call moves */
async function moveOne(deps: Deps, writer: Writer, moved: Moved, request: Released, given: Composed, legs: readonly string[]): Promise<string> {
  const { leg, course, rule } = moved;
  const { viewer, tx } = writer;
  const state = rule.to ?? leg.state;
  const opens = await applyEffect(deps, writer, { kind: course.kind, request, move: rule.move, to: leg.asker, opens: given.content['opens'] }, leg);
  const { opens: _asGiven, ...said } = given.content;
  const content = { ...said, ...(opens !== undefined && { opens }), leg: leg.record, ...(viewer.partner === leg.asker && { legs }), asks: leg.asks, fromState: leg.state, toState: state, ...(viewer.desk !== undefined && { byDesk: viewer.desk }) };
  const composed: Composed = { ...given, content, nested: content };
  const [answered, desk] = [answeredBy(moved, request, content), deskAfter(writer, moved, content)];
  const limits = towards([leg.asker, leg.partner]);
  const { channels, shares } = sharesOf(deps, writer, moved, composed, channelsOf(request.body), limits);
  // What takes it back reaches, where no clause is in force any more, nobody: the leg tells.
  for (const channel of channels) demandHeard({ deps, reader: writer, composed, channel, now: tx.now, to: limits, needed: rule.needs.filter((name) => !answering.has(name)) });
  await demandReferred(writer, composed);
  const id = deps.newId?.() ?? newId();
  const { records, durable } = await newRecords(deps, viewer, [{ row: { composed, channels, ref: undefined }, id, shares, limits, within: [leg.record] }]);
  await tx.insert(records);
  await durable;
  const step = { step: rule.move, partner: viewer.partner, ...(viewer.desk !== undefined && { desk: viewer.desk }), ...(answered.length > 0 && { answered }) };
  if (rule.move === 'PASS_ON') await passOn(deps, writer, request, composed.content['text']);
  await tx.requests.move(leg.record, standAfter(course, leg, step, state, desk, tx.now), desk !== leg.desk);
  if (desk !== leg.desk) await tx.requests.openTo(leg, desk);
  if (course.kind.effect === 'LIFTS' && rule.move === course.kind.machine.done) await liftWith(deps, writer, moved, request);
  return id;
}

/** What the holds that a release ends are told: by the bank, and not at whose word. */
const liftedGround = 'The account was released: an ACCOUNT_RELEASE was carried out (ปล่อยบัญชีตามคำขอแล้ว)';

/** Lifts what the release lets go, each in its own leg, as the desk would by itself. */
async function liftWith(deps: Deps, writer: Writer, { course, leg }: Moved, request: Released): Promise<void> {
  for (const held of await heldBy(deps, writer, course.kind, leg, request)) {
    writer.looked([held.request]);
    const composed = compose(deps, partKind(deps, 'MOVE'), { request: held.request.id, leg: held.leg.record, move: 'LIFT', ground: liftedGround, classification: held.request.body['classification'] ?? null });
    for (const moved of legsToMove(deps, writer, [held.leg], composed.content, 0)) await moveOne(deps, writer, moved, held.request, composed, []);
  }
}

/**
 * @returns the ids of the moves that were made: one a leg
 * @throws Refusal INVALID, NOT_FOUND, FORBIDDEN, ILLEGAL_MOVE
 */
export async function insertMoves(deps: Deps, writer: Writer, kind: Kind, given: Body): Promise<readonly string[]> {
  const checked = checkSubmission(kind, given);
  if (!checked.ok) throw invalidFields(checked.faults);
  if (channelsOf(checked.body).length > 0) throw invalidFields([{ field: 'channels', message: 'is not given: a move goes where its request is' }]);
  const composed = compose(deps, kind, checked.body);
  demandToCome(composed.content, writer.tx.now);
  const request = await requestOf(writer, composed.content['request']);
  const moves = legsToMove(deps, writer, await writer.tx.requests.legs(request.id), composed.content, questionsOf(request));
  const ids: string[] = [];
  for (const moved of moves) ids.push(await moveOne(deps, writer, moved, request, composed, moves.map(({ leg }) => leg.record)));
  return ids;
}
