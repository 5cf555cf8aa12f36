/** What waits for a desk. */
import { precedences } from '../../requests.ts';
import type { Dictionary } from '../../types.ts';
import { answer, type Contract, operation } from './operation.ts';
import { inQuery, parameter } from './parts.ts';
import type { Schema } from './schemas.ts';

export const inboxPaths = ({ kinds, requests }: Dictionary, contract: Contract): Readonly<Record<string, Schema>> => (!kinds.has('Request') ? {} : {
  '/v1/inbox': {
    get: operation({
      id: 'getInbox', tag: 'Requests', summary: 'What waits for a desk of yours, by due date', scope: 'records:read',
      description: 'Requests of others to it, its own that wait for its decision, and those that another desk of yours let lie and that are told to it; as they are released to you.',
      parameters: [
        inQuery('desk', { type: 'string', minLength: 1, maxLength: 100 }, 'A desk of yours; left out: the one that your token names.'),
        inQuery('overdue', { type: 'boolean', default: false }, 'Only what is overdue.'),
        inQuery('precedence', { type: 'string', enum: [...precedences] }, 'Only what presses so much.'),
        inQuery('asks', { type: 'string', enum: [...requests.keys()] }, 'Only this kind of request.'),
        parameter('First'), parameter('After'),
      ],
      responses: { 200: answer('A page of requests.', contract.schemas.type('InboxPage')) },
      refused: ['BAD_CURSOR', 'CURSOR_SCOPE_CHANGED', 'KEY_UNAVAILABLE'],
    }, contract),
  },
});
