/**
 * Names are worked out on a thread of their own, where there is a processor for it: of what a person's submission costs this thread they are a sixth, and nobody
 * else is answered meanwhile. What cannot be had there is worked out here, when it is asked for.
 */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { setWorked, type Worked } from '../dictionary/names/index.ts';
import { searchedTexts } from '../dictionary/search/name.ts';
import type { Body, Kind } from '../dictionary/types.ts';

interface Lot {
  readonly names: string[];
  /** undefined: the thread ended. */
  readonly answer: PromiseWithResolvers<readonly Worked[] | undefined>;
}

interface Thread {
  readonly worker: Worker;
  /** Sent and not answered: in the order in which they were sent, which is that of the answers. */
  readonly sent: Lot[];
}

let thread: Thread | undefined;
/** What comes within one turn goes together: a message wakes the other thread, which costs as much as a name. */
let open: Lot | undefined;

/** It ends by itself with the process. */
function begin(): Thread {
  const worker = new Worker(new URL('names-thread.ts', import.meta.url));
  const begun: Thread = { worker, sent: [] };
  worker.on('message', (worked: readonly Worked[]) => {
    begun.sent.shift()?.answer.resolve(worked);
    if (begun.sent.length === 0) worker.unref();
  });
  // Whatever ended it: who waits works out the names here, and the next who asks begins another.
  const ended = (): void => {
    if (thread === begun) thread = undefined;
    for (const { answer } of begun.sent.splice(0)) answer.resolve(undefined);
  };
  worker.on('error', ended).on('exit', ended);
  worker.unref();
  return begun;
}

function send(lot: Lot): void {
  open = undefined;
  thread ??= begin();
  thread.sent.push(lot);
  // A process does not end while somebody waits.
  thread.worker.ref();
  thread.worker.postMessage(lot.names);
}

/** @returns what each comes to, in order; none when the thread ended */
async function apart(names: readonly string[]): Promise<readonly Worked[]> {
  if (open === undefined) {
    const lot: Lot = { names: [], answer: Promise.withResolvers() };
    open = lot;
    setImmediate(() => { send(lot); });
  }
  const { names: all, answer } = open;
  const from = all.length;
  all.push(...names);
  return (await answer.promise)?.slice(from, from + names.length) ?? [];
}

const alone = availableParallelism() < 2;

/** Works out the names in these bodies, so that whoever asks for what they come to has it at hand. @param bodies with each part under its dotted name */
export async function workOutNames(bodies: readonly { readonly kind: Kind; readonly content: Body }[]): Promise<void> {
  if (alone) return;
  const places = bodies.flatMap(({ kind, content }) => [...new Set(searchedTexts(kind, content))].map((name) => ({ content, name })));
  if (places.length === 0) return;
  const worked = await apart(places.map(({ name }) => name));
  for (const [i, one] of worked.entries()) {
    const place = places[i];
    if (place !== undefined) setWorked(place.content, place.name, one);
  }
}
