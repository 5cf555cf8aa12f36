/** After the last test file: the shared PostgreSQL goes at once, so that a test run leaves no process behind; on another server, what databases were copied from. */
import { connect } from 'node:net';
import { keeperName } from './keeper-name.ts';
import { dropTemplates } from './migrated.ts';

const socket = connect(keeperName, () => socket.write('stop'));
socket.on('error', () => undefined); // There is none: nothing needed a database.

const given = process.env['TEST_DATABASE_URL'];
if (given !== undefined) await dropTemplates(given);
