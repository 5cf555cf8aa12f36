/**
 * Requests generated from the contract against the whole app on a real PostgreSQL: none is answered by 5xx, by a status or a body that the contract does
 * not have. Others with `FUZZ_SEED`, longer with `FUZZ_ROUNDS`, which says how often each operation is asked.
 */
import t from 'tap';
import { contractOf } from '../../src/surfaces/pages/contract.ts';
import { chance, dice, type Dice, oneOf } from './dice.ts';
import { freshApp } from '../support/app.ts';
import { conformance } from '../support/conformance.ts';
import { lives } from '../support/lives.ts';
import { withNeeds } from '../support/needs.ts';
import { memory } from './memory.ts';
import { type Operation, operationsOf, resolver } from './operations.ts';
import { type Request, requestFor } from './requests.ts';
import type { Node } from './values.ts';

/** The same requests each time, so that red means a change. */
const seed = Number(process.env['FUZZ_SEED'] ?? 4_020);
const rounds = Number(process.env['FUZZ_ROUNDS'] ?? 10);
const mostFaults = 10;

type Ask = (request: Request, authorization: string | undefined) => Promise<string | undefined>;

t.setTimeout(3_600_000); // However slow the machine: what is tried is counted in requests.
t.test('nothing that is sent breaks the contract', { timeout: 3_600_000 }, async (t) => {
  t.comment(`FUZZ_SEED=${seed} FUZZ_ROUNDS=${rounds}`);
  const x = await freshApp(t);
  const document = contractOf(x.dictionary, '0.0.0').openapi as Node;
  const [operations, resolve, conforms, known] = [operationsOf(document), resolver(document), conformance(document), memory()];
  const people = new Map<string, string>();
  for (const { kind, path, writer, reader, ...life } of lives) {
    const caller = await x.as(writer.partner, { purpose: writer.purpose });
    people.set(`${kind} writer`, caller.authorization).set(`${kind} reader`, (await x.as(reader.partner, { purpose: reader.purpose })).authorization);
    const { given } = await withNeeds(caller, life);
    const made = await caller.post(`/v1/${path}`, { ...given, channels: [life.channel] });
    known.id(path, made.json<{ id: string }>().id);
  }
  people.set('low', (await x.as('kh-mptc', { clearance: 'UNCLASSIFIED', caveats: [], scopes: ['records:read'] })).authorization);

  /** Mostly those who may: what everybody is refused is soon known. */
  const somebody = (g: Dice, { path }: Operation): string | undefined => {
    if (chance(g, 30)) return oneOf(g, [undefined, 'Bearer x', 'Basic eDp4', 'Bearer a.b.c', '']);
    const kind = lives.find((each) => each.path === path.split('/')[2])?.kind;
    return people.get(chance(g, 8) || kind === undefined ? oneOf(g, [...people.keys()]) : `${kind} ${chance(g, 6) ? 'reader' : 'writer'}`);
  };
  const statuses = new Map<number, number>();
  const ask: Ask = async ({ method, url, headers, payload }, authorization) => {
    const answer = await x.app.inject({ method, url, headers: { ...headers, ...(authorization === undefined ? {} : { authorization }) }, ...(payload === undefined ? {} : { payload }) });
    statuses.set(answer.statusCode, (statuses.get(answer.statusCode) ?? 0) + 1);
    try {
      conforms(method, url, answer);
      if (answer.statusCode < 500) known.learn(url.split('?')[0] ?? '', answer.statusCode, answer.headers, answer.body);
    } catch (error) {
      return String(error);
    }
    return answer.statusCode >= 500 ? answer.body : undefined;
  };

  const faults: string[] = [];
  let number = 0;
  for (let round = 0; round < rounds && faults.length < mostFaults; round++) {
    for (const operation of operations) {
      const g = dice(seed, number++);
      const request = requestFor(g, operation, resolve, known);
      const fault = await ask(request, somebody(g, operation));
      if (fault === undefined) continue;
      faults.push(`request ${number - 1}, ${request.manner}: ${request.method} ${request.url.slice(0, 500)} ${JSON.stringify(request.headers)}\n  ${String(request.payload ?? '').slice(0, 700)}\n  -> ${fault}`);
      if (faults.length >= mostFaults) break;
    }
  }
  t.comment(`${number} requests to ${operations.length} operations: ${[...statuses].sort(([a], [b]) => a - b).map(([status, count]) => `${status} x ${count}`).join(', ')}`);
  t.same(faults, [], 'no 5xx, no undeclared status, no body that breaks its schema');
  const answered = (status: number): number => statuses.get(status) ?? 0;
  t.ok(answered(200) + answered(201) > number / 10 && answered(400) > number / 20, 'what is sent is neither all wrong nor all right');
});
