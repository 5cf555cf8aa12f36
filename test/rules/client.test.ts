/** What a client's entry, and a binding to a key, do to a token, as tables. */
import t from 'tap';
import { caveatMask, levelOf, purposeMask } from '../../src/dictionary/compartment.ts';
import { Refusal } from '../../src/errors.ts';
import { limitedBy } from '../../src/rules/limits.ts';
import type { Client, Registry, SenderConstrained } from '../../src/rules/registry.ts';
import { isLastAdministrator, type Staff, staffFaults } from '../../src/rules/staff.ts';
import { asVerified, viewerOf } from '../../src/rules/viewer.ts';
import { askerOf } from '../support/exchange.ts';
import { registry } from './rules.ts';

const issuer = 'urn:test:issuer';
const client: Client = {
  id: 'test', partner: 'alpha', name: { en: 'Sync', th: 'ซิงค์' }, issuer, scopes: ['records:read'], clearance: 1, caveats: caveatMask(['SOURCE']),
  purposes: purposeMask(['INVESTIGATION']), algorithms: ['ES256'], dpop: 'WHERE_DEMANDED', status: 'ACTIVE',
};
const made = (under: Registry, { boundTo, clearance = 'TOP_SECRET' as const, scopes = ['records:read', 'records:write'], purpose = 'INVESTIGATION', key, session, desk }: { desk?: string; key?: string; session?: string; boundTo?: string; clearance?: 'TOP_SECRET' | 'CONFIDENTIAL' | 'RESTRICTED'; scopes?: string[]; purpose?: string } = {}) => {
  const { claims } = askerOf('alpha', { clearance, scopes });
  return viewerOf(under, asVerified({ ...claims, ...(desk !== undefined && { desk }), ...(key !== undefined && { key }), ...(session !== undefined && { session }), ...(boundTo !== undefined && { boundTo }) }), purpose);
};
const code = (work: () => unknown): string => {
  try {
    work();
    return 'allowed';
  } catch (error) {
    return error instanceof Refusal ? `${error.code} ${error.public.headers?.['WWW-Authenticate']?.split(' ')[0] ?? ''}`.trim() : String(error);
  }
};
const having = (change: Partial<Client>, under = registry): Registry => ({ ...under, clients: new Map([['test', { ...client, ...change }]]) });
const demanding = (senderConstrained: SenderConstrained | undefined): Registry => {
  const one = registry.issuers.get(issuer);
  if (one === undefined) throw new Error('no issuer');
  const { senderConstrained: _, ...rest } = one;
  return { ...registry, issuers: new Map([[issuer, { ...rest, ...(senderConstrained !== undefined && { senderConstrained }) }]]) };
};

t.test('a declared client is capped, beside its partner', async (t) => {
  const viewer = made(having({}));
  t.strictSame([viewer.clearance, viewer.caveats, [...viewer.scopes]], [1, caveatMask(['SOURCE']), ['records:read']]);
  t.equal(code(() => made(having({}), { purpose: 'PREVENTION' })), 'PURPOSE_NOT_ALLOWED', 'its purposes');
  t.equal(code(() => made(having({ status: 'SUSPENDED' }))), 'UNAUTHENTICATED Bearer');
  t.equal(code(() => made(having({ partner: 'beta' }))), 'UNAUTHENTICATED Bearer', 'another partner\'s');
  t.equal(made(having({ clearance: 4 })).clearance, registry.partners.get('alpha')?.clearance, 'nothing beyond the partner');
  t.equal(made(having({ issuer: 'urn:other' })).clearance, registry.partners.get('alpha')?.clearance, 'a client of another issuer that is called the same');
});

t.test('whose requests are read: of the desk that the token names, or its client is bound to; of none where that is no desk of its own', async (t) => {
  const alpha = registry.partners.get('alpha');
  if (alpha === undefined) throw new Error('no alpha');
  const desk = (id: string) => ({ id, name: { en: id, th: id }, contact: `${id}@alpha.example` });
  const under: Registry = { ...registry, partners: new Map([...registry.partners, ['alpha', { ...alpha, desks: [desk('duty'), desk('night')] }]]) };
  const seats = (change: Partial<Client>, named?: string) => (({ desk: acts, seat }) => [acts, seat])(made(having(change, under), named === undefined ? {} : { desk: named }));
  t.strictSame(seats({}), [undefined, undefined], 'neither names one: those of all desks');
  t.strictSame(seats({}, 'duty'), ['duty', 'duty']);
  t.strictSame(seats({}, 'nowhere'), [undefined, ''], 'a desk that there is not opens nothing, least of all everything');
  t.strictSame(seats({ desk: 'duty' }), [undefined, 'duty'], 'a client that is bound to a desk reads no other\'s, whatever its token leaves out');
  t.strictSame(seats({ desk: 'duty' }, 'night'), [undefined, ''], 'nor by naming another');
});

