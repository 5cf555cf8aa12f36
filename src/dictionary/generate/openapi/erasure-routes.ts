/** The routes by which an originator erases a record, and by which it is kept from being erased. */
import type { Code } from '../../../errors.ts';
import type { Kind } from '../../types.ts';
import { inWords } from '../describe.ts';
import { type Contract, answer, jsonContent, listSchema, operation } from './operation.ts';
import { parameter } from './parts.ts';
import type { Schema } from './schemas.ts';

const id = '01920000-0000-7000-8000-000000000001';
const refused: readonly Code[] = ['NOT_FOUND', 'ERASED', 'KEY_UNAVAILABLE', 'FORBIDDEN'];
const words = { authority: 'Criminal Court (synthetic)', reason: 'evidence in a pending case (synthetic)' };
const hold = { id: '01920000-0000-7000-8000-000000000002', record: id, placedAt: '2026-01-31T08:00:00.000Z', placedBy: 'officer-7', ...words };
const released = { ...hold, releasedAt: '2026-07-31T08:00:00.000Z', releasedBy: 'officer-7', releaseAuthority: words.authority, releaseReason: 'the case is closed (synthetic)' };

const holdWords = ({ schemas }: Contract): Schema => schemas.named('HoldWords', () => ({
  type: 'object', description: 'Who demands it, and why: kept with the hold.', additionalProperties: false,
  properties: {
    authority: { type: 'string', minLength: 1, maxLength: 200, description: 'Who demands it.' },
    reason: { type: 'string', minLength: 1, maxLength: 2000, description: 'Why.' },
  },
  required: ['authority', 'reason'],
}));

function erase(kind: Kind, tag: string, contract: Contract): Schema {
  const { schemas } = contract;
  const order = schemas.named('ErasureOrder', () => ({
    type: 'object', description: 'Why it is erased.', additionalProperties: false,
    properties: { reason: { ...schemas.type('ErasureReason'), description: 'Why. `RETENTION_ENDED` is not yours to give: it comes with `retainUntil`.' } }, required: ['reason'],
  }));
  const tombstone = { id, kind: kind.name, originator: 'th-ccib', reason: 'NO_LONGER_NEEDED', erasedAt: '2026-01-31T08:00:00.000Z' };
  return {
    parameters: [parameter('Id')],
    post: operation({
      id: `erase${kind.name}`, tag, summary: `Erase one of your ${inWords(kind.plural)} for good`, scope: 'records:erase',
      description: 'Its content, its history, its search keys, and the keys it was sealed with, also for all backups. Those who had it are told through the feed, with the reason and without content. Sent again, it answers the same.',
      parameters: [parameter('IfStill')],
      body: { required: true, content: jsonContent(order, { reason: 'NO_LONGER_NEEDED' }) },
      responses: { 200: answer('Erased: what is left of it.', schemas.type('Tombstone'), [], tombstone) },
      refused: ['NOT_FOUND', 'KEY_UNAVAILABLE', 'FORBIDDEN', 'HELD', 'STALE'],
    }, contract),
  };
}

function holds(kind: Kind, tag: string, contract: Contract): Schema {
  const { schemas } = contract;
  const list = schemas.named('Holds', () => listSchema(schemas.type('Hold'), 'Legal holds, oldest first.'));
  const own = `one of your ${inWords(kind.plural)}`;
  return {
    parameters: [parameter('Id')],
    get: operation({
      id: `list${kind.name}Holds`, tag, summary: `Legal holds on ${own}`, scope: 'records:read', description: 'Those that were released too, oldest first.',
      responses: { 200: answer('The holds.', list, [], { items: [hold] }) }, refused,
    }, contract),
    post: operation({
      id: `hold${kind.name}`, tag, summary: `Put a legal hold on ${own}`, scope: 'records:erase', description: 'Until it is released, the record is erased neither on order nor by its own `retainUntil`.',
      body: { required: true, content: jsonContent(holdWords(contract), words) },
      responses: { 201: answer('Held.', schemas.type('Hold'), [], hold) }, refused,
    }, contract),
  };
}

function release(kind: Kind, tag: string, contract: Contract): Schema {
  return {
    parameters: [parameter('Id'), parameter('Hold')],
    post: operation({
      id: `release${kind.name}Hold`, tag, summary: `Release a legal hold on one of your ${inWords(kind.plural)}`, scope: 'records:erase', description: 'What was released stays as it was released.',
      body: { required: true, content: jsonContent(holdWords(contract), { ...words, reason: released.releaseReason }) },
      responses: { 200: answer('Released.', contract.schemas.type('Hold'), [], released) }, refused,
    }, contract),
  };
}

export function erasurePaths(kind: Kind, tag: string, contract: Contract): Readonly<Record<string, Schema>> {
  const one = `/v1/${kind.path}/{id}`;
  return {
    [`${one}/erase`]: erase(kind, tag, contract),
    [`${one}/holds`]: holds(kind, tag, contract),
    [`${one}/holds/{hold}/release`]: release(kind, tag, contract),
  };
}
