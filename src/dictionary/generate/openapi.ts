/** The REST contract (OpenAPI 3.1), made from the dictionary: a new field or a new kind is in it without another line. */
import { isImported } from '../course.ts';
import type { Dictionary } from '../types.ts';
import { lookupTypes } from './lookup-types.ts';
import { codeSchema, deskSchema, faultSchema, Problems, problemSchema } from './openapi/errors.ts';
import { attachmentPaths } from './openapi/attachment-routes.ts';
import { firewallPaths } from './openapi/firewall-routes.ts';
import { holdPaths, inboxPaths } from './openapi/inbox-routes.ts';
import { importPaths } from './openapi/import-routes.ts';
import { kindPaths, tagOf } from './openapi/kind-routes.ts';
import type { Contract } from './openapi/operation.ts';
import { headers, parameters } from './openapi/parts.ts';
import { type Schema, Schemas } from './openapi/schemas.ts';
import { feedPaths, healthPaths, lookupPaths, moneyPaths, registryPaths } from './openapi/shared-routes.ts';
import { statisticPaths } from './openapi/statistic-routes.ts';

export { toOpenapi30 } from './openapi/downgrade.ts';

/** An OpenAPI document as plain JSON. */
export type OpenapiDocument = Readonly<Record<string, unknown>>;

const description = `Suspect network indicators and what belongs to them, shared between partners under agreements: each sees exactly what an agreement lets it see.

An answer holds what was released to you, and nothing else. \`withheld\` names the fields of a record that no agreement opens to you, whether or not they hold a value: ask the originator.

Every call carries a bearer token; where the token has several purposes, \`Exchange-Purpose\` names the one this call is for. What people read comes in English or Thai (\`Accept-Language\`).`;

const sharedTags: readonly Schema[] = [
  { name: 'Money', description: 'The way of money, hop by hop (เส้นทางการเงิน).' },
  { name: 'Lookups', description: 'Many values at once (ค้นหาหลายค่าพร้อมกัน).' },
  { name: 'Feed', description: 'What changed (รายการเปลี่ยนแปลง).' },
  { name: 'Imports', description: 'Bulk imports as resources (การนำเข้า).' },
  { name: 'Protection', description: 'The victim firewall: alerts, confirmations, agreements to be named (การคุ้มครองผู้เสียหาย).' },
  { name: 'Registry', description: 'Partners, agreements, channels, and yourself (ทะเบียน).' },
  { name: 'Cases', description: 'Open cases and their clocks (เรื่องที่ยังไม่ปิด).' },
  { name: 'Statistics', description: 'Counts by declared tables (สถิติ).' },
  { name: 'Ledger', description: 'Who read your records (บันทึกการเปิดเผย).' },
  { name: 'Service', description: 'Health of the node.' },
];

/**
 * @param version of the exchange, shown in the document
 * @returns the document; the same for the same dictionary
 */
export function openapi(dictionary: Dictionary, version: string): OpenapiDocument {
  const kinds = [...dictionary.kinds.values()];
  const contract: Contract = { schemas: new Schemas(dictionary), problems: new Problems() };
  contract.schemas.named('Problem', () => problemSchema);
  contract.schemas.named('RoutingDesk', () => deskSchema(contract.schemas.type('Text')));
  contract.schemas.named('FieldFault', () => faultSchema);
  contract.schemas.named('Code', () => codeSchema);
  contract.schemas.type('Purpose');
  contract.schemas.type('Tombstone');
  const ofMoney = kinds.filter(({ name }) => name === 'Transfer');
  const paths: Record<string, Schema> = {
    ...registryPaths(contract), ...Object.fromEntries(kinds.flatMap((kind) => Object.entries(kindPaths(kind, contract)))), ...importPaths(kinds.filter(isImported), contract),
    ...lookupPaths(kinds, lookupTypes(dictionary), contract), ...firewallPaths(kinds, contract), ...ofMoney.reduce((all, kind) => ({ ...all, ...moneyPaths(kind, contract) }), {}), ...inboxPaths(dictionary, contract), ...holdPaths(dictionary, contract), ...attachmentPaths(dictionary, contract), ...feedPaths(contract), ...statisticPaths(contract), ...healthPaths(contract),
  };
  const tokens = { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'A JWT of an issuer that the registry knows (RFC 9068).' };
  return {
    openapi: '3.1.0',
    info: { title: 'Prasan', version, summary: 'A cross-border intelligence exchange', description, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    servers: [{ url: '/', description: 'This exchange.' }],
    tags: [...kinds.map((kind) => ({ name: tagOf(kind), description: kind.description })), ...sharedTags],
    security: [{ bearer: [] }],
    paths,
    components: {
      securitySchemes: { bearer: tokens },
      parameters,
      headers,
      responses: contract.problems.responses,
      examples: contract.problems.examples,
      schemas: contract.schemas.all,
    },
  };
}
