/** The whole life of a record of every kind: one table, over HTTP. A kind is one file of the dictionary; nothing here knows more of it. */
import t, { type Test } from 'tap';
import { type Column, columnsByName, pairedMembers, soleMember } from '../../src/dictionary/columns.ts';
import { valueAt } from '../../src/dictionary/parts.ts';
import type { Body, FieldType } from '../../src/dictionary/types.ts';
import { freshApp, type Caller, type TestApp } from '../support/app.ts';
import { type Life, lives } from '../support/lives.ts';
import { withNeeds } from '../support/needs.ts';

interface Shown {
  readonly id: string;
  readonly withheld: readonly string[];
  readonly revision: number;
  readonly [name: string]: unknown;
}
type Page = { readonly items: readonly Shown[] };

const codeOf = (answer: { json(): unknown }): unknown => (answer.json() as { readonly code?: unknown }).code;
const found = async (who: Caller, { path }: Life, query: string): Promise<readonly string[]> => {
  const answer = await who.get(`/v1/${path}?${query}`);
  if (answer.statusCode !== 200) throw new Error(answer.body);
  return answer.json<Page>().items.map(({ id }) => id);
};
const revisionsOf = async (who: Caller, url: string): Promise<string[][]> => (await who.get(`${url}/revisions`)).json<{ items: { changed: string[] }[] }>().items.slice(1).map(({ changed }) => changed);

async function asked(t: Test, x: TestApp, life: Life, writer: Caller, reader: Caller, own: Shown): Promise<void> {
  for (const [query, readerToo] of life.searches) {
    t.strictSame(await found(writer, life, query), [own.id], query);
    t.strictSame(await found(reader, life, query), readerToo ? [own.id] : [], `${query}, by the reader`);
  }
  const singular = x.dictionary.kinds.get(life.kind)?.singular ?? '';
  const { data, errors } = await reader.graphql<Readonly<Record<string, Shown>>>(`query Q($id: ID!) { ${singular}(id: $id) { id kind withheld } record(id: $id) { id } }`, { id: own.id });
  t.notOk(errors, JSON.stringify(errors));
  t.match(data, { [singular]: { id: own.id, kind: life.kind }, record: { id: own.id } });
}

type Looked = { readonly asked: string; readonly claims: readonly Shown[]; readonly mentions: readonly { readonly record: Shown; readonly fields: readonly string[] }[]; readonly nothing?: object };

/** Every value of the record that can be looked up, many at once: found where it is released, and nowhere else. */
async function lookedUp(t: Test, x: TestApp, life: Life, writer: Caller, reader: Caller, url: string): Promise<void> {
  const kind = x.dictionary.kinds.get(life.kind);
  const own = (await writer.get(url)).json<Shown>();
  const values = [...(kind?.searches.values() ?? [])].flatMap(({ name, path, search }) => [valueAt(own as unknown as Body, path) ?? []].flat()
    .flatMap((value) => (search?.lookup === undefined ? [] : [{ name, path, type: search.lookup, value: String(value) }])));
  t.ok(values.length > 0 || own['externalRef'] === undefined, 'there is something to look up');
  for (const [who, readerToo] of [[writer, false], [reader, true]] as const) {
    const seen = (await who.get(url)).json<Shown>();
    const answer = await who.post('/v1/lookups', { values: values.map(({ type, value }) => ({ type, value })) });
    t.equal(answer.statusCode, values.length === 0 ? 400 : 200, answer.body);
    const items = values.length === 0 ? [] : answer.json<{ items: Looked[] }>().items;
    for (const [i, { name, path }] of values.entries()) {
      const [claim, mention] = [items[i]?.claims.find(({ id }) => id === own.id), items[i]?.mentions.find(({ record }) => record.id === own.id)];
      const released = valueAt(seen as unknown as Body, path) !== undefined;
      t.equal(claim !== undefined || mention !== undefined, released, `${name}${readerToo ? ', by the reader' : ''}`);
      if (mention !== undefined) t.ok(mention.fields.includes(name), `${name} in ${mention.fields.join(', ')}`);
      t.equal(claim !== undefined, released && kind?.identity.includes(name) === true, `${name} is a claim of the record's own value alone`);
    }
  }
}

