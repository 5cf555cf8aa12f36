/** What a fuzz remembers of earlier answers, to ask with it again. The last few of each: what is long gone teaches nothing. */
import type { Known } from './requests.ts';

export interface Memory extends Known {
  /** @param kind the name of its path */
  id(kind: string, id: string): void;
  /** Takes ids, cursors and tags from an answer. */
  learn(path: string, status: number, headers: Readonly<Record<string, unknown>>, body: string): void;
}

const kept = 12;

export function memory(): Memory {
  const ids = new Map<string, string[]>();
  const cursors: string[] = [];
  const etags: string[] = [];
  const keep = (list: string[], one: unknown): void => {
    if (typeof one !== 'string' || one === '' || list.includes(one)) return;
    list.push(one);
    if (list.length > kept) list.shift();
  };
  const id = (kind: string, one: string): void => {
    const list = ids.get(kind) ?? [];
    ids.set(kind, list);
    keep(list, one);
  };
  return {
    ids, cursors, etags, id,
    learn(path, status, headers, body) {
      keep(etags, headers['etag']);
      if (status >= 300 || !String(headers['content-type']).startsWith('application/json')) return;
      const told = JSON.parse(body) as Readonly<Record<string, unknown>>;
      keep(cursors, told['nextCursor'] ?? told['cursor']);
      if (typeof told['id'] !== 'string') return;
      id(path.endsWith('/import') ? 'imports' : path.includes('/holds') ? 'holds' : (path.split('/')[2] ?? ''), told['id']);
    },
  };
}
