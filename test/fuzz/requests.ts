/** Requests for an operation of the contract: valid, on the edges, and broken. */
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { chance, type Dice, oneOf, upTo } from './dice.ts';
import { lives } from '../support/lives.ts';
import type { Operation, Parameter } from './operations.ts';
import { anything, type Manner, mutated, nasty, type Node, type Resolve, valueFor } from './values.ts';

export interface Request {
  readonly manner: Manner;
  readonly method: Operation['method'];
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload?: string | Buffer;
}

/** What earlier answers gave: ids by the name of their path, cursors, entity tags. */
export interface Known {
  readonly ids: ReadonlyMap<string, readonly string[]>;
  readonly cursors: readonly string[];
  readonly etags: readonly string[];
}

const unheard = '01890000-0000-7000-8000-000000000001';
const purposes = ['INVESTIGATION', 'PREVENTION', 'FINANCIAL_INTELLIGENCE', 'VICTIM_PROTECTION', 'CONSULAR_ASSISTANCE', 'KNOWLEDGE'];
/** What a header may hold on the wire (RFC 9110 section 5.5): the parser turns the rest away before the exchange sees it. */
const onWire = (text: string): string => Buffer.from(text, 'utf8').toString('latin1').replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, '').trim().slice(0, 4000);
const plain = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value) ?? '');
const encoded = (value: unknown): string => encodeURIComponent(plain(value).toWellFormed());

function idFor(g: Dice, kind: string, name: string, known: Known, manner: Manner): string {
  if (manner === 'broken' && chance(g, 4)) return oneOf(g, nasty);
  const own = known.ids.get(name === 'hold' ? 'holds' : kind) ?? [];
  const others = [...known.ids.values()].flat();
  return oneOf(g, [...(own.length > 0 ? [own, own, own] : []), ...(others.length > 0 ? [others] : []), [unheard]].map((list) => oneOf(g, list)));
}

function queryValue(g: Dice, { name, schema }: Parameter, resolve: Resolve, known: Known, manner: Manner): unknown {
  if ((name === 'after' || name === 'cursor') && known.cursors.length > 0 && !chance(g, 4)) return chance(g, 5) ? `${oneOf(g, known.cursors).slice(0, -2)}AA` : oneOf(g, known.cursors);
  if (name === 'channels') return [oneOf(g, lives).channel];
  if (name === 'partner') return oneOf(g, lives).reader.partner;
  return valueFor(g, schema, resolve, manner, manner === 'broken' ? 1 : 0);
}

function urlFor(g: Dice, { path, parameters }: Operation, resolve: Resolve, known: Known, manner: Manner): string {
  const kind = path.split('/')[2] ?? '';
  // Never empty: that is another path.
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encoded(
    name === 'channel' ? (manner === 'broken' && chance(g, 3) ? oneOf(g, nasty) : oneOf(g, lives).channel) : name === 'table' ? oneOf(g, ['recoveries', ...nasty]) : name === 'problem' ? oneOf(g, ['not-found', ...nasty]) : idFor(g, kind, name, known, manner)) || 'x');
  const asked = parameters.filter((each) => each.in === 'query' && (each.required ? manner !== 'broken' || !chance(g, 4) : chance(g, 7)));
  const pairs = asked.flatMap((each) => [queryValue(g, each, resolve, known, manner)].flat().map((value) => `${encodeURIComponent(each.name)}=${encoded(value)}`));
  if (manner === 'broken' && chance(g, 10)) pairs.push(oneOf(g, ['unknown=1', '=', '%zz=1', '&&&', 'first=1&first=2', 'a[b]=c', '__proto__=1', 'x=%ff']));
  return pairs.length === 0 ? filled : `${filled}?${pairs.join('&')}`;
}

function headersFor(g: Dice, { parameters, method }: Operation, resolve: Resolve, known: Known, manner: Manner): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const { name, schema, ...each } of parameters) {
    if (each.in !== 'header') continue;
    if (name === 'If-Match' ? chance(g, 8) : manner === 'valid' ? !['Accept-Language', 'If-None-Match', 'Idempotency-Key'].includes(name) || chance(g, 2) : !chance(g, 10)) continue;
    const tags = name === 'If-Match' ? ['*', ...known.etags] : name === 'If-None-Match' ? [...known.etags] : [];
    const value = tags.length > 0 && !chance(g, 5) ? oneOf(g, tags) : name === 'Exchange-Purpose' && !chance(g, 4) ? oneOf(g, purposes) : plain(valueFor(g, schema, resolve, manner, 1));
    headers[name.toLowerCase()] = onWire(value);
  }
  if (manner === 'broken' && chance(g, 8)) headers[oneOf(g, ['accept', 'x-forwarded-for', 'content-encoding', 'range', 'expect', 'if-modified-since', 'accept-encoding'])] = onWire(oneOf(g, ['text/html', 'gzip', 'bytes=0-1', ...nasty]));
  if (method === 'GET' && manner === 'broken' && chance(g, 20)) headers['content-type'] = oneOf(g, ['application/json', 'x', 'text/csv']);
  return headers;
}

