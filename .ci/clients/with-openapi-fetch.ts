/** A partner's small program on openapi-typescript and openapi-fetch: who am I, submit, look up, follow the feed. Synthetic records only. */
import assert from 'node:assert/strict';
import createClient from 'openapi-fetch';
import type { components, paths } from './generated/openapi-typescript.js';

const [origin = '', police = '', embassy = ''] = process.argv.slice(2);
const clientOf = (token: string) => createClient<paths>({ baseUrl: origin, headers: { Authorization: `Bearer ${token}` } });
const header = { 'Exchange-Purpose': 'INVESTIGATION' } as const;

const author = clientOf(police);
const reader = clientOf(embassy);

const without = await author.GET('/v1/me');
const refused: components['schemas']['Code'] | undefined = without.error?.code;
assert.equal(refused, 'PURPOSE_REQUIRED', 'a token of several purposes needs the header');
const me = await author.GET('/v1/me', { params: { header } });
assert.equal(me.data?.partner.id, 'th-ccib');

const body: components['schemas']['IndicatorSubmission'] = {
  value: 'openapi-fetch[.]example', role: 'PHISHING', classification: 'RESTRICTED', channels: ['embassies-ip'], location: { lat: 9.1, lon: 101.2 }, sourceDetail: 'Synthetic source',
};
const key = `client-${Date.now()}`;
const submitted = await author.POST('/v1/indicators', { params: { header: { ...header, 'Idempotency-Key': key } }, body });
assert.equal(submitted.response.status, 201, JSON.stringify(submitted.error));
const again = await author.POST('/v1/indicators', { params: { header: { ...header, 'Idempotency-Key': key } }, body });
assert.equal(again.data?.id, submitted.data?.id, 'the same key submits nothing twice');

const looked = await reader.POST('/v1/lookups', { params: { header }, body: { values: [{ value: 'hxxp://openapi-fetch[.]example' }, { value: 'openapi-fetch[.]example', type: 'DOMAIN' }, { value: '10.0.0.1' }] } });
const [, found, unreadable] = looked.data?.items ?? [];
const claim = found?.claims.find(({ id }) => id === submitted.data?.id);
assert.ok(claim?.kind === 'Indicator');
assert.equal(claim.location?.lat, 9.1);
assert.ok(claim.withheld.includes('sourceDetail') && claim.sourceDetail === undefined);
assert.equal(unreadable?.error?.code, 'INVALID');

let cursor: string | undefined;
const seen = new Set<string>();
for (let more = true; more;) {
  const page = await reader.GET('/v1/changes', { params: { header, query: { first: 500, ...(cursor === undefined ? {} : { cursor }) } } });
  assert.ok(page.data, JSON.stringify(page.error));
  for (const { event, id } of page.data.events) if (event === 'SHARED') seen.add(id);
  ({ cursor, more } = page.data);
}
assert.ok(submitted.data && seen.has(submitted.data.id));
const absent = await reader.GET('/v1/indicators/{id}', { params: { header, path: { id: '01890000-0000-7000-8000-000000000001' } } });
assert.equal(absent.error?.code, 'NOT_FOUND');
process.stdout.write(`openapi-fetch: submitted, looked up, ${seen.size} records by the feed\n`);
