/** The requests of the measurements, and a look at their answers before they are timed. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadDictionary } from '../src/dictionary/load.ts';
import { askedTokens } from '../src/exchange/tokens.ts';
import type { Viewer } from '../src/rules/viewer.ts';
import { byteas } from '../src/store/byteas.ts';
import { fileKms } from '../src/vault/file-kms.ts';
import { openVault } from '../src/vault/vault.ts';
import type { Ask } from './loader.ts';
import { partnerCount, partnerId, reader, type World } from './registry.ts';
import type { Sample } from './seed.ts';
import type { Server, Stage } from './stage.ts';

const fields = 'id kind originator channels classification status revision createdAt updatedAt withheld tlp confidence type value rawValue role port protocol observedAt subscriberTraceable country description location { lat lon radiusMetres method }';
const query = `query Find($values: [LookupInput!]!) { lookup(values: $values) { asked type value readings claims { ... on Indicator { ${fields} } } nothing { message } error { code message } } }`;

export const restBody = (values: readonly string[]): string => JSON.stringify({ values: values.map((value) => ({ value })) });
export const graphqlBody = (value: string): string => JSON.stringify({ query, variables: { values: [{ value }] } });

/** One token a viewer: `bench-reader` alone, or 200 officers of the twenty partners. */
export async function oneViewer(world: World): Promise<string[]> {
  return [await world.token(reader, 'officer-0')];
}
export async function manyViewers(world: World): Promise<string[]> {
  return Promise.all(Array.from({ length: 10 * partnerCount }, async (_, n) => world.token(partnerId(n), `officer-${n}`)));
}

/** One request a value; viewers take turns, out of step with the values. */
export const asksOf = (bodies: readonly string[], tokens: readonly string[]): Ask[] => bodies.map((body, i) => ({ body, token: tokens[(i * 7) % tokens.length] ?? '' }));

/** @throws Error unless every viewer gets the record, with its sealed place on the map */
export async function checkAnswers({ url }: Server, asks: readonly Ask[]): Promise<void> {
  for (const { body, token = '' } of asks) {
    const response = await fetch(`${url}/v1/lookups`, { method: 'POST', body, headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` } });
    const answer = (await response.json()) as { items?: { claims: { location?: unknown }[] }[] };
    if (answer.items?.[0]?.claims[0]?.location === undefined) throw new Error(`not the answer that is to be timed: ${response.status} ${JSON.stringify(answer).slice(0, 500)}`);
  }
}

/** @throws Error unless GraphQL answers the same */
export async function checkGraphql({ url }: Server, { body, token = '' }: Ask): Promise<void> {
  const response = await fetch(`${url}/graphql`, { method: 'POST', body, headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` } });
  const answer = (await response.json()) as { data?: { lookup?: { claims: { location?: { lat: number } | null }[] }[] } };
  if (answer.data?.lookup?.[0]?.claims[0]?.location?.lat === undefined) throw new Error(`not the answer that is to be timed: ${response.status} ${JSON.stringify(answer).slice(0, 500)}`);
}

/** The search keys of the open part of each question, for the bare route. @returns the file */
export async function writeTokens(stage: Stage, samples: readonly Sample[]): Promise<string> {
  const unused = async (): Promise<never> => { throw new Error('no keys are needed'); };
  const store = { loadRecordKeys: unused, saveRecordKeys: unused, destroyRecordKeys: unused, loadOriginatorKeys: unused, currentOriginatorKey: unused, sampleOriginatorKeys: unused, saveOriginatorKey: unused };
  const vault = await openVault({ kms: await fileKms(stage.keyFile), keys: store });
  const kind = loadDictionary().kinds.get('Indicator');
  const field = kind?.field.get('value');
  if (kind === undefined || field === undefined) throw new Error('the dictionary has no Indicator.value');
  const uncleared = { clearance: 0, caveats: 0 } as Viewer;
  const made = samples.map(({ value }) => [value, byteas(askedTokens(vault, kind, field, { value }, 'value', uncleared, 0).tokens)]);
  const file = join(stage.folder, 'tokens.json');
  await writeFile(file, JSON.stringify(Object.fromEntries(made)));
  return file;
}
