/** A CPU profile in words: which functions the time went to, and which files. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';

interface Node {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  readonly children?: readonly number[];
}

interface Profile {
  readonly nodes: readonly Node[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

const place = (url: string): string => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? /\/((?:src|bench)\/.*)$/.exec(url)?.[1] ?? (url === '' ? 'engine' : url);

/** Percent of the time that was not idle, by key, the largest first. */
function shares(profile: Profile, keyOf: (node: Node) => string): [string, number][] {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const spent = new Map<string, number>();
  let busy = 0;
  for (const [i, id] of profile.samples.entries()) {
    const node = nodes.get(id);
    const delta = profile.timeDeltas[i] ?? 0;
    if (node === undefined || ['(idle)', '(root)'].includes(node.callFrame.functionName)) continue;
    busy += delta;
    spent.set(keyOf(node), (spent.get(keyOf(node)) ?? 0) + delta);
  }
  return [...spent].map(([key, time]): [string, number] => [key, (100 * time) / busy]).sort((a, b) => b[1] - a[1]);
}

/** The same with all that a function called: only functions of this project. */
function inclusive(profile: Profile): [string, number][] {
  const parent = new Map<number, number>();
  for (const { id, children = [] } of profile.nodes) for (const child of children) parent.set(child, id);
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const spent = new Map<string, number>();
  let busy = 0;
  for (const [i, sample] of profile.samples.entries()) {
    const delta = profile.timeDeltas[i] ?? 0;
    if (['(idle)', '(root)'].includes(nodes.get(sample)?.callFrame.functionName ?? '')) continue;
    busy += delta;
    const seen = new Set<string>();
    for (let id: number | undefined = sample; id !== undefined; id = parent.get(id)) {
      const frame = nodes.get(id)?.callFrame;
      if (frame !== undefined && frame.url.includes('/src/') && !frame.url.includes('node_modules')) seen.add(`${frame.functionName} ${place(frame.url)}:${frame.lineNumber + 1}`);
    }
    for (const key of seen) spent.set(key, (spent.get(key) ?? 0) + delta);
  }
  return [...spent].map(([key, time]): [string, number] => [key, (100 * time) / busy]).sort((a, b) => b[1] - a[1]);
}

export async function printProfile(name: string, file: string): Promise<void> {
  const profile = JSON.parse(await readFile(file, 'utf8')) as Profile;
  const show = (title: string, rows: readonly [string, number][]): string => [`-- ${name}: ${title} (${basename(file)})`, ...rows.map(([key, share]) => `${share.toFixed(1).padStart(5)} %  ${key}`)].join('\n');
  process.stderr.write(`${[
    show('self time by place', shares(profile, ({ callFrame: { url } }) => place(url)).slice(0, 25)),
    show('self time by function', shares(profile, ({ callFrame: { functionName, url, lineNumber } }) => `${functionName || '(anonymous)'} ${place(url)}:${lineNumber + 1}`).slice(0, 45)),
    show('with all they call', inclusive(profile).slice(0, 45)),
  ].join('\n')}\n`);
}
