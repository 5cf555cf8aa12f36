/**
 * NAME: a person by name, in whatever script, order and spelling (docs/names.md). Some tokens shared make a candidate; whether it is an answer is decided
 * on the released names, and the answers are ranked. The asked birth date and nationality raise or lower a score; they exclude nobody.
 */
import { invalid } from '../../errors.ts';
import { soleMember } from '../columns.ts';
import { longestName, probesOf, readName, scoreRead, threshold, workedIn } from '../names/index.ts';
import type { Facts, ReadName } from '../names/index.ts';
import { askedForms } from '../normalise/index.ts';
import { heldIn, valueAt } from '../parts.ts';
import type { Match, Payload, Probe, SearchMethod } from '../search.ts';
import type { Body, Field, Json, Kind } from '../types.ts';
import type { Asked } from './asked.ts';
import { only } from './asked.ts';
import { exactPayload, items } from './payload.ts';

const longestText = 300;

/** The texts of a value: a name as text, or by the one member that every name has. */
export function textsOf(value: Json | undefined, { type }: Field): readonly string[] {
  const member = soleMember(type)?.[0];
  return items(value ?? null).flatMap((item) => {
    const text = typeof item === 'object' && item !== null && member !== undefined ? (item as Body)[member] : item;
    return typeof text === 'string' ? [text] : [];
  });
}

/** All names in a body that are searched by. @param content with each part under its dotted name */
export const searchedTexts = ({ searches }: Kind, content: Body): readonly string[] =>
  [...searches.values()].flatMap((field) => (field.search?.by === 'NAME' ? textsOf(heldIn(content, field), field) : []));

const payloads = (value: Json, body: Body, field: Field): Payload[] => [...new Set(textsOf(value, field).flatMap((text) => workedIn(body, text).keys))].map(exactPayload);

function asksFor(asked: Asked, path: string): ReadName {
  const text = asked['name'] ?? null;
  if (typeof text !== 'string') throw invalid(`${path}.name`, 'it is not given: give a name, in any script');
  const read = readName(text);
  if (text.length > longestText || read.words.length === 0) throw invalid(`${path}.name`, `it is no name: give up to ${longestName} words with letters, in any script`);
  return read;
}

/** A fact as it would be kept. */
function factIn(asked: Asked, name: 'birthDate' | 'nationality', by: string, path: string): readonly string[] | undefined {
  const value = asked[name] ?? null;
  if (value === null) return undefined;
  const forms = askedForms(by, value);
  if ('message' in forms) throw invalid(`${path}.${name}`, forms.message);
  return forms.filter((form) => typeof form === 'string');
}

/** What a search by name says beside the name. @throws Refusal INVALID */
export const askedFacts = (asked: Asked, path: string): Facts =>
  ({ birthDate: factIn(asked, 'birthDate', 'PARTIAL_DATE', path)?.[0], nationalities: factIn(asked, 'nationality', 'COUNTRY', path) });

export const textsAt = (body: Body, path: string | undefined): readonly string[] | undefined => {
  const value = path === undefined ? undefined : valueAt(body, path.split('.'));
  const texts = items(value ?? null).filter((item) => typeof item === 'string');
  return texts.length === 0 ? undefined : texts;
};

/** In ten-thousandths, so that a place in a ranked list can be written down. */
export const rounded = (score: number): number => Math.round(score * 10_000) / 10_000;

export const name: SearchMethod = {
  keys: payloads,
  sealedKeys: payloads,
  probe(asked, field, path): Probe {
    const { birthDate, nationality } = field.search ?? {};
    only(asked, ['name', ...(birthDate === undefined ? [] : ['birthDate']), ...(nationality === undefined ? [] : ['nationality'])], path);
    const query = asksFor(asked, path);
    const facts = askedFacts(asked, path);
    const probes = probesOf(query);
    const any = probes.map(({ payload }) => exactPayload(payload));
    const matching = (value: Json | undefined, known: Facts): Match | undefined => {
      const names = textsOf(value, field);
      const best = scoreRead([query], names.map(readName), facts, known);
      const score = rounded(best?.score ?? 0);
      return best === undefined || score < threshold ? undefined : { score, name: names[best.which] ?? '', rules: best.rules };
    };
    return {
      any, ranges: [], sealed: any,
      accept: (value) => matching(value, {}) !== undefined,
      ranking: {
        weights: probes.map(({ weight }) => weight),
        fields: [field.name, birthDate, nationality].filter((one) => one !== undefined),
        score: (body) => matching(valueAt(body, field.path), { birthDate: textsAt(body, birthDate)?.[0], nationalities: textsAt(body, nationality) }),
      },
    };
  },
};
