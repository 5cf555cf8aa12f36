/**
 * The contract in Thai, for the reference page. Descriptions are English sentences. Those of the dictionary carry their Thai term in brackets, so a
 * new field says in Thai what it is without a line here; the exchange's own sentences stand in a catalogue (a test holds it complete).
 */
import { type Code, codes, titleOf } from '../../../errors.ts';
import { calls } from './calls.ts';
import { protection } from './protection.ts';
import { requests } from './requests.ts';
import { schemas } from './schemas.ts';

const unstopped = (sentence: string): string => sentence.replace(/\.$/, '');
const catalogue = new Map(Object.entries({ ...calls, ...schemas, ...protection, ...requests }).map(([english, thai]) => [unstopped(english), thai]));
/** A sentence with `{}` in it, taken apart. */
const patterns = [...catalogue].flatMap(([english, thai]) => {
  const [before, behind] = english.split('{}');
  return before === undefined || behind === undefined ? [] : [{ before, behind, thai }];
});

const thaiIn = /[\u0e00-\u0e7f]/;
/** `What it was used for (บทบาท).` */
const bracketed = /^([^()]*)\(([^()]*[\u0e00-\u0e7f][^()]*)\)([^\u0e00-\u0e7f]*)$/s;
/** What says the same in every language: code, numbers, names of norms. */
const wordless = /^[\s\d.,:;-]*(?:`[^`]*`[\s,.;:]*(?:or )?)+$/;

/** One sentence. @returns undefined when nothing is known of it */
export function sentenceInThai(sentence: string): string | undefined {
  const known = catalogue.get(unstopped(sentence));
  if (known !== undefined) return known;
  const match = bracketed.exec(sentence);
  if (match !== null) {
    const rest = (match[3] ?? '').trim().replace(/^[.:,]\s*/, '');
    return `${match[2] ?? ''}${rest === '' ? '' : ` ${sentenceInThai(rest) ?? rest}`}`;
  }
  if (thaiIn.test(sentence) || wordless.test(sentence)) return sentence;
  const said = unstopped(sentence);
  for (const { before, behind, thai } of patterns) {
    if (said.length > before.length + behind.length && said.startsWith(before) && said.endsWith(behind)) {
      return thai.replace('{}', said.slice(before.length, said.length - behind.length));
    }
  }
  return undefined;
}

/** `- \`STALE\` (412): The record changed since you read it.`, `\`STALE\`: …` */
const coded = /^(- )?`([A-Z0-9_]+)`( \(\d+\))?: (.*)$/s;

const isCode = (name: string): name is Code => (codes as readonly string[]).includes(name);

function lineInThai(line: string): string {
  const whole = catalogue.get(unstopped(line));
  if (whole !== undefined) return whole;
  const code = coded.exec(line);
  if (code !== null) {
    const [, dash = '', name = '', status = '', words = ''] = code;
    return `${dash}\`${name}\`${status}: ${isCode(name) && titleOf(name) === words.replace(/\.$/, '') ? titleOf(name, 'th') : textInThai(words)}`;
  }
  return sentencesOf(line).map((sentence) => sentenceInThai(sentence) ?? sentence).join(' ');
}

/** Sentences end with a full stop or a question mark before a capital or a code. */
export const sentencesOf = (text: string): string[] => text.split(/(?<=[.?]) (?=[A-Z`])/);

/** A description: paragraphs, lists and sentences, as far as they are known. */
export function textInThai(text: string): string {
  return text.split(/\n{2,}/).map((paragraph) => {
    const lines = paragraph.split('\n');
    // A list keeps its lines; prose that is merely broken into lines is one.
    return lines.some((line) => line.startsWith('- ')) ? lines.map(lineInThai).join('\n') : lineInThai(lines.map((line) => line.trim()).join(' '));
  }).join('\n\n');
}

const spoken: ReadonlySet<string> = new Set(['description', 'summary']);
const untouched: ReadonlySet<string> = new Set(['example', 'examples', 'properties']);

/** A copy of an OpenAPI document whose descriptions and summaries are Thai. */
export function documentInThai<T>(node: T, key = ''): T {
  if (Array.isArray(node)) return node.map((one: unknown) => documentInThai(one)) as T;
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(Object.entries(node).map(([name, value]: [string, unknown]) => {
    // A property may itself be called `description`: what stands under `properties` are names, not words.
    if (key !== 'properties' && spoken.has(name) && typeof value === 'string') return [name, textInThai(value)];
    return [name, name === 'example' || name === 'examples' ? value : documentInThai(value, untouched.has(name) ? name : '')];
  })) as T;
}
