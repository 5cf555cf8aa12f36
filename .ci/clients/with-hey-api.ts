/** The same small program on the client that hey-api generates. Synthetic records only. */
import assert from 'node:assert/strict';
import { createClient } from './generated/hey-api/client/index.js';
import { amendIndicator, attach, type Code, getAttachmentContent, getChanges, getIndicator, getMe, type IndicatorSubmission, lookup, submitIndicator, submitRequest, withdrawIndicator } from './generated/hey-api/index.js';

const [origin = '', police = '', embassy = ''] = process.argv.slice(2);
const author = createClient({ baseUrl: origin, auth: () => police });
const reader = createClient({ baseUrl: origin, auth: () => embassy });
const headers = { 'Exchange-Purpose': 'INVESTIGATION' } as const;

const without = await getMe({ client: author });
const refused: Code | undefined = without.error?.code;
assert.equal(refused, 'PURPOSE_REQUIRED');
assert.equal((await getMe({ client: author, headers })).data?.partner.id, 'th-ccib');

const body: IndicatorSubmission = { value: 'hey-api[.]example', classification: 'RESTRICTED', channels: ['embassies-ip'], rationale: 'Synthetic', caseRefs: [{ authority: 'th-ccib', number: '1/2569' }] };
const submitted = await submitIndicator({ client: author, headers: { ...headers, 'Idempotency-Key': `hey-${Date.now()}` }, query: { confirmKnownGood: false }, body });
assert.equal(submitted.response?.status, 201, JSON.stringify(submitted.error));
const { id } = submitted.data ?? { id: '' };

const looked = await lookup({ client: reader, headers, body: { values: [{ value: 'hey-api[.]example' }] } });
const claim = looked.data?.items[0]?.claims.find((each) => each.id === id);
assert.ok(claim?.kind === 'Indicator');
assert.equal(claim.value, 'hey-api.example');
assert.equal(claim.rationale, 'Synthetic');

const etag = submitted.response?.headers.get('etag') ?? '';
const amended = await amendIndicator({ client: author, headers: { ...headers, 'If-Match': etag }, path: { id }, body: { role: 'SCAM_SITE', rationale: null } });
assert.equal(amended.data?.role, 'SCAM_SITE', JSON.stringify(amended.error));
const stale = await amendIndicator({ client: author, headers: { ...headers, 'If-Match': etag }, path: { id }, body: { role: 'OTHER' } });
assert.equal(stale.error?.code, 'STALE');

let cursor: string | undefined;
let events = 0;
let last: string | undefined;
for (let more = true; more;) {
  const page = await getChanges({ client: reader, headers, query: { first: 500, ...(cursor === undefined ? {} : { cursor }) } });
  assert.ok(page.data, JSON.stringify(page.error));
  for (const event of page.data.events) if (event.id === id) last = (event.record?.kind === 'Indicator' ? event.record.role : undefined) ?? event.event;
  events += page.data.events.length;
  ({ cursor, more } = page.data);
}
assert.equal(last, 'SCAM_SITE');
await withdrawIndicator({ client: author, headers, path: { id } });
const after = await getChanges({ client: reader, headers, query: { cursor: cursor ?? '' } });
assert.deepEqual(after.data?.events.map(({ event }) => event), ['WITHDRAWN']);
assert.equal((await getIndicator({ client: reader, headers, path: { id } })).error?.code, 'NOT_FOUND');

const asked = await submitRequest({ client: author, headers, body: {
  asks: 'SUBSCRIBER_DATA', desks: [{ partner: 'th-demo-isp', desk: 'lawful' }], classification: 'UNCLASSIFIED', channels: ['aoc-1441'], authority: { type: 'STATUTE', number: 'section 18' },
  subscriberData: { value: '203.0.113.7', at: '2026-01-31T08:00:00Z' }, legalBasis: { ground: 'Synthetic' },
} });
assert.equal(asked.response?.status, 201, JSON.stringify(asked.error));
const file = new Blob(['%PDF-1.7\n% synthetic\n']);
// A body of several media types: the client is told which this one is.
const put = await attach({ client: author, headers: { ...headers, 'Content-Type': 'application/pdf' }, path: { id: asked.data?.id ?? '' }, query: { name: 'synthetic.pdf', classification: 'UNCLASSIFIED' }, body: file });
assert.equal(put.data?.file?.size, file.size, JSON.stringify(put.error));
const got = await getAttachmentContent({ client: author, headers, path: { id: put.data?.id ?? '' } });
assert.equal(await got.data?.text(), await file.text());
process.stdout.write(`hey-api: submitted, looked up, amended, withdrawn, ${events} events, a file there and back\n`);
