/**
 * What a viewer asks and does in a world, on every surface: plain data, so that it can be printed, left out, and asked of both databases. Drawn
 * from the dictionary: every kind, every field that is searched, every surface's form of it.
 */
import { valueAt } from '../../src/dictionary/parts.ts';
import type { Body, Field, Json, Kind } from '../../src/dictionary/types.ts';
import { chance, type Dice, oneOf, some, times, upTo } from './dice.ts';
import { type Eye, hiddenChannel, purposes, tellers } from './registry.ts';
import { markingsJson, numbers, patchOf, placeholder, type Story } from './story.ts';
import { desks, links, money } from './asking.ts';
import { absent, all, get, graphql, parameter, type Question } from './question.ts';
import { dictionary, merged, nest, nested, vocabulary } from './values.ts';

const channelNames = ['one', 'two', 'three', 'witnesses', hiddenChannel, 'hidden-b', 'nowhere'] as const;
const scalars = (value: Json | undefined): (string | number | boolean)[] =>
  (Array.isArray(value) ? (value as readonly Json[]).flatMap(scalars) : typeof value === 'object' || value === undefined ? [] : [value]);
const objects = (value: Json | undefined): Body[] => (Array.isArray(value) ? (value as readonly Json[]).flatMap(objects) : typeof value === 'object' && value !== null ? [value as Body] : []);

/** What a searched field may hold, over all that the vocabulary knows. */
const held = (kind: Kind, { path }: Field): Json[] =>
  vocabulary(kind.name).groups.flatMap(({ variants }) => variants.map((variant) => valueAt(nested(kind, variant), path))).filter((value) => value !== undefined) as Json[];

/** One condition in both forms; nothing where the vocabulary has no value for the field. */
function condition(g: Dice, kind: Kind, field: Field): { rest: string; filter: Body } | undefined {
  const { name, path, search, type } = field;
  if (search?.by === 'TIME') {
    const [from, to] = oneOf(g, [['2021-01-01T00:00:00Z', '2026-01-31T00:00:00Z'], ['2026-02-01T00:00:00Z', '2027-01-01T00:00:00Z']] as const);
    return { rest: `${parameter(`${name}From`, from)}&${parameter(`${name}To`, to)}`, filter: nest(path, { from, to }) };
  }
  if (name === 'externalRef') {
    const eq = oneOf(g, [...numbers, 'C-1', 'C-2']);
    return { rest: parameter(name, eq), filter: { externalRef: { eq } } };
  }
  const values = held(kind, field);
  if (search?.by === 'NAME') {
    const full = oneOf(g, ['Nobody Synthetic', ...values.flatMap((value) => [...scalars(value), ...objects(value).flatMap((one) => scalars(one['full'] ?? one['name']))]).map(String)]);
    return { rest: parameter(name, full), filter: nest(path, { name: full }) };
  }
  if (type.members !== undefined) {
    const those = values.flatMap(objects);
    if (those.length === 0) return undefined;
    const eq = oneOf(g, those);
    return { rest: Object.entries(eq).filter(([, value]) => typeof value !== 'object').map(([member, value]) => parameter(`${name}.${member}`, value)).join('&'), filter: nest(path, { eq }) };
  }
  const those = values.flatMap(scalars);
  if (those.length === 0) return undefined;
  const value = oneOf(g, those);
  if (search?.by === 'OBSERVABLE') return { rest: `${parameter(name, value)}${chance(g, 2) ? '&within=true' : ''}`, filter: nest(path, { value }) };
  return { rest: parameter(name, value), filter: nest(path, { eq: value }) };
}

const connection = ({ name, plural }: Kind): string =>
  `query Q($filter: ${name}Filter, $first: Int, $after: String) { ${plural}(filter: $filter, first: $first, after: $after) { nodes${all(name)} edges { cursor } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`;

function search(g: Dice, kind: Kind): Question[] {
  const fields = [...kind.searches.values()];
  if (fields.length === 0) return [];
  const asked = some(g, fields, 2).concat(oneOf(g, fields)).flatMap((field) => condition(g, kind, field) ?? []).slice(0, 2);
  const first = oneOf(g, [1, 2, 50]);
  if (chance(g, 2)) return [{ ask: 'pages', url: `/v1/${kind.path}?${asked.map(({ rest }) => rest).join('&')}&first=${first}` }];
  return [{ ask: 'connection', query: connection(kind), variables: { filter: Object.assign({}, ...asked.map(({ filter }) => filter)) as Body, first } }];
}

const wordOf = (told: readonly Story[], ref: number): Kind | undefined => told.find((one) => one.ref === ref)?.kind;

