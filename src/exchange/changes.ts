import { Refusal } from '../errors.ts';
import type { Asker, ChangesPage, ChangesQuery, Digest } from './api.ts';
import type { Deps } from './deps.ts';
export async function changes(_deps: Deps, _asker: Asker, _query: ChangesQuery): Promise<ChangesPage> {
  throw new Refusal('UNAVAILABLE');
}
export async function digest(_deps: Deps, _asker: Asker, _kinds: readonly string[] | undefined): Promise<Digest> {
  throw new Refusal('UNAVAILABLE');
}
