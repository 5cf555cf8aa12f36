/** Bytes of a file as they arrive: cut into pieces, measured, hashed, and told by what they are. None of it is held whole. */
import { createHash } from 'node:crypto';
import { fileTypeFromBuffer } from 'file-type';
import { isText, type MediaType } from '../../dictionary/media-types.ts';
import { Refusal } from '../../errors.ts';

/** Bytes of a piece, but for the last. */
export const pieceBytes = 256 * 1024;

export interface Arrived {
  readonly size: number;
  /** Hexadecimal. */
  readonly sha256: string;
  readonly pieces: number;
}

/** What is expected of them. */
export interface Expected {
  readonly mediaType: MediaType;
  readonly largest: number;
  /** Hexadecimal; undefined: nobody said. */
  readonly sha256: string | undefined;
}

/** Pieces of the full length, and a last one; nothing of no bytes at all. */
async function* cut(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let held: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of bytes) {
    held.push(chunk);
    length += chunk.length;
    if (length < pieceBytes) continue;
    const all = Buffer.concat(held);
    let at = 0;
    for (; at + pieceBytes <= all.length; at += pieceBytes) yield all.subarray(at, at + pieceBytes);
    held = at === all.length ? [] : [all.subarray(at)];
    length = all.length - at;
  }
  if (length > 0) yield Buffer.concat(held);
}

const differs = (said: string, found: string): Refusal => new Refusal('UNSUPPORTED_MEDIA_TYPE', { detail: `the file is said to be ${said}, and its bytes are ${found}`, errors: [{ field: 'Content-Type', message: `its bytes are ${found}` }] });

/** Control characters that no text has; tab, line feed, form feed, return and escape are not among them. */
// eslint-disable-next-line no-control-regex
const controls = /[\u0000-\u0008\u000b\u000e-\u001a\u001c-\u001f\u007f]/;

/** @returns looks at each piece in turn. @throws Refusal UNSUPPORTED_MEDIA_TYPE when the bytes are something else */
function inspector(type: MediaType): (piece: Buffer, first: boolean, last: boolean) => Promise<void> {
  const decoder = isText(type) ? new TextDecoder('utf-8', { fatal: true }) : undefined;
  return async (piece, first, last) => {
    if (first) {
      const found = (await fileTypeFromBuffer(piece))?.mime;
      if (found !== (decoder === undefined ? type : undefined)) throw differs(type, found ?? 'none that the exchange knows');
    }
    if (decoder === undefined) return;
    try {
      if (!controls.test(decoder.decode(piece, { stream: !last }))) return;
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
    }
    throw differs(type, 'no text in UTF-8');
  };
}

/**
 * Reads bytes to their end.
 * @param keep called with each piece in turn; its turn ends when what it returns does
 * @throws Refusal TOO_LARGE, UNSUPPORTED_MEDIA_TYPE, INVALID
 */
export async function arrive(bytes: AsyncIterable<Uint8Array>, { mediaType, largest, sha256 }: Expected, keep: (n: number, piece: Buffer, last: boolean) => Promise<void>): Promise<Arrived> {
  const [hash, inspect] = [createHash('sha256'), inspector(mediaType)];
  let [size, pieces] = [0, 0];
  let before: Buffer | undefined;
  const take = async (piece: Buffer, last: boolean): Promise<void> => {
    await inspect(piece, pieces === 0, last);
    await keep(pieces, piece, last);
    pieces += 1;
  };
  for await (const piece of cut(bytes)) {
    size += piece.length;
    if (size > largest) throw new Refusal('TOO_LARGE', `a file has ${largest} bytes at most`);
    hash.update(piece);
    if (before !== undefined) await take(before, false);
    before = piece;
  }
  if (before === undefined) throw new Refusal('INVALID', 'the file is empty');
  await take(before, true);
  const found = hash.digest('hex');
  if (sha256 !== undefined && sha256 !== found) throw new Refusal('INVALID', { errors: [{ field: 'Repr-Digest', message: `the bytes that arrived have the SHA-256 ${found}` }] });
  return { size, sha256: found, pieces };
}