async function changed(t: Test, life: Life, writer: Caller, reader: Caller, url: string): Promise<void> {
  const patch = async (body: unknown): Promise<Shown> => {
    const tag = String((await writer.get(url)).headers.etag);
    const answer = await writer.send('PATCH', url, body, { 'if-match': tag });
    t.equal(answer.statusCode, 200, answer.body);
    return answer.json<Shown>();
  };
  t.match(await patch(life.seenChange), { revision: 2 });
  t.equal((await reader.get(url)).json<Shown>().revision, 2);
  if (life.hiddenChange !== undefined) {
    t.match(await patch(life.hiddenChange), { revision: 3 });
    t.equal((await reader.get(url)).json<Shown>().revision, 2, 'a change in what the reader does not see is none');
  }
  for (const [body, field] of life.refusedChanges ?? []) {
    const answer = await writer.send('PATCH', url, body, { 'if-match': String((await writer.get(url)).headers.etag) });
    t.match([codeOf(answer), answer.json<{ errors?: unknown }>().errors], ['INVALID', [{ field }]], `${field}: ${answer.body}`);
  }
  t.equal((await revisionsOf(writer, url)).length, life.hiddenChange === undefined ? 1 : 2);
  t.equal((await revisionsOf(reader, url)).length, 1);
}

async function shared(t: Test, life: Life, writer: Caller, reader: Caller, url: string): Promise<void> {
  t.equal((await writer.send('DELETE', `${url}/channels/${life.channel}`)).statusCode, 200);
  t.equal(codeOf(await reader.get(url)), 'NOT_FOUND', 'taken out of its channel');
  for (const [query] of life.searches) t.strictSame(await found(reader, life, query), []);
  t.equal((await writer.send('PUT', `${url}/channels/${life.channel}`)).statusCode, 200);
  t.equal((await reader.get(url)).statusCode, 200);
}

async function imported(t: Test, life: Life, writer: Caller): Promise<void> {
  const rows = [life.given, { ...life.given, externalRef: 'IMPORT-1' }, { ...life.given, externalRef: 'IMPORT-1' }];
  const answer = await writer.send('POST', `/v1/${life.path}/import?channels=${life.channel}`, rows.map((row) => JSON.stringify(row)).join('\n'), { 'content-type': 'application/x-ndjson' });
  const outcomes = answer.body.trim().split('\n').map((line) => (JSON.parse(line) as { outcome?: string; reason?: string }));
  t.strictSame(outcomes.slice(1, 3).map(({ outcome }) => outcome), ['created', 'unchanged'], answer.body);
}

/** What a cell of a file holds for a value: a text, several divided by `;`, an object by its one needed member, or by its two. */
function cellOf(value: unknown, path: readonly string[], type: FieldType): string {
  const [name, ...rest] = path;
  if (value === undefined || value === null) return '';
  if (name !== undefined) return cellOf((value as Shown)[name], rest, type);
  if (Array.isArray(value)) return value.map((item: unknown) => cellOf(item, [], type)).join('; ');
  if (typeof value !== 'object') return String(value as string | number | boolean);
  const paired = pairedMembers(type);
  return paired === undefined ? String((value as Shown)[soleMember(type)?.[0] ?? '']) : paired.members.map(([member]) => String((value as Shown)[member])).join(paired.between);
}

