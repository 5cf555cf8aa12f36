/** What it costs to know who asks: a remembered bearer against nobody asked, and a token bound to a key, with a proof a request, against a bearer. */
import { generateKeyPairSync, hash, type KeyObject, randomUUID, sign } from 'node:crypto';
import { calculateJwkThumbprint, type JWK } from 'jose';
import { asksOf, checkAnswers, restBody } from '../asks.ts';
import { type Figure, median, medianRatio } from '../figure.ts';
import type { Ask, Job } from '../loader.ts';
import type { Measuring } from '../measuring.ts';
import { reader } from '../registry.ts';
import { processorTimes } from '../stage.ts';

const connections = 32;
/** As many proofs as a round may use: each counts once. */
const proofsASecond = 4_000;

interface Holder {
  readonly privateKey: KeyObject;
  readonly jwk: JWK;
  readonly token: string;
}

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** RFC 9449: made just before they are sent, for they are good for a minute and a half. */
function proven(bodies: readonly string[], { privateKey, jwk, token }: Holder, url: string, count: number): Ask[] {
  const header = encode({ typ: 'dpop+jwt', alg: 'ES256', jwk });
  const ath = hash('sha256', token, 'base64url');
  return Array.from({ length: count }, (_, i): Ask => {
    const data = `${header}.${encode({ jti: randomUUID(), htm: 'POST', htu: url, iat: Math.floor(Date.now() / 1000), ath })}`;
    const proof = `${data}.${sign('sha256', Buffer.from(data), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
    return { body: bodies[i % bodies.length] ?? '', token, proof };
  });
}

export async function auth({ stage, world, load, small, rounds, seconds }: Measuring): Promise<Figure[]> {
  const { database, samples } = await small();
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = publicKey.export({ format: 'jwk' }) as JWK;
  const bearer = await world.token(reader, 'officer-0');
  const holder: Holder = { privateKey, jwk, token: await world.token(reader, 'officer-0', undefined, await calculateJwkThumbprint(jwk)) };
  const server = await stage.serve(database);
  const open = await stage.script('anonymous.ts', { DATABASE_URL: database.appUrl, KEY_DATABASE_URL: database.keysUrl, KEY_FILE: stage.keyFile, TOKEN: bearer });
  const bodies = samples.map(({ value }) => restBody([value]));
  const plain = asksOf(bodies, [bearer]);
  await checkAnswers(server, plain.slice(0, 1));
  const jobs: Record<'anonymous' | 'bearer' | 'dpop', (given: number) => Job> = {
    anonymous: (given) => ({ url: open.url, path: '/v1/lookups', connections, seconds: given, requests: plain }),
    bearer: (given) => ({ url: server.url, path: '/v1/lookups', connections, seconds: given, requests: plain }),
    dpop: (given) => ({ url: server.url, path: '/v1/lookups', connections, seconds: given, requests: proven(bodies, holder, `${server.url}/v1/lookups`, given * proofsASecond) }),
  };
  const names = ['anonymous', 'bearer', 'dpop'] as const;
  for (const name of names) await load(jobs[name](2));
  const rates: Record<(typeof names)[number], number[]> = { anonymous: [], bearer: [], dpop: [] };
  const spent: Record<(typeof names)[number], number[]> = { anonymous: [], bearer: [], dpop: [] };
  const sql = stage.connect(database.ownerUrl);
  for (let round = 0; round < rounds; round += 1) {
    for (const name of names) {
      const job = jobs[name](seconds);
      const measured = name === 'anonymous' ? open : server;
      const before = await processorTimes(measured, sql);
      const { rate, answers } = await load(job);
      const after = await processorTimes(measured, sql);
      rates[name].push(rate);
      spent[name].push(((after.node - before.node + after.postgres - before.postgres) * 1e6) / answers);
    }
  }
  await server.stop();
  await open.stop();
  const figure = (name: 'bearer' | 'dpop', against: 'anonymous' | 'bearer', what: string, least: number): Figure => ({
    name: `auth.${name}`, what, ratio: medianRatio(rates[name], rates[against]), bar: { least },
    detail: `${median(rates[name]).toFixed(0)} of ${median(rates[against]).toFixed(0)} answers/s; processor time ${median(spent[name]).toFixed(0)} of ${median(spent[against]).toFixed(0)} us`,
  });
  return [
    figure('bearer', 'anonymous', 'REST lookup with a remembered bearer token, of the same where nobody is asked', 0.9),
    figure('dpop', 'bearer', 'REST lookup with a bound token and a proof a request, of the same with a bearer', 0.4),
  ];
}
