/**
 * Requests in a world: those that the eyes' partner has a part in, alike in both versions; and those between others, in one of them alone, with what
 * answering them does to records that the eyes may see. Drawn after everything else: worlds are otherwise what they were.
 */
import { caveatNames, covers } from '../../src/dictionary/compartment.ts';
import type { Body } from '../../src/dictionary/types.ts';
import type { Exchange } from '../../src/exchange/api.ts';
import { Refusal } from '../../src/errors.ts';
import { chance, type Dice, oneOf, times, upTo } from './dice.ts';
import { absent, all, get, graphql, type Question } from './question.ts';
import { covering } from './reach.ts';
import { deskNames, type DeskName, type Eye, type Law, tellers } from './registry.ts';
import { endOf, placeholder, sees, type Story, withheldFrom } from './story.ts';
import type { Side } from './side.ts';
import { dictionary } from './values.ts';
import type { SideName, Step } from './versions.ts';

/** A request, and all that becomes of it. */
export interface Asking {
  readonly op: 'ask';
  readonly by: string;
  readonly of: string;
  readonly asks: 'INFORMATION' | 'DISCLOSURE' | 'CORRECTION';
  /** The record that it is about. */
  readonly about?: string;
  /** Moves of who was asked, one after the other. */
  readonly moves: readonly string[];
  /** Their desks; left out: `duty`. */
  readonly byDesk?: DeskName;
  readonly ofDesk?: DeskName;
  /** Another desk of who is asked, asked beside it. */
  readonly beside?: DeskName;
  readonly externalRef?: string;
}

/** Numbers of requests: no record of a world has them. */
const first = 950;
const visible = first;
/** Requests that are in one version alone. */
const hidden = [first + 1, first + 2, first + 3] as const;
/** Of desks: of the eyes' own desk, with another beside it or not; and of another desk of the eyes' partner, in one version alone. */
const own = first + 4;
const other = first + 5;
const deskNumber = 'R-DESK';

interface Told {
  /** The desk that the eyes' tokens name. */
  readonly desk?: DeskName;
  readonly sides: readonly [readonly Step[], readonly Step[]];
  readonly questions: readonly Question[];
}

const ask = (at: number, ref: number, what: Omit<Asking, 'op'>, own: boolean): Step => ({ at, ref, kind: 'Request', originator: what.by, what: { op: 'ask', ...what }, ...(own && { own: true as const }) });

/** Records of others, each with who has it and could have more of it: of these something may be opened. */
function openable(law: Law, stories: readonly Story[], others: readonly string[]): { readonly ref: number; readonly originator: string; readonly by: string }[] {
  return stories.filter((told) => endOf(told) === Infinity && others.includes(told.originator)).flatMap((told) => others.filter((who) => who !== told.originator).flatMap((by) => {
    const [state, partner] = [told.states.at(-1), law.partners.get(by)];
    if (state === undefined || partner === undefined) return [];
    const ways = covering(law, { partner: by, purpose: 'INVESTIGATION', clearance: 'SECRET', caveats: caveatNames }, { kind: told.kind, originator: told.originator, ...state });
    const more = ways.length > 0 && [...withheldFrom(ways, told.kind, state)].some((name) => sees(told.kind, partner, name));
    return more ? [{ ref: told.ref, originator: told.originator, by }] : [];
  }));
}

/** Between partners that are not the eyes' own: words, fields of a record of the world, a correction of it that comes to nothing. */
function hiddenAsking(g: Dice, law: Law, stories: readonly Story[], eye: Eye, ref: number): Step {
  const others = tellers.filter((who) => who !== eye.partner);
  const about = openable(law, stories, others);
  const at = upTo(g, 60) / 2 + 0.3;
  if (about.length === 0 || chance(g, 4)) {
    const [by, of] = [oneOf(g, others), oneOf(g, others)];
    return ask(at, ref, { by, of: by === of ? (others.find((who) => who !== by) ?? of) : of, asks: 'INFORMATION', moves: oneOf(g, [[], ['RECEIVE'], ['RECEIVE', 'ANSWER'], ['REFUSE']]) }, true);
  }
  const { ref: record, originator, by } = oneOf(g, about);
  const asks = chance(g, 4) ? 'CORRECTION' as const : 'DISCLOSURE' as const;
  const moves = asks === 'CORRECTION' ? ['REFUSE'] : oneOf(g, [['ANSWER'], ['ANSWER'], ['ANSWER', 'TAKE_BACK'], ['REFUSE'], []]);
  return ask(1000 + at, ref, { by, of: originator, asks, about: placeholder(record), moves }, true);
}

