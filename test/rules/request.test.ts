/** Who may move a request where: as tables over the machines and clocks that the schema declares. Synthetic. */
import t from 'tap';
import { loadDictionary } from '../../src/dictionary/load.ts';
import type { Precedence, RequestKind, RequestState } from '../../src/dictionary/requests.ts';
import { Refusal } from '../../src/errors.ts';
import { type Course, demandAuthority, demandBody, demandMove, openMoves, withoutClause } from '../../src/rules/request.ts';
import { clocksAfter, dueOf, type RunningClock } from '../../src/rules/request-clock.ts';

const { requests } = loadDictionary();
const kindOf = (name: string): RequestKind => {
  const kind = requests.get(name);
  if (kind === undefined) throw new Error(`no ${name}`);
  return kind;
};
const course = (kind: string, state: RequestState, made: readonly string[] = []): Course =>
  ({ kind: kindOf(kind), state, precedence: 'ROUTINE', asker: 'asker', asked: { partner: 'asked', desk: 'duty' }, made, clocks: [] });
const full = { opens: { fields: ['synthetic'] }, answers: [{ question: 1, text: 'x' }], ground: 'x', text: 'x', toDesk: 'night' };
const outcome = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
};

t.test('the eighteen kinds, each with a machine', async (t) => {
  t.strictSame([...requests.keys()].sort(), [
    'ACCOUNT_HOLD', 'ACCOUNT_RELEASE', 'ARREST', 'CORRECTION', 'DEPLOYMENT_NOTICE', 'DISCLOSURE', 'EXTRADITION', 'INFORMATION', 'LOCATE', 'NUMBER_BLOCK', 'PRESERVATION', 'REPATRIATION', 'STATION_ACTION',
    'SUBSCRIBER_DATA', 'TRAVEL_DOCUMENT', 'URL_BLOCK', 'VICTIM_ASSISTANCE', 'VICTIM_CHECK',
  ]);
  for (const { name, file } of requests.values()) t.equal(file, `schema/requests/${name.toLowerCase().replaceAll('_', '-')}.graphql`, 'one file a kind');
});

t.test('every state, every side: what is open, and nothing else is', async (t) => {
  const table: readonly (readonly [kind: string, state: RequestState, asker: string, asked: string])[] = [
    ['INFORMATION', 'DRAFT', 'SEND WITHDRAW ROUTE', ''],
    ['INFORMATION', 'SENT', 'WITHDRAW COMMENT', 'RECEIVE ACCEPT ANSWER_PART ANSWER REFUSE HAND_OVER COMMENT'],
    ['INFORMATION', 'PARTLY_ANSWERED', 'WITHDRAW COMMENT', 'ANSWER_PART ANSWER REFUSE HAND_OVER COMMENT'],
    ['INFORMATION', 'ANSWERED', 'COMMENT', 'COMMENT'],
    ['INFORMATION', 'REFUSED', 'APPEAL COMMENT', 'COMMENT'],
    ['INFORMATION', 'APPEALED', 'WITHDRAW COMMENT', 'RECONSIDER UPHOLD HAND_OVER COMMENT'],
    ['INFORMATION', 'EXPIRED', '', ''],
    ['ACCOUNT_HOLD', 'ANSWERED', 'EXTEND CHECK RELEASE APPEAL COMMENT', 'CHECK LIFT APPEAL HAND_OVER COMMENT'],
    ['ACCOUNT_HOLD', 'APPEALED', 'RELEASE UPHOLD COMMENT', 'LIFT HAND_OVER COMMENT'],
    ['ACCOUNT_HOLD', 'WITHDRAWN', '', ''],
    ['DISCLOSURE', 'PARTLY_ANSWERED', 'WITHDRAW COMMENT', 'ANSWER_PART ANSWER REFUSE TAKE_BACK HAND_OVER COMMENT'],
    ['DISCLOSURE', 'ANSWERED', 'COMMENT', 'TAKE_BACK COMMENT'],
    ['DISCLOSURE', 'WITHDRAWN', '', 'TAKE_BACK'],
    ['CORRECTION', 'ACCEPTED', 'WITHDRAW COMMENT', 'ANSWER REFUSE HAND_OVER COMMENT'],
    ['DEPLOYMENT_NOTICE', 'SENT', 'WITHDRAW COMMENT', 'RECEIVE ANSWER HAND_OVER COMMENT'],
  ];
  for (const [kind, state, asker, asked] of table) {
    t.equal(openMoves(course(kind, state), 'ASKER').join(' '), asker, `${kind} ${state}, who asked`);
    t.equal(openMoves(course(kind, state), 'ASKED').join(' '), asked, `${kind} ${state}, who was asked`);
  }
  for (const kind of requests.values()) {
    for (const state of ['SENT', 'RECEIVED', 'ACCEPTED', 'PARTLY_ANSWERED', 'ANSWERED', 'REFUSED', 'WITHDRAWN', 'EXPIRED', 'APPEALED'] as const) {
      for (const [partner, side] of [['asker', 'ASKER'], ['asked', 'ASKED']] as const) {
        const open = openMoves(course(kind.name, state), side);
        for (const { move } of kind.machine.moves) {
          const answer = outcome(() => demandMove(course(kind.name, state), { partner, desk: 'duty' }, move, full));
          const may = open.includes(move) && move !== 'SEND';
          t.equal(answer instanceof Refusal, !may, `${kind.name} ${state} ${side} ${move}`);
        }
      }
    }
  }
});

