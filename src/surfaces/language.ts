/** Which of the two languages a reader gets: English, unless Thai is preferred (RFC 9110 section 12.5.4). */

export type Language = 'en' | 'th';

interface Wish {
  readonly language: Language | '*' | undefined;
  readonly weight: number;
}

function wishOf(part: string): Wish {
  const [range = '', ...parameters] = part.trim().toLowerCase().split(';');
  const primary = range.trim().split('-')[0];
  const q = parameters.map((parameter) => parameter.trim()).find((parameter) => parameter.startsWith('q='));
  const weight = q === undefined ? 1 : Number(q.slice(2));
  const language = primary === 'en' || primary === 'th' || primary === '*' ? primary : undefined;
  return { language, weight: weight >= 0 && weight <= 1 ? weight : 0 };
}

/** @param header the `Accept-Language` header as sent, if any; what cannot be read counts for nothing */
export function languageOf(header: string | undefined): Language {
  if (header === undefined || header.length > 1000) return 'en';
  const wishes = header.split(',').map(wishOf);
  const weightOf = (language: Language): number =>
    (wishes.find((wish) => wish.language === language) ?? wishes.find((wish) => wish.language === '*'))?.weight ?? 0;
  return weightOf('th') > weightOf('en') || (weightOf('th') > 0 && weightOf('th') === weightOf('en') && namedFirst(wishes) === 'th') ? 'th' : 'en';
}

const namedFirst = (wishes: readonly Wish[]): Wish['language'] => wishes.find((wish) => wish.language === 'en' || wish.language === 'th')?.language;

/** The language of a page: `?lang=` wins over the header. */
export function pageLanguage(lang: unknown, header: string | undefined): Language {
  return lang === 'en' || lang === 'th' ? lang : languageOf(header);
}
