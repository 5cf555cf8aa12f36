/** Lookups, the feed, pages, the registry and warning lists through HTTP, on a real database. Synthetic records only. */
import t from 'tap';
import { type Caller, freshApp } from '../../support/app.ts';

interface Shown {
  readonly id: string;
  readonly [name: string]: unknown;
}
interface Items<T = Shown> {
  readonly items: readonly T[];
  readonly nextCursor?: string;
}

const codeOf = (answer: { json(): unknown }): unknown => (answer.json() as { readonly code?: unknown }).code;
const submit = async (caller: Caller, body: object): Promise<Shown> => {
  const answer = await caller.post('/v1/indicators', { classification: 'UNCLASSIFIED', channels: ['embassies-ip'], ...body });
  if (answer.statusCode !== 201) throw new Error(answer.body);
  return answer.json<Shown>();
};

t.test('asking', { timeout: 120_000 }, async (t) => {
  const known = new Map([['DOMAIN known-good.example', 'synthetic resolvers']]);
  const warn = (type: string, value: string): { list: string } | undefined => {
    const list = known.get(`${type} ${value}`);
    return list === undefined ? undefined : { list };
  };
  const x = await freshApp(t, { deps: { warn } });
  const police = await x.as('th-ccib');
  const korea = await x.as('kr-embassy');
  const bank = await x.as('th-demo-bank', { purpose: 'FINANCIAL_INTELLIGENCE' });

  await t.test('lookups', async (t) => {
    const domain = await submit(police, { value: 'lookup.example', rationale: 'Synthetic' });
    const network = await submit(police, { value: '192.0.66.0/24' });
    const values = [{ value: 'LOOKUP[.]example' }, { value: '๑๙๒.0.66.7' }, { value: 'unheard-of.example' }, { value: '10.0.0.1' }, { value: 'lookup.example', type: 'DOMAIN' }, { value: 'x', type: 'NO_TYPE' }];
    const ask = async (who: Caller): Promise<readonly Readonly<Record<string, unknown>>[]> => (await who.post('/v1/lookups', { values })).json<Items>().items;
    const theirs = await ask(korea);
    t.match(theirs, [
      { asked: 'LOOKUP[.]example', type: 'DOMAIN', value: 'lookup.example', readings: ['DEFANGED', 'LOWER_CASED'], claims: [{ id: domain.id, withheld: ['subscriber', 'collectionMethod', 'sourceDetail'] }] },
      { value: '192.0.66.7', readings: ['THAI_DIGITS'], claims: [{ id: network.id }] },
      { claims: [], nothing: { message: 'nothing released to you', desk: { partner: String, desk: String, contact: String } } },
      { claims: [], error: { code: 'INVALID', message: String } },
      { claims: [{ id: domain.id }] },
      { claims: [], error: { code: 'INVALID' } },
    ]);
    t.equal(theirs.length, values.length);
    const nothing = await ask(bank);
    t.ok(nothing.every((answer) => (answer['claims'] as unknown[]).length === 0), 'another partner is told nothing');
    t.match(nothing[0]?.['nothing'], { message: 'nothing released to you' });
    t.match((await bank.send('POST', '/v1/lookups', { values: [{ value: 'lookup.example' }] }, { 'accept-language': 'th' })).json<Items>().items, [{ nothing: { message: /[\u0E00-\u0E7F]/ } }]);
    for (const body of [{}, { values: [] }, { values: ['x'] }, { values: [{ value: 1 }] }, { values: [{ value: 'x', extra: 1 }] }, []]) t.equal(codeOf(await korea.post('/v1/lookups', body)), 'INVALID');
    t.equal(codeOf(await korea.post('/v1/lookups', { values: Array.from({ length: 10_001 }, () => ({ value: 'x.example' })) })), 'TOO_LARGE');
    t.match((await police.get(`/v1/ledger?record=${domain.id}`)).json<Items>().items.some(({ partner, operation }) => partner === 'kr-embassy' && operation === 'lookup'), true);
  });

  await t.test('a fault is told under the parameter that was sent', async (t) => {
    const faults = async (query: string) => (await korea.get(`/v1/indicators?${query}`)).json<{ errors: readonly { field: string; message: string }[] }>().errors;
    t.match(await faults('value=10.0.0.1'), [{ field: 'value', message: /private/ }]);
    t.match(await faults('observedAtFrom=yesterday'), [{ field: 'observedAtFrom' }]);
    t.match(await faults('valeu=x'), [{ field: 'valeu', message: 'is not a parameter here; did you mean value?' }]);
    t.match(await faults('country=Xx9'), [{ field: 'country' }]);
  });

  await t.test('pages', async (t) => {
    for (let i = 0; i < 5; i += 1) await submit(police, { value: `page-${i}.example`, role: 'C2' });
    const first = (await korea.get('/v1/indicators?role=C2&first=2')).json<Items>();
    const second = (await korea.get(`/v1/indicators?role=C2&first=2&after=${first.nextCursor}`)).json<Items>();
    const third = (await korea.get(`/v1/indicators?role=C2&first=2&after=${second.nextCursor}`)).json<Items>();
    t.same([...first.items, ...second.items, ...third.items].map(({ value }) => value), [4, 3, 2, 1, 0].map((i) => `page-${i}.example`), 'newest first');
    t.equal(third.nextCursor, undefined);
    t.equal(first.nextCursor?.length, second.nextCursor?.length);
    for (const cursor of ['nonsense', `${first.nextCursor}A`, String(first.nextCursor).replace(/^./, (c) => (c === 'A' ? 'B' : 'A'))]) {
      t.equal(codeOf(await korea.get(`/v1/indicators?role=C2&after=${cursor}`)), 'BAD_CURSOR');
    }
    t.equal(codeOf(await korea.get(`/v1/indicators?role=PHISHING&after=${first.nextCursor}`)), 'BAD_CURSOR', 'of another search');
    t.equal(codeOf(await police.get(`/v1/indicators?role=C2&after=${first.nextCursor}`)), 'BAD_CURSOR', "somebody else's");
    t.equal(codeOf(await (await x.as('kr-embassy', { clearance: 'RESTRICTED' })).get(`/v1/indicators?role=C2&after=${first.nextCursor}`)), 'CURSOR_SCOPE_CHANGED');
  });

  await t.test('the feed', async (t) => {
    const start = (await korea.get('/v1/changes?first=1000')).json<{ cursor: string; events: Shown[]; more: boolean }>();
    t.equal(start.more, false);
    const record = await submit(police, { value: 'feed.example' });
    const next = (await korea.get(`/v1/changes?cursor=${start.cursor}&kinds=Indicator`)).json<{ cursor: string; events: Shown[] }>();
    t.match(next, { code: 'BAD_CURSOR' }, 'a cursor is of one selection');
    const one = (await korea.get(`/v1/changes?cursor=${start.cursor}`)).json<{ cursor: string; events: Shown[] }>();
    t.match(one.events, [{ event: 'SHARED', id: record.id, kind: 'Indicator', record: { value: 'feed.example' } }]);
    await police.post(`/v1/indicators/${record.id}/withdraw`);
    t.same((await korea.get(`/v1/changes?cursor=${one.cursor}`)).json<{ events: Shown[] }>().events, [{ event: 'WITHDRAWN', id: record.id, kind: 'Indicator' }]);
    t.match((await korea.get('/v1/changes/digest')).json(), { count: start.events.length, sha256: /^[0-9a-f]{64}$/ });
    t.equal(codeOf(await korea.get('/v1/changes?kinds=Nothing')), 'INVALID');
    t.equal(codeOf(await korea.get('/v1/changes?cursor=nonsense')), 'BAD_CURSOR');
  });

  await t.test('a known-good value is taken when it is confirmed', async (t) => {
    const body = { value: 'known-good[.]example', classification: 'UNCLASSIFIED', channels: [] };
    t.match((await police.post('/v1/indicators', body)).json(), { code: 'KNOWN_GOOD', errors: [{ field: 'value', message: /synthetic resolvers/ }] });
    t.equal(codeOf(await police.post('/v1/indicators?confirmKnownGood=perhaps', body)), 'INVALID');
    t.equal(codeOf(await police.post('/v1/indicators?confirmKnownGood=false', body)), 'KNOWN_GOOD');
    const made = await police.post('/v1/indicators?confirmKnownGood=true', body);
    t.equal(made.statusCode, 201, made.body);
    const other = await police.post('/v1/indicators', { ...body, value: 'other.example' });
    const patch = async (query: string) => police.send('PATCH', `${other.headers.location}${query}`, { value: 'known-good.example' }, { 'if-match': String(other.headers.etag) });
    t.equal(codeOf(await patch('')), 'KNOWN_GOOD');
    t.match((await patch('?confirmKnownGood=true')).json(), { value: 'known-good.example', revision: 2 });
    const mutation = 'mutation m($input: IndicatorInput!, $confirm: Boolean) { submitIndicator(input: $input, confirmKnownGood: $confirm) { id etag value } }';
    t.match((await police.graphql(mutation, { input: body })).errors, [{ extensions: { code: 'KNOWN_GOOD' } }]);
    const asked = await police.graphql(mutation, { input: { ...body, observedAt: '2026-01-01T00:00:00Z' }, confirm: true });
    t.match(asked.data, { submitIndicator: { value: 'known-good.example' } }, JSON.stringify(asked.errors));
    const third = (await police.graphql(mutation, { input: { ...body, value: 'third.example' } })).data?.['submitIndicator'];
    const amend = 'mutation m($id: ID!, $etag: String!, $confirm: Boolean) { amendIndicator(id: $id, ifMatch: $etag, patch: { value: "known-good.example" }, confirmKnownGood: $confirm) { value } }';
    t.match((await police.graphql(amend, { ...third })).errors, [{ extensions: { code: 'KNOWN_GOOD' } }]);
    t.match((await police.graphql(amend, { ...third, confirm: true })).data, { amendIndicator: { value: 'known-good.example' } });
  });

  await t.test('what goes through an embassy, and what needs a ground', async (t) => {
    const body = { value: 'routed.example', classification: 'CONFIDENTIAL', channels: ['th-kh-investigation'] };
    t.match((await police.post('/v1/indicators', body)).json(), { code: 'USE_DIPLOMATIC_CHANNEL', desk: { partner: 'th-embassy-phnom-penh', desk: 'diplomatic', contact: String } });
    t.match((await police.post('/v1/indicators', { ...body, channels: [], classification: 'TOP_SECRET' })).json(), { code: 'USE_DIPLOMATIC_CHANNEL', desk: { partner: 'th-embassy-phnom-penh' } });
    t.equal(codeOf(await police.post('/v1/indicators', { ...body, classification: 'RESTRICTED', channels: ['aoc-1441'] })), 'GROUND_REQUIRED');
    t.equal((await police.post('/v1/indicators', { ...body, classification: 'RESTRICTED', channels: ['aoc-1441'], legalBasis: { ground: 'Synthetic: named by complainants' } })).statusCode, 201);
  });

  await t.test('what a viewer may know of the registry', async (t) => {
    const list = async (who: Caller, what: string): Promise<readonly Shown[]> => (await who.get(`/v1/${what}`)).json<Items>().items;
    t.match((await police.get('/v1/me')).json(), { partner: { id: 'th-ccib' }, purpose: 'INVESTIGATION', grants: [{ channel: 'aoc-1441' }, { channel: 'embassies-ip', agreement: 'rtp-embassies-2025' }] });
    const asking = { agreement: 'mdes-mptc-2024', clause: '3.2', access: [], kinds: [], requests: ['INFORMATION', 'LOCATE', 'ARREST', 'EXTRADITION'] };
    const grantOf = ({ grants }: { grants: readonly { clause: string }[] }): unknown => grants.find(({ clause }) => clause === '3.2');
    t.match(grantOf((await police.get('/v1/me')).json()), asking, 'a clause that gives requests alone says which');
    t.match(grantOf((await police.graphql<{ me: { grants: { clause: string }[] } }>('{ me { grants { agreement clause access kinds requests } } }')).data?.me ?? { grants: [] }), asking);
    for (const [desk, shown] of [['duty', 'duty'], ['nrm', undefined], ['__proto__', undefined]] as const) {
      const seated = await x.as('th-ccib', { desk });
      t.equal((await seated.get('/v1/me')).json<{ desk?: string }>().desk, shown, 'a desk of the partner, or none');
      t.strictSame((await seated.graphql('{ me { desk } }')).data, { me: { desk: shown ?? null } });
    }
    t.notOk('desk' in (await police.get('/v1/me')).json<object>());
    const partners = await list(korea, 'partners');
    t.same(partners.filter((partner) => 'clearance' in partner || 'scopes' in partner).map(({ id }) => id), ['kr-embassy'], 'only its own limits');
    t.match(partners.find(({ id }) => id === 'kr-embassy'), { clearance: 'CONFIDENTIAL', purposes: Array, caveats: Array, scopes: Array });
    t.same((await list(korea, 'channels')).map(({ id }) => id), ['embassies-ip', 'kr-victims']);
    const [agreement, ...others] = await list(korea, 'agreements');
    t.same(others, []);
    t.match(agreement, { id: 'rtp-embassies-2025', nationalMarkings: [{ mark: 'ปกปิด', country: 'TH', level: 'RESTRICTED' }], terminatedAt: null });
    const clauses = agreement?.['clauses'] as readonly { id: string; channels: string[] | null; parties: string[] | null }[];
    t.same(clauses.find(({ id }) => id === '4.1')?.channels, ['kr-victims'], "another embassy's channel is not there for it");
    t.ok(clauses.find(({ id }) => id === '4.1')?.parties?.includes('jp-embassy'), 'the parties of an agreement know each other');
    const wide = (await list(police, 'agreements')).find(({ id }) => id === 'mdes-mptc-2024');
    t.match(wide?.['clauses'], [{ id: '3.1', routing: { partner: 'th-embassy-phnom-penh', desk: 'diplomatic', above: 'RESTRICTED', sensitive: true, arrestWithReturn: true } }]);
    const told = await police.graphql('{ agreements { id terminatedAt nationalMarkings { mark level } clauses { id parties channels routing { desk above } } } partners { id clearance scopes } channels { id members } }');
    t.equal(told.errors, undefined, JSON.stringify(told.errors));
    const now = x.registry.agreements.get('rtp-embassies-2025');
    if (now === undefined) throw new Error('no agreement');
    await x.apply({ agreements: new Map([...x.registry.agreements, [now.id, { ...now, status: 'TERMINATED', terminatedAt: '2026-02-01T00:00:00.000Z' }]]) });
    t.match((await list(korea, 'agreements'))[0], { status: 'TERMINATED', terminatedAt: '2026-02-01T00:00:00.000Z' });
    t.same((await korea.get('/v1/indicators')).json<Items>().items, [], 'and with the next request it gives nothing');
  });

  await t.test('who may not ask at all', async (t) => {
    t.equal(codeOf(await x.app.inject({ url: '/v1/me' })), 'UNAUTHENTICATED');
    t.equal(codeOf(await (await x.as('kr-embassy', { scopes: [] })).get('/v1/indicators')), 'INSUFFICIENT_SCOPE');
    t.equal(codeOf(await (await x.as('kr-embassy', { purpose: 'ASSET_RECOVERY' })).get('/v1/me')), 'PURPOSE_NOT_ALLOWED');
    t.equal(codeOf(await korea.get('/v1/me', { 'exchange-purpose': 'LEISURE' })), 'INVALID');
    t.equal(codeOf(await (await x.as('nobody-at-all')).get('/v1/me')), 'UNAUTHENTICATED');
  });
});
