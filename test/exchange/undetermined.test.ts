/** A clause that gives identities only while they are UNDETERMINED: in both locks, and in the feed. Synthetic people. */
import t from 'tap';
import { freshExchange } from '../support/exchange.ts';

const kinds = ['Identity'];
const given = { identityStatus: 'UNDETERMINED', names: [{ full: 'Synthetic Person' }], documents: [{ type: 'PASSPORT', number: 'SYN100200', issuer: 'KR' }], classification: 'RESTRICTED', channels: ['kr-victims'] };

t.test('an embassy has an identity while nobody has decided', async (t) => {
  const { exchange, asker, admin } = await freshExchange(t);
  const atc = asker('th-atc', { purpose: 'VICTIM_PROTECTION' });
  const embassy = asker('kr-embassy', { purpose: 'CONSULAR_ASSISTANCE' });
  const { cursor } = await exchange.changes(embassy, { kinds });
  const { id } = (await exchange.submit(atc, 'Identity', given)).record;
  t.match((await exchange.get(embassy, 'Identity', id)).body, { identityStatus: 'UNDETERMINED', names: given.names });
  const first = await exchange.changes(embassy, { kinds, cursor });
  t.match(first.events, [{ event: 'SHARED', id }]);
  t.equal((await exchange.find(embassy, { kind: 'Identity', filter: { 'documents.number': { eq: 'SYN100200' } } })).items.length, 1);
  const low = asker('kr-embassy', { purpose: 'CONSULAR_ASSISTANCE', clearance: 'UNCLASSIFIED' });
  await t.rejects(exchange.get(low, 'Identity', id), { code: 'NOT_FOUND' }, 'who may not see the status would learn it');

  t.test('the originator raises the status: the clause gives it no more', async (t) => {
    const marked = await exchange.amend(atc, 'Identity', id, { markings: [{ field: 'identityStatus', level: 'CONFIDENTIAL' }] }, '*').catch((error: unknown) => error);
    t.match(marked, { code: 'FORBIDDEN' }, 'nor does it let it stand in the channel');
  });

  t.test('what the condition excludes is not shared there', async (t) => {
    await t.rejects(exchange.submit(atc, 'Identity', { ...given, identityStatus: 'SUSPECT' }), { code: 'FORBIDDEN', public: { errors: [{ field: 'channels', message: /only while identityStatus is UNDETERMINED/ }] } });
    const suspect = (await exchange.submit(atc, 'Identity', { ...given, identityStatus: 'SUSPECT', channels: [] })).record.id;
    await t.rejects(exchange.share(atc, 'Identity', suspect, 'kr-victims'), { code: 'FORBIDDEN' });
  });

  t.test('the state is part of the audience', async (t) => {
    const rows = await admin`select a.state, a.channels, (select count(*)::int from audience_grant g where g.audience_id = a.id and g.partner = 'kr-embassy') as grants from audience a where a.kind = 'Identity' order by a.id`;
    t.match(rows[0], { state: 'identityStatus=UNDETERMINED', channels: ['kr-victims'], grants: 1 });
  });
  t.end();
});
