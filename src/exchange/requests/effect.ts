/** What a request would do to the record that it is about, by the kind's `effect`: held against it before it is sent. */
import type { RequestKind } from '../../dictionary/requests.ts';
import type { Released } from '../../rules/release.ts';
import type { Writer } from '../act.ts';
import { demandOpenable } from './opening.ts';

/** @throws Refusal for what could never be done */
export async function demandEffect(writer: Writer, kind: RequestKind, request: Released): Promise<void> {
  if (kind.effect === 'OPENS') await demandOpenable(writer, kind, request);
}
