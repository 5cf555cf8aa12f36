/** From the form of the files, found fit, to the form in memory: names to ranks and masks, instants to UTC, defaults. */
import { caveatMask, type Level, levelOf, purposeMask } from '../../dictionary/compartment.ts';
import type { Agreement, Channel, Clause, Client, Desk, Issuer, Jwks, Mechanism, Partner, Routing, StatisticTable, Text } from '../../rules/registry.ts';

type Words = readonly string[];

export interface PartnerForm extends Pick<Partner, 'name' | 'type' | 'country' | 'scopes' | 'limits'> {
  readonly clearance: string;
  readonly caveats?: Words;
  readonly purposes: Words;
  readonly desks?: Readonly<Record<string, { readonly name: Text; readonly contact: string; readonly onCall?: string; readonly escalateTo?: string; readonly institutions?: Words }>>;
  readonly status?: Partner['status'];
}
interface JwksForm {
  readonly url?: string;
  readonly keys?: readonly Readonly<Record<string, unknown>>[];
  readonly builtin?: boolean;
}
export interface IssuerForm extends Omit<Issuer, 'issuer' | 'status' | 'jwks' | 'senderConstrained'> {
  readonly jwks: JwksForm;
  readonly senderConstrained?: { readonly clearance?: string; readonly scopes?: Words };
  readonly status?: Issuer['status'];
}
export interface ClientForm extends Pick<Client, 'partner' | 'desk' | 'name' | 'issuer' | 'scopes' | 'limits'>, Partial<Pick<Client, 'algorithms' | 'dpop' | 'status'>> {
  readonly clearance: string;
  readonly caveats?: Words;
  readonly purposes: Words;
  readonly jwks?: JwksForm;
}
interface RoutingForm extends Pick<Routing, 'partner' | 'desk'>, Partial<Pick<Routing, 'sensitive' | 'arrestWithReturn'>> {
  readonly above?: string;
}
interface ClauseForm extends Pick<Clause, 'id' | 'text' | 'access' | 'kinds' | 'when' | 'parties' | 'channels' | 'retention' | 'ledgerDelay' | 'onward' | 'notices' | 'requests'> {
  readonly purposes: Words;
  readonly ceiling: string;
  readonly caveats?: Words;
  readonly onTermination: Clause['onTermination'];
  readonly routing?: RoutingForm;
  readonly groundRequired?: boolean;
}
export interface AgreementForm extends Pick<Agreement, 'title' | 'type' | 'citation' | 'parties' | 'supersedes' | 'protectionDesk'> {
  readonly validFrom: string;
  readonly validTo?: string;
  readonly status?: Agreement['status'];
  readonly terminatedAt?: string;
  readonly nationalMarkings?: readonly { readonly mark: string; readonly country: string; readonly level: string }[];
  readonly clauses: readonly ClauseForm[];
}
export interface ChannelForm extends Pick<Channel, 'name' | 'agreement' | 'members'> {
  readonly purposes: Words;
  readonly ceiling: string;
  readonly status?: Channel['status'];
}

function rank(name: string): Level {
  const level = levelOf(name);
  if (level === undefined) throw new RangeError(`${name} is no level`);
  return level;
}
const instant = (given: string): string => new Date(given).toISOString();

const copy = <T>(value: T): T => structuredClone(value);
const text = ({ en, th }: Text): Text => ({ en, th });

export function partner(id: string, form: PartnerForm): Partner {
  const desks: Desk[] = Object.entries(form.desks ?? {}).map(([desk, { name, contact, onCall, escalateTo, institutions }]) =>
    ({ id: desk, name: text(name), contact, ...(onCall !== undefined && { onCall }), ...(escalateTo !== undefined && { escalateTo }), ...(institutions !== undefined && { institutions: [...institutions] }) }));
  return {
    id, name: text(form.name), type: form.type, country: form.country,
    clearance: rank(form.clearance), caveats: caveatMask(form.caveats ?? []), purposes: purposeMask(form.purposes),
    scopes: [...form.scopes], desks, status: form.status ?? 'ACTIVE',
    ...(form.limits === undefined ? {} : { limits: copy(form.limits) }),
  };
}

const jwks = ({ url, keys = [] }: JwksForm): Jwks => (url === undefined ? { keys: keys.map((key) => ({ ...copy(key) })) } : { url });

export function issuer(name: string, form: IssuerForm): Issuer {
  const { senderConstrained: bound } = form;
  return {
    issuer: name, jwks: form.jwks.builtin === true ? { builtin: true } : jwks(form.jwks), algorithms: [...form.algorithms],
    partners: [...form.partners], maxLife: form.maxLife, status: form.status ?? 'ACTIVE',
    ...(bound === undefined ? {} : { senderConstrained: { clearance: rank(bound.clearance ?? 'CONFIDENTIAL'), scopes: [...(bound.scopes ?? [])] } }),
  };
}