t.test('what is refused, and what stands open instead', async (t) => {
  const table: readonly (readonly [what: string, work: () => unknown, expected: object])[] = [
    ['a move out of place', () => demandMove(course('INFORMATION', 'ANSWERED'), { partner: 'asked', desk: 'duty' }, 'REFUSE', full),
      { code: 'ILLEGAL_MOVE', public: { detail: 'REFUSE does not follow ANSWERED: open to you is COMMENT; open to the other side is COMMENT', extra: { state: 'ANSWERED', next: ['COMMENT'], theirs: ['COMMENT'] } } }],
    ['the other side\'s move', () => demandMove(course('INFORMATION', 'SENT'), { partner: 'asker' }, 'ANSWER', full), { code: 'ILLEGAL_MOVE', public: { extra: { next: ['WITHDRAW', 'COMMENT'] } } }],
    ['a move that is made once', () => demandMove(course('ACCOUNT_HOLD', 'ANSWERED', ['EXTEND']), { partner: 'asker' }, 'EXTEND', full),
      { code: 'ILLEGAL_MOVE', public: { detail: /EXTEND was made already/, extra: { next: ['CHECK', 'RELEASE', 'APPEAL', 'COMMENT'] } } }],
    ['the clock\'s move', () => demandMove(course('INFORMATION', 'SENT'), { partner: 'asker' }, 'EXPIRE', full), { code: 'INVALID', public: { errors: [{ field: 'move' }] } }],
    ['no move at all', () => demandMove(course('INFORMATION', 'SENT'), { partner: 'asked', desk: 'duty' }, 'DANCE', full), { code: 'INVALID', public: { errors: [{ field: 'move', message: /one of RECEIVE, ACCEPT/ }], extra: { next: ['RECEIVE', 'ACCEPT'] } } }],
    ['the wrong desk', () => demandMove(course('INFORMATION', 'SENT'), { partner: 'asked', desk: 'night' }, 'RECEIVE', full), { code: 'FORBIDDEN', public: { detail: /with the desk duty/, extra: { next: [] } } }],
    ['no desk', () => demandMove(course('INFORMATION', 'SENT'), { partner: 'asked' }, 'RECEIVE', full), { code: 'FORBIDDEN', public: { detail: /names no desk/ } }],
    ['a stranger', () => demandMove(course('INFORMATION', 'SENT'), { partner: 'other' }, 'RECEIVE', full), { code: 'NOT_FOUND' }],
    ['a refusal without ground', () => demandMove(course('INFORMATION', 'SENT'), { partner: 'asked', desk: 'duty' }, 'REFUSE', {}), { code: 'INVALID', public: { errors: [{ field: 'ground' }] } }],
    ['an answer without answers', () => demandMove(course('INFORMATION', 'SENT'), { partner: 'asked', desk: 'duty' }, 'ANSWER', { answers: [] }), { code: 'INVALID', public: { errors: [{ field: 'answers' }] } }],
    ['no clause in force', () => withoutClause(new Refusal('FORBIDDEN', 'no clause in force'), course('INFORMATION', 'ACCEPTED'), 'ASKER'), { code: 'FORBIDDEN', public: { detail: 'no clause in force: open to you is WITHDRAW', extra: { next: ['WITHDRAW'] } } }],
    ['no authority', () => demandAuthority(kindOf('SUBSCRIBER_DATA'), 'TH', undefined), { code: 'INVALID', public: { errors: [{ field: 'authority.type', message: /WARRANT or COURT_ORDER or STATUTE \(Computer Crime Act/ }] } }],
    ['an authority without its number', () => demandAuthority(kindOf('SUBSCRIBER_DATA'), 'TH', { type: 'STATUTE' }), { code: 'INVALID', public: { errors: [{ field: 'authority.number', message: /section/ }] } }],
    ['another country\'s authority', () => demandAuthority(kindOf('SUBSCRIBER_DATA'), 'KR', { type: 'STATUTE' }), { code: 'INVALID', public: { errors: [{ message: /asked from KR names WARRANT or COURT_ORDER or TREATY/ }] } }],
    ['another kind\'s body', () => demandBody(requests, kindOf('ARREST'), { arrest: { person: 'x' }, locate: { person: 'x' } }, true), { code: 'INVALID', public: { errors: [{ field: 'locate' }] } }],
    ['no body', () => demandBody(requests, kindOf('ARREST'), {}, true), { code: 'INVALID', public: { errors: [{ field: 'arrest' }] } }],
  ];
  for (const [what, work, expected] of table) t.match(outcome(work), expected, what);
  t.equal(outcome(() => demandAuthority(kindOf('SUBSCRIBER_DATA'), 'TH', { type: 'STATUTE', number: 'section 18' })), undefined);
  t.equal(outcome(() => demandAuthority(kindOf('INFORMATION'), 'TH', undefined)), undefined);
});

t.test('clocks: by precedence, kept while they run, begun anew by a move', async (t) => {
  const at = (hours: number): number => hours * 3_600_000;
  const after = (kind: string, precedence: Precedence, steps: readonly (readonly [move: string, state: RequestState, at: number])[]): RunningClock[] => {
    let state: RequestState = 'DRAFT';
    let clocks: RunningClock[] = [];
    for (const [move, to, now] of steps) {
      clocks = clocksAfter({ kind: kindOf(kind), precedence, state, clocks }, move, to, at(now));
      state = to;
    }
    return clocks;
  };
  const hours = (clocks: readonly RunningClock[]): Readonly<Record<string, number>> => Object.fromEntries(clocks.map(({ clock, due }) => [clock, due / 3_600_000]));
  for (const [precedence, answer] of [['ROUTINE', 336], ['PRIORITY', 72], ['IMMEDIATE', 8], ['FLASH', 8]] as const) {
    t.match(hours(after('INFORMATION', precedence, [['SEND', 'SENT', 0]])), { ANSWER: answer }, `INFORMATION, ${precedence}`);
  }
  t.strictSame(hours(after('INFORMATION', 'ROUTINE', [['SEND', 'SENT', 0], ['RECEIVE', 'RECEIVED', 5]])), { ANSWER: 336, LAPSE: 1440 }, 'received: that clock is gone, the others run on');
  t.strictSame(after('INFORMATION', 'ROUTINE', [['SEND', 'SENT', 0], ['ANSWER', 'ANSWERED', 5]]), [], 'answered: nobody waits');
  t.strictSame(hours(after('ACCOUNT_HOLD', 'FLASH', [['SEND', 'SENT', 0], ['ANSWER', 'ANSWERED', 1]])), { RECHECK: 49, LAPSE: 73 }, 'held: 72 hours from then, and looked at again before');
  t.strictSame(hours(after('ACCOUNT_HOLD', 'FLASH', [['SEND', 'SENT', 0], ['ANSWER', 'ANSWERED', 1], ['EXTEND', 'ANSWERED', 70]])), { RECHECK: 49, LAPSE: 238 }, 'prolonged by the police: 7 days from then');
  t.strictSame(hours(after('ACCOUNT_HOLD', 'FLASH', [['SEND', 'SENT', 0], ['ANSWER', 'ANSWERED', 1], ['APPEAL', 'APPEALED', 10]])), { LAPSE: 73, APPEAL: 22 }, 'an appeal is decided within 12 hours, and the hold runs on');
  t.strictSame(hours(after('ACCOUNT_RELEASE', 'ROUTINE', [['SEND', 'SENT', 0]])), { RECEIVE: 2, RELEASE: 12, LAPSE: 336 }, 'released within 12 hours');
  t.equal(dueOf([]), undefined);
  t.equal(dueOf(after('URL_BLOCK', 'FLASH', [['SEND', 'SENT', 0]])), at(0.25));
});
