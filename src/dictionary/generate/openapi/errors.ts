/** Refusals in the contract: one problem schema, and a response for each set of codes that some route can answer under one status. */
import { type Code, codes, statusOf, titleOf } from '../../../errors.ts';
import type { Schema } from './schemas.ts';

const pascal = (code: string): string => code.toLowerCase().split('_').map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');

export const problemSchema: Schema = {
  type: 'object',
  description: 'What was refused, and why (RFC 9457). Switch on `code`; `title` is for people, in the language of `Accept-Language` (en, th); what is said of this one request is English.',
  properties: {
    type: { type: 'string', format: 'uri-reference', description: 'The page of this code.' },
    title: { type: 'string', description: 'What the code means.' },
    status: { type: 'integer', format: 'int32', description: 'The HTTP status.' },
    code: { $ref: '#/components/schemas/Code' },
    detail: { type: 'string', description: 'One sentence about this request.' },
    errors: { type: 'array', items: { $ref: '#/components/schemas/FieldFault' }, description: 'What is wrong with which field.' },
    record: { type: 'string', format: 'uuid', description: 'With `CONFLICT`: the record of yours that stands already.' },
    erased: { $ref: '#/components/schemas/Tombstone', description: 'With `ERASED`: what is left of the record.' },
    desk: { $ref: '#/components/schemas/RoutingDesk', description: 'With `USE_DIPLOMATIC_CHANNEL`: the desk to go to.' },
    state: { type: 'string', description: 'With `ILLEGAL_MOVE`: how the request stands.' },
    next: { type: 'array', items: { type: 'string' }, description: 'The moves of the request that are open to you.' },
    theirs: { type: 'array', items: { type: 'string' }, description: 'The moves that are open to the other side.' },
    requestId: { type: 'string', description: 'To quote when asking us.' },
    instance: { type: 'string', format: 'uri-reference', description: 'This one refusal.' },
  },
  required: ['type', 'title', 'status', 'code', 'requestId', 'instance'],
};

export const deskSchema = (text: Schema): Schema => ({
  type: 'object',
  description: 'The desk through which this must go.',
  properties: {
    partner: { type: 'string', description: 'Id of the partner whose desk it is.' },
    desk: { type: 'string', description: 'Id of the desk.' },
    name: text,
    contact: { type: 'string', description: 'A telephone number or a mail address.' },
  },
  required: ['partner', 'desk', 'name', 'contact'],
});

export const faultSchema: Schema = {
  type: 'object',
  description: 'What is wrong with one field.',
  properties: {
    field: { type: 'string', description: 'The field in your own input: `location.lat`.' },
    message: { type: 'string', description: 'What would be right.' },
  },
  required: ['field', 'message'],
};

export const codeSchema: Schema = {
  type: 'string',
  description: `Why a request was refused: a closed list.\n\n${codes.map((code) => `- \`${code}\` (${statusOf(code)}): ${titleOf(code)} (${titleOf(code, 'th')})`).join('\n')}`,
  enum: codes,
};

const exampleOf = (code: Code): Schema => ({
  summary: titleOf(code),
  value: {
    type: `/problems/${code.toLowerCase().replaceAll('_', '-')}`,
    title: titleOf(code),
    status: statusOf(code),
    code,
    requestId: '01920000-0000-7000-8000-00000000000a',
    instance: 'urn:uuid:01920000-0000-7000-8000-00000000000a',
  },
});

/** Responses and examples that the routes refer to. */
export class Problems {
  readonly responses: Record<string, Schema> = {};
  readonly examples: Record<string, Schema> = {};

  /** @returns responses by status, for an operation that may be refused with these codes */
  refusals(possible: readonly Code[]): Record<string, Schema> {
    const byStatus = new Map<number, Code[]>();
    for (const code of codes.filter((each) => possible.includes(each))) byStatus.set(statusOf(code), [...(byStatus.get(statusOf(code)) ?? []), code]);
    return Object.fromEntries([...byStatus].map(([status, group]) => [String(status), this.#response(status, group)]));
  }

  #response(status: number, group: readonly Code[]): Schema {
    const name = group.map(pascal).join('Or');
    for (const code of group) this.examples[code] = exampleOf(code);
    this.responses[name] ??= {
      description: group.map((code) => `\`${code}\`: ${titleOf(code)}.`).join('\n\n'),
      ...(status === 429 && { headers: { 'Retry-After': { $ref: '#/components/headers/RetryAfter' } } }),
      ...(status === 401 && { headers: { 'WWW-Authenticate': { $ref: '#/components/headers/WWWAuthenticate' } } }),
      content: {
        'application/problem+json': {
          schema: { $ref: '#/components/schemas/Problem' },
          examples: Object.fromEntries(group.map((code) => [code, { $ref: `#/components/examples/${code}` }])),
        },
      },
    };
    return { $ref: `#/components/responses/${name}` };
  }
}
