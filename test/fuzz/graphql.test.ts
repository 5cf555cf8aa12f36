/**
 * Operations generated from the schema against the whole app on a real PostgreSQL: none is INTERNAL, none is answered by what was not asked for or by what
 * is not of its type, and what is refused says why, by a code of the table. `FUZZ_SEED` and `FUZZ_ROUNDS` as in rest.test.ts.
 */
import { parse } from 'graphql';
import t from 'tap';
import { graphqlSchema } from '../../src/dictionary/generate/graphql-sdl.ts';
import { codes } from '../../src/errors.ts';
import { freshApp } from '../support/app.ts';
import { lives } from '../support/lives.ts';
import { withNeeds } from '../support/needs.ts';
import { chance, dice, oneOf } from './dice.ts';
import { misfits } from './graphql-fits.ts';
import { type Asked, operationFor } from './graphql-operations.ts';
import { memory } from './memory.ts';

const seed = Number(process.env['FUZZ_SEED'] ?? 4_021);
const rounds = Number(process.env['FUZZ_ROUNDS'] ?? 9);
const mostFaults = 10;
const known = memory();

interface Told {
  readonly data?: unknown;
  readonly errors?: readonly { readonly message?: unknown; readonly extensions?: { readonly code?: unknown } }[];
}

/** A document that the caller broke may be valid all the same: then the answer is held to it. */
const documentOf = (query: string): ReturnType<typeof parse> | undefined => {
  try {
    return parse(query);
  } catch {
    return undefined;
  }
};

t.setTimeout(3_600_000); // However slow the machine: what is tried is counted in operations.
t.test('nothing that is asked breaks the schema', { timeout: 3_600_000 }, async (t) => {
  t.comment(`FUZZ_SEED=${seed} FUZZ_ROUNDS=${rounds}`);
  const x = await freshApp(t);
  const schema = graphqlSchema(x.dictionary);
  const people: string[] = [];
  const byKind = new Map<string, string>();
  for (const { kind, path, writer, reader, ...life } of lives) {
    const caller = await x.as(writer.partner, { purpose: writer.purpose });
    byKind.set(kind.toLowerCase(), caller.authorization);
    people.push(caller.authorization, (await x.as(reader.partner, { purpose: reader.purpose })).authorization);
    const { given } = await withNeeds(caller, life);
    known.id(path, (await caller.post(`/v1/${path}`, { ...given, channels: [life.channel] })).json<{ id: string }>().id);
  }
  const tally = new Map<string, number>();
  const count = (what: string): void => void tally.set(what, (tally.get(what) ?? 0) + 1);
  const ask = async ({ query, variables }: Asked, authorization: string): Promise<string | undefined> => {
    const headers = { authorization, 'content-type': 'application/json', accept: 'application/graphql-response+json' };
    const answer = await x.app.inject({ method: 'POST', url: '/graphql', headers, payload: JSON.stringify({ query, variables }) });
    const { data, errors = [] } = JSON.parse(answer.body) as Told;
    const said = errors.map(({ extensions }) => String(extensions?.code));
    count(said[0] ?? 'answered');
    if (answer.statusCode >= 500 || said.includes('INTERNAL')) return `${answer.statusCode} ${answer.body.slice(0, 500)}`;
    if (said.some((code) => !(codes as readonly string[]).includes(code)) || errors.some(({ message }) => typeof message !== 'string' || message === '')) return `an error without code or text: ${answer.body.slice(0, 500)}`;
    if ((data === undefined || data === null) && errors.length === 0) return `neither data nor errors: ${answer.body.slice(0, 500)}`;
    const document = documentOf(query);
    if (data === undefined || data === null || document === undefined) return undefined;
    const wrong = misfits(schema, document, data);
    const [first] = Object.values(data as Readonly<Record<string, { readonly id?: unknown } | null>>);
    if (typeof first?.id === 'string') known.id('any', first.id);
    return wrong.length === 0 ? undefined : wrong.slice(0, 5).join('; ');
  };

  const roots = (['query', 'mutation'] as const).flatMap((root) => Object.keys(schema.getRootType(root as never)?.getFields() ?? {}).map((name) => ({ root, name })));
  const faults: string[] = [];
  let number = 0;
  for (let round = 0; round < rounds && faults.length < mostFaults; round++) {
    for (const { root, name } of roots) {
      const g = dice(seed, number++);
      const asked = operationFor(g, schema, root, name, known);
      const kind = [...byKind.keys()].find((each) => name.toLowerCase().includes(each));
      const fault = await ask(asked, kind === undefined || chance(g, 5) ? oneOf(g, people) : (byKind.get(kind) ?? ''));
      if (fault !== undefined && faults.length < mostFaults) faults.push(`operation ${number - 1}, ${asked.manner}: ${asked.query.slice(0, 900)} ${JSON.stringify(asked.variables).slice(0, 900)}\n  -> ${fault}`);
    }
  }
  t.comment(`${number} operations of ${roots.length} root fields: ${[...tally].sort(([, a], [, b]) => b - a).map(([what, times]) => `${what} x ${times}`).join(', ')}`);
  t.same(faults, [], 'no INTERNAL, no answer but what was asked, in its types');
  t.ok((tally.get('answered') ?? 0) > number / 10 && (tally.get('INVALID') ?? 0) > number / 20, 'what is asked is neither all wrong nor all right');
});
