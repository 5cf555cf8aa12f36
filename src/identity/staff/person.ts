/** Who a person is: name and address, sealed at rest, opened for its own partner's pages. */
import type { FieldFault } from '../../errors.ts';
import type { Sealing } from '../oauth/adapter.ts';

export interface Person {
  readonly name: string;
  readonly email?: string;
}

// oxlint-disable-next-line no-control-regex -- they would end up in pages and terminals
const bad = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;
const longest = 120;
const address = /^[^\s@]{1,64}@[^\s@]{1,190}$/;

/** What is wrong with it, in words that follow the field's name. */
export function personFaults({ name, email }: Person): FieldFault[] {
  const plain = (text: string): boolean => text.trim() === text && text !== '' && text.length <= longest && !bad.test(text) && text.isWellFormed();
  return [
    ...(plain(name) ? [] : [{ field: 'name', message: `is a name of 1 to ${longest} letters`, th: `ต้องเป็นชื่อยาว 1 ถึง ${longest} ตัวอักษร` }]),
    ...(email === undefined || (plain(email) && address.test(email)) ? [] : [{ field: 'email', message: 'is an address such as name@example.org', th: 'ต้องเป็นที่อยู่อีเมล เช่น name@example.org' }]),
  ];
}

const context = (staff: string): string => `person ${staff}`;
export const sealPerson = (box: Sealing, staff: string, { name, email }: Person): Uint8Array => box.seal(Buffer.from(JSON.stringify({ name, email })), context(staff));
export const openPerson = (box: Sealing, staff: string, sealed: Uint8Array): Person => JSON.parse(Buffer.from(box.open(sealed, context(staff))).toString('utf8')) as Person;

const reasonContext = (staff: string): string => `reason ${staff}`;
export const sealReason = (box: Sealing, staff: string, reason: string): Uint8Array => box.seal(Buffer.from(reason), reasonContext(staff));
export const openReason = (box: Sealing, staff: string, sealed: Uint8Array): string => Buffer.from(box.open(sealed, reasonContext(staff))).toString('utf8');
