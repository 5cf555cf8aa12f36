/** The routes of the victim firewall. */
import type { Kind } from '../../types.ts';
import { releasedExample } from './example.ts';
import { type Contract, answer, jsonContent, listSchema, operation } from './operation.ts';
import { parameter } from './parts.ts';
import type { Schema } from './schemas.ts';

const tag = 'Protection';
const id = '01920000-0000-7000-8000-000000000001';
const period = { from: '2026-01-01T00:00:00.000Z', to: '2026-07-01T00:00:00.000Z' };
const agreement = { id, desk: 'duty', by: 'officer-7', ...period };
const desk = { type: 'string', minLength: 1, maxLength: 64, description: 'Which desk of yours.' };

function confirmation(kind: Kind, contract: Contract): Schema {
  const { schemas } = contract;
  const request = schemas.named('ConfirmationRequest', () => ({ type: 'object', description: 'Who confirms.', additionalProperties: false, properties: { desk }, required: ['desk'] }));
  return {
    parameters: [parameter('Id')],
    post: operation({
      id: `confirm${kind.name}`, tag, summary: `Confirm a ${kind.singular} of another organisation`, scope: 'records:write',
      description: 'Only of a case that a second organisation confirmed is its protection desk alerted when somebody searches for the person.',
      body: { required: true, content: jsonContent(request, { desk: 'duty' }) },
      responses: { 200: answer('Confirmed: the record as it is released to you.', schemas.kind(kind), ['ETag'], releasedExample(kind)) },
      refused: ['NOT_FOUND', 'FORBIDDEN', 'KEY_UNAVAILABLE'],
    }, contract),
  };
}

function namings(contract: Contract): Schema {
  const { schemas } = contract;
  const list = schemas.named('NamingAgreements', () => listSchema(schemas.type('NamingAgreement'), 'Agreements of your organisation, oldest first.'));
  const instant = { type: 'string', format: 'date-time' };
  const request = schemas.named('NamingAgreementRequest', () => ({
    type: 'object', description: 'For which searches your organisation may be named.', additionalProperties: false,
    properties: { desk, from: { ...instant, description: 'Not before this instant.' }, to: { ...instant, description: 'Before this instant.' } }, required: ['desk', 'from', 'to'],
  }));
  return {
    get: operation({
      id: 'listNamingAgreements', tag, summary: 'For which periods your organisation may be named to protection desks', scope: 'records:read',
      responses: { 200: answer('Agreements, oldest first.', list, [], { items: [agreement] }) },
    }, contract),
    post: operation({
      id: 'agreeToBeNamed', tag, summary: 'Agree that your organisation be named to protection desks', scope: 'records:write',
      description: 'For all searches and submissions of the period: which of them matched a victim you are not told.',
      body: { required: true, content: jsonContent(request, { desk: 'duty', ...period }) },
      responses: { 201: answer('Agreed.', schemas.type('NamingAgreement'), [], agreement) },
    }, contract),
  };
}

export function firewallPaths(kinds: readonly Kind[], contract: Contract): Readonly<Record<string, Schema>> {
  const behind = kinds.filter(({ fields }) => fields.some(({ alertWhile }) => alertWhile !== undefined));
  const alert = { id, day: '2026-02-01', record: id, searchers: [{ partner: 'th-ccib', purpose: 'INVESTIGATION' }] };
  return {
    '/v1/protection-alerts': {
      get: operation({
        id: 'listProtectionAlerts', tag, summary: 'For a protection desk: that somebody searched for persons who match confirmed victims', scope: 'records:read',
        description: 'In daily batches, newest first. Who searched is named once their own desk agreed.',
        parameters: [parameter('First'), parameter('After')],
        responses: { 200: answer('A page of alerts.', contract.schemas.type('ProtectionAlertPage'), [], { items: [alert] }) },
        refused: ['BAD_CURSOR', 'CURSOR_SCOPE_CHANGED'],
      }, contract),
    },
    '/v1/naming-agreements': namings(contract),
    ...Object.fromEntries(behind.map((kind) => [`/v1/${kind.path}/{id}/confirmations`, confirmation(kind, contract)])),
  };
}
