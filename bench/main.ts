/**
 * `npm run bench [-- names...] [--rounds N] [--seconds S] [--records N] [--rows N] [--profile]`: the ratios, as a table and as JSON. See README.md.
 * Exits with 1 when a bar is missed.
 */
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Figure, lineOf, met, table } from './figure.ts';
import { openLoader } from './loader.ts';
import { auth } from './measure/auth.ts';
import { batch } from './measure/batch.ts';
import { count } from './measure/count.ts';
import { inbox } from './measure/inbox.ts';
import { importing } from './measure/import.ts';
import { lookup } from './measure/lookup.ts';
import { names } from './measure/names.ts';
import { page } from './measure/page.ts';
import { noisy } from './measure/noisy.ts';
import { request } from './measure/request.ts';
import { scale } from './measure/scale.ts';
import { submit } from './measure/submit.ts';
import type { Measuring, Seeded } from './measuring.ts';
import { printProfile } from './profile.ts';
import { makeWorld } from './registry.ts';
import { seed } from './seed.ts';
import { openStage, profileIn, type Stage } from './stage.ts';

const measurements: Readonly<Record<string, (measuring: Measuring) => Promise<Figure[]>>> = { lookup, auth, scale, batch, import: importing, count, page, submit, request, inbox, names, noisy };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '5' }, seconds: { type: 'string', default: '3' }, records: { type: 'string', default: '1000000' }, rows: { type: 'string', default: '200000' },
    profile: { type: 'boolean', default: false },
  },
});

const say = (text: string): void => void process.stderr.write(`${text}\n`);

/** Seeds once, on first use. */
function once(make: () => Promise<Seeded>): () => Promise<Seeded> {
  let made: Promise<Seeded> | undefined;
  return async () => (made ??= make());
}

function measuringOn(stage: Stage): Measuring {
  const world = makeWorld();
  const seeded = (name: string, records: number, sample: number, plain: boolean) => once(async () => {
    say(`seeding ${records} records`);
    const database = await stage.database(name);
    return { database, count: records, samples: await seed(stage, database, world, { count: records, sample, plain }) };
  });
  const records = Number(values.records);
  return {
    stage, world, records, say, load: openLoader(stage), rounds: Number(values.rounds), seconds: Number(values.seconds), rows: Number(values.rows),
    big: seeded('big', records, Math.min(20_000, Math.floor(records / 10)), true), small: seeded('small', 10_000, 2_000, false),
    profile: undefined,
  };
}

async function run(names: readonly string[]): Promise<Figure[]> {
  const stage = await openStage();
  const stop = (): void => void stage.close().finally(() => process.exit(130));
  process.once('SIGINT', stop).once('SIGTERM', stop);
  const figures: Figure[] = [];
  try {
    const measuring = measuringOn(stage);
    for (const name of names) {
      say(`measuring ${name}`);
      const profile = values.profile ? join(stage.folder, `profile-${name}`) : undefined;
      const found = await (measurements[name] ?? lookup)({ ...measuring, profile }).catch((error: unknown) => {
        // What was measured before is not lost.
        say(`${name} failed: ${error instanceof Error ? error.message : String(error)}`);
        process.exitCode = 1;
        return [];
      });
      for (const figure of found) say(`  ${lineOf(figure)}`);
      figures.push(...found);
      const file = profile === undefined ? undefined : await profileIn(profile);
      if (file !== undefined) await printProfile(name, file);
    }
  } finally {
    await stage.close();
  }
  return figures;
}

const unknown = positionals.filter((name) => !Object.hasOwn(measurements, name));
if (unknown.length > 0) throw new Error(`there is no measurement ${unknown.join(', ')}: ${Object.keys(measurements).join(', ')}`);
const start = performance.now();
const figures = await run(positionals.length === 0 ? Object.keys(measurements) : positionals);
const machine = { at: new Date().toISOString(), cpus: cpus().length, cpu: cpus()[0]?.model ?? '', node: process.version, seconds: Math.round((performance.now() - start) / 1000) };
process.stdout.write(`${table(figures)}\n\n${JSON.stringify({ ...machine, figures: figures.map((figure) => ({ ...figure, met: met(figure) })) }, null, 2)}\n`);
if (figures.some((figure) => met(figure) === false)) process.exitCode = 1;
process.exit();
