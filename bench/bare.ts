/**
 * What the exchange is measured against: a bare Fastify route that runs the same indexed select, over the same driver, on a copy of the tables
 * without row-level security. No token, no release, no ledger, no log; even the question's search keys are worked out beforehand.
 */
import { readFileSync } from 'node:fs';
import fastify from 'fastify';
import postgres from 'postgres';

const { PORT = '', DATABASE_URL = '', TOKENS = '' } = process.env;
const tokens = new Map(Object.entries(JSON.parse(readFileSync(TOKENS, 'utf8')) as Record<string, string>));
const sql = postgres(DATABASE_URL, { max: 8, onnotice: () => undefined, connection: { TimeZone: 'UTC' } });
const app = fastify();

app.get('/readyz', async () => sql`select 1`);
app.post<{ Body: { values: { value: string }[] } }>('/v1/lookups', async (request) => {
  const literal = tokens.get(request.body.values[0]?.value ?? '') ?? '{}';
  const claims = await sql`
    select f.token, r.id, r.kind, r.originator, r.audience_id, r.classification, r.status, r.created_at, r.changes, r.body, r.sealed
    from (select k.token, k.record_id from plain.search_key k where k.token = any(${literal}::text::bytea[]) limit 50000) f join plain.record r on r.id = f.record_id`;
  if (claims.length === 0) throw new Error('the copy lacks what was asked for');
  return { items: [{ claims }] };
});
process.on('SIGTERM', () => {
  void Promise.all([app.close(), sql.end({ timeout: 5 })]).then(() => process.exit(0));
});
await app.listen({ port: Number(PORT), host: '127.0.0.1' });
