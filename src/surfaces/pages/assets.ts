/**
 * The files that pages load: GraphiQL and React from their packages, and the pages' own. A closed list, read at start: no path from a request
 * ever reaches the file system. Partners' networks are closed, so nothing comes from elsewhere.
 */
import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

const compress = promisify(gzip);
const resolve = createRequire(import.meta.url).resolve;
const inPackage = (name: string, path: string): string => join(dirname(resolve(`${name}/package.json`)), path);
const own = (name: string): string => new URL(`static/${name}`, import.meta.url).pathname;

const script = 'text/javascript; charset=utf-8';
const style = 'text/css; charset=utf-8';

const files: readonly (readonly [name: string, type: string, path: string])[] = [
  ['react.js', script, inPackage('react', 'umd/react.production.min.js')],
  ['react-dom.js', script, inPackage('react-dom', 'umd/react-dom.production.min.js')],
  ['graphiql.js', script, inPackage('graphiql', 'graphiql.min.js')],
  ['graphiql.css', style, inPackage('graphiql', 'graphiql.min.css')],
  ['pages.css', style, own('pages.css')],
  ['console.css', style, own('console.css')],
  ['console.js', script, own('console.js')],
  ['access.js', script, own('access.js')],
  ['session.js', script, own('session.js')],
  ['signed-in.js', script, own('signed-in.js')],
  ['oauth4webapi.js', script, inPackage('oauth4webapi', 'build/index.js')],
  ['examples.js', script, own('examples.js')],
  ['case-examples.js', script, own('case-examples.js')],
  ['me.js', script, own('me.js')],
  ['request-examples.js', script, own('request-examples.js')],
  ['words.js', script, own('words.js')],
  ['staff.css', style, own('staff.css')],
  ['passkey.js', script, own('passkey.js')],
  ['sign-in.js', script, own('sign-in.js')],
  ['join.js', script, own('join.js')],
  ['recover.js', script, own('recover.js')],
  ['icon.svg', 'image/svg+xml', own('icon.svg')],
];

interface Asset {
  readonly type: string;
  readonly bytes: Buffer;
  compressed?: Promise<Buffer>;
}

export interface Assets {
  /** The address of a file; it changes with the content of any, so that it may be kept for ever. */
  url(name: string): string;
}

interface Loaded {
  readonly folder: string;
  readonly assets: ReadonlyMap<string, Asset>;
}

/** What the addresses are made from: the page's own scripts import each other by relative names, so all share one folder. */
function load(): Loaded {
  const assets = new Map(files.map(([name, type, path]): [string, Asset] => [name, { type, bytes: readFileSync(path) }]));
  const digest = hash('sha256', [...assets].map(([name, { bytes }]) => `${name} ${hash('sha256', bytes, 'hex')}`).join('\n'), 'hex').slice(0, 16);
  return { folder: `/assets/${digest}`, assets };
}

/** Read once in a process: they are megabytes. */
let loaded: Loaded | undefined;

async function send(asset: Asset, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  reply.headers({ 'Cache-Control': 'public, max-age=31536000, immutable', Vary: 'Accept-Encoding' }).type(asset.type);
  if (!/\bgzip\b/u.test(String(request.headers['accept-encoding'] ?? ''))) return reply.send(asset.bytes);
  // Compressed on first use: a start that serves no page does not pay for it.
  asset.compressed ??= compress(asset.bytes);
  return reply.header('Content-Encoding', 'gzip').send(await asset.compressed);
}

/** Registers a route for each file. */
export function addAssets(app: FastifyInstance): Assets {
  const { folder, assets } = (loaded ??= load());
  for (const [name, asset] of assets) {
    app.get(`${folder}/${name}`, { config: { access: 'public', hidden: true } }, (request, reply) => send(asset, request, reply));
  }
  return {
    url(name) {
      if (!assets.has(name)) throw new Error(`${name} is not a file that is served`);
      return `${folder}/${name}`;
    },
  };
}
