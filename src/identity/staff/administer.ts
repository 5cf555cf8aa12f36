/** What a partner's administrator does about its staff: of its own partner alone, and within what the partner itself may have. */
import { randomUUID } from 'node:crypto';
import { Refusal } from '../../errors.ts';
import type { Partner, Registry } from '../../rules/registry.ts';
import { isLastAdministrator, type Staff, staffFaults, type StaffPort, type StaffRights } from '../../rules/staff.ts';
import { accountDigest, type Sealing } from '../oauth/adapter.ts';
import { openPerson, openReason, type Person, personFaults, sealPerson, sealReason } from './person.ts';
import { newSecret, secretDigest } from './secrets.ts';

export interface NamedStaff extends Staff, Person {}

export interface NamedEvent {
  readonly at: Date;
  /** Whom it was about. */
  readonly name: string;
  readonly act: string;
  /** Who did it: a name, or who ran the command. */
  readonly by: string;
  readonly reason: string | undefined;
}

export interface StaffAdministration {
  /** Its own, as the registry has it. @throws Refusal FORBIDDEN */
  partner(by: Staff): Promise<Partner>;
  list(by: Staff): Promise<readonly NamedStaff[]>;
  /** Newest first. */
  events(by: Staff): Promise<readonly NamedEvent[]>;
  /** @returns the secret of the invitation, which stands nowhere else. @throws Refusal FORBIDDEN, INVALID naming the fields */
  invite(by: Staff, person: Person, rights: StaffRights): Promise<string>;
  /** @param knowing that nobody would be left to administer. @throws Refusal FORBIDDEN, NOT_FOUND, INVALID */
  suspend(by: Staff, id: string, reason: string, knowing: boolean): Promise<void>;
  resume(by: Staff, id: string, reason: string): Promise<void>;
  /** Nothing that the person had counts any more. @returns the secret of an invitation for a new passkey */
  recover(by: Staff, id: string, reason: string, knowing: boolean): Promise<string>;
}

/** Seconds. */
export const invitationSeconds = 72 * 3600;
const eventsShown = 100;
const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;

export const lastAdministrator = (): Refusal => new Refusal('INVALID', { errors: [{ field: 'knowing', message: 'nobody would be left to administer your staff; the host of the exchange would have to invite somebody', th: 'จะไม่เหลือผู้ดูแลเจ้าหน้าที่ของหน่วยงาน ผู้ให้บริการระบบจะต้องเป็นผู้เชิญผู้ดูแลใหม่' }] });

function reasonOf(text: string): string {
  const reason = text.trim();
  if (reason === '' || reason.length > 500) throw new Refusal('INVALID', { errors: [{ field: 'reason', message: 'is needed, at most 500 letters: it is kept', th: 'จำเป็นต้องระบุ ไม่เกิน 500 ตัวอักษร และจะถูกเก็บไว้' }] });
  return reason;
}

/** One to be invited, whoever invites. @throws Refusal INVALID */
export function newStaff(box: Sealing, partner: Partner, person: Person, rights: StaffRights) {
  const errors = [...personFaults(person), ...staffFaults(partner, rights)];
  if (errors.length > 0) throw new Refusal('INVALID', { errors });
  const [id, secret] = [randomUUID(), newSecret()];
  return {
    secret,
    staff: { id, partner: partner.id, ...rights, status: 'INVITED' as const, revision: 1, sealed: sealPerson(box, id, person) },
    invitation: { id: secretDigest(secret), staff: id, partner: partner.id, renews: false, life: invitationSeconds },
  };
}

export interface AdministrationDeps {
  readonly registry: () => Promise<Registry>;
  readonly store: StaffPort;
  readonly box: Sealing;
}

export function staffAdministration({ registry, store, box }: AdministrationDeps): StaffAdministration {
  const may = (by: Staff): void => { if (!by.administrator || by.status !== 'ACTIVE') throw new Refusal('FORBIDDEN'); };
  async function one(by: Staff, id: string): Promise<readonly Staff[]> {
    may(by);
    const all = await store.list(by.partner);
    if (!uuid.test(id) || !all.some((each) => each.id === id)) throw new Refusal('NOT_FOUND');
    return all;
  }
  const doing = (by: Staff, id: string, reason: string) => ({ actor: by.id, reason: sealReason(box, id, reasonOf(reason)) });

  async function partnerOf(by: Staff): Promise<Partner> {
    may(by);
    const partner = (await registry()).partners.get(by.partner);
    if (partner === undefined) throw new Refusal('FORBIDDEN');
    return partner;
  }

  return {
    partner: partnerOf,
    async list(by) {
      may(by);
      return (await store.list(by.partner)).map(({ sealed, ...staff }) => ({ ...staff, ...openPerson(box, staff.id, sealed) }));
    },
    async events(by) {
      may(by);
      const names = new Map((await store.list(by.partner)).map(({ id, sealed }) => [id, openPerson(box, id, sealed).name]));
      return (await store.events(by.partner, eventsShown)).map(({ at, staff, act, actor, sealed }) =>
        ({ at, act, name: names.get(staff) ?? staff, by: names.get(actor) ?? actor, reason: sealed === undefined ? undefined : openReason(box, staff, sealed) }));
    },
    async invite(by, person, rights) {
      const { staff, invitation, secret } = newStaff(box, await partnerOf(by), person, rights);
      await store.add(staff, invitation, { actor: by.id });
      return secret;
    },
    async suspend(by, id, reason, knowing) {
      const all = await one(by, id);
      const done = doing(by, id, reason);
      if (isLastAdministrator(all, id) && !knowing) throw lastAdministrator();
      await store.setStatus(by.partner, id, 'SUSPENDED', accountDigest(id), done);
    },
    async resume(by, id, reason) {
      await one(by, id);
      await store.setStatus(by.partner, id, 'ACTIVE', accountDigest(id), doing(by, id, reason));
    },
    async recover(by, id, reason, knowing) {
      const all = await one(by, id);
      const done = doing(by, id, reason);
      if (isLastAdministrator(all, id) && !knowing) throw lastAdministrator();
      const secret = newSecret();
      const renewed = await store.renew(id, { id: secretDigest(secret), staff: id, partner: by.partner, renews: true, life: invitationSeconds }, accountDigest(id), done);
      if (!renewed) throw new Refusal('INVALID', { errors: [{ field: 'id', message: 'is suspended: put the person back in force first', th: 'ถูกระงับอยู่ ต้องให้มีผลอีกครั้งก่อน' }] });
      return secret;
    },
  };
}
