/**
 * Requests: who may move one where, and what stands open instead. What a machine says is data (`schema/request.graphql`); here it is read. Pure: the
 * database's clock comes in as `now`, Unix milliseconds.
 */
import { allPurposes } from '../dictionary/compartment.ts';
import { moved } from '../dictionary/duration.ts';
import { type FieldFault, maskedNotFound, Refusal } from '../errors.ts';
import { precedences, type MoveRule, type Precedence, type RequestKind, type RequestKinds, type RequestState } from '../dictionary/requests.ts';
import { isObject } from '../dictionary/json.ts';
import type { Body, Json } from '../dictionary/types.ts';
import { valuesAt } from '../dictionary/values-at.ts';
import { desksNamed, toDesk } from './recipients.ts';
import type { Limits } from './record.ts';
import type { Registry } from './registry.ts';
import type { RunningClock } from './request-clock.ts';
import type { Viewer } from './viewer.ts';

export interface DeskOf {
  readonly partner: string;
  readonly desk: string;
}

/** How a request stands between who asked and one desk that was asked. */
export interface Course {
  readonly kind: RequestKind;
  readonly state: RequestState;
  readonly precedence: Precedence;
  /** The partner that asked. */
  readonly asker: string;
  readonly asked: DeskOf;
  /** Moves made so far, by name, oldest first. */
  readonly made: readonly string[];
  readonly clocks: readonly RunningClock[];
  /** What the request names as its end; Unix milliseconds. */
  readonly until?: number;
}

export interface Mover {
  readonly partner: string;
  /** The desk that the token speaks for; undefined: it names none. */
  readonly desk?: string | undefined;
}

type Side = 'ASKER' | 'ASKED';

/** The desks that a request goes to: those that it is for, or the one that passes it on to them. */
export function desksOf({ via, desks }: Body): readonly DeskOf[] {
  const named = isObject(via) ? [via] : Array.isArray(desks) ? (desks as readonly Json[]).filter(isObject) : [];
  return named.map(({ partner, desk }) => ({ partner: String(partner), desk: String(desk) }));
}

/** Whose a part of a request is to read. @param recipients as in `recipients.ts` */
export const towards = (recipients: readonly string[]): Limits => ({ recipients: [...new Set(recipients)].sort(), purposes: allPurposes });

/** Partners that a request goes to, once it is sent. */
export const partnersAsked = (content: Body): string[] => [...new Set(desksOf(content).map(({ partner }) => partner))].sort();

/** Whom a request goes to: the desks that are asked, nobody while it is a draft; and of who asks the desks that do. */
export function addressedTo(content: Body, asking: readonly DeskOf[]): Limits {
  const asked = content['draft'] === true ? [] : desksOf(content);
  return towards([...asking, ...asked].map(({ partner, desk }) => toDesk(partner, desk)));
}

/**
 * The desks that ask: first the one that decides, which is what the request names, else the token's, else the one that it was written at, else its
 * organisation's first; with it who wrote it. None where the organisation has no desks.
 * @param before of a draft: whom it goes to so far
 */
export function desksAsking({ registry, viewer: { partner, seat } }: { readonly registry: Pick<Registry, 'partners'>; readonly viewer: Pick<Viewer, 'partner' | 'seat'> }, { fromDesk }: Body, before?: Limits): readonly DeskOf[] {
  const earlier = desksNamed(before?.recipients ?? [], partner);
  const decides = typeof fromDesk === 'string' ? fromDesk : (seat ?? earlier[0] ?? registry.partners.get(partner)?.desks[0]?.id);
  return [...new Set([decides, ...earlier, seat])].flatMap((desk) => (desk === undefined ? [] : [{ partner, desk }]));
}

/** On which side of the request a partner stands. @throws Refusal NOT_FOUND for everybody else: as if there were none */
export function sideOf({ asker, asked }: Pick<Course, 'asker' | 'asked'>, partner: string): Side {
  if (partner === asker) return 'ASKER';
  if (partner === asked.partner) return 'ASKED';
  throw maskedNotFound();
}

/** Made by sending, not by a move. */
const sends: readonly string[] = ['SEND', 'ROUTE'];

