/** Bulk import: one route a kind to send, and the import as a resource. */
import { templateHeader, templatePairs } from '../../columns.ts';
import type { Kind } from '../../types.ts';
import { inWords } from '../describe.ts';
import { submissionExample } from './example.ts';
import { tagOf } from './kind-routes.ts';
import { type Contract, answer, operation } from './operation.ts';
import { header, parameter } from './parts.ts';
import type { Schema } from './schemas.ts';
import { importParameters } from './search.ts';

type Paths = Readonly<Record<string, Schema>>;

const id = '01920000-0000-7000-8000-000000000002';
const report = {
  id, state: 'DONE', dryRun: false, rows: 2, created: 1, updated: 0, unchanged: 0, refused: 1, startedAt: '2026-01-31T08:00:00.000Z', endedAt: '2026-01-31T08:00:01.000Z',
  digest: 'c6ee9e33cf5c6715a1d148fd73f7318884b41adcb916021e2bc0e800a5c5dd97',
};
const outcomes = [
  { line: 1, outcome: 'created', id: '01920000-0000-7000-8000-000000000001' },
  { line: 2, outcome: 'refused', code: 'INVALID', field: 'value', reason: 'it is a private address: give the public one' },
];
const asLines = (values: readonly unknown[]): string => values.map((value) => `${JSON.stringify(value)}\n`).join('');

/** Lines of JSON are text to OpenAPI; what stands in each of them is named by `contentSchema`. */
const lines = (each: Schema, example: string): Schema => ({
  'application/x-ndjson': { schema: { type: 'string', contentMediaType: 'application/x-ndjson', contentSchema: each }, example },
});

const binary: Schema = { schema: { type: 'string', format: 'binary' } };

function requestBody(kind: Kind): Schema {
  const example = submissionExample(kind);
  const flat = Object.entries(example).filter(([, value]) => typeof value !== 'object');
  const cell = (value: unknown): string => (/[",\n]/.test(String(value)) ? `"${String(value).replaceAll('"', '""')}"` : String(value));
  const text = (sample: string): Schema => ({ schema: { type: 'string' }, example: sample });
  return {
    required: true,
    description: 'Rows, of any length in all. Columns of CSV are the field names, or their English or Thai names; gzip and zstd are understood.',
    content: {
      'application/x-ndjson': text(asLines([example])),
      'text/csv': text(`${flat.map(([name]) => name).join(',')}\n${flat.map(([, value]) => cell(value)).join(',')}\n`),
      'text/plain': text('hxxp://invest[.]example/\ninvest.example\n'),
      'application/gzip': binary,
      'application/zstd': binary,
      'application/octet-stream': binary,
    },
  };
}

function importPath(kind: Kind, contract: Contract): Schema {
  const { schemas } = contract;
  const line = schemas.named('ImportLine', () => ({
    description: 'The outcome of one row; the last line holds the report.',
    anyOf: [schemas.type('RowOutcome'), { type: 'object', properties: { report: schemas.type('ImportReport') }, required: ['report'] }],
  }));
  return {
    post: operation({
      id: `import${kind.plural.charAt(0).toUpperCase()}${kind.plural.slice(1)}`, tag: tagOf(kind), summary: `Import many ${inWords(kind.plural)}`, scope: 'import',
      description: 'The answer begins when the whole body has arrived, and gives one outcome a row in order. What was cut off can be sent again: nothing is doubled.',
      parameters: [...importParameters(kind, schemas), parameter('Prefer')],
      body: requestBody(kind),
      responses: {
        200: { description: 'One outcome a row, and the report.', headers: { Location: header('Location') }, content: lines(line, asLines([...outcomes, { report }])) },
        202: answer('The report; the outcomes are read from the import.', schemas.type('ImportReport'), ['Location', 'PreferenceApplied'], report),
      },
      refused: ['FORBIDDEN', 'NOT_FOUND', 'KEY_UNAVAILABLE'],
    }, contract),
  };
}

function writtenAs(kind: Kind): string {
  const pairs = templatePairs(kind);
  return pairs.length === 0 ? '' : ` Of what is made of two parts each is written as one text: ${pairs.join(', ')}.`;
}

function templatePath(kind: Kind, contract: Contract): Schema {
  const header = templateHeader(kind, 'en').join(',');
  return {
    get: operation({
      id: `getImportTemplateOf${kind.plural.charAt(0).toUpperCase()}${kind.plural.slice(1)}`, tag: tagOf(kind), summary: `A CSV file to fill in with ${inWords(kind.plural)}`,
      description: 'A header row in English or Thai (`Accept-Language`). Columns may be left out and stand in any order; several values of one cell are divided by `;`.' + writtenAs(kind),
      responses: { 200: { description: 'The header row.', content: { 'text/csv': { schema: { type: 'string' }, example: `${header}\r\n` } } } },
    }, contract),
  };
}

export function importPaths(kinds: readonly Kind[], contract: Contract): Paths {
  const { schemas } = contract;
  const afterLine = { name: 'afterLine', in: 'query', required: false, schema: { type: 'integer', format: 'int64', minimum: 0 }, description: 'Only outcomes of later lines.' };
  const common = { tag: 'Imports', scope: 'import', refused: ['NOT_FOUND'] } as const;
  const whole = answer('How the import goes.', schemas.type('ImportReport'), [], report);
  return {
    ...Object.fromEntries(kinds.map((kind) => [`/v1/${kind.path}/import`, importPath(kind, contract)])),
    ...Object.fromEntries(kinds.map((kind) => [`/v1/${kind.path}/import-template.csv`, templatePath(kind, contract)])),
    '/v1/imports/{id}': {
      parameters: [parameter('Id')],
      get: operation({ ...common, id: 'getImport', summary: 'How an import of yours goes', responses: { 200: whole } }, contract),
    },
    '/v1/imports/{id}/outcomes': {
      parameters: [parameter('Id')],
      get: operation({
        ...common, id: 'getImportOutcomes', summary: 'What became of each row', parameters: [afterLine],
        responses: { 200: { description: 'One outcome a row, in order.', content: lines(schemas.type('RowOutcome'), asLines(outcomes)) } },
      }, contract),
    },
    '/v1/imports/{id}/withdraw': {
      parameters: [parameter('Id')],
      post: operation({
        ...common, id: 'withdrawImport', summary: 'Take back all that an import of yours brought', responses: { 200: { ...whole, description: 'The report, withdrawn.' } },
      }, contract),
    },
  };
}
