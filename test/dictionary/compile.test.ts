import t from 'tap';
import { compileDictionary, type DictionaryFault, DictionaryError, type SchemaFile } from '../../src/dictionary/compile.ts';
import { loadDictionary } from '../../src/dictionary/load.ts';
import { edited, schemaFiles, withField, withFile } from '../support/schema-copy.ts';

function faultsOf(files: readonly SchemaFile[]): readonly DictionaryFault[] {
  try {
    compileDictionary(files);
    return [];
  } catch (error) {
    if (error instanceof DictionaryError) return error.faults;
    throw error;
  }
}

const widget = (fields: string, record = '@record(plural: "widgets", path: "widgets")'): SchemaFile[] => withFile(`type Widget implements Record ${record} {\n  ${fields}\n}`);
const u = '@classified(as: UNCLASSIFIED)';

/** A kind whose one field holds an object with such members. */
const holder = (members: string, as: string, type = 'Contact', more = ''): SchemaFile[] =>
  withFile(`type Contact { ${members} } ${more} type Widget implements Record @record(plural: "widgets", path: "widgets") { contact: ${type} @classified(as: ${as}) @input }`);

/** what is wrong, files, rule, place (type.field), words of the message */
type Case = readonly [what: string, files: SchemaFile[], rule: string, place: string, message: RegExp];

