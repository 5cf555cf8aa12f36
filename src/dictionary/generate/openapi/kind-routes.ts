/** The routes that every record kind has. */
import type { Code } from '../../../errors.ts';
import { isAmended, isSubmitted } from '../../course.ts';
import { inWords } from '../describe.ts';
import type { Kind } from '../../types.ts';
import { erasurePaths } from './erasure-routes.ts';
import { searchesNames } from '../graphql/filters.ts';
import { patchExample, releasedExample, submissionExample } from './example.ts';
import { type Contract, answer, jsonContent, listSchema, operation, pageSchema } from './operation.ts';
import { parameter } from './parts.ts';
import type { Schema } from './schemas.ts';
import { searchParameters } from './search.ts';

type Paths = Readonly<Record<string, Schema>>;

const reading: readonly Code[] = ['KEY_UNAVAILABLE'];
const one: readonly Code[] = ['NOT_FOUND', 'ERASED', 'KEY_UNAVAILABLE'];
const writing: readonly Code[] = ['FORBIDDEN', 'USE_DIPLOMATIC_CHANNEL', 'GROUND_REQUIRED', 'CONSENT_REQUIRED', 'CONFLICT', 'KEY_UNAVAILABLE'];

/** `Missing persons`: the kind's plural as people read it. */
export const tagOf = (kind: Kind): string => {
  const words = kind.path.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
};
const pluralType = (kind: Kind): string => kind.plural.charAt(0).toUpperCase() + kind.plural.slice(1);

/** A search by name says of each record why it is an answer, beside the record: what is released of that stays what it is. */
function withMatches(kind: Kind, { schemas }: Contract, page: Schema): Schema {
  if (!searchesNames(kind)) return page;
  const matches = { type: 'array', items: schemas.type('NameMatch'), description: 'Why each item is an answer to the name that was asked, in the order of the items. Absent where no name was asked.' };
  return { ...page, properties: { ...(page['properties'] as Schema), matches } };
}

/** Only where a value is confirmed so: a request's are answered for one by one. */
const confirming = ({ course }: Kind): Schema[] => (course === undefined ? [parameter('ConfirmKnownGood')] : []);

function submission(kind: Kind, contract: Contract): Schema {
  const { schemas } = contract;
  return operation({
    id: `submit${kind.name}`, tag: tagOf(kind), summary: `Submit one ${inWords(kind.singular)}`, scope: 'records:write',
    description: 'Without `channels` nobody but your own organisation sees it.',
    parameters: [parameter('IdempotencyKey'), ...confirming(kind)],
    body: { required: true, content: jsonContent(schemas.submission(kind), submissionExample(kind, schemas.kinds)) },
    responses: { 201: answer('Submitted: the record as it is released to you.', schemas.kind(kind), ['Location', 'ETag', 'IdempotencyReplayed'], releasedExample(kind)) },
    refused: [...one, ...writing, ...(kind.course === 'MOVE' ? ['ILLEGAL_MOVE' as const] : []), 'IDEMPOTENCY_CONFLICT', 'KNOWN_GOOD'],
  }, contract);
}

function collection(kind: Kind, contract: Contract): Schema {
  const { schemas } = contract;
  const page = schemas.named(`${kind.name}Page`, () => withMatches(kind, contract, pageSchema(schemas.kind(kind), `A page of ${inWords(kind.plural)}.`)));
  const description = `All that is named must hold. A record is found by a field only where that field is released to you; the order is that of submission${searchesNames(kind) ? ', or, by a name, the best answers first' : ''}.`;
  return {
    get: operation({
      id: `find${pluralType(kind)}`, tag: tagOf(kind), summary: `Search ${inWords(kind.plural)} among those released to you`, description, scope: 'records:read',
      parameters: [...searchParameters(kind, schemas), parameter('First'), parameter('After')],
      responses: { 200: answer('The records found.', page, [], { items: [releasedExample(kind)] }) },
      refused: ['BAD_CURSOR', 'CURSOR_SCOPE_CHANGED', ...reading],
    }, contract),
    ...(isSubmitted(kind) && { post: submission(kind, contract) }),
  };
}

