/** One of the two databases, with an exchange and its whole app on it; and how a history is told to it. */
import { type Assembly, surfaces } from '../../src/assemble.ts';
import { Refusal } from '../../src/errors.ts';
import type { Asker, Exchange } from '../../src/exchange/api.ts';
import { createExchange } from '../../src/exchange/exchange.ts';
import type { Deps } from '../../src/exchange/deps.ts';
import { makeLog } from '../../src/surfaces/log.ts';
import { mechanismOf, stageOf } from '../../src/rules/stages.ts';
import { freshApp, type TestApp } from '../support/app.ts';
import { carryAsking } from './requests.ts';
import { type Eye, type Law, purposeOf } from './registry.ts';
import { dictionary } from './values.ts';
import type { Step } from './world.ts';

type App = TestApp['app'];

/** What a mutation puts in place of what is there: leaks are planted here, never in files. */
export interface Plant {
  deps?(deps: Deps, side: Pick<Side, 'made'>): Deps;
  exchange?(exchange: Exchange, side: Pick<Side, 'made'>): Exchange;
}

export interface Side {
  readonly made: TestApp;
  /** Answers what is asked: with the planted leak, where there is one. */
  readonly app: App;
  readonly tokenOf: (eye: Eye) => Promise<string>;
  /** Ids of the records that are made next. */
  ids: () => string;
  declare(law: Law): Promise<void>;
  wipe(): Promise<void>;
  /** Another app on the same database, with a leak. */
  planted(plant: Plant): Promise<Side>;
}

type Teardown = { teardown(done: () => Promise<void>): unknown };

/** Tables that hold no record and nothing of one. */
const kept = /^(registry_|audience|scope|feed_state|.*migration)/;

async function appOn(assembly: Assembly, { made }: Pick<Side, 'made'>, plant: Plant, ids: () => string): Promise<App> {
  const given: Deps = { ...assembly.deps, newId: ids };
  const deps = plant.deps?.(given, { made }) ?? given;
  const exchange = createExchange(deps);
  return surfaces({ ...assembly, deps, exchange: plant.exchange?.(exchange, { made }) ?? exchange }, { config: {}, log: makeLog({ level: 'silent', redacted: dictionary.redacted }), version: '0.0.0' });
}

export async function openSide(t: Teardown, law: Law): Promise<Side> {
  const made = await freshApp(t, { registry: (demo) => ({ ...demo, ...law, issuers: new Map([...demo.issuers].map(([id, issuer]) => [id, { ...issuer, partners: [...law.partners.keys()] }])) }) });
  const tokens = new Map<string, Promise<string>>();
  const tables = await made.admin<{ name: string }[]>`select relname as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace`;
  const wiped = tables.map(({ name }) => name).filter((name) => !kept.test(name));
  const on = async (plant: Plant): Promise<Side> => {
    const side: Side = {
      made, ids: () => '', app: await appOn(made.assembly, { made }, plant, () => side.ids()),
      async tokenOf(eye) {
        const key = JSON.stringify(eye);
        const known = tokens.get(key) ?? made.as(eye.partner, eye).then(({ authorization }) => authorization);
        tokens.set(key, known);
        return known;
      },
      declare: async ({ partners, agreements, channels, statistics }) => made.apply({ partners, agreements, channels, statistics }),
      wipe: async () => void (await made.admin.unsafe(wiped.map((name) => `delete from ${name}`).join(';'))),
      async planted(other) {
        const leaking = await on(other);
        t.teardown(async () => leaking.app.close());
        return leaking;
      },
    };
    return side;
  };
  const side = await on({});
  t.teardown(async () => side.app.close());
  return side;
}

/** `01900000-0000-7000-8000-00012a000003`: the third record of run 0x12a. */
export const idOf = (run: number, ref: number): string => `01900000-0000-7000-8000-${run.toString(16).padStart(6, '0')}000${ref.toString(16).padStart(3, '0')}`;
export const filled = <T>(value: T, run: number): T => JSON.parse(JSON.stringify(value).replaceAll(/\{r(\d+)\}/g, (_, ref: string) => idOf(run, Number(ref)))) as T;

