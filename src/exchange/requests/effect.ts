/** What a request would do to the record that it is about, by the kind's `effect`: held against it before it is sent. */
import type { RequestKind } from '../../dictionary/requests.ts';
import type { Released } from '../../rules/release.ts';
import type { Writer } from '../act.ts';
import type { Deps } from '../deps.ts';
import { partKind } from './parts.ts';
import { type Correctable, demandCorrectable, demandNoParts } from './correctable.ts';
import { demandOpenable } from './opening.ts';

/** @returns of a correction, what it would be made to @throws Refusal for what could never be done */
export async function demandEffect(deps: Pick<Deps, 'dictionary'>, writer: Writer, kind: RequestKind, request: Released): Promise<Partial<Correctable>> {
  if (kind.effect === 'OPENS') await demandOpenable(writer, kind, request);
  if (kind.effect !== 'CORRECTS') demandNoParts(deps, partKind(deps, 'REQUEST'), request);
  return kind.effect === 'CORRECTS' ? demandCorrectable(writer, kind, request) : {};
}
