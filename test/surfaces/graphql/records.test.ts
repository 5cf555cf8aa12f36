/** Every operation over the real exchange on a real PostgreSQL: what GraphQL says is what the use cases release. Synthetic records only. */
import t from 'tap';
import { serve } from '../../browser/served.ts';
import { type Answer, post } from './small.ts';

const unknown = '01890000-0000-7000-8000-000000000001';
const input = {
  value: 'pay-verify[.]example', role: 'PHISHING', classification: 'UNCLASSIFIED', channels: ['embassies-ip', 'th-kh-investigation'],
  observedAt: '2026-01-31T15:00:00+07:00', externalRef: 'TEST-1', rationale: 'Synthetic: a forged bank login', location: { lat: 13.6, lon: 102.5 },
};
const submitQuery = `mutation s($input: IndicatorInput!, $key: String) {
  submitIndicator(input: $input, idempotencyKey: $key) { id kind originator channels observedAt value rationale withheld etag revision location { lat } }
}`;

interface Told {
  readonly id: string;
  readonly etag: string;
}

t.test('the operations', { timeout: 120_000 }, async (t) => {
  const world = await serve(t);
  const tokens = new Map<string, string>();
  for (const partner of ['th-ccib', 'kr-embassy', 'kh-mptc']) tokens.set(partner, await world.token(partner, 'INVESTIGATION', partner === 'kh-mptc' ? 'RESTRICTED' : 'CONFIDENTIAL'));
  const ask = (partner: string, query: string, variables: object = {}): Promise<Answer> =>
    post(world.app, { query, variables }, { authorization: `Bearer ${tokens.get(partner)}` });
  const data = async (partner: string, query: string, variables: object = {}): Promise<Readonly<Record<string, unknown>>> => {
    const answer = await ask(partner, query, variables);
    t.same(answer.errors, [], query.slice(0, 60));
    return answer.data as Readonly<Record<string, unknown>>;
  };
  const refused = async (partner: string, query: string, code: string, variables: object = {}): Promise<void> => {
    const { errors } = await ask(partner, query, variables);
    t.match(errors, [{ extensions: { code } }], `${partner}: ${query.slice(0, 60)}`);
  };

  const made = (await data('th-ccib', submitQuery, { input, key: 'k-1' }))['submitIndicator'] as Told;
  t.match(made, { kind: 'Indicator', originator: 'th-ccib', value: 'pay-verify.example', observedAt: '2026-01-31T08:00:00.000Z', revision: 1, withheld: [] });
  t.match(made.etag, /^".+"$/u);
  const again = (await data('th-ccib', submitQuery, { input, key: 'k-1' }))['submitIndicator'] as Told;
  t.equal(again.id, made.id, 'the same key submits nothing twice');
  await refused('th-ccib', submitQuery, 'IDEMPOTENCY_CONFLICT', { input: { ...input, role: 'OTHER' }, key: 'k-1' });
  await refused('th-ccib', submitQuery, 'INVALID', { input: { ...input, port: 70_000 } });

  await t.test('reading: each partner what is released to it', async (t) => {
    const one = 'query q($id: ID!) { indicator(id: $id) { id rationale withheld location { lat } } record(id: $id) { id kind originator ... on Indicator { value } } }';
    t.match(await data('kr-embassy', one, { id: made.id }), { indicator: { rationale: input.rationale, location: { lat: 13.6 } }, record: { kind: 'Indicator', value: 'pay-verify.example' } });
    const cambodia = (await data('kh-mptc', one, { id: made.id }))['indicator'] as { rationale: unknown; withheld: string[] };
    t.equal(cambodia.rationale, null);
    t.ok(cambodia.withheld.includes('rationale') && cambodia.withheld.includes('location'));
    for (const id of [unknown, 'not-an-id', `${made.id}0`]) await refused('kr-embassy', '{ indicator(id: "ID") { id } }'.replace('ID', id), 'NOT_FOUND');
    const found = 'query q($filter: IndicatorFilter) { indicators(filter: $filter, first: 10) { edges { cursor node { id } } nodes { id etag } pageInfo { hasNextPage endCursor } } }';
    const filter = { value: { value: 'hxxp://pay-verify[.]example' }, role: { eq: null } };
    t.match(await data('kr-embassy', found, { filter: { ...filter, value: { value: 'pay-verify[.]example' } } }), { indicators: { nodes: [{ id: made.id }], edges: [{ node: { id: made.id } }], pageInfo: { hasNextPage: false } } });
    t.match(await data('kr-embassy', found, {}), { indicators: { nodes: [{ id: made.id }] } });
    await refused('kr-embassy', '{ indicators(first: 501) { nodes { id } } }', 'INVALID');
    await refused('kr-embassy', '{ indicators(after: "nonsense") { nodes { id } } }', 'BAD_CURSOR');
    const lookup = 'query q($v: [LookupInput!]!) { lookup(values: $v) { asked value type readings claims { id originator } nothing { message } error { code message } } }';
    const answers = (await data('kr-embassy', lookup, { v: [{ value: 'pay-verify[.]example' }, { value: 'unheard-of.example' }, { value: '::nonsense::' }] }))['lookup'];
    t.match(answers, [{ claims: [{ id: made.id }], nothing: null }, { claims: [], nothing: { message: String } }, { error: { code: String } }]);
    await refused('kr-embassy', lookup, 'INVALID', { v: [] });
    t.match(await data('kr-embassy', '{ observable(value: "pay-verify.example") { type value originators claims { id } } }'), { observable: { type: 'DOMAIN', originators: ['th-ccib'] } });
  });

  await t.test('writing: amend with the tag that was read, share, unshare, withdraw', async (t) => {
    const amend = 'mutation a($id: ID!, $tag: String!, $patch: IndicatorPatch!) { amendIndicator(id: $id, ifMatch: $tag, patch: $patch) { id etag role description revision } }';
    const amended = (await data('th-ccib', amend, { id: made.id, tag: made.etag, patch: { role: 'SCAM_SITE', description: 'Synthetic' } }))['amendIndicator'] as Told;
    t.match(amended, { role: 'SCAM_SITE', description: 'Synthetic', revision: 2 });
    await refused('th-ccib', amend, 'STALE', { id: made.id, tag: made.etag, patch: { role: 'OTHER' } });
    const { errors } = await ask('kr-embassy', amend, { id: made.id, tag: amended.etag, patch: { role: 'OTHER' } });
    t.equal(errors.length, 1, 'nobody amends another\'s record');
    t.match(await data('th-ccib', amend, { id: made.id, tag: amended.etag, patch: { description: null } }), { amendIndicator: { description: null } });
    const { indicatorRevisions: revisions } = (await data('th-ccib', `{ indicatorRevisions(id: "${made.id}") { revision at changed record { role } } }`)) as { indicatorRevisions: { revision: number }[] };
    t.match([...revisions].sort((a, b) => a.revision - b.revision), [{ record: { role: 'PHISHING' } }, { changed: ['role', 'description'] }, { changed: ['description'] }]);
    t.match(await data('th-ccib', `mutation { unshare(id: "${made.id}", channel: "th-kh-investigation") { channels } }`), { unshare: { channels: ['embassies-ip'] } });
    await refused('kh-mptc', `{ record(id: "${made.id}") { id } }`, 'NOT_FOUND');
    await data('th-ccib', `mutation { share(id: "${made.id}", channel: "th-kh-investigation") { channels } }`);
    t.match(await data('kh-mptc', `{ record(id: "${made.id}") { id } }`), { record: { id: made.id } });
    await refused('th-ccib', `mutation { share(id: "${made.id}", channel: "no such") { id } }`, 'NOT_FOUND');
  });

  await t.test('the feed, the ledger, the registry', async (t) => {
    const feed = (await data('kr-embassy', '{ changes(first: 100, kinds: ["Indicator"]) { events { event id kind record { id withheld } } cursor more } digest { count sha256 } }')) as { changes: { events: Told[]; cursor: string } };
    t.ok(feed.changes.events.some(({ id }) => id === made.id));
    t.match(feed, { digest: { count: 1, sha256: /^[0-9a-f]{64}$/u } });
    t.match(await data('kr-embassy', 'query q($c: String) { changes(cursor: $c, kinds: ["Indicator"]) { events { id } } }', { c: feed.changes.cursor }), { changes: { events: [] } });
    await refused('kr-embassy', '{ changes(kinds: ["Nonsense"]) { cursor } }', 'INVALID');
    const { ledger } = (await data('th-ccib', `{ ledger(record: "${made.id}", first: 100) { items { partner purpose operation records fields } } }`)) as { ledger: { items: { partner: string }[] } };
    t.same([...new Set(ledger.items.map(({ partner }) => partner))].filter((partner) => partner !== 'th-ccib').sort(), ['kh-mptc', 'kr-embassy']);
    await refused('th-ccib', '{ ledger(from: "yesterday") { nextCursor } }', 'INVALID');
    const registry = '{ me { partner { id } purpose clearance grants { channel clause access } } partners { id name { th } desks { id } } agreements { id clauses { id } } channels { id members } }';
    t.match(await data('kr-embassy', registry), { me: { partner: { id: 'kr-embassy' }, purpose: 'INVESTIGATION', clearance: 'CONFIDENTIAL' } });
    const { channels } = (await data('kr-embassy', registry)) as { channels: Told[] };
    t.ok(channels.some(({ id }) => id === 'embassies-ip'));
    t.notOk(channels.some(({ id }) => id === 'th-kh-investigation'), 'a channel is known to its members alone');
  });

  t.match(await data('th-ccib', `mutation { withdraw(id: "${made.id}") { status } }`), { withdraw: { status: 'WITHDRAWN' } });
});
