/** `prasan disclosures`: which records of whom a client, or one of the staff, was given, without content; and a notice to each originator, in its feed. Or which fields are opened to whom. */
import { parseArgs } from 'node:util';
import { purposesIn } from '../dictionary/compartment.ts';
import { type Given, givenTo, openingsNow, type OpenNow, warnOriginators } from '../store/disclosures.ts';
import { Fault, UsageFault } from './fault.ts';
import { asOwner } from './owner.ts';

function instant(name: string, given: string | undefined, fallback: string): string {
  if (given === undefined) return fallback;
  const at = /^\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:\d\d))?$/.test(given) ? Date.parse(given) : Number.NaN;
  if (Number.isNaN(at)) throw new UsageFault(`--${name} is a date or an instant with zone, as in 2026-11-26T00:00:00+07:00`);
  return new Date(at).toISOString();
}

const lineOf = ({ originator, kind = 'erased', record, times, first, last, fields, covert }: Given): string =>
  [originator, kind, record, `${times}x`, first.toISOString(), last.toISOString(), fields.join(','), ...(covert ? ['covert'] : [])].join('\t');

const openLine = ({ originator, kind, record, partner, field, purposes, until, by }: OpenNow): string =>
  [originator, kind, record, partner, field, purposesIn(purposes).join(','), until.toISOString(), by].join('\t');

async function openings(): Promise<number> {
  return asOwner(async ({ sql }) => {
    const open = await openingsNow(sql);
    for (const one of open) process.stdout.write(`${openLine(one)}\n`);
    process.stderr.write(`${open.length} fields of ${new Set(open.map(({ record }) => record)).size} records are opened\n`);
    return 0;
  });
}

/** @param args what stands after `disclosures` */
export async function disclosures(args: readonly string[]): Promise<number> {
  if (args.length === 1 && args[0] === '--openings') return openings();
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: { client: { type: 'string' }, staff: { type: 'string' }, from: { type: 'string' }, to: { type: 'string' }, list: { type: 'boolean', default: false } } });
  const { client, staff, list } = values;
  const of = client === undefined ? (staff === undefined ? undefined : { staff }) : { client };
  if (of === undefined || (client !== undefined && staff !== undefined) || positionals.length > 0) throw new UsageFault('--client or --staff names whose disclosures');
  if (values.from === undefined) throw new UsageFault('--from says since when it is not to be trusted');
  const from = instant('from', values.from, '');
  const to = instant('to', values.to, new Date(Date.now() + 1000).toISOString());
  if (!(from < to)) throw new Fault('--from is before --to');
  return asOwner(async ({ sql }) => {
    const given = await givenTo(sql, { of, from, to });
    for (const one of given) process.stdout.write(`${lineOf(one)}\n`);
    const told = list ? new Map<string, number>() : await warnOriginators(sql, given);
    const whom = [...told].map(([originator, count]) => `${originator} (${count})`).join(', ');
    process.stderr.write(`${given.length} records of ${new Set(given.map(({ originator }) => originator)).size} originators; ${list ? 'nobody was told' : `notices queued: ${whom === '' ? 'none that were not told already' : whom}`}\n`);
    return 0;
  });
}
