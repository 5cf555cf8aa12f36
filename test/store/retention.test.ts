/** A clause's retention ends the share: for every reader, in the feed, for a suspended originator too; and nothing else. */
import t from 'tap';
import type { Clause } from '../../src/rules/registry.ts';
import { freshExchange } from '../support/exchange.ts';

t.test('what is due goes out of its channel, and only that', async (t) => {
  const x = await freshExchange(t, {
    registry: (demo) => {
      const name = demo.channels.get('embassies-ip')?.agreement ?? '';
      const agreement = demo.agreements.get(name);
      if (agreement === undefined) throw new Error('no agreement');
      const clauses = agreement.clauses.map((clause): Clause => ({ ...clause, retention: 'P30D' }));
      return { ...demo, agreements: new Map([...demo.agreements, [name, { ...agreement, clauses }]]) };
    },
  });
  const writer = x.asker('th-ccib', { purpose: 'INVESTIGATION' });
  const reader = x.asker('kr-embassy', { purpose: 'INVESTIGATION' });
  const submit = async (value: string) => (await x.exchange.submit(writer, 'Indicator', { type: 'DOMAIN', value, classification: 'RESTRICTED', channels: ['embassies-ip'] })).record;
  const old = await submit('old.example');
  const young = await submit('young.example');
  const { cursor } = await x.exchange.changes(reader, {});
  t.equal(await x.store.endDueShares(), 0, 'nothing is due yet');

  await x.admin`update share set until = statement_timestamp() - interval '1 second' where record_id = ${old.id}`;
  const partner = x.registry.partners.get('th-ccib');
  if (partner === undefined) throw new Error('no partner');
  await x.apply({ partners: new Map([...x.registry.partners, ['th-ccib', { ...partner, status: 'SUSPENDED' }]]) });
  await x.deps.registry.refresh();
  t.equal(await x.store.endDueShares(), 1);
  t.equal(await x.store.endDueShares(), 0, 'once');
  await t.rejects(x.exchange.get(reader, 'Indicator', old.id), { code: 'NOT_FOUND' });
  t.match(await x.exchange.lookup(reader, [{ value: 'old.example' }, { value: 'young.example' }]), [{ claims: [] }, { claims: [{ id: young.id }] }]);
  t.same((await x.exchange.changes(reader, { cursor })).events, [{ event: 'ACCESS_ENDED', id: old.id, kind: 'Indicator' }]);
  t.match(await x.admin`select ended_at is not null as ended from share order by record_id`, [{ ended: true }, { ended: false }]);
});

t.test('the node can end nothing that is not due', async (t) => {
  const x = await freshExchange(t);
  const writer = x.asker('th-ccib', { purpose: 'INVESTIGATION' });
  const { record } = await x.exchange.submit(writer, 'Indicator', { type: 'DOMAIN', value: 'kept.example', classification: 'RESTRICTED', channels: ['embassies-ip'] });
  const [row] = await x.admin<{ audience_id: number }[]>`select audience_id from record where id = ${record.id}`;
  const audience = row?.audience_id ?? 0;
  await t.rejects(
    x.store.sessions.plain(async (sql) => sql`select prasan_end_shares(${record.id}::uuid, ${['embassies-ip']}::text[], ${audience}::integer, ${audience}::integer, '{}', '{}')`),
    { code: '42501' },
  );
});