const cases: readonly Case[] = [
  ['a field without @classified', withField('bare: String @input'), 'classified', 'Indicator.bare', /has no @classified/],
  ['an envelope field without @classified', edited('record.graphql', 'revision: Int! @classified(as: UNCLASSIFIED)', 'revision: Int!'), 'classified', 'Indicator.revision', /has no @classified/],
  ['an unknown level', withField('odd: String @classified(as: PRIVATE) @input'), 'directive', 'Indicator.odd', /PRIVATE/],
  ['an unknown caveat', withField('odd: String @classified(as: SECRET, caveats: [FAMILY]) @input'), 'directive', 'Indicator.odd', /FAMILY/],
  ['an unknown directive argument', withField(`odd: String @classified(as: SECRET, level: 3) @input`), 'sdl', '', /Unknown argument "level"/],
  ['an unknown directive', withField(`odd: String ${u} @input @secret`), 'sdl', '', /Unknown directive "@secret"/],
  ['a directive twice', withField(`odd: String ${u} @classified(as: SECRET) @input`), 'sdl', '', /classified.*once/],
  ['an unknown type', withField(`odd: Nonesuch ${u} @input`), 'sdl', '', /Unknown type "Nonesuch"/],
  ['no schema at all', withField('odd String'), 'syntax', '', /Syntax Error/],
  ['a repeated envelope field of another type', widget(`sensitive: String ${u} @input`), 'interface', 'Widget.sensitive', /disagrees with interface Record/],
  ['a repeated envelope field of another level', widget('externalRef: String @classified(as: UNCLASSIFIED) @input @normalise(by: TEXT) @searchable'), 'interface', 'Widget.externalRef', /RESTRICTED/],
  ['a field that can be withheld, non-null', withField(`sure: String! ${u} @input`), 'nullable', 'Indicator.sure', /must be nullable/],
  ['a field with arguments', withField(`asked(of: String): String ${u} @input`), 'arguments', 'Indicator.asked', /no arguments/],
  ['a caveat on the envelope', edited('record.graphql', 'evaluation: Evaluation @classified(as: RESTRICTED)', 'evaluation: Evaluation @classified(as: RESTRICTED, caveats: [SOURCE])'), 'envelope', 'Indicator.evaluation', /no caveat/],
  ['a sealed envelope field', edited('record.graphql', 'evaluation: Evaluation @classified(as: RESTRICTED)', 'evaluation: Evaluation @classified(as: SECRET)'), 'envelope', 'Indicator.evaluation', /at most RESTRICTED/],
  ['text that is searched and not normalised', withField(`loose: String ${u} @input @searchable`), 'search', 'Indicator.loose', /no @normalise/],
  ['OBSERVABLE search of plain text', withField(`loose: String ${u} @input @normalise(by: TEXT) @searchable(by: OBSERVABLE)`), 'search', 'Indicator.loose', /needs @normalise\(by: OBSERVABLE\)/],
  ['OBSERVABLE search without its type', withField(`loose: String ${u} @input @normalise(by: OBSERVABLE) @searchable(by: OBSERVABLE)`), 'search', 'Indicator.loose', /naming the enum field/],
  ['TIME search of text', withField(`when: String ${u} @input @normalise(by: TEXT) @searchable(by: TIME)`), 'search', 'Indicator.when', /INSTANT/],
  ['NUMBER search of text', withField(`much: String ${u} @input @normalise(by: TEXT) @searchable(by: NUMBER)`), 'search', 'Indicator.much', /NUMBER search needs/],
  ['a lookup of what is searched by time', withField(`when: DateTime ${u} @input @normalise(by: INSTANT) @searchable(by: TIME, lookup: REFERENCE)`), 'search', 'Indicator.when', /looked up is searched by EXACT/],
  ['a subject of two normal forms', withField(`ring: String ${u} @input @normalise(by: TEXT) @searchable(lookup: PHONE)`), 'search', 'Indicator.ring', /a PHONE is normalised by PHONE in [^ ]+, here by TEXT/],
  ['a subject that observables normalise otherwise', edited('place.graphql', '@normalise(by: CELL_ID) @searchable(lookup: CELL_ID)', '@normalise(by: TEXT) @searchable(lookup: CELL_ID)'), 'search', 'Place.cellIds', /a CELL_ID is normalised by CELL_ID in observables, here by TEXT/],
  ['NAME search of a number', withField(`loose: Int ${u} @input @searchable(by: NAME)`), 'search', 'Indicator.loose', /NAME search needs a text/],
  ['NAME search of objects without one text', withFile(`type Pair { a: String! @normalise(by: TEXT) b: String! } type Widget implements Record @record(plural: "widgets", path: "widgets") { pair: Pair ${u} @input @searchable(by: NAME) }`), 'search', 'Widget.pair', /only required member/],
  ['a birth date that is no sibling', withField(`loose: String ${u} @input @normalise(by: TEXT) @searchable(by: NAME, birthDate: "born")`), 'search', 'Indicator.loose', /birthDate: "born"\) names no field/],
  ['a birth date that is none', withField(`loose: String ${u} @input @normalise(by: TEXT) @searchable(by: NAME, birthDate: "description")`), 'search', 'Indicator.loose', /not normalised by DATE or PARTIAL_DATE/],
  ['a nationality in a member that is none', withField(`loose: String ${u} @input @normalise(by: TEXT) @searchable(by: NAME, nationality: "subscriber.name")`), 'search', 'Indicator.loose', /not normalised by COUNTRY/],
  ['a nationality beside what is no name', withField(`loose: String ${u} @input @normalise(by: TEXT) @searchable(nationality: "country")`), 'search', 'Indicator.loose', /of a NAME alone/],
  ['EXACT search of a Float', withField(`much: Float ${u} @input @searchable`), 'search', 'Indicator.much', /NUMBER/],
  ['an unknown search method', withField(`loose: String ${u} @input @normalise(by: TEXT) @searchable(by: SOUNDS_LIKE)`), 'directive', 'Indicator.loose', /SOUNDS_LIKE/],
  ['an unknown normaliser', withField(`loose: String ${u} @input @normalise(by: MAGIC)`), 'directive', 'Indicator.loose', /MAGIC/],
  ['a normaliser of another type', withField(`when: Int ${u} @input @normalise(by: INSTANT)`), 'normalise', 'Indicator.when', /takes DateTime, not Int/],
  ['an instant in any zone', withField(`when: DateTime ${u} @input`), 'normalise', 'Indicator.when', /INSTANT/],
  ['a type that is no sibling', withField(`other: String ${u} @input @normalise(by: OBSERVABLE, type: "sort")`), 'normalise', 'Indicator.other', /type: "sort"/],
  ['a raw that is no sibling', withField(`other: String ${u} @input @normalise(by: OBSERVABLE, type: "type", raw: "asGiven")`), 'normalise', 'Indicator.other', /raw: "asGiven"/],
  ['a raw that is no text', withField(`other: String ${u} @input @normalise(by: OBSERVABLE, type: "type", raw: "port")`), 'normalise', 'Indicator.other', /must name a String/],
  ['a field made from a higher one', withField(`copy: String ${u} @derived(from: ["rationale"])`), 'derived', 'Indicator.copy', /C\/OPERATIONAL/],
  ['a field made from none', withField(`copy: String ${u} @derived(from: ["nowhere"])`), 'derived', 'Indicator.copy', /names no field/],
  ['a field nobody fills', withField(`empty: String ${u}`), 'input', 'Indicator.empty', /nobody can fill it/],
  ['a record inside a record', withField(`twin: Indicator ${u} @input`), 'type', 'Indicator.twin', /refer to it by its id/],
  ['the envelope inside a record', withField(`twin: Record ${u} @input`), 'type', 'Indicator.twin', /interface or a union/],
  ['a list of lists', withField(`grid: [[String]] ${u} @input`), 'type', 'Indicator.grid', /list of lists/],
  ['an unknown scalar', [...withField(`blob: Blob ${u} @input`), { name: 'schema/blob.graphql', text: 'scalar Blob' }], 'type', 'Indicator.blob', /scalar Blob/],
  ['a type that holds itself', [...withField(`tree: Tree ${u} @input`), { name: 'schema/tree.graphql', text: 'type Tree { branches: [Tree] }' }], 'type', 'Indicator.tree', /holds itself/],
  ['a limit of another type', withField(`much: Int ${u} @input @constraint(maxLength: 3)`), 'constraint', 'Indicator.much', /maxLength/],
  ['a list limit on no list', withField(`one: Int ${u} @input @constraint(maxItems: 3)`), 'constraint', 'Indicator.one', /maxItems/],
  ['a pattern that is none', withField(`text: String ${u} @input @constraint(pattern: "(")`), 'constraint', 'Indicator.text', /no regular expression/],
  ['a time before one that is not there', withField(`last: DateTime ${u} @input @normalise(by: INSTANT) @constraint(notBefore: "start")`), 'constraint', 'Indicator.last', /notBefore: "start".* no DateTime beside it/],
  ['a text before another', withField(`last: String ${u} @input @constraint(notBefore: "value")`), 'constraint', 'Indicator.last', /one DateTime or Date/],
  ['a sum that is none', withField(`much: Int ${u} @input @constraint(above: 0)`), 'constraint', 'Indicator.much', /sum of money/],
  ['an unknown format', withField(`text: String ${u} @input @constraint(format: "swift")`), 'constraint', 'Indicator.text', /format/],
  ['an example that is no JSON', withField(`text: String ${u} @input @example(json: "{")`), 'example', 'Indicator.text', /no JSON/],
  ['a column name twice', withField(`text: String ${u} @input @column(names: ["Port"])`), 'column', 'Indicator.port', /already that of/],
  ['@classified on a member of what no record holds', edited('registry.graphql', '  en: String!', '  en: String! @classified(as: SECRET)'), 'stray', 'Text.en', /@classified has no effect here/],
  ['@cell on a type with one member that it must have', edited('trafficking.graphql', '  desk: String! @constraint', '  desk: String @constraint'), 'cell', 'Request.desks', /DeskRef: @cell joins the two members/],
  ['@cell with what divides a list', edited('trafficking.graphql', '@cell(between: "/")', '@cell(between: ";")'), 'cell', 'Request.desks', /divides no list/],
  ['@cell on a type that no record holds', edited('registry.graphql', 'type Text {', 'type Text @cell(between: "/") {'), 'stray', 'Text', /@cell has no effect here/],
  ['@input on a member', edited('indicator.graphql', '  name: String @constraint', '  name: String @input @constraint'), 'stray', 'Subscriber.name', /@input has no effect/],
  ['a part below its field', holder('phone: String @classified(as: UNCLASSIFIED)', 'RESTRICTED'), 'part', 'Widget.contact', /classified U, .* R: a part is never less/],
  ['a part without a caveat of its field', holder('phone: String @classified(as: SECRET)', 'RESTRICTED, caveats: [PERSONAL]'), 'part', 'Widget.contact', /never less/],
  ['a part of an item of a list', holder('phone: String @classified(as: SECRET)', 'RESTRICTED', '[Contact!]'), 'part', 'Widget.contact', /on the field that holds the list/],
  ['a part within a list within an object', holder('phones: [Phone!]', 'RESTRICTED', 'Contact', 'type Phone { number: String @classified(as: SECRET) }'), 'part', 'Widget.contact', /on the field that holds the list/],
  ['a part of the envelope', edited('record.graphql', '  grade: String @constraint', '  grade: String @classified(as: SECRET) @constraint'), 'part', 'Indicator.evaluation', /envelope is kept in clear/],
  ['a part, and a member that is promised', holder('at: Int!  phone: String @classified(as: SECRET)', 'RESTRICTED'), 'nullable', 'Widget.contact', /Contact\.at: .*must be nullable/],
  ['a member whose form tells of a part', holder('sort: Sort @classified(as: SECRET)  mark: String @normalise(by: OBSERVABLE, type: "sort")', 'RESTRICTED', 'Contact', 'enum Sort { URL }'), 'normalise', 'Widget.contact', /sort/],
  ['a member that is searched and not normalised', holder('phone: String @searchable', 'RESTRICTED'), 'search', 'Widget.contact', /contact\.phone: .*no @normalise/],
  ['a member that is searched, of a field that is', holder('phone: String @searchable @normalise(by: TEXT)', 'RESTRICTED) @searchable @stix(property: "x"'), 'search', 'Widget.contact', /as a whole already/],
  ['an instant in any zone, in an object', holder('at: DateTime', 'RESTRICTED'), 'normalise', 'Widget.contact', /contact\.at: .*INSTANT/],
  ['an initial value that is none', widget(`a: IndicatorRole ${u} @input @initial(values: ["GUESSED"])`), 'initial', 'Widget.a', /GUESSED/],
  ['a reference to no kind', withField(`place: ID ${u} @input @reference(to: ["Place", "Planet"])`), 'reference', 'Indicator.place', /"Planet"\) names no record kind/],
  ['a reference to nothing', withField(`place: ID ${u} @input @reference(to: [])`), 'reference', 'Indicator.place', /names no kind/],
  ['a reference that is no id', withField(`place: String ${u} @input @reference(to: ["Place"])`), 'reference', 'Indicator.place', /not on String/],
  ['a reference that says how it is read', withField(`place: ID ${u} @input @normalise(by: TEXT) @reference(to: ["Place"])`), 'reference', 'Indicator.place', /leave @normalise out/],
  ['a reference on the envelope', edited('record.graphql', 'id: ID! @classified', 'id: ID! @reference(to: ["Place"]) @classified'), 'reference', 'Indicator.id', /envelope/],
  ['a reference in the envelope', edited('record.graphql', '  grade: String @constraint(minLength: 1, maxLength: 100)', '  grade: ID @reference(to: ["Place"])'), 'reference', 'Indicator.evaluation', /envelope/],
  ['a reference that nobody writes', withField(`place: ID ${u} @derived(from: ["type"]) @reference(to: ["Place"])`), 'reference', 'Indicator.place', /what a writer sends/],
  ['a reference in the items of a list', holder('place: ID @reference(to: ["Place"])', 'RESTRICTED', '[Contact!]'), 'reference', 'Widget.contact', /items of a list/],
  ['a body in the place of ids of several kinds', withField(`place: ID ${u} @input @reference(to: ["Place", "Account"], inline: true)`), 'reference', 'Indicator.place', /names one other kind/],
  ['a body in the place of an id within an object', edited('transfer.graphql', 'account: ID @reference(to: ["Account"])', 'account: ID @reference(to: ["Account"], inline: true)'), 'reference', 'Transfer.from', /field of the record/],
  ['what is filled from no reference', edited('transfer.graphql', 'scheme: AccountScheme @filled(from: "account")', 'scheme: AccountScheme @filled(from: "number")'), 'filled', 'Transfer.from', /names no reference/],
  ['what is filled from what is not there', edited('transfer.graphql', 'scheme: AccountScheme @filled(from: "account")', 'schema: AccountScheme @filled(from: "account")'), 'filled', 'Transfer.from', /has no field schema/],
  ['a ground that is no text', withField(`ground: Int ${u} @input @ground`), 'ground', 'Indicator.ground', /stands on a text/],
  ['a reference to what exists by references', withField(`link: ID ${u} @input @reference(to: ["Link"])`), 'reference', 'Indicator.link', /"Link"\) names a kind that itself exists by references/],
  ['a record that exists by several', widget(`ends: [ID!] ${u} @input(required: true) @reference(to: ["Place"], existence: true)`), 'reference', 'Widget.ends', /required ID of the record itself/],
  ['a record that exists by what may be left out', widget(`end: ID ${u} @input @reference(to: ["Place"], existence: true)`), 'reference', 'Widget.end', /required ID of the record itself/],
  ['a record that exists by a member', holder('end: ID @reference(to: ["Place"], existence: true)', 'RESTRICTED'), 'reference', 'Widget.contact', /required ID of the record itself/],
  ['a record that exists by what is sealed', widget('end: ID @classified(as: CONFIDENTIAL) @input(required: true) @reference(to: ["Place"], existence: true)'), 'reference', 'Widget.end', /in clear: at most RESTRICTED/],
  ['a reference of what no record holds', edited('registry.graphql', '  en: String!', '  en: ID! @reference(to: ["Place"])'), 'stray', 'Text.en', /@reference has no effect here/],
  ['a decision on what nothing begins with', widget(`a: IndicatorRole ${u} @input @decided(into: "b", victim: "b", offender: "C2", other: "OTHER")`), 'decided', 'Widget.a', /needs @initial/],
  ['a decision for what is no value', widget(`a: IndicatorRole ${u} @input @initial(values: ["C2"]) @decided(into: "b", victim: "b", offender: "GUILTY", other: "OTHER")`), 'decided', 'Widget.a', /"GUILTY"/],
  ['a decision that nothing keeps', widget(`a: IndicatorRole ${u} @input @initial(values: ["C2"]) @decided(into: "b", victim: "b", offender: "C2", other: "OTHER")`), 'decided', 'Widget.a', /no list of objects/],
  ['decisions that anybody writes', widget(`a: IndicatorRole ${u} @input @initial(values: ["C2"]) @decided(into: "b", victim: "b", offender: "C2", other: "OTHER")  b: [Location!] ${u} @input`), 'decided', 'Widget.a', /writers send/],
  ['a condition on a value that is none', widget(`a: IndicatorRole ${u} @input @grantCondition(values: ["GUESSED"])`), 'condition', 'Widget.a', /GUESSED/],
  ['an alert for what is no value', widget(`a: IndicatorRole ${u} @input @alertWhile(values: ["GUESSED"])`), 'condition', 'Widget.a', /@alertWhile\(values: "GUESSED"\)/],
  ['a condition on a list', widget(`a: [IndicatorRole!] ${u} @input @grantCondition(values: ["C2"])`), 'condition', 'Widget.a', /names no value of one/],
  ['a condition on what is sealed', widget('a: IndicatorRole @classified(as: RESTRICTED, caveats: [VICTIM]) @input @grantCondition(values: ["C2"])'), 'condition', 'Widget.a', /kept in clear/],
  ['looking while it is what is no value', widget(`a: IndicatorRole ${u} @input @seeks(kinds: ["Victim"], values: ["GUESSED"])`), 'condition', 'Widget.a', /@seeks\(values: "GUESSED"\)/],
  ['found while it is what is no value', widget(`a: IndicatorRole ${u} @input @soughtWhile(values: ["GUESSED"])`), 'condition', 'Widget.a', /@soughtWhile\(values: "GUESSED"\)/],
  ['looking without a name', widget(`a: IndicatorRole ${u} @input @seeks(kinds: ["Victim"], values: ["C2"])`), 'seeks', 'Widget.a', /Widget has no field that is searched by NAME/],
  ['looking for what has no name', edited('missing-person.graphql', '"Screening"]', '"Indicator"]'), 'seeks', 'MissingPerson.missingStatus', /"Indicator"\) names no other record kind/],
  ['looking for what is no kind', edited('missing-person.graphql', '"Screening"]', '"Nobody"]'), 'seeks', 'MissingPerson.missingStatus', /"Nobody"\)/],
  ['a member that looks', holder('role: IndicatorRole @seeks(kinds: ["Victim"], values: ["C2"])', 'RESTRICTED'), 'stray', 'Contact.role', /@seeks has no effect here/],
  ['a consent that says too little', widget(`a: Agreed ${u} @input @consent } type Agreed { recipients: [String!]`), 'consent', 'Widget.a', /lacks .*purposes: \[Purpose!\]/],
  ['a consent that anybody may read', edited('victim.graphql', 'consent: Consent\n    @classified(as: CONFIDENTIAL, caveats: [VICTIM])', 'consent: Consent\n    @classified(as: RESTRICTED)'), 'consent', 'Victim.consent', /classified only R/],
  ['a consent in pieces', edited('consent.graphql', '  withdrawn: DateTime', '  withdrawn: DateTime @classified(as: CONFIDENTIAL, caveats: [VICTIM])'), 'consent', 'Victim.consent', /whole or not at all/],
  ['two consents', edited('victim.graphql', '@input @consent', '@input @consent\n  "Another."\n  second: Consent @classified(as: CONFIDENTIAL, caveats: [VICTIM]) @input @consent'), 'consent', 'Victim.second', /already/],
  ['an interface beside the envelope', withFile(`interface Located { location: Location }`), 'interface', 'Located', /only Record is known/],
  ['no envelope', schemaFiles().map(({ name, text }) => ({ name, text: text.replace('interface Record', 'interface Envelope') })), 'interface', 'Record', /no interface Record/],
  ['identity that names nothing', widget(`a: Int ${u} @input`, '@record(plural: "widgets", path: "widgets", identity: ["b"])'), 'identity', 'Widget', /"b"\) names no field/],
  ['identity of the envelope', widget(`a: Int ${u} @input`, '@record(plural: "widgets", path: "widgets", identity: ["id"])'), 'identity', 'Widget', /envelope/],
  ['a purpose that is none', widget(`a: Int ${u} @input`, '@record(plural: "widgets", path: "widgets", purposes: [FUN])'), 'directive', 'Widget', /FUN/],
  ['a path used twice', widget(`a: Int ${u} @input`, '@record(plural: "widgets", path: "indicators")'), 'name', 'Widget', /already taken by Indicator/],
  ['a plural used twice', widget(`a: Int ${u} @input`, '@record(plural: "indicators", path: "widgets")'), 'name', 'Widget', /already taken by Indicator/],
  ['a path of the API itself', widget(`a: Int ${u} @input`, '@record(plural: "widgets", path: "lookups")'), 'name', 'Widget', /API's own/],
  ['a malformed path', widget(`a: Int ${u} @input`, '@record(plural: "widgets", path: "Wid/gets")'), 'name', 'Widget', /lower-case/],
  ['a record that says no path', withFile(`type Widget implements Record { a: Int ${u} @input }`), 'record', 'Widget', /has no @record/],
  ['a record without the envelope', withFile(`type Widget @record(plural: "widgets", path: "widgets") { a: Int }`), 'record', 'Widget', /does not implement Record/],
  ['fields by extension', withFile(`extend type Indicator { hidden: String }`), 'extension', '', /defined in one place/],
  ['operations', withFile(`type Query { all: [Indicator] }`), 'operations', '', /generated/],
  ['an interface that is not kept', withFile(`interface Odd { id: Int } type Widget implements Record & Odd @record(plural: "widgets", path: "widgets") { a: Int ${u} @input }`), 'sdl', '', /Odd\.id/],
];