/** What of requests is asked: by whoever has a part in one, and by whoever has none. */
function questionsOf(g: Dice): Question[] {
  const id = placeholder(oneOf(g, [visible, ...hidden, ...hidden]));
  const guessed: Question[] = [
    get(`/v1/requests/${id}`), get(`/v1/requests/${id}/revisions`), graphql(`query Q($id: ID!) { request(id: $id)${all('Request')} }`, { id }), get(`/v1/request-legs?request=${id}`), get(`/v1/request-moves?request=${id}`),
    { ask: 'ledger', record: id, first: 2 }, get(`/v1/requests/${absent}`),
  ];
  return [
    get(`/v1/inbox?desk=duty${oneOf(g, ['', '&overdue=true', '&asks=DISCLOSURE', '&first=1'])}`), { ask: 'pages', url: `/v1/requests?first=${oneOf(g, [1, 50])}` },
    oneOf<Question>(g, [{ ask: 'pages', url: '/v1/request-legs?first=2' }, { ask: 'pages', url: '/v1/request-moves?first=2' }, get('/v1/request-sums'), graphql(`{ inbox(desk: "duty")${all('InboxPage')} }`)]),
    { ask: 'feed', from: oneOf(g, ['nothing', 'middle']), first: 3, kinds: ['Request', 'RequestLeg', 'RequestMove'] },
    oneOf(g, guessed), oneOf(g, guessed), { ask: 'rest', method: 'POST', url: '/v1/request-moves', body: { request: id, move: oneOf(g, ['COMMENT', 'RECEIVE', 'WITHDRAW']), text: 'Synthetic', classification: 'UNCLASSIFIED' } },
    get(`/v1/request-contacts?request=${id}`), graphql(`query Q($id: ID!) { requestContacts(request: $id)${all('RequestContact')} }`, { id }),
    ...(chance(g, 2) ? [get('/v1/changes/digest')] : [{ ask: 'ledger', first: 100 } as const]),
  ];
}

/** What of requests of two desks is asked by an officer of one of them. */
function deskQuestions(g: Dice): Question[] {
  const ids = { own: placeholder(own), other: placeholder(other) };
  const body = { asks: 'INFORMATION', desks: [{ partner: oneOf(g, tellers), desk: 'duty' }], classification: 'UNCLASSIFIED', channels: ['one'], information: { values: ['synthetic.example'] } };
  return [
    get(`/v1/requests/${ids.own}`), get(`/v1/requests/${ids.other}`), get(`/v1/request-legs?request=${ids.own}`), get(`/v1/request-legs?request=${ids.other}`), get('/v1/request-moves'), get('/v1/inbox'), get('/v1/inbox?desk=night'), get('/v1/request-sums'),
    get(`/v1/request-contacts?request=${ids.own}`), get(`/v1/request-contacts?request=${ids.other}`), { ask: 'pages', url: '/v1/requests?first=1' }, graphql(`{ requests { nodes { id desks { partner desk } } } inbox { items { due } } }`, {}),
    { ask: 'feed', from: 'nothing', first: 3, kinds: ['Request', 'RequestLeg', 'RequestMove'] }, { ask: 'feed', from: 'middle', first: 3 }, get('/v1/changes/digest'), { ask: 'ledger', first: 100 },
    { ask: 'rest', method: 'POST', url: '/v1/request-moves', body: { request: ids.other, move: 'RECEIVE', classification: 'UNCLASSIFIED' } }, { ask: 'rest', method: 'POST', url: '/v1/request-moves', body: { request: ids.own, move: 'COMMENT', text: 'Synthetic', classification: 'UNCLASSIFIED' } },
    { ask: 'rest', method: 'POST', url: '/v1/requests', body: { ...body, externalRef: deskNumber } }, { ask: 'rest', method: 'POST', url: `/v1/requests/${ids.other}/withdraw`, body: {} },
  ];
}

/**
 * The eyes sit at one of two desks: what the other one asks, and is asked, is none of theirs. Words alone: what is opened to a partner is opened to all of it.
 * @param told what the world has of requests so far
 */
