/** HTML as text: everything put into a template is escaped unless it was made by one. */

const made: unique symbol = Symbol('html');

/** Text that is HTML already. */
export interface Html {
  readonly [made]: string;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character] ?? '');

type Part = Html | string | number | undefined | readonly Part[];

function textOf(part: Part): string {
  if (part === undefined) return '';
  if (typeof part === 'string') return escapeHtml(part);
  if (typeof part === 'number') return String(part);
  return made in part ? part[made] : part.map(textOf).join('');
}

/** A template whose values are escaped. */
export const html = (strings: TemplateStringsArray, ...parts: readonly Part[]): Html => ({ [made]: String.raw({ raw: strings }, ...parts.map(textOf)) });
export const render = (page: Html): string => page[made];

/** Descriptions use this much of Markdown: paragraphs, `code` and **bold**. */
export function prose(text: string): Html {
  const paragraphs = text.split(/\n{2,}/).map((paragraph) => {
    const marked = escapeHtml(paragraph.trim()).replace(/`([^`]+)`/g, '<code>$1</code>').replace(/\*\*([^*]+)\*\*/g, '<strong>$1</strong>');
    return `<p>${marked}</p>`;
  });
  return { [made]: paragraphs.join('') };
}
