import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import t from 'tap';
import { bytesText, progressOn, secondsText } from '../../src/cli/import/progress.ts';
import { importFile } from '../../src/cli/import.ts';
import { freshApp } from '../support/app.ts';
import { domains, ndjson } from '../support/imports.ts';

const x = await freshApp(t);
await x.app.listen({ port: 0, host: '127.0.0.1' });
const { port } = x.app.server.address() as AddressInfo;
const url = `http://127.0.0.1:${port}`;
const token = (await x.as('th-ncsa', { purpose: 'CYBER_DEFENCE' })).authorization.replace('Bearer ', '');
const folder = await mkdtemp(join(tmpdir(), 'prasan-import-'));
t.teardown(async () => rm(folder, { recursive: true, force: true }));

async function importing(file: string, more: readonly string[] = [], stdin = ''): Promise<{ code: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const io = { stdin: Readable.from([Buffer.from(stdin)]), stdout: { write: (text: string) => (out += text) }, stderr: { write: (text: string) => (err += text) } };
  const code = await importFile([file, '--as', token, '--url', url, '--channel', 'certs', '--default', 'classification=UNCLASSIFIED', ...more], io);
  return { code, out, err };
}

async function fileOf(name: string, content: string | Uint8Array): Promise<string> {
  await writeFile(join(folder, name), content);
  return join(folder, name);
}

t.test('a list, compressed or not, exits 0', async (t) => {
  const plain = await importing(await fileOf('list.txt', `# a comment\n${domains(700, 'cli.example')}`));
  t.match(plain, { code: 0, out: /^700 rows: 700 created, 0 updated, 0 unchanged, 0 refused\nimport [0-9a-f-]{36}, outcomes sha256 [0-9a-f]{64}\n$/, err: /list\.txt: [\d.]+ kB sent/ });
  t.match(await importing(await fileOf('list.gz', gzipSync(domains(5, 'cli.example')))), { code: 0, out: /5 unchanged/ });
  t.match(await importing(await fileOf('list.zst', zstdCompressSync(domains(5, 'cli.example')))), { code: 0, out: /5 unchanged/ });
  t.match(await importing('-', [], domains(6, 'stdin.example')), { code: 0, out: /6 created/ });
  t.match(await importing(await fileOf('deny.json', JSON.stringify({ deny: ['json1.example', 'json2.example'] }))), { code: 0, out: /2 created/ });
});

t.test('refused rows are named and exit 1', async (t) => {
  const rows = Array.from({ length: 23 }, () => ({ value: '10.0.0.1' }));
  const { code, out } = await importing(await fileOf('rows.ndjson', ndjson({ value: 'fine.example' }, ...rows)), ['--dry-run']);
  t.equal(code, 1);
  const lines = out.trim().split('\n');
  t.match(lines[0], /^line 2: value: .*\(INVALID\)$/);
  t.equal(lines.filter((line) => line.startsWith('line ')).length, 20);
  t.match(out, /\.\.\. and 3 more refused rows\n24 rows: 1 created, .*23 refused \(dry run: nothing was written\)/);
});

t.test('what fails exits 2, in one line', async (t) => {
  const list = await fileOf('some.txt', 'some.example\n');
  t.match(await importing(join(folder, 'absent')), { code: 2, err: /^prasan: there is no file/ });
  t.match(await importing(list, ['--url', 'http://127.0.0.1:2']), { code: 2, err: /cannot be reached \(ECONNREFUSED\)/ });
  t.match(await importing(list, ['--as', 'nonsense']), { code: 2, err: /A valid token is needed.*\(UNAUTHENTICATED\)/ });
  t.match(await importing(list, ['--channel', 'nowhere']), { code: 2, err: /\(NOT_FOUND\)/ });
  t.match(await importing(list, ['--kind', 'nonsense']), { code: 2, err: /\(NOT_FOUND\)/ });
  t.match(await importing(await fileOf('cut.gz', gzipSync(domains(99, 'cut.example')).subarray(0, 50))), { code: 2, out: /FAILED: .*gzip/ });
  await t.rejects(importFile([], { stdin: Readable.from([]), stdout: process.stdout, stderr: process.stderr }), { name: 'UsageFault' });
  await t.rejects(importing(list, ['--default', 'nothing']), { name: 'UsageFault' });
});

t.test('progress: a bar on a terminal, lines elsewhere', (t) => {
  let clock = 0;
  const shown = (isTTY: boolean): string[] => {
    const texts: string[] = [];
    clock = 0;
    const progress = progressOn({ isTTY, write: (text) => texts.push(text) }, 'f.txt', 10_000_000, () => clock);
    for (let i = 0; i < 10; i += 1) {
      clock += 1000;
      progress.passed(500_000);
    }
    progress.end();
    return texts;
  };
  t.match(shown(true)[3], 'f.txt [#####-------------------] 20 %, 500 kB/s, 16 s left');
  t.same(shown(false), ['f.txt 25 %, 500 kB/s, 15 s left\n', 'f.txt 50 %, 500 kB/s, 10 s left\n']);
  t.same([bytesText(0), bytesText(1234), bytesText(999_999), secondsText(61), secondsText(7200)], ['0 B', '1.2 kB', '1.0 MB', '1 min 1 s', '2 h 0 min']);
  t.end();
});

t.test('a client that reads nothing until it has sent everything is answered', async (t) => {
  const socket = connect(port, '127.0.0.1').pause();
  socket.write(`POST /v1/indicators/import?channels=certs&classification=UNCLASSIFIED HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\nContent-Type: text/plain\r\nAuthorization: Bearer ${token}\r\n\r\n`);
  for (let i = 0; i < 60; i += 1) {
    const chunk = domains(500, `n${i}.silent.example`);
    if (!socket.write(`${chunk.length.toString(16)}\r\n${chunk}\r\n`)) await once(socket, 'drain');
  }
  socket.write('0\r\n\r\n');
  let text = '';
  for await (const part of socket.setEncoding('utf8')) text += String(part);
  t.match(text, /^HTTP\/1\.1 200 /);
  t.match(text, /"report":\{.*"rows":30000,"created":30000/);
  t.equal(text.split('"outcome":"created"').length - 1, 30_000);
});