/** A record of this path as the table of lives has it, or as the schema has it, or the one with a place of the other. */
function recordFor(g: Dice, path: string, schema: Node, resolve: Resolve, manner: Manner, known: Known): unknown {
  const life = lives.find((each) => each.path === path.split('/')[2]);
  if (life === undefined) return valueFor(g, schema, resolve, manner);
  const id = (): string => oneOf(g, [...known.ids.values()].flat().concat(unheard));
  const row = JSON.parse(JSON.stringify({ ...life.given, channels: [life.channel] }).replaceAll(/\$[0-9]/g, id)) as Node;
  if (manner === 'valid') return chance(g, 4) ? { ...row, ...(valueFor(g, schema, resolve, manner) as object), channels: [life.channel] } : row;
  const made = { ...row, ...(chance(g, 3) ? (valueFor(g, schema, resolve, manner) as object) : {}) };
  let body: unknown = made;
  for (let i = upTo(g, 2); i >= 0; i--) body = mutated(g, body, () => (manner === 'broken' ? anything(g) : oneOf(g, ['x'.repeat(300), 'x'.repeat(2001), 0, 1e9, '9999-12-31', '0001-01-01', [], ''])));
  return body;
}

const brokenTexts = ['', '{', '[]', 'null', '"x"', '{"a":1}{"b":2}', '{"a":1,"a":2}', '{"__proto__":{}}', '\u0000', `${'['.repeat(3000)}`, '{"values":', '\ufeff{}'];

function importBody(g: Dice, path: string, schema: Node, type: string, resolve: Resolve, manner: Manner, known: Known): string | Buffer {
  const rows = Array.from({ length: 1 + upTo(g, 3) }, () => recordFor(g, path, schema, resolve, manner, known));
  const json = rows.map((row) => JSON.stringify(row)).join(oneOf(g, ['\n', '\r\n', '\n\n']));
  const first = rows.find((row) => typeof row === 'object' && row !== null) ?? {};
  const csv = `${Object.keys(first).join(',')}\n${Object.values(first).map((value) => `"${plain(value).replaceAll('"', '""')}"`).join(',')}\n`;
  const list = Array.from({ length: 3 }, () => (manner === 'valid' ? `fuzz${upTo(g, 99)}.example` : oneOf(g, nasty))).join('\n');
  const text = manner === 'broken' && chance(g, 4) ? oneOf(g, [...brokenTexts, ...nasty]) : type === 'text/csv' ? csv : type === 'text/plain' ? list : json;
  if (type === 'application/gzip') return manner === 'broken' && chance(g, 3) ? gzipSync(text).subarray(0, -3) : gzipSync(text);
  if (type === 'application/zstd') return manner === 'broken' && chance(g, 3) ? Buffer.from('(\xb5/\xfdgarbage', 'latin1') : zstdCompressSync(text);
  return text;
}

function bodyFor(g: Dice, { path, bodies, method }: Operation, resolve: Resolve, known: Known, manner: Manner): Pick<Request, 'payload'> & { readonly type?: string } {
  if (bodies.size === 0) return manner === 'broken' && method !== 'GET' && chance(g, 6) ? { payload: oneOf(g, brokenTexts), type: 'application/json' } : {};
  const type = oneOf(g, [...bodies.keys()]);
  const schema = bodies.get(type) ?? {};
  const sent = manner === 'broken' && chance(g, 15) ? oneOf(g, ['text/html', 'application/xml', '', 'application/json; charset=utf-16', 'multipart/form-data; boundary=x', 'application/x-www-form-urlencoded']) : type;
  if (path.endsWith('/import')) return { payload: importBody(g, path, schema, type, resolve, manner, known), type: sent };
  if (manner === 'broken' && chance(g, 10)) return { payload: oneOf(g, brokenTexts), type: sent };
  const body = path.split('/').length === 3 || method === 'PATCH' ? recordFor(g, path, schema, resolve, method === 'PATCH' && manner === 'valid' ? 'boundary' : manner, known) : valueFor(g, schema, resolve, manner);
  return { payload: JSON.stringify(body) ?? '', type: sent };
}

/** A request, but for who sends it. */
export function requestFor(g: Dice, operation: Operation, resolve: Resolve, known: Known): Request {
  const manner = oneOf(g, ['valid', 'boundary', 'broken'] as const);
  const { payload, type } = bodyFor(g, operation, resolve, known, manner);
  const headers = { ...headersFor(g, operation, resolve, known, manner), ...(type === undefined ? {} : { 'content-type': type }) };
  return { manner, method: operation.method, url: urlFor(g, operation, resolve, known, manner), headers, ...(payload === undefined ? {} : { payload }) };
}
