/** `POST /v1/lookups`: many values asked at once. */
import type { FastifyInstance } from 'fastify';
import { mostLookedUp } from '../../dictionary/lookups.ts';
import { type FieldFault, Refusal } from '../../errors.ts';
import type { Exchange, LookupValue } from '../../exchange/api.ts';
import { askerOf } from '../asker.ts';
import { json } from '../json-body.ts';
import { named, readQuery } from './query.ts';
import { bodyOf } from './records.ts';
import { sendLookups } from './render.ts';

const mostFaults = 20;
const bodyLimit = 32 * 1024 * 1024;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** What is wrong with the form of one entry; whether its value can be read is answered in its place, and spoils nothing else. */
function entryFault(entry: unknown, i: number): FieldFault | undefined {
  const field = `values.${i}`;
  if (!isObject(entry)) return { field, message: 'must be an object with a value' };
  const stray = Object.keys(entry).find((name) => name !== 'type' && name !== 'value');
  if (stray !== undefined) return { field: `${field}.${stray.slice(0, 100)}`, message: 'is not a member here' };
  if (typeof entry['value'] !== 'string') return { field: `${field}.value`, message: 'must be text' };
  const type = entry['type'];
  return type === undefined || type === null || typeof type === 'string' ? undefined : { field: `${field}.type`, message: 'must be text' };
}

/** @throws Refusal INVALID naming the entries of a wrong form */
function valuesOf(body: unknown): LookupValue[] {
  const values = isObject(body) ? body['values'] : undefined;
  const stray = isObject(body) ? Object.keys(body).find((name) => name !== 'values') : undefined;
  if (stray !== undefined) throw new Refusal('INVALID', { errors: [{ field: stray.slice(0, 100), message: 'is not a member here' }] });
  if (!Array.isArray(values) || values.length === 0) throw new Refusal('INVALID', { errors: [{ field: 'values', message: 'must be a list of at least one value' }] });
  if (values.length > mostLookedUp) throw new Refusal('TOO_LARGE', { errors: [{ field: 'values', message: `holds more than ${mostLookedUp} values` }] });
  const errors: FieldFault[] = [];
  for (const [i, entry] of values.entries()) {
    const fault = entryFault(entry, i);
    if (fault !== undefined) errors.push(fault);
    if (errors.length === mostFaults) break;
  }
  if (errors.length > 0) throw new Refusal('INVALID', { errors });
  return (values as readonly { readonly type?: string | null; readonly value: string }[]).map(({ type, value }) => ({ type: type ?? undefined, value }));
}

export function addLookupRoute(app: FastifyInstance, exchange: Exchange): void {
  const config = { access: 'viewer', scope: 'records:read', consumes: [json], readsAnyText: true, bodyWithin: 120_000 } as const;
  app.post('/v1/lookups', { config, bodyLimit }, async (request, reply) => {
    readQuery(request, named());
    return sendLookups(reply, await exchange.lookup(askerOf(request), valuesOf(bodyOf(request))));
  });
}
