/** What waits for a desk. */
import { precedences } from '../../requests.ts';
import type { Dictionary } from '../../types.ts';
import { answer, type Contract, jsonContent, listSchema, operation } from './operation.ts';
import { inQuery, parameter } from './parts.ts';
import type { Schema } from './schemas.ts';

const instant = { type: 'string', format: 'date-time' };

/** What a call to follow the money with holds says. */
function proposal({ kinds }: Dictionary, { schemas }: Contract): Schema {
  const request = [...kinds.values()].find(({ course }) => course === 'REQUEST');
  const text = (description: string): Schema => ({ type: ['string', 'null'], maxLength: 200, description });
  return schemas.named('HoldProposalRequest', () => ({
    type: 'object', additionalProperties: false, description: 'From where the money is followed, and what all holds say. One of `account`, `number` and `cryptoAddress`.',
    properties: {
      account: text('Id of an account that you see.'), number: text('Number of an account; groups and hyphens are understood.'), cryptoAddress: text("Address of a coin's chain."),
      scheme: { anyOf: [schemas.type('AccountScheme'), { type: 'null' }] }, bic: text('With a number: where it is kept, ISO 9362.'), code: text('With a number: the national code of the bank.'),
      since: { type: ['string', 'null'], maxLength: 100, description: 'Only what moved at or after this instant.' }, hops: { type: ['integer', 'null'], format: 'int32', minimum: 1, maximum: 6, description: 'How far; left out: 6.' },
      whole: { type: ['boolean', 'null'], description: 'The whole accounts, and not the amounts that arrived there.' },
      channel: { type: 'string', minLength: 1, maxLength: 64, description: 'The channel that the requests go through.' },
      request: request === undefined ? {} : schemas.patch(request),
    },
    required: ['channel', 'request'],
  }));
}

const example = { number: '1234567890', code: 'SYN', hops: 2, channel: 'aoc-1441', request: { classification: 'UNCLASSIFIED', precedence: 'FLASH', authority: { type: 'STATUTE', number: 'section 7' }, legalBasis: { ground: 'Synthetic: named by a complainant' } } };

export const holdPaths = (dictionary: Dictionary, contract: Contract): Readonly<Record<string, Schema>> => (!dictionary.kinds.has('Request') || !dictionary.kinds.has('Transfer') ? {} : {
  '/v1/hold-proposals': {
    post: operation({
      id: 'proposeHolds', tag: 'Requests', summary: 'Draft holds on where the money went', scope: 'records:write',
      description: 'Follows the money that is released to you, and drafts a hold on each account it went to, for the desk of the bank that keeps it: nothing is sent. Called again with the same, it answers with the drafts that are not sent yet.',
      body: { required: true, content: jsonContent(proposal(dictionary, contract), example) },
      responses: { 201: answer('The drafts, and where none was made.', contract.schemas.type('HoldProposals')) },
      refused: ['NOT_FOUND', 'FORBIDDEN', 'USE_DIPLOMATIC_CHANNEL', 'GROUND_REQUIRED', 'CONFLICT', 'KEY_UNAVAILABLE'],
    }, contract),
  },
});

export const inboxPaths = ({ kinds, requests }: Dictionary, contract: Contract): Readonly<Record<string, Schema>> => (!kinds.has('Request') ? {} : {
  '/v1/inbox': {
    get: operation({
      id: 'getInbox', tag: 'Requests', summary: 'What waits for a desk of yours, by due date', scope: 'records:read',
      description: 'Requests of others to it, its own that wait for its decision, and those that another desk of yours let lie and that are told to it; as they are released to you.',
      parameters: [
        inQuery('desk', { type: 'string', minLength: 1, maxLength: 100 }, 'A desk of yours; left out: the one that your token names. With a token that names one, no other.'),
        inQuery('overdue', { type: 'boolean', default: false }, 'Only what is overdue.'),
        inQuery('precedence', { type: 'string', enum: [...precedences] }, 'Only what presses so much.'),
        inQuery('asks', { type: 'string', enum: [...requests.keys()] }, 'Only this kind of request.'),
        parameter('First'), parameter('After'),
      ],
      responses: { 200: answer('A page of requests.', contract.schemas.type('InboxPage')) },
      refused: ['BAD_CURSOR', 'CURSOR_SCOPE_CHANGED', 'KEY_UNAVAILABLE'],
    }, contract),
  },
  '/v1/request-contacts': {
    get: operation({
      id: 'getRequestContacts', tag: 'Requests', summary: 'How to reach the other side of a request', scope: 'records:read',
      description: 'Of each leg that you are a side of, whoever\'s turn it is: the desks that you asked, or the desk that asks yours.',
      parameters: [{ ...inQuery('request', { type: 'string', format: 'uuid' }, 'The request.'), required: true, example: '01920000-0000-7000-8000-000000000001' }],
      responses: { 200: answer('How to reach them.', contract.schemas.named('RequestContacts', () => listSchema(contract.schemas.type('RequestContact'), 'The other side of each leg of a request, newest first.'))) },
      refused: ['NOT_FOUND', 'KEY_UNAVAILABLE'],
    }, contract),
  },
  '/v1/request-sums': {
    get: operation({
      id: 'getRequestSums', tag: 'Requests', summary: 'How requests stand, and how long they took, for each organisation that was asked', scope: 'records:read',
      description: 'Of your own requests, and of what your desks were asked; over what is released to you.',
      parameters: [
        inQuery('request', { type: 'string', format: 'uuid' }, 'Of one request only, however old it is.'), inQuery('asks', { type: 'string', enum: [...requests.keys()] }, 'Only this kind of request.'),
        inQuery('from', instant, 'Only those sent at or after this instant; left out, and no request named: the last 30 days.'), inQuery('to', instant, 'Only those sent before this instant.'),
      ],
      responses: { 200: answer('The sums.', contract.schemas.type('RequestSums')) },
      refused: ['KEY_UNAVAILABLE'],
    }, contract),
  },
});