t.test('an unsafe dictionary is refused, with the place and the rule', async (t) => {
  for (const [what, files, rule, place, message] of cases) {
    const faults = faultsOf(files);
    const found = faults.find((fault) => fault.rule === rule && [fault.type, fault.field].filter(Boolean).join('.') === place && message.test(fault.message));
    t.ok(found, `${what}: ${rule} ${place}`, { faults });
    if (found === undefined) continue;
    const file = files.find(({ name }) => name === found.file);
    t.ok(found.file === '(schema)' || file !== undefined, `${what}: names a file (${found.file})`);
    t.ok(found.line >= 1 && found.line <= (file?.text.split('\n').length ?? 1), `${what}: names a line (${found.line})`);
  }
});

t.test('a fault names the very line', async (t) => {
  const files = withField('bare: String @input');
  const text = files.find(({ name }) => name === 'schema/indicator.graphql')?.text ?? '';
  const [fault] = faultsOf(files);
  t.match(fault, { file: 'schema/indicator.graphql', line: text.split('\n').findIndex((line) => line.includes('bare:')) + 1, type: 'Indicator', field: 'bare' });
});

t.test('all faults are told at once, in one text', async (t) => {
  const files = withField(`one: String @input\n  two: String! ${u} @input\n  three: String ${u} @input @searchable`);
  t.same(faultsOf(files).map(({ field, rule }) => `${field} ${rule}`), ['one classified', 'two nullable', 'three search']);
  t.throws(() => compileDictionary(files), { message: /3 faults\n.*schema\/indicator\.graphql:\d+: Indicator\.one: has no @classified.*\[classified\]/ });
});

