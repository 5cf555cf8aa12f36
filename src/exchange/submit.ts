/** Submitting one record, with those it holds. */
import type { Body, Kind } from '../dictionary/types.ts';
import { demandJson, validSubmission } from '../dictionary/validate.ts';
import { Refusal } from '../errors.ts';
import { act, type Done, type Writer } from './act.ts';
import type { Asker, Idempotency, Submitted, SubmitOptions } from './api.ts';
import type { Deps } from './deps.ts';
import { gone } from './erasure/gone.ts';
import { kindNamed } from './find.ts';
import { insertMoves } from './requests/move.ts';
import { demandUnpassed } from './requests/pass-on.ts';
import { sendLegs } from './requests/send.ts';
import { insertTogether, type Written } from './together.ts';

async function insert(deps: Deps, writer: Writer, kind: Kind, given: unknown, confirmed: boolean): Promise<Written> {
  const body = typeof given === 'object' && given !== null && !Array.isArray(given) ? (given as Body) : validSubmission(kind, given);
  // What cannot be kept or has no end is told before anything is taken apart.
  demandJson(body);
  if (kind.course === 'LEG') throw new Refusal('FORBIDDEN', 'a leg is made by sending a request');
  if (kind.course === 'ATTACHMENT') throw new Refusal('FORBIDDEN', 'what is attached comes with its bytes: POST /v1/requests/{id}/attachments');
  if (kind.course === 'MOVE') return read(writer, await insertMoves(deps, writer, kind, body));
  if (kind.course === 'REQUEST') demandUnpassed(body);
  // How much it presses stands in the request as in its legs, so that a search by it finds both.
  const filled = kind.course === 'REQUEST' && (body['precedence'] ?? null) === null ? { ...body, precedence: 'ROUTINE' } : body;
  const written = await insertTogether(deps, writer, kind, filled, confirmed);
  if (kind.course !== 'REQUEST' || body['draft'] === true) return written;
  const [request] = await writer.release(written.rows, writer.tx.now);
  if (request !== undefined) await sendLegs(deps, writer, request);
  return written;
}

const read = async ({ tx }: Writer, ids: readonly string[]): Promise<Written> => ({ id: ids[0] ?? '', rows: await tx.byIds(ids) });

/** What a key stands for: the same bytes said of another kind are another submission. */
const saidOf = ({ name }: Kind, body: Uint8Array): Buffer => Buffer.concat([Buffer.from(`${name}\n`), body]);

/** @returns the id that an earlier use of the key made; undefined: the key is new. @throws Refusal IDEMPOTENCY_CONFLICT */
async function madeBefore(deps: Deps, { tx, viewer }: Writer, kind: Kind, { key, body }: Idempotency): Promise<string | undefined> {
  if (!(await tx.tryLock(`idempotency ${viewer.partner} ${viewer.client} ${viewer.subject} ${key}`))) throw new Refusal('IDEMPOTENCY_CONFLICT');
  const known = await tx.idempotent(viewer, key);
  if (known === undefined) return undefined;
  if (!deps.vault.sameBody(saidOf(kind, body), known.bodyHash)) throw new Refusal('IDEMPOTENCY_CONFLICT');
  return known.record;
}

/** Keeps what the key made. */
export const keyMade = async (deps: Deps, { tx, viewer }: Writer, kind: Kind, { key, body }: Idempotency, id: string): Promise<void> =>
  tx.remember(viewer, key, deps.vault.digestBody(saidOf(kind, body)), id);

/** What an earlier use of the key made, as its writer has it now; undefined: the key is new. @throws Refusal IDEMPOTENCY_CONFLICT, ERASED, NOT_FOUND */
export async function replayed(deps: Deps, writer: Writer, kind: Kind, idempotency: Idempotency): Promise<Done<Submitted> | undefined> {
  const earlier = await madeBefore(deps, writer, kind, idempotency);
  if (earlier === undefined) return undefined;
  const [record] = await writer.release(await writer.tx.byIds([earlier]), writer.tx.now);
  if (record === undefined) throw await gone(writer, kind.name, earlier);
  return { value: { record, created: false }, released: [record] };
}

export async function submit(deps: Deps, asker: Asker, kindName: string, given: unknown, { idempotency, confirmKnownGood = false }: SubmitOptions = {}): Promise<Submitted> {
  const kind = kindNamed(deps, kindName);
  return act<Submitted>(deps, asker, 'records:write', 'submit', async (writer) => {
    const earlier = idempotency === undefined ? undefined : await replayed(deps, writer, kind, idempotency);
    if (earlier !== undefined) return earlier;
    const { id, rows } = await insert(deps, writer, kind, given, confirmKnownGood);
    if (idempotency !== undefined) await keyMade(deps, writer, kind, idempotency, id);
    const released = await writer.release(rows, writer.tx.now);
    const record = released.find((one) => one.id === id);
    if (record === undefined) throw new Error('a written record is not visible to its writer');
    return { value: { record, created: true }, released };
  });
}