const by = (rule: MoveRule, side: Side): boolean => rule.by === side || rule.by === 'EITHER';
type Standing = Pick<Course, 'kind' | 'state' | 'made' | 'clocks'>;
const stands = ({ state, made, clocks }: Standing, { from, once, move, while: running, after }: MoveRule): boolean =>
  from.includes(state) && (after === undefined || made.includes(after)) && !(once && made.includes(move)) && (running === undefined || clocks.some(({ clock }) => clock === running));

/** Names of the moves that one side may make now, in the machine's order. */
export const openMoves = (course: Standing, side: Side): string[] =>
  course.kind.machine.moves.filter((rule) => by(rule, side) && stands(course, rule)).map(({ move }) => move);

/** Whether a move takes the request back, or what it opened: it needs no clause, so that nothing stands for ever because an agreement has lapsed. */
export const takesBack = ({ to, move }: MoveRule): boolean => to === 'WITHDRAWN' || move === 'TAKE_BACK';

const words = (names: readonly string[]): string => (names.length === 0 ? 'nothing' : names.join(', '));

/** @throws Refusal ILLEGAL_MOVE naming the state, and what each side may do in it */
function illegal(course: Course, side: Side, move: string): Refusal {
  const [next, theirs] = [openMoves(course, side), openMoves(course, side === 'ASKER' ? 'ASKED' : 'ASKER')];
  const spent = course.kind.machine.moves.some((rule) => rule.move === move && rule.once && course.made.includes(move));
  const why = spent ? `${move} was made already, and is made once` : `${move} does not follow ${course.state}`;
  return new Refusal('ILLEGAL_MOVE', { detail: `${why}: open to you is ${words(next)}; open to the other side is ${words(theirs)}`, extra: { state: course.state, next, theirs } });
}

/** @throws Refusal FORBIDDEN naming the desk that has the request */
function demandDesk({ asked }: Course, side: Side, { desk }: Mover): void {
  if (side === 'ASKER' || desk === asked.desk) return;
  throw new Refusal('FORBIDDEN', { detail: `the request is with the desk ${asked.desk} of your organisation, and your token names ${desk ?? 'no desk'}`, extra: { next: [] } });
}

const missing = (given: Body, name: string): boolean => {
  const value = given[name];
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
};

/** What says something where nothing was asked question by question. */
const spoken = ['text', 'records', 'personal', 'financial', 'held', 'ofVictim', 'operational'] as const;

/**
 * The rule by which a move may be made.
 * @param given the members of the move
 * @param questions how many the request asks: without any, an answer is whatever is said
 * @throws Refusal NOT_FOUND for a stranger; INVALID for what is no move, or lacks what it needs; FORBIDDEN for a wrong desk; ILLEGAL_MOVE
 */
export function demandMove(course: Course, mover: Mover, move: string, given: Body, questions = 1): MoveRule {
  const side = sideOf(course, mover.partner);
  const { moves } = course.kind.machine;
  const named = moves.filter((rule) => rule.move === move && rule.by !== 'CLOCK' && !sends.includes(rule.move));
  if (named.length === 0) {
    const known = [...new Set(moves.filter((rule) => rule.by !== 'CLOCK' && !sends.includes(rule.move)).map((rule) => rule.move))];
    throw new Refusal('INVALID', { errors: [{ field: 'move', message: `of ${course.kind.name} one of ${known.join(', ')}` }], extra: { state: course.state, next: openMoves(course, side) } });
  }
  demandDesk(course, side, mover);
  const rule = named.find((one) => by(one, side) && stands(course, one));
  if (rule === undefined) throw illegal(course, side, move);
  const said = questions === 0 && spoken.some((name) => !missing(given, name));
  const faults: FieldFault[] = rule.needs.filter((name) => missing(given, name) && !(name === 'answers' && said)).map((field) => ({ field, message: `is needed to ${move}${field === 'answers' && questions === 0 ? ', or `text`: nothing was asked question by question' : ''}` }));
  if (faults.length > 0) throw new Refusal('INVALID', { errors: faults });
  return rule;
}