/** One record, whatever may be asked of it. */
function ofRecord(g: Dice, kind: Kind, id: string): Question {
  const singular = kind.singular;
  return oneOf<Question>(g, [
    get(`/v1/${kind.path}/${id}`), get(`/v1/${kind.path}/${id}/revisions`), graphql(`query Q($id: ID!) { ${singular}(id: $id)${all(kind.name)} }`, { id }),
    graphql(`query Q($id: ID!) { ${singular}Revisions(id: $id) { revision at changed record${all(kind.name)} } }`, { id }), graphql('query Q($id: ID!) { record(id: $id) { id kind revision withheld } }', { id }),
    { ask: 'rest', method: 'GET', url: `/v1/${kind.path}/${id}`, headers: { 'accept-language': 'th' } }, get(`/v1/${kind.path}/${id}/holds`),
    { ask: 'viewed', url: `/v1/${kind.path}/${id}`, purpose: oneOf(g, purposes) }, { ask: 'again', url: `/v1/${kind.path}/${id}` },
    graphql(`query Q($id: ID!) { viewAs(id: $id, partner: "${oneOf(g, tellers)}", purpose: ${oneOf(g, purposes)})${all('ViewAs')} }`, { id }),
    get(`/v1/${kind.path}/view-as?partner=${oneOf(g, tellers)}&purpose=${oneOf(g, purposes)}`), graphql(`{ viewAsPage(kind: "${kind.name}", partner: "${oneOf(g, tellers)}", purpose: ${oneOf(g, purposes)})${all('ViewAsPage')} }`),
    // Through eyes whose caps the viewer's own dealings with them show: what eps is cleared for differs between the databases, and a view as eps tells it by design.
    get(`/v1/${kind.path}/${id}/view-as?partner=${oneOf(g, tellers)}&purpose=${oneOf(g, purposes)}${oneOf(g, ['', '&clearance=RESTRICTED'])}`),
  ]);
}

type Sought = Readonly<Record<'value', string> & Partial<Record<'type', string>>> & Body;

/** Values that can be looked up: of every kind's observable fields, and of those whose subject can be. */
const lookedUp = (by: (field: Field) => boolean): Sought[] => [...new Map([...dictionary.kinds.values()].flatMap((kind) => [...kind.searches.values()].filter(by).flatMap((field) =>
  [...held(kind, field).flatMap(scalars), ...(field.name === 'externalRef' ? [...numbers, 'C-1'] : [])].map(String)
    .map((value) => [`${field.search?.lookup ?? ''} ${value}`, { ...(field.search?.lookup === undefined ? {} : { type: field.search.lookup }), value }] as const)))).values()];
const observables = lookedUp(({ search: by }) => by?.by === 'OBSERVABLE');
const subjects = lookedUp(({ search: by }) => by?.lookup !== undefined);

function lookups(g: Dice): Question {
  const values = [...some(g, observables), ...some(g, subjects), oneOf(g, [{ value: 'absent.example-nowhere.com' }, { value: 'not a value' }, { type: 'DOCUMENT', value: '!' }, ...observables, ...subjects])];
  return chance(g, 2) ? { ask: 'rest', method: 'POST', url: '/v1/lookups', body: { values } } : graphql(`query Q($values: [LookupInput!]!) { lookup(values: $values)${all('LookupAnswer')} }`, { values });
}

const registry = (g: Dice): Question => {
  const what = oneOf(g, ['me', 'partners', 'agreements', 'channels'] as const);
  const type = { me: 'Me', partners: 'Partner', agreements: 'Agreement', channels: 'Channel' }[what];
  return chance(g, 2) ? get(`/v1/${what}`) : graphql(`{ ${what}${all(type)} }`);
};

