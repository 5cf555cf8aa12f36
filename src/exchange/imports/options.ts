/** What an import was asked to do, checked before a row is read. */
import { isImported } from '../../dictionary/course.ts';
import type { Body, Kind } from '../../dictionary/types.ts';
import { Refusal } from '../../errors.ts';
import { mayShare } from '../../rules/act.ts';
import type { Reader } from '../answer.ts';
import type { ImportOptions } from '../api.ts';
import type { Deps } from '../deps.ts';
import { kindNamed } from '../find.ts';
import { coerceRow, type InstantOptions } from '../intake/index.ts';

export interface Settled extends Pick<ImportOptions, 'format' | 'dryRun' | 'confirmKnownGood'> {
  readonly kind: Kind;
  /** Sorted, each once. */
  readonly channels: readonly string[];
  /** Of the right types. */
  readonly defaults: Body;
  readonly times: InstantOptions;
}

/** @throws Refusal INVALID naming the parameter */
export function settle(deps: Deps, options: ImportOptions): Settled {
  const kind = kindNamed(deps, options.kind);
  if (!isImported(kind)) throw new Refusal('INVALID', { errors: [{ field: 'kind', message: 'requests are made and moved one by one: they are not imported' }] });
  const unknown = Object.keys(options.defaults).filter((name) => kind.field.get(name)?.writable !== true);
  if (unknown.length > 0) throw new Refusal('INVALID', { errors: unknown.map((field) => ({ field, message: `${kind.name} has no such field to be given` })) });
  const times = { timezone: options.timezone, calendar: options.calendar };
  const { row, faults } = coerceRow({ line: 0, row: options.defaults, text: true }, kind, times);
  if (faults.length > 0) throw new Refusal('INVALID', { errors: faults });
  return { kind, channels: [...new Set(options.channels)].sort(), defaults: row, times, format: options.format, dryRun: options.dryRun, confirmKnownGood: options.confirmKnownGood };
}

/**
 * Whether this viewer may put anything of the kind into the channels at all; what a row itself forbids is that row's own fault.
 * @throws Refusal NOT_FOUND, FORBIDDEN
 */
export function admitChannels({ registry, viewer }: Reader, { kind, channels }: Settled, now: number): void {
  for (const channel of channels) mayShare(registry, viewer, { kind, classification: 0, sensitive: false, state: undefined, ground: 'any' }, channel, now);
}
