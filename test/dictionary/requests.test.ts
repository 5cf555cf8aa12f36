/** What is unsound in a kind of request, or in a machine, is found at start, with its file, its line and its name. */
import t from 'tap';
import { compileDictionary, DictionaryError, type DictionaryFault, type SchemaFile } from '../../src/dictionary/compile.ts';
import { edited, schemaFiles, withFile } from '../support/schema-copy.ts';

function faultsOf(files: readonly SchemaFile[]): readonly DictionaryFault[] {
  try {
    compileDictionary(files);
    return [];
  } catch (error) {
    if (error instanceof DictionaryError) return error.faults;
    throw error;
  }
}

const information = (from: string, to: string): SchemaFile[] => edited('requests/information.graphql', from, to);
const machine = (from: string, to: string): SchemaFile[] => edited('request.graphql', from, to);
const everywhere = (file: string, from: string, to: string): SchemaFile[] => schemaFiles().map(({ name, text }) => ({ name, text: name === `schema/${file}` ? text.replaceAll(from, to) : text }));
const receive = '{ move: RECEIVE, from: [SENT], to: RECEIVED, by: ASKED }';

const cases: readonly (readonly [what: string, files: SchemaFile[], rule: string, place: string, message: RegExp])[] = [
  ['a kind without @request', withFile('extend enum RequestKind { FAVOUR }', 'schema/requests/favour.graphql'), 'request', 'schema/requests/favour.graphql:1 RequestKind.FAVOUR', /which machine/],
  ['a machine that is not there', information('"ANSWER"', '"DANCE"'), 'request', 'schema/requests/information.graphql:4 RequestKind.INFORMATION', /no machine "DANCE": one of ANSWER, ORDER, NOTICE/],
  ['a state that is none', information('in: [SENT]', 'in: [LOST]'), 'directive', 'schema/requests/information.graphql:6 RequestKind.INFORMATION', /clocks.0.in.0: .*LOST/],
  ['a state that the machine never has', edited('requests/deployment-notice.graphql', 'in: [SENT, RECEIVED, ANSWERED]', 'in: [SENT, RECEIVED, APPEALED]'), 'request', 'RequestKind.DEPLOYMENT_NOTICE', /never stands in APPEALED/],
  ['a duration that is none', information('"P60D"', '"60 days"'), 'request', 'RequestKind.INFORMATION', /"60 days" is no ISO 8601 duration/],
  ['no duration', information('within: "P60D", ', ''), 'request', 'RequestKind.INFORMATION', /LAPSE: says one of within, times/],
  ['a state without a clock', information('in: [APPEALED]', 'in: [SENT]'), 'request', 'RequestKind.INFORMATION', /no clock runs in APPEALED/],
  ['a clock on a move that is not there', information('in: [APPEALED], within', 'in: [APPEALED], on: EXTEND, within'), 'request', 'RequestKind.INFORMATION', /has no move EXTEND/],
  ['a clock that begins twice', information('clock: "LAPSE"', 'clock: "ANSWER"'), 'request', 'RequestKind.INFORMATION', /ANSWER begins twice/],
  ['an end without a move that leads there', edited('requests/information.graphql', 'in: [APPEALED], within: "P14D", then: ESCALATE', 'in: [APPEALED], within: "P14D", then: EXPIRE'), 'request', 'RequestKind.INFORMATION', /no move by CLOCK leads from APPEALED/],
  ['a country that is none', information('country: "*"', 'country: "Thailand"'), 'request', 'RequestKind.INFORMATION', /"Thailand" is no country/],
  ['a country twice', edited('requests/arrest.graphql', 'country: "*"', 'country: "TH"'), 'request', 'RequestKind.ARREST', /TH stands there twice/],
  ['no authorities', information('{ country: "*", types: [] }', ''), 'request', 'RequestKind.INFORMATION', /names for no country/],
  ['a body that another has', information('"information"', '"arrest"'), 'request', 'RequestKind.INFORMATION', /body "arrest" is that of ARREST/],
  ['a warning list that is none', information('body: "information",', 'body: "information", against: [{ values: "values", as: WEATHER }],'), 'directive', 'RequestKind.INFORMATION', /against.0.as: .*WEATHER/],
  ['words that it has not', information('"information.values"', '"information.words"'), 'request', 'RequestKind.INFORMATION', /says: neither .* "information.words"/],
  ['a bank that the body does not name', edited('requests/account-release.graphql', 'keptAt: "accounts.institution"', 'keptAt: "accounts.bank"'), 'request', 'RequestKind.ACCOUNT_RELEASE', /keptAt: the body has no member "accounts.bank"/],
  ['a release of accounts that it does not name', edited('requests/account-release.graphql', 'keptAt: "accounts.institution", ', ''), 'request', 'RequestKind.ACCOUNT_RELEASE', /effect: it lifts .* names none/],
  ['an end that the body has not', edited('requests/preservation.graphql', 'value: "until"', 'value: "end"'), 'request', 'RequestKind.PRESERVATION', /latest: the body has no member "end"/],
  ['a longest time that is none', edited('requests/preservation.graphql', 'within: "P2Y"', 'within: "long"'), 'request', 'RequestKind.PRESERVATION', /"long" is no ISO 8601 duration/],
  ['a value that the body has not', edited('requests/url-block.graphql', 'values: "urls"', 'values: "sites"'), 'request', 'RequestKind.URL_BLOCK', /the body has no member "sites"/],
  ['a block without an end', everywhere('requests/url-block.graphql', 'then: EXPIRE', 'then: ESCALATE'), 'request', 'RequestKind.URL_BLOCK', /in force for ever/],
  ['a hold that nobody looks at again', everywhere('requests/account-hold.graphql', 'then: TELL', 'then: ESCALATE'), 'request', 'RequestKind.ACCOUNT_HOLD', /looked at again/],
  ['a block that nobody lifts', edited('requests/url-block.graphql', ', endedBy: LIFT', ''), 'request', 'RequestKind.URL_BLOCK', /waits until it is undone/],
  ['an end that a reminder would be', edited('requests/url-block.graphql', 'on: CHECK, within: "P30D", then: TELL', 'on: CHECK, within: "P30D", then: TELL, until: true'), 'request', 'RequestKind.URL_BLOCK', /`until` is an end/],
  ['a move while a clock runs that nobody has', machine('by: ASKED, while: "LIFT"', 'by: ASKED, while: "LOFT"'), 'machine', 'RequestState', /LIFT is made while the clock LOFT runs, which no kind has/],
  ['a machine whose end is no move of it', machine('name: "NOTICE", done: ANSWER', 'name: "NOTICE", done: RELEASE'), 'machine', 'RequestState', /no move RELEASE leads anywhere/],
  ['a move to nowhere', machine(receive, receive.replace('RECEIVED', 'LOST')), 'directive', 'schema/request.graphql:26 RequestState', /moves.1.to: .*LOST/],
  ['a state that nothing leads to', machine('{ move: APPEAL, from: [REFUSED], to: APPEALED, by: ASKER, needs: ["ground"], once: true }', ''), 'machine', 'RequestState', /machine "ANSWER": nothing leads to APPEALED/],
  ['a state that nobody leads on from', machine('ends: [ANSWERED, REFUSED, WITHDRAWN, EXPIRED], moves', 'ends: [ANSWERED, REFUSED, WITHDRAWN], moves'), 'machine', 'RequestState', /nobody leads on from EXPIRED/],
  ['a machine that nobody sends by', machine('{ move: SEND, from: [DRAFT], to: SENT, by: ASKER }', '{ move: SEND, from: [DRAFT], to: SENT, by: ASKED }'), 'machine', 'RequestState', /one move SEND/],
  ['a move twice', machine(receive, `${receive} ${receive}`), 'machine', 'RequestState', /RECEIVE by ASKED stands there twice/],
  ['a machine twice', machine('@machine(name: "ORDER"', '@machine(name: "ANSWER"'), 'machine', 'RequestState', /a machine "ANSWER" already/],
  ['what is not open, extended', withFile('extend type Indicator { more: String }'), 'extension', 'schema/added.graphql:1', /defined in one place/],
  ['what is open, extended by a directive', withFile('extend enum RequestKind @extensible'), 'extension', 'schema/added.graphql:1', /by fields or values alone/],
  ['what is open, extended as something else', withFile('extend type RequestKind { more: String }'), 'extension', 'schema/added.graphql:1', /defined in one place/],
];

