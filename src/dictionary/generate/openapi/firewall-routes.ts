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
const desk = { type: 'string', minLength: 1, maxLength: 64, description: 'Your desk, as the token names it.' };

function confirmation(kind: Kind, contract: Contract): Schema {
  const { schemas } = contract;
  const request = schemas.named('ConfirmationRequest', () => ({ type: 'object', description: 'Who confirms.', additionalProperties: false, properties: { desk }, required: ['desk'] }));
  return {
    parameters: [parameter('Id')],
    post: operation({
      id: `confirm${kind.name}`, tag, summary: `Confirm a ${kind.singular} that another desk submitted`, scope: 'records:write',
      description: 'Only of a case that a second desk confirmed, of the same organisation or another, is its protection desk alerted when somebody searches for the person. A desk does not confirm what it wrote; what is written anew of who the person is, is to be confirmed anew. Send the `ETag` of what you looked at.',
      parameters: [parameter('IfStill')],
      body: { required: true, content: jsonContent(request, { desk: 'duty' }) },
      responses: { 200: answer('Confirmed: the record as it is released to you.', schemas.kind(kind), ['ETag'], releasedExample(kind)) },
      refused: ['NOT_FOUND', 'FORBIDDEN', 'STALE', 'KEY_UNAVAILABLE'],
    }, contract),
  };
}

function namings(contract: Contract): Schema {
  const { schemas } = contract;
  const list = schemas.named('NamingAgreements', () => listSchema(schemas.type('NamingAgreement'), 'Agreements of your organisation, oldest first.'));
  const instant = { type: 'string', format: 'date-time' };
  const request = schemas.named('NamingAgreementRequest', () => ({
    type: 'object', description: 'For which searches your desk may be named.', additionalProperties: false,
    properties: { desk, from: { ...instant, description: 'Not before this instant.' }, to: { ...instant, description: 'Before this instant.' } }, required: ['desk', 'from', 'to'],
  }));
  return {
    get: operation({
      id: 'listNamingAgreements', tag, summary: 'For which periods your desks may be named to protection desks', scope: 'records:read',
      responses: { 200: answer('Agreements, oldest first.', list, [], { items: [agreement] }) },
    }, contract),
    post: operation({
      id: 'agreeToBeNamed', tag, summary: 'Agree that your desk be named to protection desks', scope: 'records:write',
      description: 'For all searches and submissions of your desk in the period, and those of your organisation that named no desk: which of them matched a victim you are not told.',
      body: { required: true, content: jsonContent(request, { desk: 'duty', ...period }) },
      responses: { 201: answer('Agreed.', schemas.type('NamingAgreement'), [], agreement) }, refused: ['FORBIDDEN'],
    }, contract),
  };
}

export function firewallPaths(kinds: readonly Kind[], contract: Contract): Readonly<Record<string, Schema>> {
  const behind = kinds.filter(({ fields }) => fields.some(({ alertWhile }) => alertWhile !== undefined));
  const alert = { id, day: '2026-02-01', record: id, searchers: [{ partner: 'th-ccib', desk: 'duty', purpose: 'INVESTIGATION' }] };
  const referral = { id, at: '2026-02-01T08:00:00.000Z', from: { partner: 'th-atc', desk: 'duty' } };
  return {
    '/v1/protection-alerts': {
      get: operation({
        id: 'listProtectionAlerts', tag, summary: 'For a protection desk: that somebody searched for persons who match confirmed victims', scope: 'records:read',
        description: 'In daily batches, newest first. Who searched is named once their own desk agreed. For the desk that the token names; an officer who wrote or confirmed a case is not alerted of it.',
        parameters: [parameter('First'), parameter('After')],
        responses: { 200: answer('A page of alerts.', contract.schemas.type('ProtectionAlertPage'), [], { items: [alert] }) },
        refused: ['FORBIDDEN', 'BAD_CURSOR', 'CURSOR_SCOPE_CHANGED'],
      }, contract),
    },
    '/v1/protection-referrals': {
      get: operation({
        id: 'listProtectionReferrals', tag, summary: 'For a protection desk: that persons were decided to be victims, and by which desk', scope: 'records:read',
        description: 'Newest first. Of the person nothing is told: ask the desk that decided. For the desk that the token names.',
        parameters: [parameter('First'), parameter('After')],
        responses: { 200: answer('A page of referrals.', contract.schemas.type('ProtectionReferralPage'), [], { items: [referral] }) },
        refused: ['FORBIDDEN', 'BAD_CURSOR', 'CURSOR_SCOPE_CHANGED'],
      }, contract),
    },
    '/v1/naming-agreements': namings(contract),
    ...Object.fromEntries(behind.map((kind) => [`/v1/${kind.path}/{id}/confirmations`, confirmation(kind, contract)])),
  };
}