t.test('a folder that cannot be read is one clear fault', async (t) => {
  t.throws(() => loadDictionary('/nowhere/at/all'), { name: 'DictionaryError', message: /\/nowhere\/at\/all.*cannot be read/ });
});

t.test('the project\'s own dictionary', async (t) => {
  const { kinds, byPath, enums, redacted } = loadDictionary();
  const indicator = kinds.get('Indicator');
  t.equal(byPath.get('indicators'), indicator);
  t.match(indicator, { name: 'Indicator', singular: 'indicator', plural: 'indicators', path: 'indicators', identity: ['type', 'value', 'observedAt'], stix: 'indicator' });
  t.same(indicator?.fields.map(({ name }) => name), [...(indicator?.field.keys() ?? [])]);
  t.equal(indicator?.fields[0]?.name, 'id', 'the envelope comes first');
  t.same(enums.get('Classification'), ['UNCLASSIFIED', 'RESTRICTED', 'CONFIDENTIAL', 'SECRET', 'TOP_SECRET']);
  for (const name of ['value', 'rawValue', 'location', 'subscriber', 'rationale', 'collectionMethod', 'sourceDetail', 'externalRef', 'caseRefs']) {
    t.ok(redacted.includes(name), `${name} is printed in no log`);
  }
  t.notOk(redacted.includes('classification') || redacted.includes('type') || redacted.includes('id'));
  t.throws(() => { (indicator as unknown as { path: string }).path = 'x'; }, TypeError, 'frozen');
});

t.test('every kind, field, enumeration and value is described, English and Thai where people look', async (t) => {
  const { kinds, schema } = loadDictionary();
  for (const kind of kinds.values()) {
    for (const { name, description } of kind.fields) {
      t.match(description, /^[A-Z0-9].*[.?!)]$/ms, `${kind.name}.${name} has a sentence`);
      if (!['handling', 'markings', 'pap', 'tlp'].includes(name)) t.match(description, /[\u0e00-\u0e7f]|\(TLP\)|ISO|RFC/, `${kind.name}.${name} has its Thai term`);
    }
  }
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.astNode) t.ok(type.description, `${type.name} is described`);
  }
});
