/** What the demonstration prints once it listens: where to go, and what to try. */
import { resolve } from 'node:path';
import { shownAddress } from './records.ts';

interface Settings {
  readonly folder: string;
  readonly audience: string;
}

/** For a shell. */
const quoted = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`);

/** Settings that the token command needs as well, where they are not the standard ones. */
const needed = ({ folder, audience }: Settings): string =>
  [folder === resolve('.prasan') ? '' : `PRASAN_FOLDER=${quoted(folder)} `, audience === 'prasan' ? '' : `AUDIENCE=${quoted(audience)} `].join('');

export const tokenCommand = (settings: Settings, args: string): string => `${needed(settings)}npm run -s token -- ${args}`;

const lookup = (url: string, settings: Settings, clearance: string): string => `\
curl -s ${url}/v1/lookups -H 'Content-Type: application/json' -d '{"values":[{"value":"${shownAddress}"}]}' \\
    -H "Authorization: Bearer $(${tokenCommand(settings, `kr-embassy --purpose INVESTIGATION --clearance ${clearance}`)})"`;

const signIn = (place: string, settings: Settings): string => `\
Sign in as a person, with a passkey, on ${place}/graphiql (by this name: passkeys know no addresses). The invitation is printed by

  ${needed(settings)}npm run -s prasan -- staff invite --partner kr-embassy --name "SYNTHETIC Officer"

`;

/**
 * @param url where the exchange listens
 * @param place where staff sign in; undefined: nowhere
 */
export const welcome = (url: string, settings: Settings, place: string | undefined): string => `
Prasan runs on ${url}: a demonstration, with real institutions' names and synthetic records.

  ${url}/graphiql   ask in GraphQL: choose a partner, press a ready example
  ${url}/docs       the REST reference

Try it from another terminal, in this folder. A Korean officer cleared for CONFIDENTIAL looks an address up, and sees where it was used
("location"), and why it is suspected:

  ${lookup(url, settings, 'CONFIDENTIAL')}

A colleague without clearance sees the same record, and by name what is withheld:

  ${lookup(url, settings, 'UNCLASSIFIED')}

${place === undefined ? '' : signIn(place, settings)}A token:    ${tokenCommand(settings, '<partner> --purpose INVESTIGATION --clearance RESTRICTED')}
Partners:   registry/demo/partners.yaml
Stop:       Ctrl-C

`;
