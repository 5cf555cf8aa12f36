/** What cannot be read gets its own answer and spoils nothing else: text that no database keeps, too. */
import t from 'tap';
import { freshApp } from '../../support/app.ts';

t.test('NUL and a lone surrogate among values', async (t) => {
  const x = await freshApp(t);
  const reader = await x.as('kr-embassy', { purpose: 'INVESTIGATION' });
  const answer = await reader.post('/v1/lookups', { values: [{ value: 'bad\u0000value' }, { value: 'half\ud800pair.example' }, { value: 'good.example' }] });
  t.equal(answer.statusCode, 200);
  t.match(answer.json(), { items: [{ error: { code: 'INVALID' } }, { error: { code: 'INVALID' } }, { value: 'good.example', claims: [] }] });
});

t.test('whoever has no agreement that names a desk is sent to an embassy desk all the same', async (t) => {
  const x = await freshApp(t);
  const writer = await x.as('kr-embassy', { purpose: 'INVESTIGATION' });
  const refused = await writer.post('/v1/indicators', { value: 'too-high.example', classification: 'TOP_SECRET', channels: [] });
  t.equal(refused.statusCode, 403);
  t.match(refused.json(), { code: 'USE_DIPLOMATIC_CHANNEL', desk: { partner: 'kr-embassy' } });
});
