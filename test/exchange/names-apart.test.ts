/** Names worked out on another thread are what they are here. All names are synthetic. */
import t from 'tap';
import { workedIn, workOut } from '../../src/dictionary/names/index.ts';
import { loadDictionary } from '../../src/dictionary/load.ts';
import { workOutNames } from '../../src/exchange/names-apart.ts';

const { kinds } = loadDictionary();
const kind = (name: string) => kinds.get(name) ?? t.bailout(`no kind ${name}`) as never;
const plain = ({ keys, probes }: ReturnType<typeof workOut>) => ({ keys, probes });

t.test('each name of each body, however many ask at once', async (t) => {
  const names = ['Somchai Synthetic', 'นาย สมชาย ใจดี', '王小明', 'សុខ ចាន់', '홍길동', '', '!'];
  const bodies = names.map((full, i) => ({ kind: kind('Identity'), content: { names: [{ full, kind: 'PRIMARY' }, { full: names[(i + 1) % names.length] ?? '', kind: 'ALIAS' }] } }));
  const account = { kind: kind('Account'), content: { holder: 'Synthetic Holder' } };
  const indicator = { kind: kind('Indicator'), content: { value: 'synthetic.example' } };
  await Promise.all([workOutNames(bodies.slice(0, 3)), workOutNames(bodies.slice(3)), workOutNames([account, indicator]), workOutNames([])]);
  for (const { content } of bodies) {
    for (const { full } of content.names) t.strictSame(plain(workedIn(content, full)), plain(workOut(full)), full);
  }
});
