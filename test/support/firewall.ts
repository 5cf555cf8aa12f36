/** A whole exchange with those whom the victim firewall stands between: who searches, who plants a case, a second desk, the protection desk. Synthetic people. */
import type { Desk } from '../../src/rules/registry.ts';
import { type Caller, freshApp, type TestApp } from './app.ts';

export const passport = { type: 'PASSPORT', number: 'SYN 424242', issuer: 'KR' };
const consent = { purposes: ['VICTIM_PROTECTION', 'CONSULAR_ASSISTANCE', 'REPATRIATION'], recipients: ['th-msdhs', 'th-shelter', 'th-atc', 'th-mfa', 'kr-embassy'], given: '2026-01-31T08:00:00.000Z', method: 'WRITTEN', language: 'ko' };
export const victim = { pseudonym: 'SYN-V-1', nrmStage: 'TEMPORARY_SHELTER', documents: [passport], consent, classification: 'RESTRICTED', channels: ['kr-victims'] };
export const identity = { identityStatus: 'PERSON_OF_INTEREST', documents: [passport], classification: 'RESTRICTED' };
export const tomorrow = (days = 1): Date => new Date(Date.now() + days * 86_400_000);

export interface World {
  readonly x: TestApp;
  readonly police: Caller;
  readonly planter: Caller;
  /** Another desk of the planter's organisation. */
  readonly sister: Caller;
  readonly second: Caller;
  readonly desk: Caller;
}

const named = (id: string): Desk => ({ id, name: { en: 'Synthetic desk', th: 'โต๊ะสมมติ' }, contact: 'synthetic@desk.example' });

/** Some organisations have a desk more than the demonstration gives them. */
export async function open(t: { teardown(done: () => Promise<void>): unknown }): Promise<World> {
  const x = await freshApp(t, {
    registry: (demo) => ({
      ...demo,
      partners: new Map([...demo.partners].map(([id, partner]) => [id, ['th-shelter', 'th-msdhs', 'th-ccib'].includes(id) ? { ...partner, desks: [...partner.desks, named('second')] } : partner])),
    }),
  });
  const purpose = 'VICTIM_PROTECTION';
  return {
    x,
    police: await x.as('th-ccib', { desk: 'duty' }),
    planter: await x.as('th-shelter', { purpose, desk: 'protection', subject: 'planter' }),
    sister: await x.as('th-shelter', { purpose, desk: 'second', subject: 'sister' }),
    second: await x.as('th-atc', { purpose, desk: 'duty' }),
    desk: await x.as('th-msdhs', { purpose, desk: 'nrm', subject: 'protector' }),
  };
}

export async function plant({ planter }: Pick<World, 'planter'>, more: object = {}): Promise<string> {
  const made = await planter.post('/v1/victims', { ...victim, ...more });
  if (made.statusCode !== 201) throw new Error(made.body);
  return made.json<{ id: string }>().id;
}
export const confirm = async ({ second }: Pick<World, 'second'>, id: string, desk = 'duty'): Promise<number> => (await second.post(`/v1/victims/${id}/confirmations`, { desk })).statusCode;
export const search = async ({ police }: World, by = 'documents.number=SYN424242') => police.get(`/v1/identities?${by}`);
/** Runs the matcher, then the batch of that day. @returns how many alerts it made */
export async function batch({ x }: World, at: Date): Promise<number> {
  await x.assembly.matcher?.run();
  return (await x.admin<{ made: number }[]>`select prasan_firewall_batch(${at}) as made`)[0]?.made ?? -1;
}
export const alertsOf = async (desk: Caller): Promise<{ record: string }[]> => (await desk.get('/v1/protection-alerts')).json<{ items: { record: string }[] }>().items;
export const alerts = async ({ desk }: World): Promise<{ record: string }[]> => alertsOf(desk);
