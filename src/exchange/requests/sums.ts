/** How requests stand, in sums: over the legs that are released to the asker, its own requests' and those of its desks, and over nothing else. */
import { isObject } from '../../dictionary/json.ts';
import { instantMs } from '../../dictionary/normalise/instant.ts';
import type { Json } from '../../dictionary/types.ts';
import { invalid, Refusal } from '../../errors.ts';
import type { Released } from '../../rules/release.ts';
import { type SummedLeg, sumsOf } from '../../rules/request-sums.ts';
import { validate as isUuid } from 'uuid';
import { answer } from '../answer.ts';
import type { Asker, RequestSums, SumsAsked } from '../api.ts';
import type { Deps } from '../deps.ts';
import type { SentQuery } from './request-port.ts';

/** Legs that one answer sums. */
const mostLegs = 2000;
/** Milliseconds: what is summed where nobody says from when. */
const usual = 30 * 86_400_000;

function instantOf(field: string, given: string | undefined): number | undefined {
  const ms = given === undefined ? undefined : instantMs(given);
  if (given !== undefined && ms === undefined) throw invalid(field, 'an instant with its zone, as in 2026-01-31T08:00:00Z (RFC 3339)');
  return ms;
}

function queryOf({ dictionary }: Deps, { request, asks, from, to }: SumsAsked): SentQuery {
  if (request !== undefined && !isUuid(request)) throw invalid('request', 'the id of a request');
  if (asks !== undefined && !dictionary.requests.has(asks)) throw invalid('asks', `one of ${[...dictionary.requests.keys()].join(', ')}`);
  const [begins, ends] = [instantOf('from', from), instantOf('to', to)];
  if (begins !== undefined && ends !== undefined && ends <= begins) throw invalid('to', 'an instant after `from`');
  // One request is summed whole, however old it is.
  const since = begins ?? (request === undefined ? (ends ?? Date.now()) - usual : undefined);
  return { request, asks, from: since === undefined ? undefined : new Date(since).toISOString(), to: ends === undefined ? undefined : new Date(ends).toISOString(), limit: mostLegs + 1 };
}

const steps = (value: Json | undefined): readonly { readonly step: string; readonly at: string }[] =>
  (Array.isArray(value) ? (value as readonly Json[]).filter(isObject).map(({ step, at }) => ({ step: String(step), at: String(at) })) : []);

/** Whether the desk that was asked is late: not where it waits for who asks. */
const lateOf = (value: Json | undefined, now: number): boolean =>
  Array.isArray(value) && (value as readonly Json[]).filter(isObject).some(({ due, waitsFor }) => waitsFor !== 'ASKER' && Date.parse(String(due)) <= now);

/** @param partner who asks for the sums */
function legOf({ dictionary }: Deps, { body, originator }: Released, partner: string, now: number): SummedLeg {
  const made = steps(body['steps']);
  const done = dictionary.requests.get(String(body['asks']))?.machine.done;
  // Whichever move sent it stands first.
  const [sent, over] = [made[0], made.find(({ step }) => step === done)];
  const took = sent === undefined || over === undefined ? undefined : Math.round((Date.parse(over.at) - Date.parse(sent.at)) / 1000);
  const desk = isObject(body['desk']) ? body['desk'] : {};
  return {
    request: String(body['request']), side: originator === partner ? 'ASKER' : 'ASKED', asks: String(body['asks']), partner: String(desk['partner']), state: String(body['state']),
    overdue: lateOf(body['clocks'], now), took,
  };
}

/** @throws Refusal INVALID */
export async function requestSums(deps: Deps, asker: Asker, asked: SumsAsked): Promise<RequestSums> {
  const query = queryOf(deps, asked);
  return answer<RequestSums>(deps, asker, 'records:read', 'requestSums', async (reader) => {
    const { records, ...moment } = await deps.requests.sent(reader.stamp, query);
    const { rows, version, now } = await deps.read.byIds(reader.stamp, records.slice(0, mostLegs));
    if (version !== moment.version) throw new Refusal('REGISTRY_MOVED');
    const released = await reader.release(rows, now);
    const legs = released.map((leg) => legOf(deps, leg, reader.viewer.partner, now));
    return {
      moment: { version, now }, released, asked: [deps.vault.blindForLedger(JSON.stringify([asked.request ?? null, asked.asks ?? null]))],
      finish: () => ({ executors: sumsOf(legs, false), requests: sumsOf(legs, true), cut: records.length > mostLegs }),
    };
  });
}
