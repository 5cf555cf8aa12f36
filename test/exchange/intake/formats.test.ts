import t from 'tap';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { readRows } from '../../../src/exchange/intake/index.ts';
import { all, brief, columns } from './helpers.ts';

t.test('NDJSON', async (t) => {
  const text = '{"value":"a.com","port":80}\n{"value":\n[1]\n\n{"IP":"b.com","unknown":true}\n{"__proto__":{"x":1}}\n{"ip":"a","value":"b"}\n"text"\n{"value":"c.com"}';
  t.same(brief(await all(text)), [
    '1 {"value":"a.com","port":80}', '2 ! it is no JSON: send one ', '3 ! it is JSON but no object', '5 {"value":"b.com","unknown":true}', '6 ! it has a member named __',
    '7 ! two of its members name ', '8 ! it is JSON but no object', '9 {"value":"c.com"}',
  ]);
  t.same(brief(await all(Buffer.concat([Buffer.from('{"value":"'), Buffer.of(0xff), Buffer.from('"}\n{"value":"b"}')]))), ['1 ! it is not UTF-8: send JS', '2 {"value":"b"}']);
});

t.test('plain lists', async (t) => {
  const text = '# IPsum\n77.90.185.20\t10\n\n  evil.com  # seen twice\nhttp://evil.com/#part\n0.0.0.0 tracker.evil.com\n; note\n';
  t.same(brief(await all(text)), ['2 {"value":"77.90.185.20"}', '4 {"value":"evil.com"}', '5 {"value":"http://evil.com/#part"}', '6 {"value":"tracker.evil.com"}']);
});

t.test('lists as one JSON document', async (t) => {
  t.same(brief(await all('["a.com", "b.com", 5]')), ['1 {"value":"a.com"}', '2 {"value":"b.com"}', '3 ! it is JSON but no object']);
  t.same(brief(await all('{\n "allow": ["good.com"],\n "deny": ["a.com"],\n "denySub": ["b.com"]}')), ['1 {"value":"a.com"}', '2 {"value":"b.com"}'], 'what is denied');
  t.same(brief(await all('{\n "site": ["a"],\n "blockchain.example": ["b"]}', { labelField: 'description' })), ['1 {"value":"a","description":"site"}', '2 {"value":"b","description":"blockchain.example"}']);
  await t.rejects(all('[1,', { format: 'json' }), { code: 'INVALID' });
});

t.test('gzip and zstd', async (t) => {
  const text = 'value\na.com\nb.com\n';
  for (const bytes of [gzipSync(text), zstdCompressSync(text)]) {
    t.same(brief(await all(bytes)), ['2 {"value":"a.com"}', '3 {"value":"b.com"}']);
    t.same(brief(await all(bytes, {}, 3)).length, 2, 'in small chunks');
    await t.rejects(all(bytes.subarray(0, -6)), { code: 'INVALID' }, 'cut short');
  }
  const bomb = Buffer.alloc(64 * 1024 * 1024, 'a');
  for (const bytes of [gzipSync(bomb), zstdCompressSync(bomb)]) await t.rejects(all(bytes), { code: 'TOO_LARGE' }, 'a bomb');
  await t.rejects(all(gzipSync(Buffer.alloc(4096)), { limits: { maxBytes: 1000, maxRatio: 1000 } }), { code: 'TOO_LARGE' });
});

t.test('an error of the source comes through, and a reader may stop', async (t) => {
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield gzipSync('value\na.com\n').subarray(0, 12);
    throw new Error('connection lost');
  }
  await t.rejects(async () => { for await (const row of readRows(broken(), { columns })) t.ok(row); }, /connection lost/);
  let closed = false;
  async function* endless(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) yield Buffer.from('evil.com\n');
    } finally {
      closed = true;
    }
  }
  for await (const row of readRows(endless(), { columns })) if (row.line > 10) break;
  t.ok(closed, 'the source is closed');
});
