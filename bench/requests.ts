/** Requests that are made for measurements: synthetic. */
import type { Body } from '../src/dictionary/types.ts';
import { channelId, partnerId } from './registry.ts';

/** A request to desks of these partners. */
export const requestTo = (partners: readonly number[], n: number): Body => ({
  asks: 'ARREST', precedence: 'PRIORITY', desks: partners.map((one) => ({ partner: partnerId(one), desk: 'duty' })), fromDesk: 'duty', classification: 'UNCLASSIFIED', channels: [channelId(0)],
  subject: `Synthetic: request ${n}`, text: 'Synthetic: made for a measurement.', questions: ['Who had it?', 'Since when?'], authority: { type: 'WARRANT', number: `SYN-${n}/2569` }, arrest: { person: `Synthetic Person ${n}`, warrant: `SYN-${n}/2569`, offence: 'Synthetic: fraud' },
});
