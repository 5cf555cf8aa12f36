/**
 * Fetching what is attached. Its bytes leave in stretches: for each the record is released anew and the ledger is durable before the first byte of it
 * goes, so that who loses the right to it in the middle gets no more, and no node sends what it did not enter.
 */
import { createHash } from 'node:crypto';
import type { Body } from '../../dictionary/types.ts';
import { Refusal } from '../../errors.ts';
import type { Released } from '../../rules/release.ts';
import type { ContentOpening } from '../../vault/content.ts';
import { answer } from '../answer.ts';
import type { Asker, AttachedContent } from '../api.ts';
import type { Deps } from '../deps.ts';
import { missing } from '../erasure/gone.ts';
import { released1 } from '../find.ts';
import type { FoundContent } from './attachment-port.ts';
import { fileFields, partKind } from './parts.ts';

/** Pieces that are released together: 2 MiB. */
const stretch = 8;

interface Stretch {
  readonly record: Released;
  readonly file: Body;
  readonly kept: FoundContent;
  readonly sealed: readonly Buffer[];
}

/** Pieces from one on, released and entered. @throws Refusal NOT_FOUND, ERASED */
async function released(deps: Deps, asker: Asker, id: string, from: number): Promise<Stretch> {
  const kind = partKind(deps, 'ATTACHMENT');
  return answer<Stretch>(deps, asker, 'records:read', 'attachment', async (reader) => {
    const { released: record, left, ...moment } = await released1(deps, reader, kind.name, id);
    const file = fileFields(kind).map(({ name }) => record?.body[name]).find((one) => one !== undefined && one !== null);
    const kept = file === undefined ? undefined : await deps.attachments.content(reader.stamp, id);
    const sealed = kept === undefined ? [] : await deps.attachments.pieces(reader.stamp, kept.row, from, stretch);
    return {
      moment,
      released: record === undefined || kept === undefined ? [] : [record],
      asked: [deps.vault.blindForLedger(`${id} ${from}`)],
      finish() {
        // Whose field is withheld is told what who asks for no attachment is told: whether there is one in it is nobody else's.
        if (record === undefined || kept === undefined || sealed.length === 0) throw missing(left, kind.name);
        return { record, file: file as Body, kept, sealed };
      },
    };
  });
}

async function* contentOf(deps: Deps, asker: Asker, id: string, first: Stretch): AsyncGenerator<Buffer> {
  const { record, kept: { name, compartment, key, pieces }, file } = first;
  const opening: ContentOpening = await deps.vault.openContent(name, { record: record.id, originator: record.originator, compartment }, key);
  const hash = createHash('sha256');
  for (let [n, { sealed }] = [0, first]; ;) {
    for (const piece of sealed) {
      const plain = opening.piece(n, piece, n === pieces - 1);
      n += 1;
      hash.update(plain);
      // The last piece leaves only where all of them are what was taken.
      if (n === pieces && hash.digest('hex') !== file['sha256']) throw new Refusal('KEY_UNAVAILABLE', {}, new Error('the bytes are not those that were attached'));
      yield plain;
    }
    if (n >= pieces) return;
    ({ sealed } = await released(deps, asker, id, n));
  }
}

/** @throws Refusal NOT_FOUND, ERASED; while it is read, whatever takes it away */
export async function attached(deps: Deps, asker: Asker, id: string): Promise<AttachedContent> {
  const first = await released(deps, asker, id, 0);
  const { name, mediaType, size, sha256 } = first.file;
  return { record: first.record, name: String(name), mediaType: String(mediaType), size: Number(size), sha256: String(sha256), content: contentOf(deps, asker, id, first) };
}
