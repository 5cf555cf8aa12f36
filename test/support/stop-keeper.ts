/** After the last test file: the shared PostgreSQL goes at once, so that a test run leaves no process behind. */
import { connect } from 'node:net';
import { keeperName } from './keeper-name.ts';

const socket = connect(keeperName, () => socket.write('stop'));
socket.on('error', () => undefined); // There is none: nothing needed a database.
