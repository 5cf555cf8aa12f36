/** Durations, ISO 8601-1: read, and added to instants. */
const form = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;

/**
 * An instant moved by a duration (ISO 8601-1 section 5.5.2), months by the calendar in UTC: from the 31st to the last day there is.
 * @param ms Unix milliseconds
 * @param sign -1: back
 */
export function moved(ms: number, duration: string, sign: 1 | -1 = 1): number {
  const [years = 0, months = 0, weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = (form.exec(duration) ?? []).slice(1).map((part) => sign * Number(part ?? 0));
  const date = new Date(ms);
  const day = date.getUTCDate();
  date.setUTCMonth(date.getUTCMonth() + months + 12 * years, 1);
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(day, last));
  return date.getTime() + (((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60_000 + seconds * 1000;
}

export const isDuration = (text: string): boolean => /\d/.test(text) && !text.endsWith('T') && form.test(text);
