/** The routes that are no kind's: lookup, feed, registry, ledger, health. */
import type { Kind } from '../../types.ts';
import { lookupTypeWords, type Worded } from '../lookup-types.ts';
import { mostLookedUp } from '../../lookups.ts';
import { releasedExample } from './example.ts';
import { type Contract, answer, jsonContent, listSchema, operation } from './operation.ts';
import { inQuery, parameter } from './parts.ts';
import { type Schema, worded } from './schemas.ts';

type Paths = Readonly<Record<string, Schema>>;

const instant: Schema = { type: 'string', format: 'date-time' };

export function lookupPaths(kinds: readonly Kind[], types: readonly Worded[], contract: Contract): Paths {
  const { schemas } = contract;
  const type = schemas.named('LookupType', () => (worded(lookupTypeWords, types)));
  const value = schemas.named('LookupValue', () => ({
    type: 'object', description: 'A value to look up; defanged text, Thai digits and what numbers are grouped with are understood.', additionalProperties: false,
    properties: {
      type: { ...type, description: "What it is; may be left out where it is an indicator's and says so beyond doubt." },
      value: { type: 'string', maxLength: 8192, description: 'The value.', examples: ['hxxp://invest[.]example/'] },
    },
    required: ['value'],
  }));
  const request = schemas.named('LookupRequest', () => ({
    type: 'object', description: 'Values to look up.', additionalProperties: false,
    properties: { values: { type: 'array', items: value, minItems: 1, maxItems: mostLookedUp } }, required: ['values'],
  }));
  const answers = schemas.named('LookupAnswers', () => listSchema(schemas.type('LookupAnswer'), 'One answer a value, in the order of the values.'));
  const [kind] = kinds;
  const found = { asked: 'invest[.]example', type: 'DOMAIN', value: 'invest.example', readings: ['DEFANGED'], claims: kind === undefined ? [] : [releasedExample(kind)], mentions: [] };
  return {
    '/v1/lookups': {
      post: operation({
        id: 'lookup', tag: 'Lookups', summary: `Look up to ${mostLookedUp.toLocaleString('en')} values at once`, scope: 'records:read',
        description: 'A value that cannot be read gets its own error in its place and spoils nothing else. Nothing released is not nothing known: the answer says whom to ask.',
        body: { required: true, content: jsonContent(request, { values: [{ value: 'invest[.]example' }] }) },
        responses: { 200: answer('One answer a value, in order.', answers, [], { items: [found] }) },
        refused: ['KEY_UNAVAILABLE'],
      }, contract),
    },
  };
}

/** @param kind that whose records say how money moved */
export function moneyPaths(kind: Kind, contract: Contract): Paths {
  const { schemas } = contract;
  const text = (name: string, description: string): Schema => inQuery(name, { type: 'string', maxLength: 200 }, description);
  const transfer = releasedExample(kind);
  return {
    [`/v1/${kind.path}/from`]: {
      get: operation({
        id: 'transfersFrom', tag: 'Money', summary: 'Follow money hop by hop from an account', scope: 'records:read',
        description: 'Over the transfers released to you, each at or after the money had arrived. Give one of `account`, `number` and `cryptoAddress`.',
        parameters: [
          inQuery('account', { type: 'string', format: 'uuid' }, 'Id of an account that you see.'), text('number', 'Number of an account; groups and hyphens are understood.'),
          text('cryptoAddress', "Address of a coin's chain."), inQuery('scheme', schemas.type('AccountScheme'), 'With a number: what kind of account.'),
          text('bic', 'With a number: where it is kept, ISO 9362.'), text('code', 'With a number: the national code of the bank.'), inQuery('since', instant, 'Only what moved at or after this instant.'),
          inQuery('hops', { type: 'integer', format: 'int32', minimum: 1, maximum: 6, default: 6 }, 'How far.'),
        ],
        responses: { 200: answer('Hop by hop; `cut` where more is released to you than is shown.', schemas.type('MoneyTrail'), [], { hops: [{ hop: 1, transfers: [transfer], cut: false }], cut: false }) },
        refused: ['NOT_FOUND', 'KEY_UNAVAILABLE'],
      }, contract),
    },
  };
}