export function client(id: string, form: ClientForm): Client {
  return {
    id, partner: form.partner, name: text(form.name), scopes: [...form.scopes],
    clearance: rank(form.clearance), caveats: caveatMask(form.caveats ?? []), purposes: purposeMask(form.purposes),
    ...(form.desk === undefined ? {} : { desk: form.desk }),
    ...(form.issuer === undefined ? {} : { issuer: form.issuer }),
    ...(form.jwks === undefined ? {} : { jwks: jwks(form.jwks) }),
    ...(form.limits === undefined ? {} : { limits: copy(form.limits) }),
    algorithms: [...(form.algorithms ?? ['EdDSA', 'ES256', 'PS256'])], dpop: form.dpop ?? 'ALWAYS', status: form.status ?? 'ACTIVE',
  };
}

function routing({ partner: who, desk, above, sensitive = false, arrestWithReturn = false }: RoutingForm): Routing {
  return { partner: who, desk, sensitive, arrestWithReturn, ...(above === undefined ? {} : { above: rank(above) }) };
}

function clause(form: ClauseForm): Clause {
  const { onTermination: end } = form;
  return {
    id: form.id, text: text(form.text), access: [...form.access], kinds: [...form.kinds],
    purposes: purposeMask(form.purposes), ceiling: rank(form.ceiling), caveats: caveatMask(form.caveats ?? []),
    onward: form.onward, groundRequired: form.groundRequired ?? false,
    onTermination: end === 'END_AT_ONCE' ? end : { readUntil: instant(end.readUntil) },
    ...(form.when === undefined ? {} : { when: copy(form.when) }),
    ...(form.parties === undefined ? {} : { parties: [...form.parties] }),
    ...(form.channels === undefined ? {} : { channels: [...form.channels] }),
    ...(form.retention === undefined ? {} : { retention: form.retention }),
    ...(form.ledgerDelay === undefined ? {} : { ledgerDelay: form.ledgerDelay }),
    ...(form.requests === undefined ? {} : { requests: [...form.requests] }),
    ...(form.notices === undefined ? {} : { notices: form.notices }),
    ...(form.routing === undefined ? {} : { routing: routing(form.routing) }),
  };
}

export function agreement(id: string, form: AgreementForm): Agreement {
  return {
    id, title: text(form.title), type: form.type, citation: text(form.citation), parties: [...form.parties],
    validFrom: instant(form.validFrom),
    ...(form.validTo === undefined ? {} : { validTo: instant(form.validTo) }),
    status: form.status ?? 'ACTIVE',
    ...(form.terminatedAt === undefined ? {} : { terminatedAt: instant(form.terminatedAt) }),
    ...(form.supersedes === undefined ? {} : { supersedes: form.supersedes }),
    ...(form.protectionDesk === undefined ? {} : { protectionDesk: { partner: form.protectionDesk.partner, desk: form.protectionDesk.desk } }),
    clauses: form.clauses.map(clause),
    nationalMarkings: (form.nationalMarkings ?? []).map(({ mark, country, level }) => ({ mark, country, level: rank(level) })),
  };
}

export function channel(id: string, form: ChannelForm): Channel {
  return {
    id, name: text(form.name), agreement: form.agreement, members: [...form.members],
    purposes: purposeMask(form.purposes), ceiling: rank(form.ceiling), status: form.status ?? 'ACTIVE',
  };
}

export type MechanismForm = Omit<Mechanism, 'id'>;

export function mechanism(id: string, { country, title, citation, stages }: MechanismForm): Mechanism {
  return {
    id, country, title: text(title), citation: text(citation),
    stages: stages.map(({ stage, next, clock, warnBefore, escalateTo }) => ({
      stage, next: [...next],
      ...(clock === undefined ? {} : { clock }),
      ...(warnBefore === undefined ? {} : { warnBefore }),
      ...(escalateTo === undefined ? {} : { escalateTo: { partner: escalateTo.partner, desk: escalateTo.desk } }),
    })),
  };
}

export interface StatisticForm extends Omit<StatisticTable, 'id' | 'status'> {
  readonly status?: StatisticTable['status'];
}

export function statistic(id: string, form: StatisticForm): StatisticTable {
  const { title, agreement: basis, clause: number, channels, kind, dimensions, period, status = 'ACTIVE' } = form;
  return { id, title: text(title), agreement: basis, clause: number, channels: [...channels], kind, dimensions: [...dimensions], period, status };
}
