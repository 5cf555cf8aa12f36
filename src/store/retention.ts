/** Ends shares whose clause's retention is over: by the database's clock, for everybody, whoever shared them. */
import type { TransactionSql } from 'postgres';
import type { Dictionary } from '../dictionary/types.ts';
import type { Opened } from '../rules/record.ts';
import type { Registry } from '../rules/registry.ts';
import { followEnds } from './ends.ts';
import { type InternMemory, type Interning, interning, scopesIn } from './intern.ts';
import { type Audiences, limitsOf } from './rows.ts';
import type { Sessions } from './sessions.ts';

interface Due {
  readonly record_id: string;
  readonly ended: string[];
  readonly audience_id: number;
  readonly kind: string;
  readonly level: 0 | 1 | 2 | 3 | 4;
  readonly originator: string;
  readonly state: string;
  /** What is left. */
  readonly channels: string[];
  readonly recipients: string[] | null;
  readonly purposes: number | null;
  readonly case_tag: string | null;
}

export interface RetentionDeps {
  readonly sessions: Sessions;
  readonly dictionary: Dictionary;
  readonly audiences: Audiences;
  readonly memory: InternMemory;
  registry(): Promise<Registry>;
}

const atOnce = 200;

async function endOne(sql: TransactionSql, intern: Interning, { record_id, ended, audience_id, channels, ...key }: Due): Promise<void> {
  const limits = limitsOf(key);
  const [stands] = await sql<{ ends: number[]; opened: Opened[] }[]>`select ends, opened from audience where id = ${audience_id}`;
  const opened = stands?.opened.filter(({ channel }) => channels.includes(channel)) ?? [];
  const left = await intern.audience({ kind: key.kind, level: key.level, originator: key.originator, channels, state: key.state, ends: stands?.ends ?? [], opened, ...(limits !== undefined && { limits }) });
  const { old, now } = await scopesIn(sql, intern, audience_id, left);
  await sql`select prasan_end_shares(${record_id}::uuid, ${ended}::text[], ${audience_id}::integer, ${left.id}::integer, ${old}::integer[], ${now}::integer[])`;
}

/**
 * Ends what is due. Several nodes may do it at once: who comes second finds nothing left.
 * @returns how many records went out of a channel
 */
export async function endDueShares({ sessions, dictionary, audiences, memory, registry }: RetentionDeps): Promise<number> {
  const known = await registry();
  return sessions.plain(async (sql) => {
    let total = 0;
    for (;;) {
      const kept: Interning[] = [];
      const ended = await sql.begin(async (tx) => {
        const due = await tx<Due[]>`select * from prasan_due_shares(${atOnce}) order by record_id`;
        const intern = interning(tx, dictionary, known, memory, audiences);
        for (const one of due) await endOne(tx, intern, one);
        await followEnds(tx, intern, due.map(({ record_id }) => record_id));
        kept.push(intern);
        return due.length;
      });
      for (const intern of kept) intern.keep();
      total += ended;
      if (ended < atOnce) return total;
    }
  });
}
