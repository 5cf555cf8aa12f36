/**
 * Two locks, each with the other taken out, for every kind and every way to read. With a `release` that lets all through, row-level security alone hides
 * every row that a viewer may not have. With row-level security off, `release` throws on every such row, and no compartment is opened without a grant that
 * covers it.
 */
import t from 'tap';
import { covers, parseCompartment } from '../src/dictionary/compartment.ts';
import * as errors from '../src/errors.ts';
import type { Asker } from '../src/exchange/api.ts';
import { createExchange } from '../src/exchange/exchange.ts';
import { coveredBy, type Grant } from '../src/rules/grant.ts';
import * as record from '../src/rules/record.ts';
import * as real from '../src/rules/release.ts';
import { freshExchange } from './support/exchange.ts';
import { idsIn, ofAll, ofRecord, twoLocks } from './two-locks/world.ts';

const anything: readonly Grant[] = [{ channel: undefined, agreement: undefined, clause: undefined, ceiling: 4, caveats: 127, to: 8.64e15 }];
/** Releases whatever it is given, to whomever. */
const lettingThrough = {
  ...real,
  release: (stored: Parameters<typeof real.release>[0], sight: real.Sight, opened: Parameters<typeof real.release>[2]) => real.release(stored, { ...sight, grants: anything, memberOf: () => true, sees: () => true }, opened),
  lensOf: (...[kind, classification, markings]: Parameters<typeof real.lensOf>) => real.lensOf(kind, classification, markings, anything),
};

t.test('with a release that lets all through, row-level security alone hides every row', { timeout: 600_000 }, async (t) => {
  const x = await freshExchange(t);
  const { all, askers, grants } = await twoLocks(x);
  const open = await t.mockImport<{ createExchange: typeof createExchange }>('../src/exchange/exchange.ts', { '../src/rules/release.ts': lettingThrough, '../src/rules/record.ts': record, '../src/errors.ts': errors });
  const exchange = open.createExchange(x.deps);
  const kinds = [...x.dictionary.kinds.keys()];
  // Files come in pieces: `attachments` has theirs.
  t.strictSame(kinds.filter((kind) => x.dictionary.kinds.get(kind)?.course !== 'ATTACHMENT' && !all.some((one) => one.kind === kind)), [], 'of every kind');
  let [hidden, shown] = [0, 0];
  for (const [name, asker] of askers) {
    const visible = new Set(all.filter(({ audience }) => grants(asker, audience).length > 0).map(({ id }) => id));
    const invisible = all.filter(({ id }) => !visible.has(id));
    const leaked = (answer: unknown): string[] => invisible.filter(({ id }) => idsIn(answer).includes(id)).map(({ kind }) => kind);
    for (const one of invisible) {
      for (const [what, ask] of ofRecord(one)) {
        const code = await ask(exchange, asker).then(() => 'shown', (error: unknown) => (error instanceof Error && 'code' in error ? error.code : String(error)));
        if (code !== 'NOT_FOUND') t.fail(`${name}: ${what} of an invisible ${one.kind}: ${String(code)}`);
      }
    }
    for (const [what, ask] of ofAll(kinds, asker.purpose)) t.strictSame(leaked(await ask(exchange, asker)), [], `${name}: ${what}`);
    t.equal((await exchange.digest(asker)).count, visible.size, `${name}: digest`);
    [hidden, shown] = [hidden + invisible.length, shown + visible.size];
  }
  t.ok(hidden > 100 && shown > 30, `${hidden} rows hidden, ${shown} shown`);
  const { items } = await exchange.find(x.asker('kh-mptc', { purpose: 'INVESTIGATION' }), { kind: 'Link', filter: {} });
  t.ok(items.some(({ body }) => (body['withheld'] as readonly string[]).length === 0), 'the second lock is really open');
});

t.test('with row-level security off, release throws on every row, and no compartment is opened without a grant that covers it', { timeout: 600_000 }, async (t) => {
  const x = await freshExchange(t);
  const { all, askers, grants } = await twoLocks(x);
  const tables = await x.admin<{ name: string }[]>`select relname as name from pg_class where relkind = 'r' and relrowsecurity and relnamespace = 'public'::regnamespace`;
  for (const { name } of tables) await x.admin.unsafe(`alter table ${name} disable row level security`);
  const byId = new Map(all.map((one) => [one.id, one]));
  let asking: Asker | undefined;
  let [openings, byOpening] = [0, 0];
  const exchange = createExchange({ ...x.deps, vault: { ...x.deps.vault, open: async (items) => {
    for (const { record, compartment } of items) {
      const one = byId.get(record);
      if (one === undefined || asking === undefined) continue;
      const { level, caveats } = parseCompartment(compartment);
      openings += 1;
      const its = grants(asking, one.audience);
      if (coveredBy(its, level, caveats)) continue;
      // Opened field by field: the compartment in which one of them stands, and that its opening covers.
      const opens = its.some((grant) => grant.field !== undefined && covers(grant.ceiling, grant.caveats, { level, caveats }) && x.dictionary.kinds.get(one.kind)?.field.get(grant.field)?.caveats === caveats);
      if (opens) byOpening += 1;
      else t.fail(`${compartment} of a ${one.kind} was opened without a grant`);
    }
    return x.deps.vault.open(items);
  } } });
  let thrown = 0;
  for (const [name, asker] of askers) {
    asking = asker;
    const invisible = all.filter(({ audience }) => grants(asker, audience).length === 0);
    for (const one of invisible) {
      for (const [what, ask] of ofRecord(one)) {
        const said = await ask(exchange, asker).then(() => 'shown', (error: unknown) => (error instanceof errors.Refusal ? error.code : String(error)));
        if (!said.includes('locks disagree')) t.fail(`${name}: ${what} of an invisible ${one.kind}: ${said}`);
        thrown += 1;
      }
    }
    const leaked = (answer: unknown): string[] => invisible.filter(({ id }) => idsIn(answer).includes(id)).map(({ kind }) => kind);
    for (const [what, ask] of ofAll(x.dictionary.kinds.keys(), asker.purpose)) {
      const answer = await ask(exchange, asker).catch((error: unknown) => {
        if (String(error).includes('locks disagree')) thrown += 1;
        else throw error;
      });
      t.strictSame(answer === undefined ? [] : leaked(answer), [], `${name}: ${what}`);
    }
  }
  t.ok(thrown > 300, `${thrown} times the second lock threw`);
  t.ok(byOpening > 0, `${byOpening} of them for a field that was opened to who asked`);
  t.ok(openings > 50, `${openings} compartments were opened`);
});