t.test('the built-in issuer knows declared clients alone', async (t) => {
  const signingKeys = [{ kid: 'k', jwk: {}, signsFrom: 0 }];
  const builtin: Registry = { ...registry, signingKeys, issuers: new Map([[issuer, { issuer, jwks: { builtin: true }, algorithms: ['ES256'], partners: ['alpha'], maxLife: 600, senderConstrained: { scopes: [] }, status: 'ACTIVE' }]]) };
  const { issuer: _, ...own } = client;
  t.equal(code(() => made(builtin, { key: 'k' })), 'UNAUTHENTICATED Bearer');
  t.equal(code(() => made({ ...builtin, clients: new Map([['test', own]]) }, { key: 'k' })), 'allowed');
  t.equal(code(() => made({ ...builtin, signingKeys: [], clients: new Map([['test', own]]) }, { key: 'k' })), 'UNAUTHENTICATED Bearer', 'a key that is gone');
  const pinned = (kid: string): Registry => ({ ...registry, issuers: new Map([[issuer, { issuer, jwks: { keys: [{ kid }] }, algorithms: ['ES256'], partners: ['alpha'], maxLife: 600, senderConstrained: { scopes: [] }, status: 'ACTIVE' }]]) });
  t.strictSame(['k', 'other'].map((kid) => code(() => made(pinned(kid), { key: 'k' }))), ['allowed', 'UNAUTHENTICATED Bearer'], 'nor does another issuer\'s token count when its key is taken away');
  t.equal(code(() => made({ ...builtin, clients: new Map([['test', { ...own, issuer: 'urn:other' }]]) }, { key: 'k' })), 'UNAUTHENTICATED Bearer');
  const person = { key: 'k', session: 'a'.repeat(64) };
  t.equal(made(builtin, person).clearance, registry.partners.get('alpha')?.clearance, 'but for a person, who is in no registry; nothing beyond the partner');
  t.equal(code(() => made({ ...builtin, signingKeys: [] }, person)), 'UNAUTHENTICATED Bearer');
  t.equal(made(having({}), { session: person.session }).clearance, 1, 'another issuer has no persons: its client is what counts');
});

t.test('staff are given no more than their partner has, and never all locked out unawares', async (t) => {
  const partner = registry.partners.get('alpha');
  if (partner === undefined) throw new Error('no partner');
  const rights = { clearance: partner.clearance, caveats: partner.caveats, purposes: partner.purposes, scopes: partner.scopes, administrator: false };
  t.strictSame(staffFaults(partner, rights), []);
  for (const [field, more] of [['desk', { desk: 'nowhere' }], ['clearance', { clearance: 4 }], ['caveats', { caveats: -1 }], ['purposes', { purposes: -1 }], ['purposes', { purposes: 0 }], ['scopes', { scopes: ['root'] }]] as const) {
    t.strictSame(staffFaults({ ...partner, clearance: 2, caveats: 1 }, { ...rights, clearance: 2, caveats: 1, ...more }).map((fault) => fault.field), [field]);
  }
  const one = (id: string, status: 'ACTIVE' | 'SUSPENDED' | 'INVITED', administrator = true): Staff => ({ ...rights, id, partner: 'alpha', status, administrator, revision: 1 });
  t.equal(isLastAdministrator([one('a', 'ACTIVE'), one('b', 'ACTIVE')], 'a'), false);
  t.equal(isLastAdministrator([one('a', 'ACTIVE'), one('b', 'SUSPENDED'), one('c', 'INVITED'), one('d', 'ACTIVE', false)], 'a'), true);
  t.equal(isLastAdministrator([one('a', 'ACTIVE'), one('d', 'ACTIVE', false)], 'd'), false);
});

t.test('what only a bound token is given', async (t) => {
  const bound = { boundTo: 'x'.repeat(43) };
  const tables: readonly (readonly [string, Registry, Parameters<typeof made>[1], string])[] = [
    ['from CONFIDENTIAL on, where nothing is said', demanding(undefined), { clearance: 'CONFIDENTIAL' }, 'UNAUTHENTICATED DPoP'],
    ['a bound one', demanding(undefined), { clearance: 'CONFIDENTIAL', ...bound }, 'allowed'],
    ['below', demanding(undefined), { clearance: 'RESTRICTED' }, 'allowed'],
    ['what counts is what it is worth', having({}, demanding(undefined)), { clearance: 'TOP_SECRET' }, 'allowed'],
    ['from RESTRICTED on', demanding({ clearance: levelOf('RESTRICTED') ?? 0, scopes: [] }), { clearance: 'RESTRICTED' }, 'UNAUTHENTICATED DPoP'],
    ['at no level', demanding({ scopes: [] }), {}, 'allowed'],
    ['a scope', demanding({ scopes: ['records:write'] }), { clearance: 'RESTRICTED' }, 'UNAUTHENTICATED DPoP'],
    ['a scope, bound', demanding({ scopes: ['records:write'] }), { clearance: 'RESTRICTED', ...bound }, 'allowed'],
    ['without that scope', demanding({ scopes: ['records:write'] }), { clearance: 'RESTRICTED', scopes: ['records:read'] }, 'allowed'],
    ['a client that always proves', having({ dpop: 'ALWAYS' }), { clearance: 'RESTRICTED' }, 'UNAUTHENTICATED DPoP'],
    ['a client that always proves, bound', having({ dpop: 'ALWAYS' }), bound, 'allowed'],
  ];
  for (const [name, under, asking, expected] of tables) t.equal(code(() => made(under, asking)), expected, name);
});

t.test('clients of two partners that one issuer calls alike are counted apart', async (t) => {
  const names = ['alpha', 'beta'].map((partner) => limitedBy(registry, askerOf(partner, {}).claims).map(({ name }) => name));
  t.equal(new Set(names.flat()).size, 4, JSON.stringify(names));
});
