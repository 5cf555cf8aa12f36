/** Files of a request that is passed on go along: records of who passes it on, over the same sealed bytes, with the bytes' key sealed anew under theirs. */
import type { Body } from '../../dictionary/types.ts';
import { compartmentOf } from '../../rules/layout.ts';
import type { Released } from '../../rules/release.ts';
import { partnersAsked, towards } from '../../rules/request.ts';
import type { Writer } from '../act.ts';
import { levelOf } from '../../dictionary/compartment.ts';
import type { Deps } from '../deps.ts';
import { newId } from '../imports/new-id.ts';
import { newRecords } from '../imports/new-records.ts';
import { channelsOf, mayPut } from '../may-put.ts';
import { fileFields, partKind } from './parts.ts';

/** @param file as it is released to who passes it on */
async function copyFile(deps: Deps, writer: Writer, file: Released, made: Released): Promise<void> {
  const { tx, viewer } = writer;
  const kind = partKind(deps, 'ATTACHMENT');
  const field = fileFields(kind).find(({ name }) => file.body[name] !== undefined && file.body[name] !== null);
  const kept = field === undefined ? undefined : await tx.attachments.content(file.id);
  if (field === undefined || kept === undefined) return; // what is withheld from the desk stays where it is
  const id = deps.newId?.() ?? newId();
  const upload = newId();
  const content: Body = { request: made.id, asks: made.body['asks'] ?? null, [field.name]: file.body[field.name] ?? null, contentPath: `/v1/${kind.path}/${id}/content`, ...(viewer.desk !== undefined && { byDesk: viewer.desk }) };
  const composed = { kind, classification: levelOf(String(file.body['classification'])) ?? 0, markings: new Map(), content, nested: content };
  const [channels, limits] = [channelsOf(made.body), towards(partnersAsked(made.body))];
  const shares = mayPut(deps, writer, composed, channels, tx.now, limits);
  const { records, durable } = await newRecords(deps, viewer, [{ row: { composed, channels, ref: undefined }, id, shares, limits }]);
  await tx.insert(records);
  await durable;
  const { name: compartment } = compartmentOf(field, composed.classification, composed.markings);
  const key = await deps.vault.moveContent({ record: file.id, originator: file.originator, compartment: kept.compartment }, kept.key, { record: id, originator: viewer.partner, compartment });
  await tx.attachments.copy(kept.row, upload, made.id);
  await tx.attachments.finish(id, { row: upload, compartment, key, pieces: kept.pieces });
  writer.looked([file]);
}

/** @param made the request that passes it on, not yet sent */
export async function copyFiles(deps: Deps, writer: Writer, request: string, made: Released): Promise<void> {
  const files = await writer.tx.attachments.ids(request);
  for (const file of await writer.release(await writer.tx.byIds(files), writer.tx.now)) await copyFile(deps, writer, file, made);
}
