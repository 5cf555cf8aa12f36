/** Every kind is held and erased through both surfaces, from the dictionary alone. Synthetic records only. */
import t from 'tap';
import { freshApp } from '../../support/app.ts';
import { lives } from '../../support/lives.ts';
import { withNeeds } from '../../support/needs.ts';

type Body = Readonly<Record<string, unknown>>;
const words = { authority: 'Synthetic Court', reason: 'synthetic' };

t.test('hold, release, erase: by REST and by GraphQL', { timeout: 300_000 }, async (t) => {
  const x = await freshApp(t);
  for (const row of lives) {
    const { kind, path, channel, writer: w, reader: r } = row;
    await t.test(kind, async (t) => {
      const [writer, reader] = [await x.as(w.partner, { purpose: w.purpose }), await x.as(r.partner, { purpose: r.purpose })];
      const { given } = await withNeeds(writer, row);
      const submit = async (): Promise<string> => (await writer.post(`/v1/${path}`, { ...given, channels: [channel] })).json<{ id: string }>().id;
      const [first, second] = [await submit(), await submit()];
      const url = `/v1/${path}/${first}`;
      const held = await writer.post(`${url}/holds`, words);
      t.equal(held.statusCode, 201, held.body);
      const hold = held.json<Body>();
      t.match(hold, { record: first, ...words });
      const stopped = await writer.post(`${url}/erase`, { reason: 'SUBJECT_REQUEST' });
      t.match([stopped.statusCode, stopped.json<Body>()['code']], [409, 'HELD']);
      const seen = await writer.graphql<{ holds: Body[] }>('query q($id: ID!) { holds(id: $id) { id record placedAt placedBy authority reason releasedAt releasedBy releaseAuthority releaseReason } }', { id: first });
      t.strictSame(Object.entries(seen.data?.holds[0] ?? {}).filter(([, value]) => value !== null), Object.entries((await writer.get(`${url}/holds`)).json<{ items: Body[] }>().items[0] ?? {}).sort(([a], [b]) => seenOrder(a) - seenOrder(b)));
      t.match(await writer.graphql('mutation m($id: ID!) { erase(id: $id, reason: OTHER) { id } }', { id: first }), { errors: [{ extensions: { code: 'HELD' } }] });
      const released = await writer.graphql('mutation m($id: ID!, $hold: ID!) { releaseHold(id: $id, hold: $hold, authority: "Synthetic", reason: "closed") { id releaseReason } }', { id: first, hold: hold['id'] });
      t.match(released, { data: { releaseHold: { id: hold['id'], releaseReason: 'closed' } } });

      const order = await writer.post(`${url}/erase`, { reason: 'SUBJECT_REQUEST' }, { 'if-match': String((await writer.get(url)).headers.etag) });
      t.equal(order.statusCode, 200, order.body);
      const left = order.json<Body>();
      t.match(left, { id: first, kind, originator: w.partner, reason: 'SUBJECT_REQUEST' });
      const answered = await reader.get(url);
      t.match([answered.statusCode, answered.json<Body>()], [410, { code: 'ERASED', erased: left }]);
      t.match(await reader.graphql('query q($id: ID!) { record(id: $id) { id } }', { id: first }), { errors: [{ extensions: { code: 'ERASED', erased: left } }] });
      t.strictSame((await writer.graphql<Body>('mutation m($id: ID!) { erase(id: $id, reason: OTHER) { id kind originator reason erasedAt } }', { id: first })).data?.['erase'], left, 'again, on the other surface');
      t.match(await writer.graphql('mutation m($id: ID!) { erase(id: $id, reason: OTHER) { reason } }', { id: second }), { data: { erase: { reason: 'OTHER' } } });
      t.match((await reader.get(`/v1/changes?kinds=${kind}`)).json<Body>()['events'], []);
      t.equal((await writer.post(`/v1/${path}/${second}/erase`, {})).statusCode, 400);
      t.equal((await writer.post(`/v1/${path}/${second}/erase`, { reason: 'OTHER', more: 1 })).statusCode, 400);
      t.equal((await writer.post(`/v1/${path}/${second}/holds/nonsense/release`, words)).statusCode, 404);
    });
  }
});

const names = ['id', 'record', 'placedAt', 'placedBy', 'authority', 'reason'];
const seenOrder = (name: string): number => names.indexOf(name);
