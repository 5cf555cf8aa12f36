/**
 * Marks without end. To normalise is to sort the marks that stand on one letter, in time that grows with the square of their number: a megabyte of them holds a
 * thread for minutes. No language puts more than thirty on one (UAX #15 section 13, Stream-Safe Text Format).
 */
const marks = /[\p{M}\uff9e\uff9f]{31}/u;
/** UTF-16 units within which no number of marks costs anything. */
const short = 200;

/** Whether more marks stand in a row than any language has. */
export const overmarked = (text: string): boolean => text.length > short && marks.test(text);
export const tooMarked = 'more than 30 accents or vowel marks stand in a row: no letter has so many';

/** Normal form C; what is overmarked is left as it is, and equals nothing that is kept. */
export const nfc = (text: string): string => (overmarked(text) ? text : text.normalize('NFC'));
