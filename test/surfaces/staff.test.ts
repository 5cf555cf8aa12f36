/** Persons: invited, joined with a passkey, signed in by authorization code, on two nodes. Synthetic persons and records only. */
import { decodeJwt } from 'jose';
import t from 'tap';
import { freshStaff } from '../support/staff.ts';

t.test('staff', { timeout: 240_000 }, async (t) => {
  const x = await freshStaff(t);

  await t.test('from an invitation to a lookup', async (t) => {
    const person = await x.person('kr-embassy', { clearance: 2, purposes: 2 }, 'SYNTHETIC Kim');
    t.equal(person.codes.length, 8);
    const { status, body } = await person.token();
    t.equal(status, 200);
    t.match(body, { token_type: 'DPoP', expires_in: 300, refresh_token: String });
    t.match(decodeJwt(String(body['access_token'])), {
      iss: x.url, aud: 'prasan', sub: person.id, client_id: 'console', partner: 'kr-embassy', clearance: 'CONFIDENTIAL', purposes: ['INVESTIGATION'], staff: true, cnf: { jkt: person.key.thumbprint },
    });
    for (const app of [x.app, x.second]) {
      const me = await person.get(body['access_token'], '/v1/me', app);
      t.match(me.json(), { partner: { id: 'kr-embassy' }, subject: person.id, clearance: 'CONFIDENTIAL', purpose: 'INVESTIGATION' });
    }
    t.match((await person.send('GET', '/sign-in/session')).json(), { name: 'SYNTHETIC Kim', partner: { id: 'kr-embassy' }, administrator: false });
    const again = await person.refresh(body['refresh_token'], { clearance: 'RESTRICTED' }, { app: x.second });
    t.equal(again.status, 200);
    t.match((await person.get(again.body['access_token'])).json(), { clearance: 'RESTRICTED' });
  });
});
