/** A process of its own that holds a folder's PostgreSQL until it is killed. Prints the URL when it is ready. */
import { startEmbedded } from '../../src/store/embedded/start.ts';

const [, , folder] = process.argv;
if (folder === undefined) throw new Error('which folder?');
const { ownerUrl } = await startEmbedded({ folder, durable: false });
process.stdout.write(`${ownerUrl}\n`);
setInterval(() => undefined, 60_000);
