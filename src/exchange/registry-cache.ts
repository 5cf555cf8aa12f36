/** The registry as this node knows it. A newer version is learnt from the next statement that any request makes; nothing is answered under an older one. */
import { type Eyes, type Grant, type GrantRow, grantRows, grantsOf } from '../rules/grant.ts';
import type { Dictionary } from '../dictionary/types.ts';
import type { Audience } from '../rules/record.ts';
import type { Registry } from '../rules/registry.ts';

export interface RegistryCache {
  current(): Promise<Registry>;
  /** Loads anew; concurrent calls share one load. */
  refresh(): Promise<Registry>;
  /** Grants of a viewer on an audience at an instant, under the registry given. */
  grants(registry: Registry, audience: Audience, viewer: Eyes, now: number): readonly Grant[];
}

interface Memo {
  readonly registry: Registry;
  readonly rows: Map<number, readonly GrantRow[]>;
  readonly grants: Map<string, { readonly grants: readonly Grant[]; readonly from: number; readonly until: number }>;
}

const mostRemembered = 20_000;

/** The span around `now` in which no grant of the partner begins or ends. */
function steadySpan(rows: readonly GrantRow[], partner: string, now: number): { from: number; until: number } {
  let from = -Infinity;
  let until = Infinity;
  for (const row of rows) {
    if (row.partner !== partner) continue;
    for (const edge of [row.from, row.to]) {
      if (edge <= now) from = Math.max(from, edge);
      else until = Math.min(until, edge);
    }
  }
  return { from, until };
}

export function registryCache(dictionary: Dictionary, load: () => Promise<Registry>): RegistryCache {
  let known: Registry | undefined;
  let loading: Promise<Registry> | undefined;
  let memo: Memo | undefined;

  async function refresh(): Promise<Registry> {
    loading ??= load().then(
      (registry) => {
        if (known === undefined || registry.version >= known.version) known = registry;
        return known;
      },
    ).finally(() => { loading = undefined; });
    return loading;
  }

  function memoOf(registry: Registry): Memo {
    if (memo?.registry !== registry) memo = { registry, rows: new Map(), grants: new Map() };
    return memo;
  }

  return {
    current: async () => known ?? refresh(),
    refresh,
    grants(registry, audience, viewer, now) {
      const { rows, grants } = memoOf(registry);
      const key = `${audience.id} ${viewer.partner} ${viewer.purposeBit} ${viewer.clearance} ${viewer.caveats} ${viewer.case?.join(',') ?? ''} ${viewer.seat ?? '*'}`;
      const remembered = grants.get(key);
      if (remembered !== undefined && remembered.from <= now && now < remembered.until) return remembered.grants;
      let all = rows.get(audience.id);
      if (all === undefined) rows.set(audience.id, (all = grantRows(registry, dictionary, audience)));
      if (grants.size >= mostRemembered) grants.clear();
      const made = Object.freeze(grantsOf(all, audience, viewer, now));
      grants.set(key, { grants: made, ...steadySpan(all, viewer.partner, now) });
      return made;
    },
  };
}
