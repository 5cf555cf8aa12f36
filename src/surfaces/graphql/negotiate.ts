/** Media types of GraphQL over HTTP: which one the answer has. */

export const graphqlResponse = 'application/graphql-response+json';
export const json = 'application/json';
export type MediaType = typeof graphqlResponse | typeof json;

interface Range {
  readonly type: string;
  readonly q: number;
}

/** One element of `Accept` (RFC 9110, section 12.5.1); undefined when it asks for another charset than UTF-8, or is no range. */
function rangeOf(element: string): Range | undefined {
  const [type = '', ...parameters] = element.split(';').map((part) => part.trim().toLowerCase());
  if (!/^[^\s/]+\/[^\s/]+$/u.test(type)) return undefined;
  let q = 1;
  for (const parameter of parameters) {
    const [name, value = ''] = parameter.split('=').map((part) => part.trim().replace(/^"(.*)"$/u, '$1'));
    if (name === 'charset' && value !== 'utf-8' && value !== 'utf8') return undefined;
    if (name === 'q') q = /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/u.test(value) ? Number(value) : 0;
  }
  return { type, q };
}

/** The quality that the ranges give a type: the most specific range that matches decides. */
function quality(ranges: readonly Range[], type: MediaType): number {
  for (const wanted of [type, 'application/*', '*/*']) {
    const range = ranges.find((one) => one.type === wanted);
    if (range !== undefined) return range.q;
  }
  return 0;
}

/**
 * The media type to answer in, for an `Accept` header. Without a preference it is `application/json`, as the GraphQL over HTTP draft has it.
 * @returns undefined when neither is accepted
 */
export function negotiate(accept: string | undefined): MediaType | undefined {
  if (accept === undefined || accept.trim() === '') return json;
  const ranges = accept.split(',').map(rangeOf).filter((range) => range !== undefined);
  const modern = quality(ranges, graphqlResponse);
  const legacy = quality(ranges, json);
  if (modern === 0 && legacy === 0) return undefined;
  if (modern !== legacy) return modern > legacy ? graphqlResponse : json;
  // Equally welcome: the newer one only where it is asked for by name, and first.
  const [newer, older] = [graphqlResponse, json].map((type) => ranges.findIndex((range) => range.type === type));
  return newer !== undefined && older !== undefined && newer >= 0 && (older < 0 || newer < older) ? graphqlResponse : json;
}
