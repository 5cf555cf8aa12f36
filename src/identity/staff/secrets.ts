/** Secrets of staff: links that invite, and recovery codes. Only digests of them are kept. */
import { hash, randomBytes } from 'node:crypto';

/** 256 bits, as text for an address. */
export const newSecret = (): string => randomBytes(32).toString('base64url');
export const secretDigest = (secret: string): Buffer => hash('sha256', JSON.stringify(['invitation', secret]), 'buffer');

/** Without letters that are read as digits (Crockford). */
const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const groups = 4;
const perGroup = 5;
export const codesGiven = 8;

/** 100 bits each: to try all is hopeless, so no name goes with them, and none is told. */
export function newCodes(): string[] {
  return Array.from({ length: codesGiven }, () => {
    const word = Array.from(randomBytes(groups * perGroup), (byte) => letters[byte % letters.length]).join('');
    return (word.match(/.{5}/g) ?? []).join('-');
  });
}

/** As it was meant: whatever the case, the hyphens, and the letters that look like digits. */
export function codeDigest(code: string): Buffer {
  const meant = code.slice(0, 200).normalize('NFKC').toUpperCase().replaceAll(/[^0-9A-Z]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1');
  return hash('sha256', JSON.stringify(['code', meant]), 'buffer');
}