/** Asked of every world: whatever leaks shows in one of them. */
function always(g: Dice, stories: readonly Story[], kinds: readonly Kind[]): Question[] {
  const kind = oneOf(g, kinds);
  return [
    ...stories.flatMap(({ ref, kind: its }): Question[] => [get(`/v1/${its.path}/${placeholder(ref)}`), get(`/v1/${its.path}/${placeholder(ref)}/revisions`)]),
    ...(kinds.some(({ name }) => name === 'Transfer' || name === 'Account') ? [money(g, oneOf(g, stories).ref), money(g, oneOf(g, stories).ref)] : []),
    ...(kinds.some(({ ends }) => ends.length > 0) ? stories.map(({ ref }) => links(g, ref)) : []), ...(kinds.some(({ staged }) => staged !== undefined) ? [get('/v1/caseload?desk=alpha/duty')] : []),
    lookups(g), { ask: 'statistics', table: 'tally', period: '2021-01' }, { ask: 'alerts', first: oneOf(g, [1, 50]) },
    ...stories.slice(0, 2).map(({ ref, kind: its }): Question => ({ ask: 'tags', url: `/v1/${its.path}/${placeholder(ref)}`, query: `query Q($id: ID!) { ${its.singular}(id: $id) { etag } }`, variables: { id: placeholder(ref) } })),
    ...kinds.map((its): Question => ({ ask: 'pages', url: `/v1/${its.path}?first=${oneOf(g, [1, 2, 50])}` })),
    { ask: 'connection', query: connection(kind), variables: { filter: null, first: oneOf(g, [1, 3]) } },
    { ask: 'feed', from: 'nothing', first: oneOf(g, [1, 3, 200]), ...(chance(g, 3) ? { kinds: kinds.map(({ name }) => name) } : {}) },
    { ask: 'feed', from: 'middle', first: 3 }, { ask: 'feed', from: 'before', first: oneOf(g, [1, 3]) },
    chance(g, 2) ? get('/v1/changes/digest') : graphql('{ digest { count sha256 } }'),
    { ask: 'ledger', first: oneOf(g, [1, 2, 100]) },
    ...kinds.flatMap((its) => [...its.searches.values()].filter(({ search: by }) => by?.by === 'NAME')).slice(0, 2).flatMap((field): Question[] => {
      const its = kinds.find(({ searches }) => [...searches.values()].includes(field));
      const asked = its === undefined ? undefined : condition(g, its, field);
      return its === undefined || asked === undefined ? [] : [{ ask: 'pages', url: `/v1/${its.path}?${asked.rest}` }];
    }),
    ...kinds.flatMap((its) => [...its.searches.values()].flatMap((field) => {
      const asked = condition(g, its, field);
      return asked === undefined ? [] : [{ ask: 'pages' as const, url: `/v1/${its.path}?${asked.rest}` }];
    })).filter(() => chance(g, 2)).slice(0, 6),
  ];
}

const reads = (g: Dice, stories: readonly Story[], kinds: readonly Kind[]): Question[] => {
  const { ref } = oneOf(g, stories);
  const kind = wordOf(stories, ref) ?? oneOf(g, kinds);
  const other = oneOf(g, [...dictionary.kinds.values()]);
  return oneOf<() => Question[]>(g, [
    () => search(g, kind), () => search(g, oneOf(g, kinds)), () => search(g, oneOf(g, kinds)), () => [ofRecord(g, kind, placeholder(ref))], () => [ofRecord(g, other, placeholder(ref))], () => [ofRecord(g, kind, absent)],
    () => [lookups(g)], () => [graphql(`query Q($value: String!) { observable(value: $value)${all('Observable')} }`, { value: oneOf(g, observables).value })], () => [registry(g)],
    () => [money(g, ref)], () => [links(g, ref)], () => [desks(g, kind, placeholder(ref))],
    () => [{ ask: 'ledger', record: oneOf(g, [placeholder(ref), absent]), first: 2 }], () => [{ ask: 'feed', from: 'nothing', first: 2, kinds: [other.name] }],
  ])();
};

const channelsFor = (g: Dice): readonly string[] => some(g, channelNames, 2);
/** A whole record as a viewer might submit it: its number may be one that is taken, by whom the viewer may not know. */
function submission(g: Dice, kind: Kind): Body {
  const { groups } = vocabulary(kind.name);
  const pieces = Object.assign({}, ...groups.filter(({ required }) => required || chance(g, 8)).map(({ variants }) => oneOf(g, variants))) as Body;
  // Records that exist for the viewer, that do not, and that never did.
  const references = kind.references.filter(() => chance(g, 2)).reduce<Body>((body, { path, list }) => {
    const id = chance(g, 4) ? absent : placeholder(1 + upTo(g, 4));
    return merged(body, nest(path, list ? [id] : id)) as Body;
  }, {});
  const number = chance(g, 4) ? {} : { externalRef: oneOf(g, [...numbers, 'C-1', 'C-2', 'C-3']) };
  return { ...(merged(nested(kind, pieces), references) as Body), ...number, classification: oneOf(g, ['UNCLASSIFIED', 'RESTRICTED', 'CONFIDENTIAL']), channels: channelsFor(g) };
}

