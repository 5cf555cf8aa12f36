/**
 * Attaching: bytes first, piece by piece, each durable when the next is asked for; then, in one transaction, the record that binds them. Until that
 * commits nobody sees anything of them; what is never bound is forgotten.
 */
import { levelOf } from '../../dictionary/compartment.ts';
import { isMediaType, type MediaType } from '../../dictionary/media-types.ts';
import type { Body, Field, Json, Kind } from '../../dictionary/types.ts';
import { type FieldFault, invalidFields, Refusal } from '../../errors.ts';
import { fileName } from '../../rules/attachment.ts';
import { compartmentOf } from '../../rules/layout.ts';
import { partnersAsked, towards } from '../../rules/request.ts';
import { act, type Writer } from '../act.ts';
import type { Asker, AttachmentGiven, Submitted } from '../api.ts';
import type { Composed } from '../compose.ts';
import type { Deps } from '../deps.ts';
import { newId } from '../imports/new-id.ts';
import { newRecords } from '../imports/new-records.ts';
import { channelsOf, mayPut } from '../may-put.ts';
import type { Stamp } from '../ports.ts';
import { keyMade, replayed } from '../submit.ts';
import { arrive, type Arrived } from './arrival.ts';
import { demandHeard } from './heard.ts';
import { legsToMove, requestOf } from './move.ts';
import { fileFields, partKind } from './parts.ts';
import { composedPart } from './send.ts';

/** Files that one side may put to one request. */
const most = 100;

/** What is to be attached, once it is known to be one of the things that may be. */
interface Checked extends Omit<AttachmentGiven, 'as'> {
  readonly kind: Kind;
  /** That says what the file is of. */
  readonly field: Field;
  readonly name: string;
  readonly mediaType: MediaType;
}

function checked(deps: Deps, given: AttachmentGiven): Checked {
  const { types } = deps.attachable;
  const { mediaType } = given;
  if (!isMediaType(mediaType) || !types.includes(mediaType)) throw new Refusal('UNSUPPORTED_MEDIA_TYPE', { detail: `what is attached is one of ${types.join(', ')}`, errors: [{ field: 'Content-Type', message: 'is not attached here' }] });
  const kind = partKind(deps, 'ATTACHMENT');
  const fields = fileFields(kind);
  const field = given.as === undefined ? fields[0] : fields.find(({ name }) => name === given.as);
  const named = fileName(given.name, mediaType);
  const faults: FieldFault[] = [
    ...(field === undefined ? [{ field: 'as', message: `one of ${fields.map(({ name }) => name).join(', ')}` }] : []),
    ...('fault' in named ? [named.fault] : []),
    ...(levelOf(given.classification) === undefined ? [{ field: 'classification', message: 'is no classification' }] : []),
  ];
  if (faults.length > 0 || field === undefined || 'fault' in named) throw invalidFields(faults);
  return { ...given, kind, field, name: named.name, mediaType };
}

/** Where it goes: with its request, to whom it is for. @throws Refusal NOT_FOUND, FORBIDDEN, ILLEGAL_MOVE, INVALID */
async function placeOf(deps: Deps, writer: Writer, { kind, field, request: id, leg, question, classification, name, mediaType }: Checked, { size, sha256 }: Pick<Arrived, 'size' | 'sha256'>) {
  const request = await requestOf(writer, id);
  const { viewer, tx } = writer;
  const questions = Array.isArray(request.body['questions']) ? request.body['questions'].length : 0;
  if (question !== undefined && question > questions) throw invalidFields([{ field: 'question', message: `there are ${questions} questions` }]);
  const legs = await tx.requests.legs(request.id);
  if (legs.length === 0 && leg !== undefined) throw invalidFields([{ field: 'leg', message: 'the request is a draft' }]);
  // Where words may still be said, a file may be put to them.
  const moved = legs.length === 0 ? [] : legsToMove(deps, writer, legs, { move: 'COMMENT', text: name, ...(leg !== undefined && { leg }) }, 0);
  const [first] = moved;
  const asked = first?.leg.partner === viewer.partner;
  const file: Json = { name, mediaType, size, sha256 };
  const content: Body = {
    request: request.id, asks: request.body['asks'] ?? null, [field.name]: file,
    ...(first !== undefined && (asked || leg !== undefined) && { leg: first.leg.record }), ...(question !== undefined && { question }), ...(viewer.desk !== undefined && { byDesk: viewer.desk }),
  };
  const composed = composedPart(kind, classification, content);
  const channels = channelsOf(request.body);
  const limits = towards(moved.flatMap(({ leg: { asker, partner } }) => [asker, partner]));
  const shares = mayPut(deps, writer, composed, channels, tx.now, limits);
  for (const channel of channels) demandHeard({ deps, reader: writer, composed, channel, now: tx.now, to: limits.recipients.length > 0 ? limits : towards(partnersAsked(request.body)), named: 'as' });
  return { composed, channels, limits, within: typeof content['leg'] === 'string' ? [content['leg']] : [], shares };
}

