/** From a local time in a named zone to an instant, through Intl's own table of zones. */

const formats = new Map<string, Intl.DateTimeFormat>();

/** The offset format of an IANA name (or `+07:00`); undefined for a zone nobody knows. */
function formatOf(timezone: string): Intl.DateTimeFormat | undefined {
  const cached = formats.get(timezone);
  if (cached !== undefined) return cached;
  try {
    const format = new Intl.DateTimeFormat('en-US', {
      timeZone: timezone, calendar: 'gregory', hourCycle: 'h23', era: 'short', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric',
    });
    if (formats.size < 1000) formats.set(timezone, format);
    return format;
  } catch {
    return undefined; // RangeError: no such zone
  }
}

export const isTimezone = (timezone: string): boolean => formatOf(timezone) !== undefined;

/** Offset of a zone at an instant, in milliseconds east of UTC. */
function offsetAt(format: Intl.DateTimeFormat, ms: number): number {
  const parts: Record<string, string> = {};
  for (const { type, value } of format.formatToParts(ms)) parts[type] = value;
  const year = parts['era'] === 'BC' ? 1 - Number(parts['year']) : Number(parts['year']);
  const local = new Date(0);
  local.setUTCFullYear(year, Number(parts['month']) - 1, Number(parts['day']));
  local.setUTCHours(Number(parts['hour']), Number(parts['minute']), Number(parts['second']));
  return local.getTime() - Math.floor(ms / 1000) * 1000;
}

const day = 86_400_000;

/**
 * @param local the wall-clock time, as milliseconds since 1970 if it were UTC
 * @param timezone one that `isTimezone` knows
 * @returns the instant; `undefined` when clocks were put forward over that time. Of a time that came twice, the first (RFC 5545 section 3.3.5).
 */
export function instantIn(local: number, timezone: string): number | undefined {
  const format = formatOf(timezone);
  if (format === undefined) return undefined;
  // Zones change less often than every other day: the offset in force is the one of the day before or of the day after.
  const candidates = [offsetAt(format, local - day), offsetAt(format, local + day)];
  for (const offset of candidates) if (offsetAt(format, local - offset) === offset) return local - offset;
  return undefined;
}
