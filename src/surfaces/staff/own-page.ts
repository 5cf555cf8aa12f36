/** Whether a request that changes something comes from a page of this exchange: what else a browser sends along is no proof of that. */
import type { FastifyRequest } from 'fastify';
import { Refusal } from '../../errors.ts';
import type { Entry } from './parts.ts';

/** @throws Refusal FORBIDDEN */
export async function ownPage({ headers }: FastifyRequest, entry: Pick<Entry, 'party'>): Promise<void> {
  const { origin } = await entry.party();
  const site = headers['sec-fetch-site'];
  if (headers.origin === origin && (site === undefined || site === 'same-origin')) return;
  throw new Refusal('FORBIDDEN', `Staff sign in, and are administered, on pages of ${origin} alone`);
}