/** What a second use of an Idempotency-Key must say again. */
const fingerprint = ({ request, leg, question, classification, name, mediaType, field }: Checked, { size, sha256 }: Arrived): Buffer =>
  Buffer.from(JSON.stringify([request, leg ?? '', question ?? 0, classification, name, mediaType, field.name, size, sha256]));

interface Begun {
  readonly stamp: Stamp;
  /** Nothing is kept: the key was used before, and what arrives is compared with what came then. */
  readonly again: boolean;
}

const begin = async (deps: Deps, asker: Asker, given: Checked, id: string): Promise<Begun> => act<Begun>(deps, asker, 'records:write', 'attach', async (writer) => {
  const { tx, viewer, stamp } = writer;
  if (given.idempotencyKey !== undefined && (await tx.idempotent(viewer, given.idempotencyKey)) !== undefined) return { value: { stamp, again: true }, released: [] };
  await placeOf(deps, writer, given, { size: 0, sha256: '' });
  if ((await tx.attachments.own(given.request)) >= most) throw new Refusal('CONFLICT', `a request takes ${most} files of one side at most`);
  await tx.attachments.begin(id, given.request);
  return { value: { stamp, again: false }, released: [] };
});

/** The record with its path, which is made of its id. */
const withPath = (composed: Composed, id: string): Composed => {
  const content = { ...composed.content, contentPath: `/v1/${composed.kind.path}/${id}/content` };
  return { ...composed, content, nested: content };
};

/** @param keep seals the bytes' key under the new record's; undefined: nothing new was kept */
async function bind(deps: Deps, asker: Asker, given: Checked, arrived: Arrived, upload: string, keep: ReturnType<Deps['vault']['sealContent']>['keep'] | undefined): Promise<Submitted> {
  const { idempotencyKey: key, kind, field } = given;
  const body = fingerprint(given, arrived);
  return act<Submitted>(deps, asker, 'records:write', 'attach', async (writer) => {
    const { tx, viewer } = writer;
    const earlier = key === undefined ? undefined : await replayed(deps, writer, kind, { key, body });
    if (earlier !== undefined) return earlier;
    if (keep === undefined) throw new Refusal('UNAVAILABLE', 'the first use of the key was forgotten meanwhile: send it again');
    const { composed, channels, limits, shares, within } = await placeOf(deps, writer, given, arrived);
    const id = deps.newId?.() ?? newId();
    const { records, durable } = await newRecords(deps, viewer, [{ row: { composed: withPath(composed, id), channels, ref: undefined }, id, shares, limits, within }]);
    await tx.insert(records);
    await durable;
    const { name: compartment } = compartmentOf(field, composed.classification, composed.markings);
    await tx.attachments.finish(id, { row: upload, compartment, key: await keep({ record: id, originator: viewer.partner, compartment }), pieces: arrived.pieces });
    if (key !== undefined) await keyMade(deps, writer, kind, { key, body }, id);
    const record = await writer.view(id);
    return { value: { record, created: true }, released: [record] };
  });
}

/**
 * Attaches a file to a request, or to its answer.
 * @param bytes read to their end, or to what is wrong with them
 * @throws Refusal NOT_FOUND, FORBIDDEN, ILLEGAL_MOVE, INVALID, TOO_LARGE, UNSUPPORTED_MEDIA_TYPE, CONFLICT, IDEMPOTENCY_CONFLICT
 */
export async function attach(deps: Deps, asker: Asker, given: AttachmentGiven, bytes: AsyncIterable<Uint8Array>): Promise<Submitted> {
  const known = checked(deps, given);
  const upload = newId();
  const { stamp, again } = await begin(deps, asker, known, upload);
  const sealing = deps.vault.sealContent(upload);
  const expected = { mediaType: known.mediaType, largest: deps.attachable.largest, sha256: known.sha256 };
  const keep = async (n: number, piece: Buffer, last: boolean): Promise<void> => deps.attachments.add(stamp, upload, n, sealing.piece(n, piece, last));
  let bound = false;
  try {
    const arrived = await arrive(bytes, expected, again ? async () => undefined : keep);
    const submitted = await bind(deps, asker, known, arrived, upload, again ? undefined : sealing.keep);
    bound = submitted.created;
    return submitted;
  } finally {
    // Whoever fails here again is told of the first failure; what is left is forgotten in a day.
    if (!bound && !again) await deps.attachments.drop(stamp, upload).catch(() => undefined);
  }
}