function submit(g: Dice, kind: Kind): Question {
  const input = submission(g, kind);
  const key = chance(g, 3) ? oneOf(g, ['key-1', 'key-2']) : undefined;
  if (chance(g, 3)) return graphql(`mutation M($input: ${kind.name}Input!, $key: String) { submit${kind.name}(input: $input, idempotencyKey: $key)${all(kind.name)} }`, { input, key: key ?? null });
  return { ask: 'rest', method: 'POST', url: `/v1/${kind.path}`, body: input, ...(key === undefined ? {} : { headers: { 'idempotency-key': key } }) };
}

function amend(g: Dice, kind: Kind, id: string): Question {
  const { groups } = vocabulary(kind.name);
  const own = kind.pieces.filter(({ envelope }) => !envelope);
  const patch = oneOf<() => Body>(g, [
    () => patchOf(g, kind, groups), () => patchOf(g, kind, groups), () => ({ markings: markingsJson(new Map(some(g, own, 2).map(({ name }) => [name, 3]))) }),
    () => ({ classification: oneOf(g, ['UNCLASSIFIED', 'RESTRICTED', 'SECRET']) }), () => ({ externalRef: oneOf(g, [...numbers, 'C-1']) }),
  ])();
  if (chance(g, 3)) return { ...graphql(`mutation M($id: ID!, $patch: ${kind.name}Patch!, $tag: String!) { amend${kind.name}(id: $id, patch: $patch, ifMatch: $tag)${all(kind.name)} }`, { id, patch, tag: '"not yours"' }), ...(chance(g, 4) ? {} : { fresh: `/v1/${kind.path}/${id}` }) } as Question;
  return { ask: 'rest', method: 'PATCH', url: `/v1/${kind.path}/${id}`, body: patch, ...(chance(g, 5) ? { headers: { 'if-match': '"not yours"' } } : { fresh: true }) };
}

function importing(g: Dice, kind: Kind): Question[] {
  const rows = times(g, 1, 3, () => ({ ...submission(g, kind), channels: null }));
  const query = `channels=${oneOf(g, ['one', 'two', hiddenChannel, 'nowhere'])}${chance(g, 2) ? '&dryRun=true' : ''}`;
  return [{ ask: 'import', url: `/v1/${kind.path}/import?${query}`, body: rows.map((row) => `${JSON.stringify(row)}\n`).join('') }];
}

/** Attempts to write: on records visible and invisible, another's and one's own. */
function writes(g: Dice, stories: readonly Story[]): Question[] {
  const { ref, kind } = oneOf(g, stories);
  const id = chance(g, 12) ? absent : placeholder(ref);
  const channel = oneOf(g, channelNames);
  return oneOf<() => Question[]>(g, [
    () => [amend(g, kind, id)], () => [amend(g, kind, id)], () => [submit(g, kind)], () => [submit(g, kind)], () => importing(g, kind),
    () => [{ ask: 'rest', method: 'PUT', url: `/v1/${kind.path}/${id}/channels/${channel}` }], () => [{ ask: 'rest', method: 'DELETE', url: `/v1/${kind.path}/${id}/channels/${channel}` }],
    () => [graphql(`mutation M($id: ID!, $channel: String!) { ${oneOf(g, ['share', 'unshare'])}(id: $id, channel: $channel)${all('Record')} }`, { id, channel })],
    () => [{ ask: 'rest', method: 'POST', url: `/v1/${kind.path}/${id}/${oneOf(g, ['erase', 'holds', 'decisions'])}`, body: oneOf<Body>(g, [{ reason: 'OTHER' }, { authority: 'Synthetic court', reason: 'Synthetic: a case is open.' }, { outcome: 'SUSPECT', desk: 'duty', basis: 'Synthetic basis' }]) }],
    () => (chance(g, 3) ? [{ ask: 'rest', method: 'POST', url: `/v1/${kind.path}/${id}/withdraw` }] : [submit(g, kind)]),
  ])();
}

/** What is asked of a world, in order: reads, attempts to write among reads, and what all of it looks like then. */
export function questions(g: Dice, stories: readonly Story[], eye: Eye): Question[] {
  void eye;
  const kinds = [...new Set(stories.map(({ kind }) => kind))];
  return [
    ...always(g, stories, kinds), ...times(g, 4, 8, () => reads(g, stories, kinds)).flat(),
    ...times(g, 4, 8, () => [...writes(g, stories), ...(upTo(g, 3) === 0 ? reads(g, stories, kinds) : [])]).flat(),
    ...kinds.map((kind): Question => ({ ask: 'pages', url: `/v1/${kind.path}?first=2` })), { ask: 'feed', from: 'before', first: 200 }, get('/v1/changes/digest'),
  ];
}
