import type { Asker, Exchange } from '../../exchange/api.ts';

/** What every resolver gets: who asks, and the use cases. One a request. */
export interface Context {
  readonly exchange: Exchange;
  readonly asker: Asker;
}

/** What a root field needs of the token; `any`: that it is valid. */
export type Scope = 'any' | 'records:read' | 'records:write' | 'records:erase' | 'ledger:read' | 'import' | 'statistics';

export type Arguments = Readonly<Record<string, unknown>>;

/** One field of Query or Mutation: the scope it needs, and the use case it calls. */
export interface RootField {
  readonly scope: Scope;
  readonly resolve: (args: Arguments, context: Context) => Promise<unknown>;
}
