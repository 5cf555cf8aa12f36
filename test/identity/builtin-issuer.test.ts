import { chmod, readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { type TokenRequest, builtinIssuer, demoIssuer, refuseDemoIssuer } from '../../src/identity/builtin-issuer.ts';
import { issuer, registry, world } from './fixtures/world.ts';

const request: TokenRequest = { partner: 'kr-embassy', subject: 'demo', clearance: 'RESTRICTED', caveats: ['OPERATIONAL'], purposes: ['INVESTIGATION'], scopes: ['records:read'] };

t.test('its tokens are accepted by an exchange that has its entry, and by no other', async (t) => {
  const built = await builtinIssuer(join(t.testdir(), '.prasan'));
  const text = `Bearer ${await built.issue(request)}`;
  const now = { now: () => Date.now(), maxLifeSeconds: 43_200 };
  t.match(await world([built.entry(['kr-embassy', 'th-ccib'])], now).authenticate(text), {
    issuer: demoIssuer, partner: 'kr-embassy', subject: 'demo', client: 'demo', clearance: 1, caveats: 16, purposes: 2, scopes: ['records:read'],
  });
  await t.rejects(world([issuer()], now).authenticate(text), { code: 'UNAUTHENTICATED' });
  await t.rejects(world([(await builtinIssuer(join(t.testdir(), 'other'))).entry(['kr-embassy'])], now).authenticate(text), { code: 'UNAUTHENTICATED' }, 'another machine\'s key');
  await t.rejects(world([built.entry(['th-ccib'])], now).authenticate(text), { code: 'UNAUTHENTICATED' });
});

t.test('one key a folder, for its owner alone, also when two start at once', async (t) => {
  const folder = join(t.testdir(), '.prasan');
  const made = await Promise.all([builtinIssuer(folder), builtinIssuer(folder), builtinIssuer(folder)]);
  const keys = made.map((one) => JSON.stringify(one.entry([]).jwks));
  t.equal(new Set(keys).size, 1);
  t.equal(JSON.stringify((await builtinIssuer(folder)).entry([]).jwks), keys[0]);
  t.same(await readdir(folder), ['issuer-key.json']);
  const path = join(folder, 'issuer-key.json');
  t.equal((await stat(path)).mode & 0o777, 0o600);
  const secret = String((JSON.parse(await readFile(path, 'utf8')) as { d: unknown }).d);
  t.notOk(keys[0]?.includes(secret), 'its entry holds the public half alone');
  await chmod(path, 0o644);
  await t.rejects(builtinIssuer(folder), /open to others/);
  await chmod(path, 0o600);
  await writeFile(path, '{');
  await t.rejects(builtinIssuer(folder), /damaged/);
});

t.test('lives as long as asked, at most twelve hours', async (t) => {
  const built = await builtinIssuer(t.testdir());
  for (const lifeSeconds of [0, -1, 43_201, NaN, Infinity]) await t.rejects(built.issue({ ...request, lifeSeconds }), RangeError);
  const payload = JSON.parse(Buffer.from(String((await built.issue({ ...request, lifeSeconds: 60 })).split('.')[1]), 'base64url').toString()) as { exp: number; iat: number };
  t.equal(payload.exp - payload.iat, 60);
});

t.test('production refuses it, under its own name or another', async (t) => {
  const entry = (await builtinIssuer(t.testdir())).entry(['kr-embassy']);
  t.throws(() => refuseDemoIssuer(registry(issuer(), entry)), /must not in production/);
  t.throws(() => refuseDemoIssuer(registry({ ...entry, issuer: 'https://id.example' })), /must not in production/);
  t.doesNotThrow(() => refuseDemoIssuer(registry(issuer(), issuer({ issuer: 'https://x.example', jwks: { url: 'https://x.example/jwks' } }))));
});
