import { v7 as uuidv7 } from 'uuid';
import { act } from '../act.ts';
import type { Asker, ImportOptions, ImportReport } from '../api.ts';
import type { Deps } from '../deps.ts';
import type { Stamp } from '../ports.ts';
import { admitChannels, settle } from './options.ts';
import { run } from './run.ts';

/**
 * Begins an import. Whoever may not submit into the channels is refused before a row is read.
 * @returns as soon as the import resource exists; `done` resolves at the stream's end, also for an import that failed
 * @throws Refusal INSUFFICIENT_SCOPE, NOT_FOUND, FORBIDDEN, INVALID
 */
export async function startImport(deps: Deps, asker: Asker, options: ImportOptions, stream: AsyncIterable<Uint8Array>): Promise<{ readonly id: string; readonly done: Promise<ImportReport> }> {
  const settled = settle(deps, options);
  const id = uuidv7();
  const stamp = await act<Stamp>(deps, asker, 'import', 'import', async (writer) => {
    admitChannels(writer, settled, writer.tx.now);
    const { partner, subject, client } = writer.viewer;
    await writer.tx.imports.create({ id, originator: partner, subject, client, options, stamp: writer.stamp });
    return { value: writer.stamp, released: [] };
  });
  const done = run({ deps, asker, id, settled, stamp }, stream);
  done.catch(() => undefined); // Whoever waits for it is told; nobody need.
  return { id, done };
}
