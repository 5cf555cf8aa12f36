/** GraphQL over HTTP: every audit of `graphql-http`, MUST, SHOULD and MAY alike, over a socket. */
import { serverAudits } from 'graphql-http';
import t from 'tap';
import { small } from './small.ts';

t.test('every audit passes', async (t) => {
  const { app } = await small();
  const origin = await app.listen({ port: 0, host: '127.0.0.1' });
  t.teardown(() => app.close());
  const fetchFn = (url: string, init: RequestInit = {}): Promise<Response> => {
    const headers = new Headers(init.headers);
    headers.set('authorization', 'Bearer records:read');
    return fetch(url, { ...init, headers });
  };
  const audits = serverAudits({ url: `${origin}/graphql`, fetchFn });
  t.ok(audits.length >= 60, `there are ${audits.length} audits`);
  for (const audit of audits) {
    const result = await audit.fn();
    t.equal(result.status, 'ok', `${audit.id} ${audit.name}${'reason' in result ? `: ${result.reason}` : ''}`);
  }
});
