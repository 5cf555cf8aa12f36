/** Finds which of many short texts occurs in a value, without trying each: by their first few characters. */
export class SubstringIndex<T> {
  /** By length of the first characters (1 to `gram`), those characters, and what begins with them. */
  readonly #byLength = new Map<number, Map<string, { readonly text: string; readonly owner: T }[]>>();
  static readonly #gram = 5;

  add(text: string, owner: T): void {
    if (text === '') return;
    const length = Math.min(SubstringIndex.#gram, text.length);
    const grams = this.#byLength.get(length) ?? new Map<string, { text: string; owner: T }[]>();
    const gram = text.slice(0, length);
    grams.set(gram, [...(grams.get(gram) ?? []), { text, owner }]);
    this.#byLength.set(length, grams);
  }

  in(value: string): T | undefined {
    for (const [length, grams] of this.#byLength) {
      for (let at = 0; at + length <= value.length; at++) {
        const found = grams.get(value.slice(at, at + length))?.find(({ text }) => value.startsWith(text, at));
        if (found !== undefined) return found.owner;
      }
    }
    return undefined;
  }
}
