/** Asking three desks at once over HTTP, against a bare insert of the same rows in the same tables. */
import type { Figure } from '../figure.ts';
import type { Measuring } from '../measuring.ts';
import { makeWorld } from '../registry.ts';
import { requestTo } from '../requests.ts';
import { againstBare } from './against-bare.ts';

/** Of a leg's record, its request. */
const ofRequest = (id: string): string => `coalesce((select l.request_id from request_leg l where l.record_id = ${id}), ${id})`;
const disclosed = '(select d.records[1] from ledger_disclosure d where d.entry_id = t.id order by d.records limit 1)';
const tables = {
  main: {
    record: ofRequest('t.id'), search_key: ofRequest('t.record_id'), outbox: ofRequest('t.record_id'), share: ofRequest('t.record_id'), record_end: 't.end_id', request_leg: 't.request_id',
    ledger_disclosure: ofRequest('t.records[1]'), ledger_entry: ofRequest(disclosed),
  },
  keys: { record_key: 'record_id' },
};

export async function request(measuring: Measuring): Promise<Figure[]> {
  const world = makeWorld({ kinds: ['Indicator'], caveats: ['PERSONAL'], requests: ['ARREST'] });
  const compared = await againstBare(measuring, { world, name: 'requests', path: '/v1/requests', body: (n) => requestTo([1, 2, 3], n), tables });
  return [{ name: 'request', what: 'asking three desks over HTTP, rate of a bare insert\'s', bar: { least: 0.35 }, ...compared }];
}
