/** Drafts that were proposed before: whoever asks for the same again is answered with those. */
import { isDeepStrictEqual } from 'node:util';
import type { Body } from '../../dictionary/types.ts';
import { Refusal } from '../../errors.ts';
import type { Released } from '../../rules/release.ts';
import type { Asker } from '../api.ts';
import { compose } from '../compose.ts';
import type { Deps } from '../deps.ts';
import { find } from '../find.ts';
import { partKind } from './parts.ts';

/** Values that one search names, and pages of it that are read: of more drafts about one record none is looked for. */
const [mostNamed, mostPages] = [50, 4];

/** The asker's drafts of a kind about any of these records. @param about ids of records that the asker sees */
export async function draftsAbout(deps: Deps, asker: Asker, asks: string, about: readonly string[]): Promise<readonly Released[]> {
  const found = new Map<string, Released>();
  for (let at = 0; at < about.length; at += mostNamed) {
    const filter = { asks: { eq: asks }, about: { in: about.slice(at, at + mostNamed) } };
    let after: string | undefined;
    for (let page = 0; page < mostPages; page += 1) {
      const { items, nextCursor } = await find(deps, asker, { kind: partKind(deps, 'REQUEST').name, filter, first: 500, after });
      for (const item of items) if (item.body['draft'] === true && item.body['status'] === 'ACTIVE') found.set(item.id, item);
      after = nextCursor;
      if (after === undefined) break;
    }
  }
  return [...found.values()];
}

/** The one that says all that a new one would say; undefined: there is none, or what is to be drafted cannot be read. @param of the partner whose draft it is */
export function sameDraft(deps: Pick<Deps, 'dictionary' | 'enrich'>, drafts: readonly Released[], body: Body, of: string): Released | undefined {
  try {
    const { nested } = compose(deps, partKind(deps, 'REQUEST'), body);
    const said = { ...nested, channels: body['channels'] ?? null, classification: body['classification'] ?? null };
    return drafts.find((draft) => draft.originator === of && Object.entries(said).every(([name, value]) => name === 'legalBasis' ? isDeepStrictEqual(groundIn(draft.body[name]), groundIn(value)) : isDeepStrictEqual(draft.body[name] ?? null, value)));
  } catch (error) {
    // What is wrong with it is told when it is written.
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

/** The exchange adds by which clause it is written: the ground is what was said. */
const groundIn = (basis: Body[string] | undefined): unknown => (typeof basis === 'object' && basis !== null && 'ground' in basis ? basis['ground'] : undefined);
