/** What a viewer may do, and who a viewer is, as tables. */
import t from 'tap';
import { Refusal } from '../../src/errors.ts';
import type { LevelName } from '../../src/dictionary/compartment.ts';
import { mayChange, mayShare, withinClearance, withinPurposes } from '../../src/rules/act.ts';
import { viewerOf } from '../../src/rules/viewer.ts';
import { askerOf } from '../support/exchange.ts';
import { changed, dictionary, indicator, rank, registry, viewer } from './rules.ts';

const now = Date.parse('2026-06-01T00:00:00Z');
const code = (work: () => unknown): string => {
  try {
    work();
    return 'allowed';
  } catch (error) {
    return error instanceof Refusal ? error.code : String(error);
  }
};
const sharing = (level: LevelName, more: object = {}) => ({ kind: indicator, classification: rank(level), sensitive: false, state: '', ground: undefined, ...more });

t.test('sharing', async (t) => {
  const share = (partner: string, level: LevelName, channel: string, under = registry, more = {}) => code(() => mayShare(under, viewer(partner, 'INVESTIGATION', undefined, undefined, under), sharing(level, more), channel, now));
  t.equal(share('alpha', 'CONFIDENTIAL', 'one'), 'allowed');
  t.equal(share('alpha', 'SECRET', 'one'), 'FORBIDDEN', 'above the ceiling');
  t.equal(share('beta', 'RESTRICTED', 'three'), 'NOT_FOUND', 'no member');
  t.equal(share('beta', 'RESTRICTED', 'nowhere'), 'NOT_FOUND', 'no channel');
  t.equal(code(() => mayShare(registry, viewer('alpha', 'PREVENTION'), sharing('RESTRICTED'), 'one', now)), 'FORBIDDEN', 'no clause submits for that purpose');
  t.equal(share('alpha', 'RESTRICTED', 'one', changed('agreements', 'ag1', { validTo: '2026-06-01T00:00:00Z' })), 'FORBIDDEN', 'no longer in force');
  t.equal(share('alpha', 'RESTRICTED', 'one', changed('channels', 'one', { status: 'SUSPENDED' })), 'FORBIDDEN');
  const stricter = (change: object) => changed('agreements', 'ag1', { clauses: registry.agreements.get('ag1')?.clauses.map((clause) => ({ ...clause, ...change })) });
  t.equal(share('alpha', 'RESTRICTED', 'one', stricter({ groundRequired: true })), 'GROUND_REQUIRED');
  t.equal(share('alpha', 'RESTRICTED', 'one', stricter({ groundRequired: true }), { ground: 'synthetic' }), 'allowed');
  const routing = { partner: 'delta', desk: 'duty', above: rank('UNCLASSIFIED'), sensitive: true, arrestWithReturn: false };
  t.equal(share('alpha', 'RESTRICTED', 'one', stricter({ routing })), 'USE_DIPLOMATIC_CHANNEL');
  t.equal(share('alpha', 'UNCLASSIFIED', 'one', stricter({ routing })), 'allowed');
  t.equal(share('alpha', 'UNCLASSIFIED', 'one', stricter({ routing }), { sensitive: true }), 'USE_DIPLOMATIC_CHANNEL');
});

t.test('changing, and how high one writes', async (t) => {
  t.equal(code(() => mayChange(viewer('alpha', 'INVESTIGATION'), 'alpha')), 'allowed');
  t.equal(code(() => mayChange(viewer('beta', 'INVESTIGATION'), 'alpha')), 'FORBIDDEN');
  t.equal(code(() => withinClearance(viewer('alpha', 'INVESTIGATION', 'RESTRICTED'), rank('CONFIDENTIAL'))), 'FORBIDDEN');
  t.equal(code(() => withinClearance(viewer('alpha', 'INVESTIGATION', 'TOP_SECRET'), rank('TOP_SECRET'))), 'FORBIDDEN', 'the registry caps the token');
});

t.test('the viewer that claims make', async (t) => {
  const make = (under = registry, asking = {}, purpose: string | undefined = 'INVESTIGATION') => code(() => viewerOf(under, askerOf('alpha', asking).claims, purpose));
  t.equal(make(), 'allowed');
  t.equal(make(changed('partners', 'alpha', { status: 'SUSPENDED' })), 'UNAUTHENTICATED');
  t.equal(make(changed('issuers', 'urn:test:issuer', { status: 'SUSPENDED' })), 'UNAUTHENTICATED');
  t.equal(make(changed('issuers', 'urn:test:issuer', { partners: ['beta'] })), 'UNAUTHENTICATED', 'the issuer no longer speaks for it');
  t.equal(make(registry, {}, 'STATISTICS'), 'PURPOSE_NOT_ALLOWED', 'not the partner\'s');
  t.equal(make(registry, { purpose: 'PREVENTION' }, 'INVESTIGATION'), 'PURPOSE_NOT_ALLOWED', 'not the token\'s');
  t.equal(make(registry, {}, 'WHATEVER'), 'INVALID');
  t.equal(code(() => viewerOf(registry, askerOf('alpha').claims, undefined)), 'PURPOSE_REQUIRED');
  t.equal(code(() => viewerOf(registry, askerOf('alpha', { purpose: 'PREVENTION' }).claims, undefined)), 'allowed', 'the token\'s only one');
  const capped = viewerOf(registry, askerOf('gamma', { scopes: ['records:read', 'admin'] }).claims, 'INVESTIGATION');
  t.strictSame([capped.clearance, capped.caveats, [...capped.scopes]], [2, registry.partners.get('gamma')?.caveats, ['records:read']], 'clearance, caveats and scopes are capped');
});

t.test('a kind is written for the purposes that it is seen for', async (t) => {
  const missing = dictionary.kinds.get('MissingPerson');
  if (missing === undefined) throw new Error('no MissingPerson');
  t.equal(code(() => { withinPurposes(viewer('alpha', 'INVESTIGATION'), indicator); }), 'allowed');
  t.equal(code(() => { withinPurposes(viewer('alpha', 'INVESTIGATION'), missing); }), 'PURPOSE_NOT_ALLOWED');
});
