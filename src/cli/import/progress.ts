/** How far a file has been sent: a bar on a terminal, now and then a line elsewhere. */

export interface Progress {
  passed(bytes: number): void;
  /** All of it is on its way: the exchange finishes what it has read. */
  sent(): void;
  end(): void;
}

export interface Screen {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

const width = 24;

export function bytesText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'] as const;
  let value = bytes;
  let unit = 0;
  for (; value >= 999.5 && unit < units.length - 1; unit += 1) value /= 1000;
  return `${value < 10 && unit > 0 ? value.toFixed(1) : value.toFixed(0)} ${units[unit] ?? 'B'}`;
}

export function secondsText(seconds: number): string {
  const whole = Math.round(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return hours > 0 ? `${hours} h ${minutes} min` : minutes > 0 ? `${minutes} min ${rest} s` : `${rest} s`;
}

/** `42 %, 1.2 MB/s, 12 s left` */
function stand(done: number, size: number | undefined, seconds: number): string {
  const rate = done / Math.max(seconds, 0.001);
  const speed = `${bytesText(rate)}/s`;
  if (size === undefined || size === 0) return `${bytesText(done)}, ${speed}`;
  return `${Math.floor((done / size) * 100)} %, ${speed}, ${secondsText((size - done) / Math.max(rate, 1))} left`;
}

const bar = (part: number): string => `[${'#'.repeat(Math.round(part * width)).padEnd(width, '-')}]`;

/**
 * @param size bytes of the file; undefined where nobody knows
 * @param clock milliseconds
 */
export function progressOn(screen: Screen, name: string, size: number | undefined, clock: () => number = () => performance.now()): Progress {
  const began = clock();
  const every = screen.isTTY === true ? 100 : 5000;
  let done = 0;
  let last = began;
  const say = (text: string): void => void screen.write(screen.isTTY === true ? `\r\x1b[K${text}` : `${text}\n`);
  const now = (): number => (clock() - began) / 1000;
  return {
    passed(bytes) {
      done += bytes;
      if (clock() - last < every) return;
      last = clock();
      say(`${name} ${screen.isTTY === true && size !== undefined && size > 0 ? `${bar(done / size)} ` : ''}${stand(done, size, now())}`);
    },
    sent: () => say(`${name}: ${bytesText(done)} sent in ${secondsText(now())}; the exchange finishes the rest`),
    end: () => void (screen.isTTY === true && screen.write('\r\x1b[K')),
  };
}
