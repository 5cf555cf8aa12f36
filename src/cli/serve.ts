/** `prasan serve`: the exchange, until it is told to stop. */
import { hostname } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import type { Logger } from 'pino';
import { assemble, type Assembly, surfaces } from '../assemble.ts';
import { type Config, ConfigFault, readConfig } from '../config.ts';
import { levelOf } from '../dictionary/compartment.ts';
import { loadDictionary } from '../dictionary/load.ts';
import type { Dictionary } from '../dictionary/types.ts';
import { enrichAddress, enrichmentSource, warmEnrichment } from '../exchange/enrich/index.ts';
import { type WatchedLists, watchWarningLists } from '../exchange/warning-lists/watched.ts';
import { defaultLimits } from '../rules/limits.ts';
import { listen, StartFault, tryPorts } from '../server.ts';
import { makeLog } from '../surfaces/log.ts';
import { makeMetrics } from '../surfaces/metrics.ts';
import type { Demo } from '../surfaces/pages/pages.ts';
import { projectVersion } from './contract.ts';
import { openDemonstration } from './demo/demonstration.ts';
import { faultsNow } from './doctor.ts';
import { UsageFault } from './fault.ts';
import { keepHouse } from './housekeeping.ts';
import { checkProduction } from './production.ts';
import { watchRecovery } from './recovery.ts';
import { untilSignal } from './signals.ts';

export interface Databases {
  readonly databaseUrl: string;
  readonly keyDatabaseUrl: string;
  readonly matcherDatabaseUrl?: string | undefined;
  readonly keyFile: string;
}

/** What differs between the two modes. */
export interface Mode extends Databases {
  /** Once the exchange stands and before anybody is served. @returns the partner chooser of the demonstration */
  prepare(assembly: Assembly): Promise<Demo | undefined>;
  /** What is told once it listens. */
  welcome(url: string): string | undefined;
  close(): Promise<void>;
}

async function production({ databaseUrl, keyDatabaseUrl, matcherDatabaseUrl, keyFile, publicUrl }: Config): Promise<Mode> {
  if (databaseUrl === undefined || keyDatabaseUrl === undefined || keyFile === undefined) throw new StartFault('DATABASE_URL, KEY_DATABASE_URL and KEY_FILE are needed');
  await checkProduction({ databaseUrl, keyDatabaseUrl, matcherDatabaseUrl, keyFile, publicUrl });
  return { databaseUrl, keyDatabaseUrl, matcherDatabaseUrl, keyFile, prepare: async () => undefined, welcome: () => undefined, close: async () => undefined };
}

/** Milliseconds after which a newer warning list is in force. */
const listsEvery = 60_000;

async function assembled(config: Config, dictionary: Dictionary, mode: Mode, lists: WatchedLists, log: Logger): Promise<Assembly> {
  const { poolSize, audience, tokenLeewaySeconds: leewaySeconds, tokenMaxLifeSeconds: maxLifeSeconds } = config;
  // V8 left to itself keeps several times as much garbage as there is life before it looks; long imports would run up memory for nothing.
  setFlagsFromString('--heap-growing-percent=100');
  warmEnrichment();
  return assemble({
    databaseUrl: mode.databaseUrl, keyDatabaseUrl: mode.keyDatabaseUrl, matcherDatabaseUrl: mode.matcherDatabaseUrl, keyFile: mode.keyFile, poolSize, dictionary, log,
    node: `${hostname()}-${process.pid}`,
    maximum: levelOf(config.maxClassification) ?? 0,
    attachable: config.attachable,
    tokens: { audience, leewaySeconds, maxLifeSeconds },
    demoIssuer: config.mode === 'embedded',
    limits: defaultLimits,
    enrich: enrichAddress,
    warn: (type, value, use) => lists.match(type, value, use),
  });
}

/** Starts, runs until a signal comes, and ends what it started, in the reverse order, also when the start fails. */
async function run(config: Config, log: Logger, signal: Promise<unknown>, stopped: () => boolean): Promise<void> {
  const closers: (() => Promise<void>)[] = [];
  try {
    await tryPorts(config);
    const dictionary = loadDictionary();
    const mode = config.mode === 'embedded' ? await openDemonstration(config, dictionary, log, stopped) : await production(config);
    closers.push(async () => mode.close());
    const lists = await watchWarningLists(config.warningLists === undefined ? [] : [config.warningLists], {
      every: listsEvery, failed: (error) => { log.error({ err: error }, 'the warning lists could not be read anew: the former ones stay in force'); },
    });
    closers.push(async () => { lists.close(); });
    const assembly = await assembled(config, dictionary, mode, lists, log);
    closers.push(async () => assembly.close());
    closers.push(keepHouse(assembly, log));
    const demo = await mode.prepare(assembly);
    const recovery = await watchRecovery(assembly.store.recovery, log);
    closers.push(async () => recovery.stop());
    const metrics = makeMetrics();
    const { publicUrl, trustedProxies: trustProxy, bodyLimit } = config;
    const app = await surfaces(assembly, { config: { publicUrl, trustProxy, bodyLimit }, log, version: projectVersion(), metrics, demo, sources: enrichmentSource(), open: () => recovery.open() });
    if (stopped()) return;
    const server = await listen({ app, metrics, config, log });
    closers.push(async () => server.stop());
    log.info({ listening: server.url, mode: config.mode }, 'ready');
    const told = mode.welcome(server.url);
    if (told !== undefined) process.stdout.write(told);
    await signal;
    log.info('stopping');
  } finally {
    for (const close of closers.toReversed()) await close();
  }
}

/** @throws ConfigFault with all that keeps production from starting, where its settings are wrong already: nobody should have to try again for each */
async function configured(): Promise<ReturnType<typeof readConfig>> {
  try {
    return readConfig(process.env);
  } catch (error) {
    throw error instanceof ConfigFault && process.env['DATABASE_URL']?.trim() ? new ConfigFault(await faultsNow()) : error;
  }
}

/**
 * @param args none
 * @throws StartFault, EmbeddedFault, ConfigFault: one line each, with nothing left behind
 */
export async function serve(args: readonly string[]): Promise<number> {
  if (args.length > 0) throw new UsageFault('takes no arguments: its settings are environment variables (`prasan config`)');
  const { config, warnings } = await configured();
  const log = makeLog({ level: config.logLevel, redacted: loadDictionary().redacted });
  for (const warning of warnings) log.warn(warning);
  const { signal, stopped, release } = untilSignal();
  try {
    await run(config, log, signal, stopped);
    return 0;
  } catch (error) {
    // Ctrl-C in the middle of a start also interrupts what it had started.
    if (stopped()) return 0;
    throw error;
  } finally {
    release();
  }
}
