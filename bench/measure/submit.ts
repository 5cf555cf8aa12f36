/** Submitting fully filled identities over HTTP, against a bare insert of the same rows. */
import type { Figure } from '../figure.ts';
import type { Measuring } from '../measuring.ts';
import { identity } from '../persons.ts';
import { makeWorld } from '../registry.ts';
import { againstBare } from './against-bare.ts';

const tables = {
  main: {
    record: 'id', search_key: 'record_id', outbox: 'record_id', share: 'record_id', record_ref: 'record_id', ledger_disclosure: 'records[1]',
    ledger_entry: '(select d.records[1] from ledger_disclosure d where d.entry_id = t.id)',
    // Nothing there says which record it is of: any one of each.
    match_job: "(select r.id from record r order by r.id offset (select count(*) from match_job o where o.id < t.id) limit 1)",
  },
  keys: { record_key: 'record_id' },
} as const;

export async function submit(measuring: Measuring): Promise<Figure[]> {
  const world = makeWorld({ kinds: ['Identity'], caveats: ['PERSONAL', 'VICTIM', 'OPERATIONAL', 'SOURCE'], clearance: 3 });
  const compared = await againstBare(measuring, { world, name: 'identities', path: '/v1/identities', body: identity, tables });
  return [{ name: 'submit', what: 'submitting fully filled identities over HTTP, rate of a bare insert\'s', bar: { least: 0.35 }, ...compared }];
}
