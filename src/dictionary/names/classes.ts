/** Latin sounds to consonant classes: what nearly every script keeps of a name. Vowels, h, w and y say too little to be found by. */

const classOf: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries({ P: 'pbP', F: 'fv', T: 'tdT', K: 'kgqGK', S: 'szcxSZCj', M: 'm', N: 'nN', L: 'lr' }).flatMap(([name, signs]) => [...signs].map((sign) => [sign, name])),
);

/** Longer parts are cut: what comes late is seldom spelled alike, and four classes tell enough apart. */
export const codeLength = 4;

/** The class of one sign, or nothing; `c` is hard unless a front vowel follows. */
export const classAt = (sounds: string, at: number): string => {
  const sign = sounds[at] ?? '';
  return sign === 'c' ? (/[eiy]/.test(sounds[at + 1] ?? '') ? 'S' : 'K') : (classOf[sign] ?? '');
};

/** A code with one more class: neighbours alike count once, and a full code takes no more. */
export const extend = (code: string, more: string): string => {
  let grown = code;
  for (const one of more) if (grown.length < codeLength && grown.at(-1) !== one) grown += one;
  return grown;
};

/** The code as the letters stand. */
export const plainCode = (sounds: string): string => [...sounds].reduce((code, _, at) => extend(code, classAt(sounds, at)), '');

/** Where a sign stands: what it becomes in Latin depends on it. */
export const contextOf = (sounds: string, at: number): '0' | '1' | '2' => (at === 0 ? '0' : /[aeiouwy]/.test(sounds[at + 1] ?? '') ? '1' : '2');
