/** ๑ as 1. */
export const arabicDigits = (text: string): string => text.replace(/[\u0e50-\u0e59]/g, (digit) => String(digit.charCodeAt(0) - 0x0e50));