t.test('each fault is found, where it is', async (t) => {
  t.strictSame(faultsOf(schemaFiles()), [], 'the project\'s own are sound');
  for (const [what, files, rule, place, message] of cases) {
    const faults = faultsOf(files);
    const told = faults.map((fault) => ({ rule: fault.rule, place: `${fault.file}:${fault.line}${fault.type === undefined ? '' : ` ${fault.type}${fault.field === undefined ? '' : `.${fault.field}`}`}`, message: fault.message }));
    t.ok(told.some((fault) => fault.rule === rule && fault.place.includes(place) && message.test(fault.message)), what, { found: told });
  }
});

t.test('a kind is one file', async (t) => {
  const favour = `extend enum RequestKind {
  "A favour (ขอความช่วยเหลือ)."
  FAVOUR @request(machine: "NOTICE", body: "favour", clocks: [{ clock: "RECEIVE", in: [SENT, RECEIVED], within: "P1D", then: TELL }], authorities: [{ country: "*", types: [] }])
}
extend type Request {
  "A favour (ขอความช่วยเหลือ)."
  favour: FavourAsked @classified(as: RESTRICTED) @input
}
"A favour (ขอความช่วยเหลือ)."
type FavourAsked {
  "Which (เรื่อง)."
  what: String! @constraint(minLength: 1, maxLength: 100)
}`;
  const { requests } = compileDictionary(withFile(favour, 'schema/requests/favour.graphql'));
  t.match(requests.get('FAVOUR'), { name: 'FAVOUR', machine: { name: 'NOTICE' }, file: 'schema/requests/favour.graphql', clocks: [{ clock: 'RECEIVE', within: { FLASH: 'P1D' } }] });
  t.equal(requests.size, 19);
});