const epoch = Date.parse('2021-01-01T00:00:00.000Z');
const instant = (at: number): number => epoch + Math.round(at * 1000);

/** Indicators of no world's own, submitted at that instant: enough of them to be counted. */
async function crowd(exchange: Exchange, side: Side, by: string, count: number, at: number, run: number): Promise<void> {
  const { made } = side;
  let n = Math.round(at * 1000) * 100;
  side.ids = () => `01900000-0000-7000-a000-${run.toString(16).padStart(6, '0')}${(n += 1).toString(16).padStart(6, '0').slice(-6)}`;
  const rows = Array.from({ length: count }, (_, i) => JSON.stringify({ value: `crowd-${i}.example-${by}.com`, type: 'DOMAIN', classification: 'UNCLASSIFIED' }));
  const { id, done } = await exchange.startImport(made.asker(by, { purpose: 'INVESTIGATION' }), { kind: 'Indicator', format: 'ndjson', channels: ['one'], defaults: {}, calendar: 'gregorian', dryRun: false, confirmKnownGood: true }, (async function* lines() { yield Buffer.from(rows.join('\n')); })());
  const { created } = await done;
  if (created !== count) throw new Error(`${created} of ${count} were taken: ${id}`);
  await made.admin`update record set created_at = to_timestamp(${instant(at) / 1000}::float8) where kind = 'Indicator' and originator = ${by} and created_at > '2022-01-01'`;
}

/** @param stages where cases stand, by id */
async function goOn(exchange: Exchange, { made }: Side, officer: Asker, { kind, originator, what }: Step, id: string, stages: Map<string, string>): Promise<void> {
  const staged = dictionary.kinds.get(kind)?.staged;
  if (staged === undefined || what.op !== 'stage') return;
  const next = stageOf(mechanismOf(await made.deps.registry.current(), originator), stages.get(id) ?? '')?.next ?? [];
  const to = next[what.turn % next.length];
  if (to === undefined) return;
  await exchange.amend(officer, kind, id, { [staged.field]: to, [staged.transition]: { desk: `${originator}/duty`, reason: what.reason } }, '*');
  stages.set(id, to);
}

async function carryOut(exchange: Exchange, side: Side, step: Step, run: number, stages: Map<string, string>): Promise<unknown> {
  const { made } = side;
  const { kind, ref, originator, what } = filled(step, run);
  const id = idOf(run, ref);
  const known = dictionary.kinds.get(kind);
  if (known === undefined) throw new Error(kind);
  const purpose = purposeOf(known);
  const officer = made.asker(originator, { purpose });
  switch (what.op) {
    case 'submit':
      if (known.staged !== undefined) stages.set(id, String(what.body[known.staged.field]));
      return exchange.submit(officer, kind, what.body);
    case 'amend': return exchange.amend(officer, kind, id, what.patch, '*');
    case 'share': return exchange.share(officer, kind, id, what.channel);
    case 'unshare': return exchange.unshare(officer, kind, id, what.channel);
    case 'erase': return exchange.erase(officer, kind, id, 'OTHER');
    case 'decide': return exchange.decide(officer, kind, id, { outcome: what.outcome, desk: 'duty', basis: 'Synthetic basis', ...(what.outcome === 'VICTIM' || what.outcome === 'BOTH' ? { nonPunishment: 'Synthetic assessment' } : {}) });
    case 'stage': return goOn(exchange, side, officer, step, id, stages);
    case 'withdraw': return exchange.withdraw(officer, kind, id);
    case 'confirm': return exchange.confirmCase(made.asker(what.by, { purpose }), kind, id, { desk: 'duty' }).catch(() => undefined);
    case 'seek': return exchange.find(made.asker(what.by, { purpose: 'INVESTIGATION' }), { kind: 'Identity', filter: { 'documents.number': { eq: what.number } } });
    case 'crowd': return crowd(exchange, side, what.by, what.count, step.at, run);
    case 'ask': {
      let made = 0;
      // The request has the step's own number; its legs and moves follow it.
      const numbered = (n: number): string => `${id.slice(0, 30)}${n.toString(16).padStart(3, '0')}${id.slice(33)}`;
      // The leg of a desk that is asked beside another has a number apart: what follows is called alike without it.
      let beside = what.beside !== undefined;
      side.ids = () => {
        if (made === 2 && beside) {
          beside = false;
          return numbered(0xfff);
        }
        return (made += 1) === 1 ? id : numbered(made);
      };
      return carryAsking(exchange, side, what, id);
    }
    case 'read': return exchange.get(made.asker(what.by, { purpose }), kind, id).catch(() => undefined);
  }
}

