/** `prasan`: the commands. Each is loaded when it is called, so that none pays for another. */
import { ConfigFault } from '../config.ts';
import { EmbeddedFault } from '../store/embedded/fault.ts';
import { StartFault } from '../server.ts';
import { Fault, UsageFault } from './fault.ts';
import { unforeseen } from './unforeseen.ts';

interface Command {
  /** What stands after `prasan`. */
  readonly usage: string;
  readonly about: string;
  /** @returns the exit code: 0 done, 1 it could not be done, 2 wrongly called */
  readonly run: (args: readonly string[]) => Promise<number>;
}

const commands: Readonly<Record<string, Command>> = {
  serve: { usage: 'serve', about: 'run the exchange (npm start)', run: async (args) => (await import('./serve.ts')).serve(args) },
  token: {
    usage: 'token <partner> [--purpose P]... [--clearance L] [--caveat C]... [--scope S]... [--desk D] [--subject S] [--life SECONDS]',
    about: 'print a bearer token of the demonstration', run: async (args) => (await import('./token.ts')).token(args),
  },
  db: { usage: 'db init', about: 'make roles and the key file, and migrate (production)', run: async (args) => (await import('./db.ts')).db(args) },
  doctor: { usage: 'doctor', about: 'tell everything that keeps production from starting, at once', run: async (args) => (await import('./doctor.ts')).doctor(args) },
  check: { usage: 'check <folder>', about: 'check declared partners, issuers, clients, agreements, channels; no database needed', run: async (args) => (await import('./registry/check.ts')).check(args, process.stdout) },
  apply: { usage: 'apply <folder> [--plan] [--reason TEXT]', about: 'put what is declared in force; --plan shows what would change, for whom', run: async (args) => (await import('./apply.ts')).apply(args) },
  suspend: { usage: 'suspend partner|client|staff|agreement|channel|issuer|statistic <id> --reason TEXT', about: 'take out of force with the next request', run: async (args) => (await import('./suspend.ts')).suspend(args, 'SUSPENDED') },
  resume: { usage: 'resume partner|client|staff|agreement|channel|issuer|statistic <id> [--reason TEXT]', about: 'put back in force', run: async (args) => (await import('./suspend.ts')).suspend(args, 'ACTIVE') },
  revoke: { usage: 'revoke <token | jti | -> [--issuer ISSUER] --reason TEXT', about: 'take one token, of whichever issuer, out of force with the next request; - reads it from standard input', run: async (args) => (await import('./revoke.ts')).revoke(args) },
  staff: {
    usage: 'staff list [--partner P] | staff invite --partner P --name N [--email E] [--desk D] [--clearance L] [--caveat C]... [--purpose P]... [--scope S]... [--not-administrator]',
    about: 'invite the first administrator of a partner\'s staff: prints a link that works once; or list staff', run: async (args) => (await import('./staff.ts')).staff(args),
  },
  disclosures: {
    usage: 'disclosures --client <id> | --staff <id> --from DATE [--to DATE] [--list], or disclosures --openings', about: 'which records of whom a client, or one of the staff, was given, without content; tells each originator in its feed, unless --list; or which fields are opened to whom',
    run: async (args) => (await import('./disclosures.ts')).disclosures(args),
  },
  issuer: { usage: 'issuer rotate [--after SECONDS] [--reason TEXT] | issuer rotate --at-once --reason TEXT', about: 'another signing key for the built-in issuer, on every node', run: async (args) => (await import('./issuer.ts')).issuer(args) },
  keys: { usage: 'keys rotate [--finish]', about: 'another master key, in two steps, while nodes serve', run: async (args) => (await import('./keys.ts')).keys(args) },
  backup: { usage: 'backup <folder> [--rows | --keys]', about: 'back up rows and keys, apart, into folder/rows and folder/keys', run: async (args) => (await import('./backup.ts')).backup(args) },
  restore: {
    usage: 'restore <folder> [--rows | --keys] [--replace]', about: 'restore a backup, and do again what was erased, held or suspended since; with all nodes stopped',
    run: async (args) => (await import('./backup.ts')).restore(args),
  },
  replay: { usage: 'replay', about: 'the second half of restore, for rows that were restored by other means', run: async (args) => (await import('./backup.ts')).replayAll(args) },
  import: {
    usage: 'import <file | -> --as TOKEN [--url URL] [--channel C]... [--default field=value]... [--timezone Z] [--calendar buddhist] [--kind indicators] [--purpose P] [--format ndjson|csv|list] [--dry-run] [--confirm-known-good]',
    about: 'send a file (CSV, NDJSON, a plain list; gzip and zstd too); exits 1 when rows were refused, 2 when it failed',
    run: async (args) => (await import('./import.ts')).importFile(args),
  },
  contract: { usage: 'contract [--check]', about: 'write openapi.yaml and docs/schema.graphql from schema/, or check them', run: async (args) => (await import('./contract.ts')).contract(args) },
  config: { usage: 'config', about: 'print the settings (environment variables) as a table', run: async (args) => (await import('./settings.ts')).settings(args) },
};

export function help(): string {
  const widest = Math.max(...Object.keys(commands).map((name) => name.length));
  const lines = Object.entries(commands).map(([name, { about }]) => `  ${name.padEnd(widest)}  ${about}`);
  return ['prasan: a cross-border intelligence exchange', '', 'usage: prasan <command>', '', ...lines, '', '`prasan <command> --help` tells how a command is called.', ''].join('\n');
}

const toldInOneLine = (error: unknown): error is Error =>
  error instanceof Fault || error instanceof StartFault || error instanceof EmbeddedFault || error instanceof ConfigFault || (error instanceof Error && error.name === 'DictionaryError');

function tell(name: string, error: unknown): number {
  if (error instanceof UsageFault || (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'))) {
    process.stderr.write(`prasan ${name}: ${error.message.split('\n')[0]}\nusage: prasan ${commands[name]?.usage ?? name}\n`);
    return 2;
  }
  const lines = toldInOneLine(error) ? error.message.split('\n') : [unforeseen(error)];
  for (const line of lines) process.stderr.write(`prasan: ${line}\n`);
  if (process.env['LOG_LEVEL'] === 'debug' && error instanceof Error) process.stderr.write(`${error.stack ?? ''}\n`);
  return 1;
}

/** @param argv what stands after `prasan` */
export async function main(argv: readonly string[]): Promise<number> {
  const [name = 'help', ...args] = argv;
  if (['help', '--help', '-h'].includes(name)) {
    process.stdout.write(help());
    return 0;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) {
    process.stderr.write(`prasan: there is no command ${name}; \`prasan help\` lists them\n`);
    return 2;
  }
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(`prasan ${command.usage}\n${command.about}\n`);
    return 0;
  }
  try {
    return await command.run(args);
  } catch (error) {
    return tell(name, error);
  }
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
