/**
 * For what victims are never seen, whatever a registry says: here every clause and channel allows every purpose to everybody, and only the kind's own
 * purposes stand. What is answered is compared, byte by byte, with an exchange that holds no victim. Synthetic people only.
 */
import t from 'tap';
import { allCaveats, allPurposes, type PurposeName, purposeMask, purposeNames } from '../../src/dictionary/compartment.ts';
import type { Declared } from '../../src/rules/registry.ts';
import { type Caller, freshApp, type TestApp } from '../support/app.ts';
import { fullConsent, victimBody } from '../support/victims.ts';

const helping: readonly PurposeName[] = ['VICTIM_PROTECTION', 'REPATRIATION', 'CONSULAR_ASSISTANCE'];
const forbidden = purposeNames.filter((name) => !helping.includes(name));

const anything = (demo: Declared): Declared => ({
  ...demo,
  partners: new Map([...demo.partners].map(([id, partner]) => [id, { ...partner, purposes: allPurposes, caveats: allCaveats, clearance: 3 as const }])),
  agreements: new Map([...demo.agreements].map(([id, one]) => [id, { ...one, clauses: one.clauses.map((clause) => ({ ...clause, kinds: ['*'], purposes: allPurposes, caveats: allCaveats })) }])),
  channels: new Map([...demo.channels].map(([id, channel]) => [id, { ...channel, purposes: allPurposes }])),
});

/** What an asker gets, without what differs from one request to the next. */
async function told(who: Caller, id: string): Promise<string[]> {
  const answers = await Promise.all([
    who.get(`/v1/victims/${id}`), who.get(`/v1/victims/${id}/revisions`), who.send('PATCH', `/v1/victims/${id}`, { nationality: 'JP' }, { 'if-match': '*' }), who.send('PUT', `/v1/victims/${id}/channels/jp-victims`),
    who.post(`/v1/victims/${id}/withdraw`), who.get('/v1/victims'), who.get('/v1/victims?pseudonym=SYNTHETIC-V'), who.get('/v1/victims?documents.number=SYNV000001'), who.get('/v1/victims?nrmStage=SCREENING'),
    who.get('/v1/caseload?desk=th-shelter/protection'), who.get('/v1/changes/digest'), who.get('/v1/changes/digest?kinds=Victim'),
  ]);
  const feed = (await who.get('/v1/changes')).json<{ events: unknown[]; more: boolean; cursor: string }>();
  // One field a query: two that are refused are told of in the order in which they were.
  const asked = await Promise.all(['record(id: $id) { id }', 'victim(id: $id) { id }'].map(async (field) => who.graphql(`query Q($id: ID!) { ${field} }`, { id })));
  const listed = await who.graphql('{ victims { nodes { id } } }');
  const constant = (text: string): string => text.replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'id');
  return [...answers.map(({ statusCode, body, headers }) => `${statusCode} ${String(headers['content-type'])} ${constant(body)}`), JSON.stringify([feed.events, feed.more, feed.cursor.length]), constant(JSON.stringify([asked, listed].flat().map(({ data, errors }) => [data, errors])))];
}

const submitted = async (x: TestApp): Promise<string> => {
  const ministry = await x.as('th-msdhs', { purpose: 'VICTIM_PROTECTION' });
  const consent = { ...fullConsent, purposes: [...purposeNames], recipients: [...x.registry.partners.keys()] };
  const made = await ministry.post('/v1/victims', victimBody({ consent, nrmDesks: [{ partner: 'th-shelter', desk: 'protection' }] }));
  t.equal(made.statusCode, 201, made.body);
  return made.json<{ id: string }>().id;
};

t.test('no victim for any other purpose', { timeout: 600_000 }, async (t) => {
  const [held, none] = [await freshApp(t, { registry: anything }), await freshApp(t, { registry: anything })];
  const id = await submitted(held);
  const kind = held.dictionary.kinds.get('Victim');
  t.equal(kind?.purposes, purposeMask(helping));
  t.equal((await (await held.as('th-shelter', { purpose: 'REPATRIATION' })).get(`/v1/victims/${id}`)).statusCode, 200, 'she is there');
  for (const purpose of forbidden) {
    for (const partner of ['th-msdhs', 'th-atc']) {
      const [there, absent] = await Promise.all([held, none].map(async (x) => told(await x.as(partner, { purpose }), id)));
      t.strictSame(there, absent, `${partner}, for ${purpose}`);
    }
  }
});
