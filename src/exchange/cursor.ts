/** List cursors: sealed, of fixed length, bound to partner, desk, purpose, filter and caps. */
import { hash } from 'node:crypto';
import { parse as uuidBytes, stringify as uuidText } from 'uuid';
import { Refusal } from '../errors.ts';
import type { Viewer } from '../rules/viewer.ts';
import type { Vault } from '../vault/vault.ts';
import { cursorBinding } from './cursor-binding.ts';

/** How long a list cursor may be used, milliseconds. */
const life = 24 * 3600 * 1000;

const bound = (viewer: Viewer, filter: unknown): string => cursorBinding(viewer, hash('sha256', JSON.stringify(filter), 'base64url'));

/** @param extra a small number kept beside the id (0..255) */
export function sealCursor(vault: Vault, viewer: Viewer, filter: unknown, id: string, now: number, extra = 0): string {
  const plain = Buffer.alloc(29);
  plain.writeUInt8(viewer.clearance, 0);
  plain.writeUInt32BE(viewer.caveats, 1);
  plain.writeUIntBE(Math.floor(now), 5, 6);
  plain.set(uuidBytes(id), 11);
  plain.writeUInt16BE(extra, 27);
  return vault.sealToken('list', plain, bound(viewer, filter));
}

/** @throws Refusal BAD_CURSOR when altered, expired, or made for another viewer or filter; CURSOR_SCOPE_CHANGED when the viewer's caps changed */
export function openCursor(vault: Vault, viewer: Viewer, filter: unknown, cursor: string, now: number): { readonly id: string; readonly extra: number } {
  const plain = vault.openToken('list', cursor, bound(viewer, filter));
  if (plain.length !== 29 || now - plain.readUIntBE(5, 6) > life) throw new Refusal('BAD_CURSOR');
  if (plain.readUInt8(0) !== viewer.clearance || plain.readUInt32BE(1) !== viewer.caveats) {
    throw new Refusal('CURSOR_SCOPE_CHANGED', 'begin the list again without a cursor, or ask with the clearance and caveats it was made with');
  }
  return { id: uuidText(plain, 11), extra: plain.readUInt16BE(27) };
}