/** Brings every record's clock to the instants of the steps that touched it: what differs between the databases then is no matter of when it was told. */
async function settle({ made: { admin } }: Side, clocks: ReadonlyMap<string, readonly number[]>): Promise<void> {
  const rows = await admin<{ id: string; changes: { r: number; t: number }[] | null }[]>`select id, changes from record where id = any(${[...clocks.keys()]}::uuid[])`;
  const set = rows.map(({ id, changes }) => {
    const ats = clocks.get(id) ?? [];
    if (changes !== null && changes.length !== ats.length) throw new Error(`${id} has ${changes.length} revisions, and ${ats.length} were told`);
    return { id, created: instant(ats[0] ?? 0), changes: changes?.map((change, i) => ({ ...change, t: instant(ats[i] ?? 0) })) ?? null };
  });
  await admin`update record r set created_at = to_timestamp(n.created / 1000.0), changes = nullif(n.changes, 'null') from jsonb_to_recordset(${JSON.stringify(set)}::text::jsonb) as n(id uuid, created float8, changes jsonb) where r.id = n.id`;
}

/** A step was refused: the generator made a world that a rule it does not know forbids. No leak; but too many of them, and nothing is tried. */
export class Untellable extends Error {}

/**
 * Fully cleared officers carry out the steps.
 * @param midway called once, before the first step after `middle`
 * @throws Untellable when a step is refused
 */
export async function tell(side: Side, steps: readonly Step[], run: number, middle: number, midway: () => Promise<void>): Promise<void> {
  const clocks = new Map<string, number[]>();
  const stages = new Map<string, string>();
  const exchange = createExchange({ ...side.made.deps, newId: () => side.ids() });
  let passed = false;
  for (const step of steps) {
    if (!passed && step.at > middle) {
      passed = true;
      await midway();
    }
    const id = idOf(run, step.ref);
    side.ids = () => id;
    if (!clocks.has(id)) clocks.set(id, []);
    try {
      await carryOut(exchange, side, step, run, stages);
      // Not as released: what an officer does not see change is a revision all the same. And what is made of a record may end with it.
      const rows = step.what.op === 'read' ? [] : await side.made.admin<{ id: string; revision: number }[]>`select id, revision from record where id = any(${[...clocks.keys()]}::uuid[])`;
      for (const row of rows) for (const clock = clocks.get(row.id) ?? []; clock.length < row.revision;) clock.push(step.at);
    } catch (error) {
      throw new Untellable(`${step.kind}, ${step.what.op}: ${error instanceof Refusal ? `${error.code} ${JSON.stringify(error.public)}` : String(error)}: ${JSON.stringify(step)}`, { cause: error });
    }
  }
  if (!passed) await midway();
  await settle(side, clocks);
  if (steps.some(({ what }) => what.op === 'confirm')) await alerted(side);
}

/** What the firewall does by night. */
async function alerted({ made: { admin, assembly } }: Side): Promise<void> {
  await assembly.matcher?.run();
  await admin`select prasan_firewall_batch(${new Date(Date.now() + 86_400_000)})`;
}
