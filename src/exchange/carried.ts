/** A record as it stands, to be written again with other channels or another status: its content is carried over unread. */
import { Stored } from '../rules/record.ts';
import type { RecordState } from './ports.ts';

export function carried(before: Stored, changed: Partial<Pick<RecordState, 'channels' | 'status' | 'limits' | 'opened'>>): RecordState {
  const { meta } = before;
  return {
    id: meta.id, kind: meta.kind.name, originator: meta.originator, classification: meta.classification, channels: meta.audience.channels, limits: meta.audience.limits, state: meta.audience.state,
    status: meta.status, body: Stored.bodyOf(before), sealed: meta.sealedParts, ...changed,
  };
}
