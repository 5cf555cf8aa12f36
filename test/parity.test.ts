/**
 * One table of questions, two surfaces, one truth: whoever asks, REST and GraphQL give the same released data, or refuse with the same code.
 * Every field of a record is asked for, and what one surface leaves out the other gives as null. Synthetic records only.
 */
import t from 'tap';
import { graphqlSchema } from '../src/dictionary/generate/graphql-sdl.ts';
import { freshApp } from './support/app.ts';
import type { Asking } from './support/exchange.ts';
import { lives } from './support/lives.ts';
import { withNeeds } from './support/needs.ts';
import { bare, type Case, type Fields, graphqlTruth, isFields, items, type Json, page, restTruth, withoutCursor } from './support/parity.ts';
import { everything } from './support/selection.ts';

/** A page that was asked for by name: each edge says why. */
const namedPage = (data: Json): Json => {
  const { edges = null, pageInfo } = isFields(data) ? data : {};
  const all = (Array.isArray(edges) ? edges : []) as readonly Fields[];
  return { items: all.map(({ node = null }) => node), matches: all.map(({ match = null }) => match), nextCursor: isFields(pageInfo) ? (pageInfo['endCursor'] ?? null) : null };
};
t.test('the same question, the same answer', { timeout: 180_000 }, async (t) => {
  const x = await freshApp(t);
  const schema = graphqlSchema(x.dictionary);
  const all = (name: string): string => everything(schema, name);
  const police = await x.as('th-ccib');
  const made: { id: string; etag: string }[] = [];
  for (const body of [
    {
      value: 'parity.example', role: 'PHISHING', classification: 'UNCLASSIFIED', channels: ['embassies-ip', 'th-kh-investigation'], externalRef: 'SYN-1', caseRefs: [{ authority: 'th-ccib', number: '1/2569' }],
      location: { lat: 9.1, lon: 101.2, radiusMetres: 10.5, method: 'cell' }, rationale: 'Synthetic', observedAt: '2026-01-31T08:00:00Z', asn: 4_200_000_000, handling: { codes: ['H3'], text: 'Synthetic' },
      evaluation: { source: 'B', information: 2 }, markings: [{ field: 'description', level: 'CONFIDENTIAL' }], description: 'Synthetic: raised', confidence: 0, tlp: 'AMBER_STRICT', sensitive: false,
    },
    { value: 'http://parity.example/a', classification: 'RESTRICTED', channels: ['embassies-ip'], subscriber: { name: 'Synthetic Person' }, sourceDetail: 'Synthetic source' },
    { value: '192.0.66.0/24', classification: 'CONFIDENTIAL', channels: ['embassies-ip'] },
    { value: 'own.example', classification: 'SECRET', channels: [] },
  ]) {
    const answer = await police.post('/v1/indicators', body);
    if (answer.statusCode !== 201) throw new Error(answer.body);
    made.push({ id: answer.json<{ id: string }>().id, etag: String(answer.headers.etag) });
  }
  const [first, second, third, own] = made.map(({ id }) => id);
  await police.send('PATCH', `/v1/indicators/${first}`, { sourceDetail: 'Synthetic: later' }, { 'if-match': String(made[0]?.etag) });
  const unknown = '01890000-0000-7000-8000-000000000001';

  const one = (id: string | undefined): Case =>
    ({ name: `record ${made.findIndex((each) => each.id === id)}`, rest: async (who) => who.get(`/v1/indicators/${id}`), graphql: `query q($id: ID!) { indicator(id: $id)${all('Indicator')} }`, variables: { id } });
  const search = (name: string, query: string, filter: unknown, more: Readonly<Record<string, unknown>> = {}): Case => ({
    name: `search: ${name}`,
    rest: async (who) => who.get(`/v1/indicators?${query}${Object.entries(more).map(([key, value]) => `&${key}=${String(value)}`).join('')}`),
    graphql: `query q($filter: IndicatorFilter, $first: Int, $after: String) { indicators(filter: $filter, first: $first, after: $after) { nodes${all('Indicator')} pageInfo { endCursor } } }`,
    variables: { filter, ...more },
    shape: page,
  });
  const registry = (what: string, type: string): Case => ({ name: what, rest: async (who) => who.get(`/v1/${what}`), graphql: `{ ${what}${all(type)} }`, shape: items });
  const values = [{ value: 'PARITY[.]example' }, { value: '192.0.66.9' }, { value: 'nothing.example' }, { value: '::nonsense::' }, { value: 'parity.example', type: 'DOMAIN' }, { value: 'SYN-1', type: 'REFERENCE' }, { value: '111-2-33445-6', type: 'ACCOUNT' }];
  const cases: readonly Case[] = [
    ...[first, second, third, own, unknown].map(one),
    { name: 'not an id', rest: async (who) => who.get('/v1/indicators/not-an-id'), graphql: '{ indicator(id: "not-an-id") { id } }' },
    search('everything', '', undefined),
    search('type', 'type=DOMAIN', { type: { eq: 'DOMAIN' } }),
    search('types', 'type=DOMAIN&type=CIDR', { type: { in: ['DOMAIN', 'CIDR'] } }),
    search('value', 'value=hxxp%3A%2F%2Fparity%5B.%5Dexample%2Fa', { value: { value: 'hxxp://parity[.]example/a' } }),
    search('domain with what lies under it', 'value=parity.example&within=true', { value: { value: 'parity.example', within: true } }),
    search('address in a network', 'value=192.0.66.9', { value: { value: '192.0.66.9' } }),
    search('unreadable value', 'value=%3A%3Anonsense%3A%3A', { value: { value: '::nonsense::' } }),
    search('case', 'caseRefs.authority=th-ccib&caseRefs.number=1%2F2569', { caseRefs: { eq: { authority: 'th-ccib', number: '1/2569' } } }),
    search('own number', 'externalRef=SYN-1', { externalRef: { eq: 'SYN-1' } }),
    search('time', 'observedAtFrom=2026-01-31T00:00:00%2B07:00', { observedAt: { from: '2026-01-31T00:00:00+07:00' } }),
    search('unreadable time', 'observedAtFrom=yesterday', { observedAt: { from: 'yesterday' } }),
    search('big number', 'asn=4200000000', { asn: { eq: 4_200_000_000 } }),
    search('no such word', 'role=NOPE', { role: { eq: 'NOPE' } }),
    search('first page', '', undefined, { first: 1 }),
    search('page too large', '', undefined, { first: 501 }),
    search('bad cursor', '', undefined, { after: 'nonsense' }),
    { name: 'lookup', rest: async (who) => who.post('/v1/lookups', { values }), graphql: `query q($values: [LookupInput!]!) { lookup(values: $values)${all('LookupAnswer')} }`, variables: { values }, shape: items },
    { name: 'lookup of nothing', rest: async (who) => who.post('/v1/lookups', { values: [] }), graphql: '{ lookup(values: []) { asked } }' },
    ...[first, own].map((id): Case => ({ name: `revisions ${id === own}`, rest: async (who) => who.get(`/v1/indicators/${id}/revisions`), graphql: `query q($id: ID!) { indicatorRevisions(id: $id)${all('IndicatorRevision')} }`, variables: { id }, shape: items })),
    // All of three records would be more than one query may ask for; matches and clocks have tests of their own.
    { name: 'changes', rest: async (who) => who.get('/v1/changes?first=1000'), graphql: `{ changes(first: 1000)${everything(schema, 'ChangePage', ['match', 'case'])} }` },
    { name: 'changes from nowhere', rest: async (who) => who.get('/v1/changes?cursor=nonsense'), graphql: '{ changes(cursor: "nonsense") { cursor } }' },
    { name: 'changes of no kind', rest: async (who) => who.get('/v1/changes?kinds=Nothing'), graphql: '{ changes(kinds: ["Nothing"]) { cursor } }' },
    ...[first, own, unknown].map((id): Case => ({
      name: `view as ${id}`, rest: async (who) => who.get(`/v1/indicators/${id}/view-as?partner=kr-embassy&purpose=INVESTIGATION&clearance=RESTRICTED`),
      graphql: `query q($id: ID!) { viewAs(id: $id, partner: "kr-embassy", purpose: INVESTIGATION, clearance: RESTRICTED)${all('ViewAs')} }`, variables: { id },
    })),
    { name: 'view a page as', rest: async (who) => who.get('/v1/indicators/view-as?partner=kh-mptc&purpose=INVESTIGATION'), graphql: `{ viewAsPage(kind: "Indicator", partner: "kh-mptc", purpose: INVESTIGATION)${all('ViewAsPage')} }` },
    { name: 'view as nobody', rest: async (who) => who.get('/v1/indicators/view-as?partner=nobody&purpose=INVESTIGATION'), graphql: `{ viewAsPage(kind: "Indicator", partner: "nobody", purpose: INVESTIGATION)${all('ViewAsPage')} }` },
    { name: 'digest', rest: async (who) => who.get('/v1/changes/digest'), graphql: `{ digest${all('Digest')} }` },
    { name: 'tables of statistics', rest: async (who) => who.get('/v1/statistics'), graphql: `{ statisticTables${all('StatisticTable')} }`, shape: items },
    ...['unodc-indicators', 'nothing'].map((id): Case => ({ name: `statistics ${id}`, rest: async (who) => who.get(`/v1/statistics/${id}`), graphql: `{ statistics(table: "${id}")${all('Statistics')} }` })),
    { name: 'statistics of no period', rest: async (who) => who.get('/v1/statistics/unodc-indicators?period=soon'), graphql: '{ statistics(table: "unodc-indicators", period: "soon") { id } }' },
    { name: 'me', rest: async (who) => who.get('/v1/me'), graphql: `{ me${all('Me')} }` },
    registry('partners', 'Partner'), registry('agreements', 'Agreement'), registry('channels', 'Channel'),
    { name: 'import of nobody', rest: async (who) => who.get(`/v1/imports/${unknown}`), graphql: `{ importReport(id: "${unknown}") { id } }` },
    // Refused writes; those that are taken change the world and are told elsewhere.
    { name: 'submit: nothing', rest: async (who) => who.post('/v1/indicators', { classification: 'SECRET', value: '10.0.0.1', port: 0 }), graphql: 'mutation { submitIndicator(input: { classification: SECRET, value: "10.0.0.1", port: 0 }) { id } }' },
    { name: 'submit: private address', rest: async (who) => who.post('/v1/indicators', { classification: 'UNCLASSIFIED', value: '10.0.0.1' }), graphql: 'mutation { submitIndicator(input: { classification: UNCLASSIFIED, value: "10.0.0.1" }) { id } }' },
    { name: 'submit: above the maximum', rest: async (who) => who.post('/v1/indicators', { classification: 'TOP_SECRET', value: 'a.example' }), graphql: 'mutation { submitIndicator(input: { classification: TOP_SECRET, value: "a.example" }) { id } }' },
    { name: 'submit: into no channel', rest: async (who) => who.post('/v1/indicators', { classification: 'UNCLASSIFIED', value: 'a.example', channels: ['no-such'] }), graphql: 'mutation { submitIndicator(input: { classification: UNCLASSIFIED, value: "a.example", channels: ["no-such"] }) { id } }' },
    { name: 'amend: stale', rest: async (who) => who.send('PATCH', `/v1/indicators/${first}`, { role: 'OTHER' }, { 'if-match': '"other"' }), graphql: `mutation { amendIndicator(id: "${first}", ifMatch: "\\"other\\"", patch: { role: OTHER }) { id } }` },
    { name: 'share: into no channel', rest: async (who) => who.send('PUT', `/v1/indicators/${first}/channels/no-such`), graphql: `mutation { share(id: "${first}", channel: "no-such") { id } }` },
    { name: 'withdraw: nothing', rest: async (who) => who.post(`/v1/indicators/${unknown}/withdraw`), graphql: `mutation { withdraw(id: "${unknown}") { id } }` },
  ];

  const viewers: readonly (readonly [string, string, Asking])[] = [
    ['the originator', 'th-ccib', {}],
    ['the originator, with a lower clearance', 'th-ccib', { clearance: 'RESTRICTED', caveats: [] }],
    ['an embassy', 'kr-embassy', {}],
    ['an embassy, for prevention', 'kr-embassy', { purpose: 'PREVENTION' }],
    ['a lower viewer', 'kh-mptc', { clearance: 'RESTRICTED' }],
    ['a stranger', 'th-ncsa', { purpose: 'CYBER_DEFENCE' }],
    ['one who counts', 'unodc', { purpose: 'STATISTICS' }],
    ['one who may only read', 'jp-embassy', { scopes: ['records:read'] }],
    ['one without a scope', 'jp-embassy', { scopes: [] }],
    ['a purpose it has not', 'jp-embassy', { purpose: 'ASSET_RECOVERY' }],
  ];
  const outcomes = new Set<string>();
  for (const [name, partner, asking] of viewers) {
    await t.test(name, async (t) => {
      const who = await x.as(partner, asking);
      for (const each of cases) {
        const [rest, graphql] = [withoutCursor(await restTruth(who, each)), withoutCursor(await graphqlTruth(who, each))];
        t.strictSame(graphql, rest, each.name);
        outcomes.add('refused' in rest ? rest.refused.join() : 'data');
      }
    });
  }
  t.same([...outcomes].sort(), ['BAD_CURSOR', 'FORBIDDEN', 'INSUFFICIENT_SCOPE', 'INVALID', 'NOT_FOUND', 'PURPOSE_NOT_ALLOWED', 'STALE', 'USE_DIPLOMATIC_CHANNEL', 'data'], 'the table comes to all of these');
});

