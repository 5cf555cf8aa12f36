/** What a viewer may know of the registry: all partners by name; agreements it is party to; channels it is a member of, with their roster. */
import { caveatsIn, levelName, purposesIn } from '../dictionary/compartment.ts';
import type { Json } from '../dictionary/types.ts';
import { inForce } from '../rules/act.ts';
import { basesOf, forever, speaksTo } from '../rules/grant.ts';
import type { Agreement, Channel, Clause, Partner, Routing, Text } from '../rules/registry.ts';
import type { Viewer } from '../rules/viewer.ts';
import { answer, type Reader } from './answer.ts';
import type { Asker, Me, RegistryView } from './api.ts';
import type { Deps } from './deps.ts';

const text = ({ en, th }: Text): Json => ({ en, th });

/** What a partner is allowed is its own to know. */
const allowedTo = ({ clearance, caveats, purposes, scopes }: Partner): RegistryView =>
  ({ clearance: levelName(clearance), caveats: caveatsIn(caveats), purposes: purposesIn(purposes), scopes });

const partnerView = (partner: Partner, viewer: Viewer): RegistryView => ({
  id: partner.id,
  name: text(partner.name),
  type: partner.type,
  country: partner.country,
  status: partner.status,
  desks: partner.desks.map((desk) => ({ id: desk.id, name: text(desk.name), contact: desk.contact, ...(desk.institutions !== undefined && { institutions: desk.institutions }) })),
  ...(partner.id === viewer.partner && allowedTo(partner)),
});

const routingView = ({ partner, desk, above, sensitive, arrestWithReturn }: Routing): Json =>
  ({ partner, desk, above: above === undefined ? null : levelName(above), sensitive, arrestWithReturn });

const whenView = ({ when = {} }: Clause): Json =>
  Object.entries(when).flatMap(([kind, fields]) => Object.entries(fields).map(([field, values]) => ({ kind, field, values })));

/** A channel that this viewer is no member of does not exist for it. */
const clauseView = (clause: Clause, memberOf: (channel: string) => boolean): Json => ({
  id: clause.id,
  text: text(clause.text),
  access: clause.access,
  kinds: clause.kinds,
  when: whenView(clause),
  parties: clause.parties ?? null,
  channels: clause.channels?.filter(memberOf) ?? null,
  purposes: purposesIn(clause.purposes),
  ceiling: levelName(clause.ceiling),
  caveats: caveatsIn(clause.caveats),
  retention: clause.retention ?? null,
  ledgerDelay: clause.ledgerDelay ?? null,
  onward: clause.onward,
  readUntil: clause.onTermination === 'END_AT_ONCE' ? null : clause.onTermination.readUntil,
  routing: clause.routing === undefined ? null : routingView(clause.routing),
  groundRequired: clause.groundRequired,
  notices: (clause.notices ?? []).map(({ to, kinds }) => ({ to, kinds })),
  requests: clause.requests ?? [],
});

const agreementView = (agreement: Agreement, memberOf: (channel: string) => boolean): RegistryView => ({
  id: agreement.id,
  title: text(agreement.title),
  type: agreement.type,
  citation: text(agreement.citation),
  parties: agreement.parties,
  validFrom: agreement.validFrom,
  validTo: agreement.validTo ?? null,
  status: agreement.status,
  terminatedAt: agreement.terminatedAt ?? null,
  supersedes: agreement.supersedes ?? null,
  protectionDesk: agreement.protectionDesk === undefined ? null : { partner: agreement.protectionDesk.partner, desk: agreement.protectionDesk.desk },
  clauses: agreement.clauses.map((clause) => clauseView(clause, memberOf)),
  nationalMarkings: agreement.nationalMarkings.map(({ mark, country, level }) => ({ mark, country, level: levelName(level) })),
});

const channelView = (channel: Channel): RegistryView => ({
  id: channel.id,
  name: text(channel.name),
  agreement: channel.agreement,
  members: channel.members,
  purposes: purposesIn(channel.purposes),
  ceiling: levelName(channel.ceiling),
  status: channel.status,
});

/** Registry views disclose no record; they are answered under the registry of the moment all the same, and stand in the ledger. */
async function view<T>(deps: Deps, asker: Asker, operation: string, make: (reader: Reader, now: number) => T): Promise<T> {
  return answer(deps, asker, '', operation, async (reader) => {
    const moment = await deps.read.moment();
    return { moment, released: [], finish: () => make(reader, moment.now) };
  });
}

const byId = <T extends { id: string }>(items: Iterable<T>): T[] => [...items].sort((a, b) => (a.id < b.id ? -1 : 1));

export const partners = async (deps: Deps, asker: Asker): Promise<readonly RegistryView[]> =>
  view(deps, asker, 'partners', ({ registry, viewer }) => byId(registry.partners.values()).map((partner) => partnerView(partner, viewer)));

export const agreements = async (deps: Deps, asker: Asker): Promise<readonly RegistryView[]> =>
  view(deps, asker, 'agreements', ({ registry, viewer }) => {
    const memberOf = (channel: string): boolean => registry.channels.get(channel)?.members.includes(viewer.partner) === true;
    return byId(registry.agreements.values()).filter(({ parties }) => parties.includes(viewer.partner)).map((agreement) => agreementView(agreement, memberOf));
  });

export const channels = async (deps: Deps, asker: Asker): Promise<readonly RegistryView[]> =>
  view(deps, asker, 'channels', ({ registry, viewer }) => byId(registry.channels.values()).filter(({ members }) => members.includes(viewer.partner)).map(channelView));

function grantsOfMe({ registry, viewer }: Reader, now: number): Me['grants'] {
  return byId(registry.channels.values()).flatMap((channel) =>
    basesOf(registry, channel)
      .filter((basis) => speaksTo(basis, viewer.partner) && basis.read.from <= now && now < basis.read.to && (basis.clause.purposes & channel.purposes & viewer.purposeBit) !== 0)
      .map((basis) => ({ ...basis, asks: inForce(basis, now) ? (basis.clause.requests ?? []) : [] }))
      .map(({ agreement, clause, read, asks }) => ({
        channel: channel.id,
        agreement: agreement.id,
        clause: clause.id,
        citation: agreement.citation,
        access: clause.access,
        kinds: clause.kinds,
        requests: asks,
        ceiling: levelName(Math.min(clause.ceiling, channel.ceiling, viewer.clearance) as 0),
        caveats: caveatsIn(clause.caveats & viewer.caveats),
        purposes: purposesIn(clause.purposes & channel.purposes),
        ...(read.to === forever ? {} : { validTo: new Date(read.to).toISOString() }),
      })));
}

export const me = async (deps: Deps, asker: Asker): Promise<Me> =>
  view(deps, asker, 'me', (reader, now) => {
    const { registry, viewer } = reader;
    const partner = registry.partners.get(viewer.partner);
    return {
      partner: { id: viewer.partner, name: partner?.name ?? { en: '', th: '' } },
      subject: viewer.subject,
      ...(viewer.desk !== undefined && { desk: viewer.desk }),
      purpose: viewer.purpose,
      clearance: levelName(viewer.clearance),
      caveats: caveatsIn(viewer.caveats),
      scopes: [...viewer.scopes],
      grants: grantsOfMe(reader, now),
    };
  });