function ofDesks(g: Dice, { sides, questions }: Told, eye: Eye): Told {
  const desk = oneOf(g, deskNames);
  const [there, stranger] = [desk === 'duty' ? 'night' as const : 'duty' as const, oneOf(g, tellers.filter((who) => who !== eye.partner))];
  const [mine, theirs] = [upTo(g, 1) as SideName, upTo(g, 1) as SideName];
  const moves = oneOf(g, [[], ['RECEIVE'], ['RECEIVE', 'ANSWER']]);
  const of = { by: stranger, of: eye.partner, asks: 'INFORMATION', moves, ofDesk: desk } as const;
  const more: [Step[], Step[]] = [[ask(2100, own, of, false)], [ask(2100, own, of, false)]];
  more[mine] = [ask(2100, own, { ...of, beside: there }, false)];
  const asking = chance(g, 2) ? { by: eye.partner, of: stranger, byDesk: there } : { by: stranger, of: eye.partner, ofDesk: there };
  more[theirs].push(ask(upTo(g, 60) / 2 + 0.4, other, { ...asking, asks: 'INFORMATION', moves: oneOf(g, [[], ['RECEIVE'], ['RECEIVE', 'ANSWER'], ['REFUSE']]), ...('byDesk' in asking && { externalRef: deskNumber }) }, true));
  return { desk, sides: [[...sides[0], ...more[0]], [...sides[1], ...more[1]]], questions: [...questions, ...deskQuestions(g)] };
}

/** @returns what a third of worlds have of requests */
export function requestsOf(g: Dice, law: Law, stories: readonly Story[], [eye]: readonly [Eye, ...Eye[]]): Told {
  if (!chance(g, 3)) return { sides: [[], []], questions: [] };
  const sides: [Step[], Step[]] = [[], []];
  if (chance(g, 2)) {
    const other = oneOf(g, tellers.filter((who) => who !== eye.partner));
    const [by, of] = chance(g, 2) ? [eye.partner, other] : [other, eye.partner];
    const step = ask(2000.5, visible, { by, of, asks: 'INFORMATION', moves: oneOf(g, [[], ['RECEIVE', 'ANSWER'], ['REFUSE']]) }, false);
    for (const side of sides) side.push(step);
  }
  for (const [i, ref] of hidden.slice(0, times(g, 1, 3, () => 0).length).entries()) sides[(i === 0 ? upTo(g, 1) : i % 2) as SideName].push(hiddenAsking(g, law, stories, eye, ref));
  const told: Told = { sides, questions: questionsOf(g) };
  return chance(g, 2) ? ofDesks(g, told, eye) : told;
}

/** Carries one out. What the one asked cannot do, it leaves: between others, nobody who looks on may tell. */
export async function carryAsking(exchange: Exchange, { made }: Side, { by, of, asks, about, moves, byDesk = 'duty', ofDesk = 'duty', beside, externalRef }: Asking, id: string): Promise<void> {
  const officer = (partner: string) => made.asker(partner, { purpose: 'INVESTIGATION', desk: partner === by ? byDesk : ofDesk });
  const desks = [ofDesk, ...(beside === undefined ? [] : [beside])].map((desk) => ({ partner: of, desk }));
  const body: Body = { asks, desks, ...(externalRef !== undefined && { externalRef }), classification: 'UNCLASSIFIED', channels: ['one'] };
  const work = async (): Promise<void> => {
    const seen = about === undefined ? undefined : await exchange.get(officer(by), undefined, about);
    const cleared = (await made.deps.registry.current()).partners.get(by);
    const fields = ((seen?.body['withheld'] ?? []) as readonly string[]).filter((name) => {
      const field = dictionary.kinds.get(seen?.kind ?? '')?.field.get(name);
      return field !== undefined && field.own !== true && cleared !== undefined && covers(cleared.clearance, cleared.caveats, field);
    });
    const asked: Body = asks === 'INFORMATION' ? { information: { values: ['synthetic.example'] } }
      : asks === 'DISCLOSURE' ? { disclosure: { record: about ?? '', fields, until: '2027-01-01T00:00:00.000Z', purpose: 'INVESTIGATION' } } : { correction: { record: about ?? '', patch: '{"language":"th"}' } };
    await exchange.submit(officer(by), 'Request', { ...body, ...asked });
    for (const move of moves) {
      const more: Body = move === 'ANSWER' && asks === 'INFORMATION' ? { answers: [{ question: 1, text: 'Synthetic' }] } : move === 'REFUSE' || move === 'TAKE_BACK' ? { ground: 'Synthetic' } : {};
      await exchange.submit(officer(of), 'RequestMove', { request: id, move, classification: 'UNCLASSIFIED', ...more });
    }
  };
  await work().catch((error: unknown) => {
    if (about === undefined || !(error instanceof Refusal)) throw error;
  });
}