/** A refusal for want of a clause in force, with what may be done all the same. */
export function withoutClause(refusal: Refusal, course: Course, side: Side): Refusal {
  const next = course.kind.machine.moves.filter((rule) => by(rule, side) && stands(course, rule) && takesBack(rule)).map(({ move }) => move);
  const detail = `${refusal.public.detail ?? refusal.title()}: open to you is ${words(next)}`;
  return new Refusal(refusal.code, { ...refusal.public, detail, extra: { ...refusal.public.extra, state: course.state, next } });
}

/** @throws Refusal INVALID where what is asked in this country names no authority that the kind demands there */
export function demandAuthority(kind: RequestKind, country: string, authority: Body | undefined): void {
  const demanded = kind.authorities.find((one) => one.country === country) ?? kind.authorities.find((one) => one.country === '*');
  if (demanded === undefined) {
    throw new Refusal('INVALID', { errors: [{ field: 'asks', message: `${kind.name} names no authority for ${country}: it is not asked from there` }] });
  }
  const { types, law } = demanded;
  if (types.length === 0) return;
  if (types.includes(String(authority?.['type']))) {
    if (authority === undefined || missing(authority, 'number')) throw new Refusal('INVALID', { errors: [{ field: 'authority.number', message: `the number of the ${String(authority?.['type']).toLowerCase().replace('_', ' ')}, or the section` }] });
    return;
  }
  throw new Refusal('INVALID', { errors: [{ field: 'authority.type', message: `${kind.name} asked from ${country} names ${types.join(' or ')}${law === undefined ? '' : ` (${law})`}` }] });
}

/** @throws Refusal INVALID for an end that the kind does not know, that is over, or that is later than the kind allows */
export function demandUntil({ name, clocks }: RequestKind, until: unknown, precedence: unknown, now: number): void {
  if (until === undefined || until === null) return;
  const bound = clocks.find((clock) => clock.until)?.within[precedences.find((one) => one === precedence) ?? 'ROUTINE'];
  const at = Date.parse(String(until));
  const message = bound === undefined ? `${name} has no end that who asks sets` : at <= now ? 'is over already' : at > moved(now, bound) ? `is later than ${name} may be in force: at most ${bound} from now` : undefined;
  if (message !== undefined) throw new Refusal('INVALID', { errors: [{ field: 'until', message }] });
}

/** @throws Refusal INVALID for an instant of the body that is over, or further ahead than the kind may ask */
export function demandLatest({ name, body, latest }: RequestKind, content: Body, now: number): void {
  const faults = latest.flatMap(({ value, within }) => valuesAt(content[body], value.split('.'), body).flatMap(({ at: field, value: text }): FieldFault[] => {
    const at = Date.parse(text);
    return at <= now ? [{ field, message: 'is over already' }] : at > moved(now, within) ? [{ field, message: `is later than ${name} may ask: at most ${within} from now` }] : [];
  }));
  if (faults.length > 0) throw new Refusal('INVALID', { errors: faults });
}

/** @throws Refusal INVALID where nothing says what is asked */
export function demandSaid({ name, body, says }: RequestKind, content: Body): void {
  const said = (path: string): boolean => (path.startsWith(`${body}.`) ? valuesAt(content[body], path.slice(body.length + 1).split('.'), body).length > 0 : !missing(content, path));
  const [first] = says;
  if (first === undefined || says.some(said)) return;
  throw new Refusal('INVALID', { errors: [{ field: first, message: `${name} says what it asks: one of ${says.join(', ')}` }] });
}

/** @throws Refusal INVALID where a request carries another kind's body, or lacks its own */
export function demandBody(kinds: RequestKinds, kind: RequestKind, given: Body, required: boolean): void {
  const faults: FieldFault[] = [...kinds.values()].filter(({ name, body }) => name !== kind.name && given[body] !== undefined && given[body] !== null).map(({ name, body }) => ({ field: body, message: `belongs to ${name}, and this is ${kind.name}: it is asked by ${kind.body}` }));
  if (required && missing(given, kind.body)) faults.push({ field: kind.body, message: `is needed: it says what ${kind.name} asks` });
  if (faults.length > 0) throw new Refusal('INVALID', { errors: faults });
}