export function feedPaths(contract: Contract): Paths {
  const { schemas } = contract;
  const first = inQuery('first', { type: 'integer', format: 'int32', minimum: 1, maximum: 1000, default: 200 }, 'How many at most; what matches them comes beside.');
  const cursor = inQuery('cursor', { type: 'string', maxLength: 4096 }, 'Where to go on; left out: from the beginning.');
  const common = { tag: 'Feed', scope: 'records:read' } as const;
  return {
    '/v1/changes': {
      get: operation({
        ...common, id: 'getChanges', summary: 'What was shared with you, changed, withdrawn or ended since a cursor',
        description: 'Keep `cursor` and ask again with it: every event comes once, and none is missed. `MATCH` tells of a record that may be somebody whom a record of yours looks for: where `kinds` covers both kinds.',
        parameters: [cursor, first, parameter('Kinds')],
        responses: { 200: answer('Events in order, and where to go on.', schemas.type('ChangePage')) },
        refused: ['BAD_CURSOR', 'CURSOR_SCOPE_CHANGED', 'CURSOR_EPOCH', 'KEY_UNAVAILABLE'],
      }, contract),
    },
    '/v1/changes/digest': {
      get: operation({
        ...common, id: 'getDigest', summary: 'What you must hold if you followed the feed', parameters: [parameter('Kinds')],
        responses: { 200: answer('Number and digest of what is released to you.', schemas.type('Digest')) },
      }, contract),
    },
  };
}

function listPath(plural: string, type: string, summary: string, contract: Contract): Schema {
  const list = contract.schemas.named(`${type}List`, () => listSchema(contract.schemas.type(type), summary));
  return { get: operation({ id: `list${plural}`, tag: 'Registry', summary, responses: { 200: answer(`${summary}.`, list) } }, contract) };
}

export function registryPaths(contract: Contract): Paths {
  const { schemas } = contract;
  return {
    '/v1/me': {
      get: operation({
        id: 'getMe', tag: 'Registry', summary: 'Who you are to the exchange, and what you may do under which agreement', responses: { 200: answer('The viewer that your token and purpose make.', schemas.type('Me')) },
      }, contract),
    },
    '/v1/partners': listPath('Partners', 'Partner', 'The organisations that take part', contract),
    '/v1/agreements': listPath('Agreements', 'Agreement', 'The agreements that you are a party to', contract),
    '/v1/channels': listPath('Channels', 'Channel', 'The channels that you are a member of', contract),
    '/v1/caseload': {
      get: operation({
        id: 'getCaseload', tag: 'Cases', summary: 'The open cases of a desk, by stage and due date', scope: 'records:read',
        description: 'Those the desk has, and those whose clock ran out and is told to it; only of records that are released to you. A clock tells: it stops no write and moves nobody.',
        parameters: [
          { ...inQuery('desk', { type: 'string', minLength: 1, maxLength: 200 }, 'A desk of yours, or `partner/desk`.'), required: true, example: 'th-shelter/protection' },
          inQuery('stage', { type: 'string', minLength: 1, maxLength: 60 }, 'Only cases in this stage.'),
          inQuery('dueWithin', { type: 'string', minLength: 2, maxLength: 40 }, 'Only cases whose clock runs out within this ISO 8601 duration, or ran out already: `P7D`.'),
          parameter('First'), parameter('After'),
        ],
        responses: { 200: answer('A page of cases.', schemas.type('CasePage')) },
        refused: ['BAD_CURSOR', 'CURSOR_SCOPE_CHANGED', 'KEY_UNAVAILABLE'],
      }, contract),
    },
    '/v1/ledger': {
      get: operation({
        id: 'readLedger', tag: 'Ledger', summary: 'Who read your records', scope: 'ledger:read',
        parameters: [
          inQuery('record', { type: 'string', format: 'uuid' }, 'Only readings of this record.'), inQuery('from', instant, 'Not before this instant.'),
          inQuery('to', instant, 'Before this instant.'), parameter('First'), parameter('After'),
          inQuery('cursor', { type: 'string' }, 'Only what became visible since this `cursor`, oldest first; instead of from, to and after.'),
        ],
        responses: { 200: answer('A page of readings.', schemas.type('LedgerPage')) },
        refused: ['BAD_CURSOR', 'CURSOR_SCOPE_CHANGED', 'CURSOR_EPOCH'],
      }, contract),
    },
  };
}

export function healthPaths({ schemas, problems }: Contract): Paths {
  const health = schemas.named('Health', () => ({
    type: 'object', description: 'How the node is.', properties: { status: { type: 'string', description: '`ok` or `ready`.' } }, required: ['status'],
  }));
  const get = (operationId: string, summary: string, refusals: Schema): Schema => ({
    get: { operationId, tags: ['Service'], summary, description: `${summary} For load balancers.`, security: [], responses: { 200: answer('Yes.', health), ...refusals } },
  });
  return {
    '/healthz': get('getHealth', 'Is the process alive?', problems.refusals(['INVALID', 'INTERNAL'])),
    '/readyz': get('getReadiness', 'May it be sent requests?', problems.refusals(['INVALID', 'UNAVAILABLE', 'INTERNAL'])),
  };
}
