/**
 * One number of its originator's may stand on an identity and on a victim. Nobody but the originator's own protection staff is given the victim's: whoever
 * sees one of the two, or both, cannot join them. Synthetic people.
 */
import t from 'tap';
import { identity, open, plant } from '../support/firewall.ts';

const externalRef = 'SYN-REF-7';
const caseRefs = [{ authority: 'th-atc', number: 'SYN-12/2569' }];

t.test('what joins an identity and a victim is the originator\'s alone', async (t) => {
  const w = await open(t);
  const purpose = 'VICTIM_PROTECTION';
  const atc = await w.x.as('th-atc', { purpose });
  const made = await atc.post('/v1/identities', { ...identity, identityStatus: 'UNDETERMINED', externalRef, caseRefs, channels: ['kr-victims'] });
  t.equal(made.statusCode, 201, 'no number is refused for what stands behind the firewall');
  const id = await plant({ planter: atc }, { externalRef, caseRefs });
  const embassy = await w.x.as('kr-embassy', { purpose: 'CONSULAR_ASSISTANCE' });
  const investigator = await w.x.as('th-atc');

  t.match((await atc.get(`/v1/victims/${id}`)).json(), { externalRef, caseRefs }, 'its own staff');
  for (const [who, caller] of [['an embassy', embassy], ['a shelter', w.planter], ['the protection desk', w.desk]] as const) {
    const seen = (await caller.get(`/v1/victims/${id}`)).json<{ withheld: string[] }>();
    t.match(seen, { id, pseudonym: 'SYN-V-1' }, who);
    t.notMatch(JSON.stringify(seen), /SYN-REF-7|SYN-12/);
    t.ok(seen.withheld.includes('externalRef') && seen.withheld.includes('caseRefs'), 'withheld, whether or not there is any');
    t.notMatch((await caller.get('/v1/victims')).body + (await caller.get(`/v1/victims/${id}/revisions`)).body, /SYN-REF-7|SYN-12/);
    t.equal((await caller.get(`/v1/victims?externalRef=${externalRef}`)).statusCode, 400, 'nor is it asked for');
  }
  t.match((await embassy.get(`/v1/identities?externalRef=${externalRef}`)).json(), { items: [{ externalRef }] }, 'an identity\'s number is no secret');
  t.equal((await investigator.get(`/v1/victims/${id}`)).statusCode, 404);
  const again = await investigator.post('/v1/identities', { ...identity, externalRef: 'SYN-REF-8' });
  const other = await plant({ planter: atc }, { externalRef: 'SYN-REF-8', documents: [] });
  t.equal(again.statusCode, 201, 'and an investigator of the same organisation is told the same');
  t.ok(other);

  t.test('a change of it is told to nobody else', async (t) => {
    const cursor = (await embassy.get('/v1/changes?kinds=Victim')).json<{ cursor: string }>().cursor;
    const before = (await embassy.get(`/v1/victims/${id}`)).headers.etag;
    const etag = String((await atc.get(`/v1/victims/${id}`)).headers.etag);
    t.equal((await atc.send('PATCH', `/v1/victims/${id}`, { externalRef: 'SYN-REF-9' }, { 'if-match': etag })).statusCode, 200);
    t.strictSame((await embassy.get(`/v1/changes?kinds=Victim&cursor=${cursor}`)).json<{ events: unknown[] }>().events, []);
    t.equal((await embassy.get(`/v1/victims/${id}`)).headers.etag, before);
    const own = (await atc.get('/v1/changes?kinds=Victim')).json<{ events: { id: string }[] }>().events;
    t.ok(own.some((event) => event.id === id));
  });
  t.end();
});
