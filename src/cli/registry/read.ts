/** A folder of YAML files to a registry. What is wrong is told all at once, with file, line and field. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Conditions } from '../../rules/condition.ts';
import type { Countables } from '../../rules/statistic-table.ts';
import type { Declared } from '../../rules/registry.ts';
import { type Bodies, checkRegistry, type Finding, mergeRegistry, type Section } from '../../rules/registry-check.ts';
import { agreement, type AgreementForm, channel, type ChannelForm, client, type ClientForm, issuer, type IssuerForm, mechanism, type MechanismForm, partner, type PartnerForm, statistic, type StatisticForm } from './build.ts';
import { type Fault, fieldOf, type Path } from './fault.ts';
import { parse, type Parsed } from './parse.ts';
import { structureFaults } from './structure.ts';

export type { Fault } from './fault.ts';

export interface ReadOptions {
  /** Record kinds of the dictionary. */
  readonly kinds: Iterable<string>;
  /** What clauses may depend on; nothing unless given. */
  readonly conditions?: Conditions;
  /** Kinds of requests that the dictionary knows. */
  readonly requests?: Iterable<string>;
  /** What their bodies need at the least; nothing is said of those that are not there. */
  readonly bodies?: Bodies;
  /** Stages of a case that the dictionary knows; any unless given. */
  readonly stages?: ReadonlySet<string>;
  /** What tables may count by; nothing unless given. */
  readonly countables?: Countables;
  /** A registry that the folder may refer to (the one in force): what the folder leaves out stays. Undefined: none. */
  readonly base?: Declared;
}

export type ReadResult =
  | { readonly registry: Declared; readonly warnings: readonly Fault[]; readonly faults?: undefined }
  | { readonly faults: readonly Fault[]; readonly warnings: readonly Fault[]; readonly registry?: undefined };

interface Source {
  readonly file: string;
  readonly parsed: Parsed;
}

const sections = ['partners', 'issuers', 'clients', 'agreements', 'channels', 'mechanisms', 'statistics'] as const;
const builders: { readonly [S in Section]: (id: string, form: never) => Declared[S] extends ReadonlyMap<string, infer T> ? T : never } = {
  partners: (id, form: PartnerForm) => partner(id, form),
  issuers: (id, form: IssuerForm) => issuer(id, form),
  clients: (id, form: ClientForm) => client(id, form),
  agreements: (id, form: AgreementForm) => agreement(id, form),
  channels: (id, form: ChannelForm) => channel(id, form),
  mechanisms: (id, form: MechanismForm) => mechanism(id, form),
  statistics: (id, form: StatisticForm) => statistic(id, form),
};
const eachSection = <T>(make: () => T): Record<Section, T> => ({ partners: make(), issuers: make(), clients: make(), agreements: make(), channels: make(), mechanisms: make(), statistics: make() });
const empty: Declared = eachSection(() => new Map<string, never>());

/** One reading of one folder: gathers faults and what could be built. */
class Reading {
  readonly faults: Fault[] = [];
  readonly warnings: Fault[] = [];
  readonly made = eachSection(() => new Map<string, never>());
  readonly faulty = eachSection(() => new Set<string>());
  /** Where each thing is declared: `agreements aoc-1441`. */
  readonly #home = new Map<string, Source>();

  add(file: string, text: string): void {
    const source = { file, parsed: parse(text) };
    const bad = new Set<string>();
    const tell = (path: Path, line: number, message: string): void => {
      this.faults.push({ file, line, field: fieldOf(path), message });
      bad.add(`${path[0]} ${path[1]}`);
    };
    for (const { path, line, message } of source.parsed.flaws) tell(path, line, message);
    // Text that is no YAML yields half a tree, and faults of its form would only hide the one that matters.
    if (bad.has('undefined undefined')) return;
    for (const { path, message } of structureFaults(source.parsed.data)) tell(path, source.parsed.lineAt(path), message);
    for (const section of sections) this.#addSection(source, section, bad);
  }

  #addSection(source: Source, section: Section, bad: ReadonlySet<string>): void {
    const declared = (source.parsed.data as Record<Section, unknown> | undefined)?.[section];
    if (typeof declared !== 'object' || declared === null || Array.isArray(declared)) return;
    for (const [id, form] of Object.entries(declared)) {
      const key = `${section} ${id}`;
      const earlier = this.#home.get(key);
      if (earlier !== undefined) {
        const path = [section, id];
        const message = `is declared twice (first in ${earlier.file}:${earlier.parsed.lineAt(path)})`;
        this.faults.push({ file: source.file, line: source.parsed.lineAt(path), field: fieldOf(path), message });
        continue;
      }
      this.#home.set(key, source);
      if (bad.has(key)) this.faulty[section].add(id);
      else this.made[section].set(id, builders[section](id, form as never) as never);
    }
  }

  /** Says where a finding stands; one on what this folder does not declare stands on the folder. */
  place({ path, message, severity }: Finding, folder: string): void {
    const source = this.#home.get(`${path[0]} ${path[1]}`);
    const placed = { file: source?.file ?? folder, line: source?.parsed.lineAt(path) ?? 0, field: fieldOf(path), message };
    (severity === 'fault' ? this.faults : this.warnings).push(placed);
  }
}

const byPlace = (a: Fault, b: Fault): number => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line);

/** The YAML files of a folder, in order of name. @throws when the folder can't be read */
async function textsOf(folder: string): Promise<{ file: string; text: string }[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => !entry.isDirectory() && /\.ya?ml$/.test(entry.name)).map((entry) => entry.name).sort();
  const decoder = new TextDecoder('utf-8', { fatal: true });
  return Promise.all(names.map(async (name) => ({ file: join(folder, name), text: decoder.decode(await readFile(join(folder, name))) })));
}

const messageOf = (error: unknown): string => {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'there is no such folder';
  if (code === 'EACCES') return 'may not be read';
  return code === 'ERR_ENCODING_INVALID_ENCODED_DATA' ? 'holds a file that is not UTF-8 text' : 'cannot be read';
};

/**
 * Reads and checks the `*.yaml` files of a folder.
 * @returns the registry, or every fault; never throws on what is in the folder
 */
export async function readRegistry(folder: string, { kinds, conditions = {}, countables = {}, requests = [], bodies = new Map(), stages, base = empty }: ReadOptions): Promise<ReadResult> {
  const reading = new Reading();
  try {
    const texts = await textsOf(folder);
    if (texts.length === 0) reading.faults.push({ file: folder, line: 0, field: '', message: 'holds no .yaml file' });
    for (const { file, text } of texts) reading.add(file, text);
  } catch (error) {
    reading.faults.push({ file: folder, line: 0, field: '', message: messageOf(error) });
  }
  const registry: Declared = reading.made;
  const findings = checkRegistry(mergeRegistry(base, registry), { kinds: new Set(kinds), conditions, countables, requests: new Set(requests), bodies, ...(stages !== undefined && { stages }), faulty: reading.faulty });
  for (const finding of findings) reading.place(finding, folder);
  const warnings = reading.warnings.sort(byPlace);
  return reading.faults.length > 0 ? { faults: reading.faults.sort(byPlace), warnings } : { registry, warnings };
}
