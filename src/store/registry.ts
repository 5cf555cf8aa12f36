/** The registry as the database keeps it: one document an object, one version over all. */
import type { Sql, TransactionSql } from 'postgres';
import type { Agreement, Channel, Client, Issuer, Mechanism, Partner, Registry, SigningKey, StatisticTable } from '../rules/registry.ts';

export type RegistryObject =
  | { readonly type: 'partner'; readonly id: string; readonly doc: Partner }
  | { readonly type: 'issuer'; readonly id: string; readonly doc: Issuer }
  | { readonly type: 'client'; readonly id: string; readonly doc: Client }
  | { readonly type: 'agreement'; readonly id: string; readonly doc: Agreement }
  | { readonly type: 'channel'; readonly id: string; readonly doc: Channel }
  | { readonly type: 'mechanism'; readonly id: string; readonly doc: Mechanism }
  | { readonly type: 'statistic'; readonly id: string; readonly doc: StatisticTable };

export function registryFrom(version: number, objects: Iterable<RegistryObject>, signingKeys: readonly SigningKey[] = [], tokensFrom?: number): Registry {
  const partners = new Map<string, Partner>();
  const issuers = new Map<string, Issuer>();
  const clients = new Map<string, Client>();
  const agreements = new Map<string, Agreement>();
  const channels = new Map<string, Channel>();
  const mechanisms = new Map<string, Mechanism>();
  const statistics = new Map<string, StatisticTable>();
  for (const object of objects) {
    if (object.type === 'partner') partners.set(object.id, object.doc);
    else if (object.type === 'issuer') issuers.set(object.id, object.doc);
    else if (object.type === 'client') clients.set(object.id, object.doc);
    else if (object.type === 'agreement') agreements.set(object.id, object.doc);
    else if (object.type === 'channel') channels.set(object.id, object.doc);
    else if (object.type === 'mechanism') mechanisms.set(object.id, object.doc);
    else statistics.set(object.id, object.doc);
  }
  return Object.freeze({ version, partners, issuers, clients, agreements, channels, mechanisms, statistics, signingKeys, ...(tokensFrom !== undefined && { tokensFrom }) });
}

/** The registry at its present version, in one statement and so in one snapshot. */
export async function loadRegistry(sql: Sql | TransactionSql): Promise<Registry> {
  const rows = await sql<({ version: number; tokens_from: number | null } & (RegistryObject | { type: 'signing-key'; doc: SigningKey } | { type: null }))[]>`
    select s.version::float8 as version, (extract(epoch from s.tokens_from) * 1000)::float8 as tokens_from, o.type, o.id, o.doc from registry_state s left join (
      select type, id, doc from registry_object union all
      select 'signing-key', kid, jsonb_strip_nulls(jsonb_build_object('kid', kid, 'jwk', jwk,
        'signsFrom', (extract(epoch from signs_from) * 1000)::float8, 'until', (extract(epoch from until) * 1000)::float8)) from signing_key
    ) o on true`;
  const objects = rows.filter((row): row is (typeof rows)[number] & RegistryObject => row.type !== null && row.type !== 'signing-key');
  const keys = rows.flatMap((row) => (row.type === 'signing-key' ? [row.doc] : []));
  return registryFrom(rows[0]?.version ?? 0, objects, keys, rows[0]?.tokens_from ?? undefined);
}