t.test('a record of every kind is the same on both surfaces, submitted on either', { timeout: 180_000 }, async (t) => {
  const x = await freshApp(t);
  const schema = graphqlSchema(x.dictionary);
  for (const life of lives) {
    const { kind: name, path, channel, writer, reader } = life;
    const singular = x.dictionary.kinds.get(name)?.singular ?? '';
    const plural = x.dictionary.kinds.get(name)?.plural ?? '';
    const [author, other] = [await x.as(writer.partner, { purpose: writer.purpose }), await x.as(reader.partner, { purpose: reader.purpose })];
    const { given, searches } = await withNeeds(author, life);
    const first = await author.post(`/v1/${path}`, { ...given, channels: [channel] });
    const second = await author.graphql<Fields>(`mutation M($input: ${name}Input!) { submit${name}(input: $input)${everything(schema, name)} }`, { input: { ...given, channels: [channel] } });
    t.notOk(second.errors, `${name}: ${JSON.stringify(second.errors)}`);
    // Made at the instant of each submission.
    const own = new Set(['id', 'createdAt', 'updatedAt', 'nrmSince', 'nrmHistory']);
    const said = (value: Json | undefined): Json => Object.fromEntries(Object.entries(bare(value ?? null) as Fields).filter(([field]) => !own.has(field)));
    t.strictSame(said(second.data?.[`submit${name}`]), said(first.json<Fields>()), `${name}: what the writer gets back`);
    const id = String(first.json<Fields>()['id']);
    const one: Case = { name, rest: async (who) => who.get(`/v1/${path}/${id}`), graphql: `query q($id: ID!) { ${singular}(id: $id)${everything(schema, name)} }`, variables: { id } };
    const many: Case = { name, rest: async (who) => who.get(`/v1/${path}?${searches[0]?.[0] ?? ''}`), graphql: `{ ${plural}(first: 50) { nodes${everything(schema, name)} pageInfo { endCursor } } }`, shape: page };
    for (const who of [author, other]) {
      t.strictSame(await graphqlTruth(who, one), await restTruth(who, one), `${name}: read`);
      t.strictSame(withoutCursor(await graphqlTruth(who, many)), withoutCursor(await restTruth(who, many)), `${name}: found`);
    }
  }
});

