/** Works names out, apart from the thread that answers requests: a message of names is answered by one with what each comes to, in their order. */
import { parentPort } from 'node:worker_threads';
import { workOut } from '../dictionary/names/index.ts';

parentPort?.on('message', (names: readonly string[]) => {
  parentPort?.postMessage(names.map(workOut).map(({ keys, probes }) => ({ keys, probes })));
});