async function template(t: Test, x: TestApp, life: Life, writer: Caller): Promise<void> {
  const headers = async (language: string): Promise<string[]> => {
    const answer = await writer.get(`/v1/${life.path}/import-template.csv`, { 'accept-language': language });
    t.match(answer.headers, { 'content-type': 'text/csv; charset=utf-8', 'content-disposition': `attachment; filename="${life.path}.csv"`, 'content-language': language });
    return answer.body.replace(/^\ufeff/, '').trim().split(',');
  };
  const [english, thai] = [await headers('en'), await headers('th')];
  t.ok(english.includes('classification') && thai.includes('ชั้นความลับ'));
  const kind = x.dictionary.kinds.get(life.kind);
  const columns = kind === undefined ? new Map<string, Column>() : columnsByName(kind);
  const cells = english.map((name) => {
    const column = columns.get(name);
    return column === undefined ? 'unknown' : cellOf({ ...life.given, externalRef: 'CSV-1' }, column.path, column.type);
  });
  const line = cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',');
  const answer = await writer.send('POST', `/v1/${life.path}/import?channels=${life.channel}&timezone=Asia/Bangkok`, `${thai.join(',')}\n${line}\n`, { 'content-type': 'text/csv' });
  t.match(JSON.parse(answer.body.split('\n')[0] ?? '{}'), { outcome: 'created' }, answer.body);
}

async function refused(t: Test, life: Life, writer: Caller): Promise<void> {
  for (const [more, field] of life.refused) {
    const answer = await writer.post(`/v1/${life.path}`, { ...life.given, ...more });
    t.match([codeOf(answer), answer.json<{ errors?: unknown }>().errors], ['INVALID', [{ field }]], `${field}: ${answer.body}`);
  }
}

t.test('the life of every kind', { timeout: 600_000 }, async (t) => {
  const x = await freshApp(t);
  t.strictSame(lives.map(({ kind }) => kind).sort(), [...x.dictionary.kinds.keys()].filter((kind) => kind !== 'Indicator' && x.dictionary.kinds.get(kind)?.extract === undefined && x.dictionary.kinds.get(kind)?.course === undefined).sort(), 'every kind is in the table');
  for (const row of lives) {
    await t.test(row.kind, async (t) => {
      const writer = await x.as(row.writer.partner, { purpose: row.writer.purpose });
      const reader = await x.as(row.reader.partner, { purpose: row.reader.purpose });
      const life = await withNeeds(writer, row);
      const cursor = (await reader.get(`/v1/changes?kinds=${life.kind}`)).json<{ cursor: string }>().cursor;
      const made = await writer.post(`/v1/${life.path}`, { ...life.given, channels: [life.channel], externalRef: 'SYN-1' });
      t.equal(made.statusCode, 201, made.body);
      const own = made.json<Shown>();
      const url = `/v1/${life.path}/${own.id}`;
      const read = await writer.get(url);
      t.strictSame([made.body, made.headers.etag], [read.body, read.headers.etag], 'answered as it is read ever after');
      t.strictSame(Object.fromEntries(Object.keys(life.normal).map((name) => [name, own[name]])), life.normal, 'in normal form');
      t.strictSame((await reader.get(url)).json<Shown>().withheld, life.withheld);
      const [event] = (await reader.get(`/v1/changes?kinds=${life.kind}&cursor=${encodeURIComponent(cursor)}`)).json<{ events: unknown[] }>().events;
      t.match(event, { event: 'SHARED', id: own.id, kind: life.kind });
      const [kept] = await x.admin<{ text: string }[]>`select record::text || coalesce((select string_agg(encode(token, 'escape'), ' ') from search_key where record_id = record.id), '') as text from record where id = ${own.id}`;
      for (const secret of life.secrets) t.notOk(kept?.text.includes(secret), `${secret} is kept in clear`);
      if (life.never !== undefined) {
        const other = await x.as(life.writer.partner, { purpose: life.never });
        t.equal(codeOf(await other.get(url)), 'NOT_FOUND', `never for ${life.never}`);
        for (const [query] of life.searches) t.strictSame(await found(other, life, query), [], `${query}, for ${life.never}`);
      }
      await asked(t, x, life, writer, reader, own);
      await lookedUp(t, x, life, writer, reader, url);
      await changed(t, life, writer, reader, url);
      await shared(t, life, writer, reader, url);
      await refused(t, life, writer);
      t.equal((await writer.post(`${url}/withdraw`)).statusCode, 200);
      t.equal(codeOf(await reader.get(url)), 'NOT_FOUND', 'withdrawn');
      await imported(t, life, writer);
      await template(t, x, life, writer);
    });
  }
});
