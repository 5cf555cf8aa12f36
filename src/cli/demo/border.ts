/** Interviews at crossings of the last quarter, of the demonstration: enough of them that a committee's table shows something. Invented throughout. */
import type { Sql } from 'postgres';
import type { Author, DemoRecord } from './records.ts';

const cleared = { purpose: 'PREVENTION', clearance: 'CONFIDENTIAL', caveats: ['PERSONAL', 'OPERATIONAL'] } as const;
const posts: readonly Author[] = [{ partner: 'th-atc', ...cleared }, { partner: 'th-pct', ...cleared }];

/** How many of each of the two. The last are too few to be shown, and take others with them. */
const lots = [['TURNED_BACK', 'TH', 9], ['PROCEEDED', 'TH', 7], ['TURNED_BACK', 'VN', 7], ['PROCEEDED', 'VN', 6], ['REFERRED', 'VN', 2]] as const;

/** The middle of the last quarter that is over, UTC. */
export function lastQuarter(now: number): Date {
  const today = new Date(now);
  return new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() - (today.getUTCMonth() % 3) - 2, 15, 4));
}

/** @param now Unix milliseconds */
export const demoBorder = (now: number): DemoRecord[] => posts.flatMap((author) => lots.flatMap(([outcome, nationality, count]) => Array.from({ length: count }, (_, i): DemoRecord => ({
  author, kind: 'Screening',
  body: {
    at: lastQuarter(now).toISOString(), nationality, outcome, classification: 'RESTRICTED', channels: ['th-kh-border', 'unodc'], externalRef: `DEMO-BORDER-${outcome}-${nationality}-${i + 1}`,
  },
}))));

/** As if they had been submitted then: only what was submitted in a period that is over is counted. */
export async function submittedThen(sql: Sql, now: number): Promise<void> {
  const then = lastQuarter(now);
  await sql`update record r set created_at = ${then}, updated_at = ${then}
    where kind = 'Screening' and exists (select from share s where s.record_id = r.id and s.channel = 'th-kh-border')`;
}