function amendment(kind: Kind, contract: Contract): Schema {
  const { schemas } = contract;
  const patch = jsonContent(schemas.patch(kind), patchExample(kind))['application/json'];
  return operation({
    id: `amend${kind.name}`, tag: tagOf(kind), summary: `Change one of your ${inWords(kind.plural)}`, scope: 'records:write',
    description: 'A merge patch (RFC 7396). Fields that you cannot see stay as they are.',
    parameters: [parameter('IfMatch'), ...confirming(kind)],
    body: { required: true, content: { 'application/merge-patch+json': patch, 'application/json': patch } },
    responses: { 200: answer('Changed: the record as it is released to you.', schemas.kind(kind), ['ETag'], releasedExample(kind)) },
    refused: [...one, ...writing, 'STALE', 'PRECONDITION_REQUIRED', 'KNOWN_GOOD'],
  }, contract);
}

function single(kind: Kind, contract: Contract): Schema {
  const { schemas } = contract;
  return {
    parameters: [parameter('Id')],
    get: operation({
      id: `get${kind.name}`, tag: tagOf(kind), summary: `Read one ${inWords(kind.singular)}`, scope: 'records:read',
      description: 'What is absent and what is not yours to see are the same: `NOT_FOUND`.',
      parameters: [parameter('IfNoneMatch')],
      responses: {
        200: answer('The record as it is released to you.', schemas.kind(kind), ['ETag'], releasedExample(kind)),
        304: { description: 'The record is as you have it.', headers: { ETag: { $ref: '#/components/headers/ETag' } } },
      },
      refused: one,
    }, contract),
    ...(isAmended(kind) && { patch: amendment(kind, contract) }),
  };
}

function withdrawal(kind: Kind, contract: Contract): Schema {
  return {
    parameters: [parameter('Id')],
    post: operation({
      id: `withdraw${kind.name}`, tag: tagOf(kind), summary: `Withdraw one of your ${inWords(kind.plural)}`, scope: 'records:write',
      description: 'Those that had it are told through the feed.',
      responses: { 200: answer('Withdrawn: the record as it is released to you.', contract.schemas.kind(kind), ['ETag'], { ...releasedExample(kind), status: 'WITHDRAWN' }) },
      refused: [...one, 'FORBIDDEN', ...(kind.course === undefined ? [] : ['CONFLICT' as const])],
    }, contract),
  };
}

function decisions(kind: Kind, contract: Contract): Schema {
  const { schemas } = contract;
  const text = { type: 'string', minLength: 1, maxLength: 5000 };
  const request = schemas.named('DecisionRequest', () => ({
    type: 'object', description: 'A decision on what a person is.', additionalProperties: false,
    properties: {
      outcome: schemas.type('DecisionOutcome'),
      desk: { type: 'string', description: 'Which desk of yours decided.' },
      basis: { ...text, description: 'On what basis, without saying whether the person is a victim.' },
      nonPunishment: { ...text, description: 'The assessment of non-punishment: needed when the outcome is `VICTIM` or `BOTH`.' },
    },
    required: ['outcome', 'desk', 'basis'],
  }));
  const example = { outcome: 'BOTH', desk: 'duty', basis: 'Synthetic: three statements.', nonPunishment: 'Synthetic: was made to call under threat.' };
  return {
    parameters: [parameter('Id')],
    post: operation({
      id: `decide${kind.name}`, tag: tagOf(kind), summary: `Decide what the person of ${/^[aeiou]/.test(kind.singular) ? 'an' : 'a'} ${kind.singular} of yours is`, scope: 'records:write',
      description: 'With it ends what clauses gave only while nobody had decided. Every decision is kept.',
      body: { required: true, content: jsonContent(request, example) },
      responses: { 200: answer('Decided: the record as it is released to you.', schemas.kind(kind), ['ETag'], releasedExample(kind)) },
      refused: [...one, ...writing],
    }, contract),
  };
}

