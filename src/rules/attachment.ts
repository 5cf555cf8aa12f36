/** What may be attached to a request: which files, under which names. Pure. */
import { nfc } from '../dictionary/normalise/marks.ts';
import { mediaTypes, type MediaType } from '../dictionary/media-types.ts';
import type { FieldFault } from '../errors.ts';

const longest = 200;
// Controls, line ends, marks that turn the direction of writing (`exe.gpj` would read as `jpg.exe`), and what file systems take for something else.
// eslint-disable-next-line no-control-regex
const forbidden = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\\/:*?"<>|]/u;

/**
 * A file name that harms nobody who saves it, composed (NFC).
 * @returns the name, or what is wrong with it
 */
export function fileName(given: string, type: MediaType): { readonly name: string } | { readonly fault: FieldFault } {
  const name = nfc(given);
  const wrong = (message: string) => ({ fault: { field: 'name', message } });
  if (name.length === 0 || name.length > longest) return wrong(`has 1 to ${longest} characters`);
  if (forbidden.test(name)) return wrong('holds a character that no file name may hold');
  if (name.startsWith('.') || /[. ]$/.test(name) || name.startsWith(' ')) return wrong('begins or ends with a dot or a space');
  if (/^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i.test(name)) return wrong('is the name of a device');
  const endings: readonly string[] = mediaTypes[type].endings;
  const ending = /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase();
  return ending !== undefined && endings.includes(ending) ? { name } : wrong(`ends in ${endings.map((one) => `.${one}`).join(' or ')}: it is said to be ${type}`);
}
