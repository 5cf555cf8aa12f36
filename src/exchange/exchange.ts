/** The exchange: every use case over one set of dependencies. */
import { amend, withdraw } from './amend.ts';
import { viewerNow } from './answer.ts';
import type { Exchange } from './api.ts';
import { caseload } from './caseload.ts';
import { changes, digest } from './changes.ts';
import { decide } from './decide.ts';
import type { Deps } from './deps.ts';
import { erase } from './erasure/erase.ts';
import { hold, holds, releaseHold } from './erasure/hold.ts';
import { agreeToBeNamed, confirmCase, namingAgreements, protectionAlerts, protectionReferrals } from './firewall.ts';
import { find, get, revisions } from './find.ts';
import { importOutcomes, importReport, startImport, withdrawImport } from './imports/index.ts';
import { lookup, observable } from './lookup.ts';
import { transfersFrom } from './money.ts';
import { readings } from './readings.ts';
import { agreements, channels, me, partners } from './registry-view.ts';
import { attach } from './requests/attach.ts';
import { attached } from './requests/attached.ts';
import { requestContacts } from './requests/contacts.ts';
import { inbox } from './requests/inbox.ts';
import { proposeHolds } from './requests/next-holds.ts';
import { requestSums } from './requests/sums.ts';
import { share, unshare } from './share.ts';
import { statistics, statisticTables } from './statistics.ts';
import { submit } from './submit.ts';
import { viewAs, viewAsPage } from './view-as.ts';

export function createExchange(deps: Deps): Exchange {
  return Object.freeze<Exchange>({
    me: async (asker) => me(deps, asker),
    get: async (asker, kind, id) => get(deps, asker, kind, id),
    find: async (asker, query) => find(deps, asker, query),
    lookup: async (asker, values) => lookup(deps, asker, values),
    observable: async (asker, value) => observable(deps, asker, value),
    revisions: async (asker, kind, id) => revisions(deps, asker, kind, id),
    submit: async (asker, kind, body, options) => submit(deps, asker, kind, body, options),
    amend: async (asker, kind, id, patch, ifMatch, options) => amend(deps, asker, kind, id, patch, ifMatch, options),
    decide: async (asker, kind, id, body) => decide(deps, asker, kind, id, body),
    confirmCase: async (asker, kind, id, body, ifMatch) => confirmCase(deps, asker, kind, id, body, ifMatch),
    protectionAlerts: async (asker, query) => protectionAlerts(deps, asker, query),
    protectionReferrals: async (asker, query) => protectionReferrals(deps, asker, query),
    agreeToBeNamed: async (asker, body) => agreeToBeNamed(deps, asker, body),
    namingAgreements: async (asker) => namingAgreements(deps, asker),
    withdraw: async (asker, kind, id) => withdraw(deps, asker, kind, id),
    share: async (asker, kind, id, channel) => share(deps, asker, kind, id, channel),
    unshare: async (asker, kind, id, channel) => unshare(deps, asker, kind, id, channel),
    viewAs: async (asker, kind, id, query) => viewAs(deps, asker, kind, id, query),
    viewAsPage: async (asker, kind, query) => viewAsPage(deps, asker, kind, query),
    erase: async (asker, kind, id, reason, ifMatch) => erase(deps, asker, kind, id, reason, ifMatch),
    hold: async (asker, kind, id, words) => hold(deps, asker, kind, id, words),
    releaseHold: async (asker, kind, id, held, words) => releaseHold(deps, asker, kind, id, held, words),
    holds: async (asker, kind, id) => holds(deps, asker, kind, id),
    caseload: async (asker, query) => caseload(deps, asker, query),
    inbox: async (asker, query) => inbox(deps, asker, query),
    requestContacts: async (asker, request) => requestContacts(deps, asker, request),
    attach: async (asker, given, bytes) => attach(deps, asker, given, bytes),
    attached: async (asker, id) => attached(deps, asker, id),
    proposeHolds: async (asker, body) => proposeHolds(deps, asker, body),
    requestSums: async (asker, query) => requestSums(deps, asker, query),
    transfersFrom: async (asker, query) => transfersFrom(deps, asker, query),
    changes: async (asker, query) => changes(deps, asker, query),
    digest: async (asker, kinds) => digest(deps, asker, kinds),
    statisticTables: async (asker) => statisticTables(deps, asker),
    statistics: async (asker, table, period) => statistics(deps, asker, table, period),
    partners: async (asker) => partners(deps, asker),
    agreements: async (asker) => agreements(deps, asker),
    channels: async (asker) => channels(deps, asker),
    ledger: async (asker, query) => readings(deps, asker, query),
    startImport: async (asker, options, stream) => startImport(deps, asker, options, stream),
    importReport: async (asker, id) => importReport(deps, asker, id),
    importOutcomes: (asker, id, afterLine) => importOutcomes(deps, asker, id, afterLine),
    withdrawImport: async (asker, id) => withdrawImport(deps, asker, id),
    admit: async (asker, scope) => void (await viewerNow(deps, asker, scope, await deps.registry.current())),
  });
}