function revisions(kind: Kind, contract: Contract): Schema {
  const { schemas } = contract;
  const revision = schemas.named(`${kind.name}Revision`, () => ({
    type: 'object', description: 'A change of a record, as far as you may know it.',
    properties: {
      revision: { type: 'integer', format: 'int32', description: 'Counts the changes in what you may see, from 1.' },
      at: { type: 'string', format: 'date-time', description: 'When.' },
      changed: { type: 'array', items: { type: 'string' }, description: 'Names of the fields that changed, of those you may see.' },
      record: schemas.kind(kind),
    },
    required: ['revision', 'at', 'changed', 'record'],
  }));
  const list = schemas.named(`${kind.name}Revisions`, () => listSchema(revision, 'The history of one record, oldest first.'));
  return {
    parameters: [parameter('Id')],
    get: operation({
      id: `get${kind.name}Revisions`, tag: tagOf(kind), summary: `The history of one ${inWords(kind.singular)}, as far as you may know it`, scope: 'records:read',
      responses: { 200: answer('Its revisions, oldest first.', list) },
      refused: one,
    }, contract),
  };
}

/** Through a partner's eyes: of one record, and of a page. */
function viewAs(kind: Kind, contract: Contract): { readonly one: Schema; readonly page: Schema } {
  const { schemas } = contract;
  const eyes = [parameter('ViewAsPartner'), parameter('ViewAsPurpose'), parameter('ViewAsClearance')];
  const record = releasedExample(kind);
  const example = { id: record['id'], kind: kind.name, visible: true, record, beyondYourClearance: [] };
  const description = 'By the same release as any read of theirs. What you are not cleared for yourself is named, not shown. A partner that shares no channel with you is as one that does not exist.';
  const common = { tag: tagOf(kind), scope: 'records:read', description } as const;
  schemas.type('Classification');
  return {
    one: {
      parameters: [parameter('Id')],
      get: operation({
        ...common, id: `view${kind.name}As`, summary: `What a partner would get of one of your ${inWords(kind.plural)}`, parameters: eyes,
        responses: { 200: answer('The record as the partner would get it.', schemas.type('ViewAs'), [], example) }, refused: one,
      }, contract),
    },
    page: {
      get: operation({
        ...common, id: `view${pluralType(kind)}As`, summary: `What a partner would get of your own ${inWords(kind.plural)}`, parameters: [...eyes, parameter('First'), parameter('After')],
        responses: { 200: answer('A page of your records, newest first.', schemas.type('ViewAsPage'), [], { items: [example] }) }, refused: ['BAD_CURSOR', 'CURSOR_SCOPE_CHANGED', ...one],
      }, contract),
    },
  };
}

function channel(kind: Kind, contract: Contract): Schema {
  const shared = answer('The record as it is released to you.', contract.schemas.kind(kind), ['ETag'], releasedExample(kind));
  const common = { tag: tagOf(kind), scope: 'records:write', responses: { 200: shared } } as const;
  return {
    parameters: [parameter('Id'), parameter('Channel')],
    put: operation({ ...common, id: `share${kind.name}`, summary: `Share one of your ${inWords(kind.plural)} into a channel`, refused: [...one, ...writing] }, contract),
    delete: operation({ ...common, id: `unshare${kind.name}`, summary: `Take one of your ${inWords(kind.plural)} out of a channel`, refused: [...one, 'FORBIDDEN'] }, contract),
  };
}

export function kindPaths(kind: Kind, contract: Contract): Paths {
  const base = `/v1/${kind.path}`;
  const seen = viewAs(kind, contract);
  return {
    [base]: collection(kind, contract),
    [`${base}/{id}`]: single(kind, contract),
    ...(isAmended(kind) && { [`${base}/{id}/withdraw`]: withdrawal(kind, contract), [`${base}/{id}/channels/{channel}`]: channel(kind, contract) }),
    ...(kind.fields.some(({ decided }) => decided !== undefined) && { [`${base}/{id}/decisions`]: decisions(kind, contract) }),
    [`${base}/{id}/revisions`]: revisions(kind, contract),
    [`${base}/view-as`]: seen.page,
    [`${base}/{id}/view-as`]: seen.one,
    ...erasurePaths(kind, tagOf(kind), contract),
  };
}
