/** Warning lists that follow their folders: an operator puts a newer file there, and nothing is restarted. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { builtinFolder, loadWarningLists, type WarningLists } from './index.ts';

export interface WatchedLists extends Pick<WarningLists, 'match'> {
  /** Reads the folders again if anything in them changed. @returns whether newer lists are in force; lists that cannot be read leave the former ones so */
  refresh(): Promise<boolean>;
  close(): void;
}

export interface Watching {
  /** Milliseconds between two looks; undefined: nobody looks by itself. */
  readonly every?: number;
  /** Told of lists that could not be read. */
  failed(error: unknown): void;
}

/** Names, sizes and times of all files: what a newer list changes. */
async function signatureOf(folders: readonly string[]): Promise<string> {
  const seen = await Promise.all(folders.map(async (folder) => {
    const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name)).sort();
    return Promise.all(files.map(async (file) => {
      const { size, mtimeMs } = await stat(file);
      return `${file} ${size} ${mtimeMs}`;
    }));
  }));
  return seen.flat().join('\n');
}

/** @throws Error naming the file that is no warning list, at the start: an operator must know that a safeguard is not there */
export async function watchWarningLists(folders: readonly string[], { every, failed }: Watching): Promise<WatchedLists> {
  const all = [builtinFolder, ...folders];
  let signature = await signatureOf(all);
  let lists = await loadWarningLists(folders);
  const refresh = async (): Promise<boolean> => {
    try {
      const now = await signatureOf(all);
      if (now === signature) return false;
      const newer = await loadWarningLists(folders);
      [lists, signature] = [newer, now];
      return true;
    } catch (error) {
      failed(error);
      return false;
    }
  };
  const timer = every === undefined ? undefined : setInterval(() => void refresh(), every).unref();
  return { match: (type, value, use) => lists.match(type, value, use), refresh, close: () => { clearInterval(timer); } };
}
