/**
 * Embedded mode only: the partners to choose from, and tokens for the asking. These routes do not exist unless the demonstration is on; it listens on
 * loopback alone.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import {
  type CaveatName, caveatsIn, isLevelName, type LevelName, levelName, levelOf, levels, type PurposeName, purposesIn,
} from '../../dictionary/compartment.ts';
import { Refusal } from '../../errors.ts';
import type { Partner, Registry, Text } from '../../rules/registry.ts';
import { json } from '../json-body.ts';

export interface DemoPartner {
  readonly id: string;
  readonly name: Text;
  readonly country: string;
  readonly purposes: readonly PurposeName[];
  /** Levels it may ask for, its own ceiling last. */
  readonly clearances: readonly LevelName[];
}

export interface DemoToken {
  readonly token: string;
  /** Seconds. */
  readonly expiresIn: number;
}

export interface DemoRequest {
  readonly partner: string;
  readonly purpose: PurposeName;
  readonly clearance: LevelName;
}

export interface Demo {
  partners(): Promise<readonly DemoPartner[]>;
  /** @throws Refusal INVALID for a partner, purpose or clearance that is not on the list */
  token(request: DemoRequest): Promise<DemoToken>;
  /** A value that the demonstration's records hold, for the example of a lookup. */
  readonly lookup?: string;
}

/** Issues one token. The built-in issuer of `identity` fits. */
export type Issue = (request: {
  readonly partner: string; readonly subject: string; readonly client: string; readonly clearance: LevelName; readonly caveats: readonly CaveatName[];
  readonly purposes: readonly PurposeName[]; readonly scopes: readonly string[]; readonly lifeSeconds: number;
}) => Promise<string>;

const invalid = (field: string): Refusal => new Refusal('INVALID', { errors: [{ field, message: 'is not on the list' }] });
const life = 3600;

const shown = ({ id, name, country, purposes, clearance }: Partner): DemoPartner =>
  ({ id, name, country, purposes: purposesIn(purposes), clearances: levels.slice(0, clearance + 1) });

/**
 * The demonstration over a registry and an issuer of tokens.
 * @param registry the registry as it is now
 * @param lookup a value that its records hold
 */
export const demoOf = (registry: () => Promise<Registry>, issue: Issue, lookup?: string): Demo => ({
  ...(lookup === undefined ? {} : { lookup }),
  async partners() {
    const { partners } = await registry();
    return [...partners.values()].filter(({ status }) => status === 'ACTIVE').map(shown);
  },
  async token({ partner, purpose, clearance }) {
    const known = (await registry()).partners.get(partner);
    if (known?.status !== 'ACTIVE') throw invalid('partner');
    if (!purposesIn(known.purposes).includes(purpose)) throw invalid('purpose');
    if ((levelOf(clearance) ?? Infinity) > known.clearance) throw invalid('clearance');
    const token = await issue({
      partner, subject: `demo@${partner}`, client: 'graphiql', clearance: levelName(levelOf(clearance) ?? 0), caveats: caveatsIn(known.caveats),
      purposes: [purpose], scopes: known.scopes, lifeSeconds: life,
    });
    return { token, expiresIn: life };
  },
});

/** A page of another origin has no business with demonstration tokens (Fetch Metadata). */
function ownPage({ headers }: FastifyRequest): void {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') throw new Refusal('FORBIDDEN');
}

function requestOf(body: unknown): DemoRequest {
  const { partner, purpose, clearance } = (typeof body === 'object' && body !== null ? body : {}) as Readonly<Record<string, unknown>>;
  if (typeof partner !== 'string') throw invalid('partner');
  if (typeof purpose !== 'string') throw invalid('purpose');
  if (typeof clearance !== 'string' || !isLevelName(clearance)) throw invalid('clearance');
  return { partner, purpose: purpose as PurposeName, clearance };
}

/** Registers `GET /demo/partners` and `POST /demo/token`. */
export function addDemo(app: FastifyInstance, demo: Demo): void {
  app.get('/demo/partners', { config: { access: 'public', hidden: true } }, async (request, reply) => {
    ownPage(request);
    const partners = await demo.partners();
    return reply.header('Cache-Control', 'no-store').send({ partners, lookup: demo.lookup });
  });
  app.post('/demo/token', { config: { access: 'public', hidden: true, consumes: [json] } }, async (request, reply) => {
    ownPage(request);
    return reply.header('Cache-Control', 'no-store').send(await demo.token(requestOf(request.body)));
  });
}