t.test('a person asked for by name is the same on both surfaces', { timeout: 180_000 }, async (t) => {
  const x = await freshApp(t);
  const schema = graphqlSchema(x.dictionary);
  const author = await x.as('th-ccib', { purpose: 'INVESTIGATION' });
  for (const full of ['สมชาย ใจดี', 'Somchai Jaidee', 'Somchai Jaidi']) {
    const made = await author.post('/v1/identities', { identityStatus: 'UNDETERMINED', names: [{ full }], birthDate: '1990', nationalities: ['TH'], classification: 'UNCLASSIFIED', channels: ['aoc-1441'], legalBasis: { ground: 'Synthetic' } });
    t.equal(made.statusCode, 201, made.body);
  }
  const asked = (query: string, names: Fields, first: number): Case => ({
    name: query, rest: async (who) => who.get(`/v1/identities?${query}&first=${first}`),
    graphql: `query q($filter: IdentityFilter, $first: Int) { identities(filter: $filter, first: $first) { edges { node${everything(schema, 'Identity')} match${everything(schema, 'NameMatch')} } pageInfo { endCursor } } }`,
    variables: { filter: { names }, first }, shape: namedPage,
  });
  const name = 'นาย สมชาย ใจดี';
  const cases = [
    asked(`names=${encodeURIComponent(name)}`, { name }, 50), asked(`names=${encodeURIComponent(name)}&namesBirthDate=2533&namesNationality=Thailand`, { name, birthDate: '2533', nationality: 'Thailand' }, 50), asked('names=Somchai%20Jaidee', { name: 'Somchai Jaidee' }, 2),
    asked('names=Nobody%20Alike', { name: 'Nobody Alike' }, 50), asked('names=123', { name: '123' }, 50), asked('names=Somchai&namesBirthDate=x', { name: 'Somchai', birthDate: 'x' }, 50),
  ];
  const answers: number[] = [];
  for (const who of [author, await x.as('th-dsi', { purpose: 'INVESTIGATION' }), await x.as('kh-mptc', { purpose: 'INVESTIGATION' })]) {
    for (const each of cases) {
      const rest = withoutCursor(await restTruth(who, each));
      t.strictSame(withoutCursor(await graphqlTruth(who, each)), rest, each.name);
      answers.push('data' in rest && isFields(rest.data) ? (rest.data['matches'] as readonly Json[]).length : -1);
    }
  }
  t.strictSame(answers, [3, 3, 2, 0, -1, -1, 3, 3, 2, 0, -1, -1, 0, 0, 0, 0, -1, -1]);
});
