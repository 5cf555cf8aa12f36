/**
 * Bulk import. The answer begins only when the whole request has arrived, for a client that reads nothing until it has sent everything would
 * otherwise wait for us while we wait for it. Until then outcomes are kept in the import resource; then they are streamed from there.
 */
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { templateHeader } from '../../dictionary/columns.ts';
import type { Kind } from '../../dictionary/types.ts';
import type { Asker, Exchange, ImportOptions, ImportReport, RowOutcome } from '../../exchange/api.ts';
import { askerOf } from '../asker.ts';
import { sendProblem } from '../problem.ts';
import { prefersAsync } from './headers.ts';
import { importOptions, importParameters, importTypes } from './import-parameters.ts';
import { named, readQuery } from './query.ts';
import { idIn } from './records.ts';
import { sendJson } from './render.ts';
import { drained, type Upload, uploadOf } from './upload.ts';

const chunkLength = 64 * 1024;
/** Outcomes as NDJSON, in chunks; the report closes them where it is given. */
async function* lines(outcomes: AsyncIterable<RowOutcome>, report: ImportReport | undefined): AsyncGenerator<string> {
  let chunk = '';
  for await (const outcome of outcomes) {
    chunk += `${JSON.stringify(outcome)}\n`;
    if (chunk.length < chunkLength) continue;
    yield chunk;
    chunk = '';
  }
  if (report !== undefined) chunk += `${JSON.stringify({ report })}\n`;
  if (chunk !== '') yield chunk;
}

const sendLines = (reply: FastifyReply, source: AsyncGenerator<string>): FastifyReply =>
  reply.type('application/x-ndjson; charset=utf-8').send(Readable.from(source, { objectMode: true, highWaterMark: 1 }));

/** Runs an import to the end of its body, whatever becomes of it. */
async function run(exchange: Exchange, asker: Asker, options: ImportOptions, upload: Upload): Promise<{ id: string; report: ImportReport }> {
  try {
    const { id, done } = await exchange.startImport(asker, options, upload.stream);
    return { id, report: await done };
  } finally {
    // What fails here has failed above, or was cut off by the sender, who reads no answer.
    await upload.drain().catch(() => undefined);
  }
}

function addImport(app: FastifyInstance, exchange: Exchange, kind: Kind): void {
  const known = importParameters(kind);
  const config = { access: 'viewer', scope: 'import', consumes: importTypes } as const;
  app.post(`/v1/${kind.path}/import`, { config }, async (request, reply) => {
    const options = importOptions(kind, readQuery(request, known), request.headers['content-type'] ?? '');
    const asker = askerOf(request);
    const upload = uploadOf(request.body as AsyncIterable<Uint8Array>);
    const { id, report } = await run(exchange, asker, options, upload);
    reply.header('Location', `/v1/imports/${id}`);
    // The file has arrived and is done with; whoever prefers it fetches the outcomes another time.
    if (prefersAsync(request)) return sendJson(reply.code(202).header('Preference-Applied', 'respond-async'), report);
    return sendLines(reply, lines(exchange.importOutcomes(asker, id), report));
  });
}

/** An empty file to fill in: its columns are the kind's, in the language of whoever asks. */
function addTemplate(app: FastifyInstance, kind: Kind): void {
  const nothing = named();
  app.get(`/v1/${kind.path}/import-template.csv`, { config: { access: 'viewer' } }, async (request, reply) => {
    readQuery(request, nothing);
    const { language } = askerOf(request);
    // The byte order mark makes spreadsheets read the Thai names as what they are.
    const row = templateHeader(kind, language).map((name) => (/[",\n]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name)).join(',');
    reply.header('Content-Disposition', `attachment; filename="${kind.path}.csv"`).header('Content-Language', language).header('Vary', 'Accept-Language');
    return reply.type('text/csv; charset=utf-8').send(`\ufeff${row}\r\n`);
  });
}

function addImportResource(app: FastifyInstance, exchange: Exchange): void {
  const config = { access: 'viewer', scope: 'import' } as const;
  app.get('/v1/imports/:id', { config }, async (request, reply) => {
    readQuery(request, named());
    return sendJson(reply, await exchange.importReport(askerOf(request), idIn(request)));
  });
  const ofOutcomes = named('afterLine');
  app.get('/v1/imports/:id/outcomes', { config }, async (request, reply) => {
    const afterLine = readQuery(request, ofOutcomes).integer('afterLine', 0, Number.MAX_SAFE_INTEGER);
    const [asker, id] = [askerOf(request), idIn(request)];
    // Refuses what is not this viewer's while it can still be said with a status.
    await exchange.importReport(asker, id);
    return sendLines(reply, lines(exchange.importOutcomes(asker, id, afterLine), undefined));
  });
  app.post('/v1/imports/:id/withdraw', { config }, async (request, reply) => {
    readQuery(request, named());
    return sendJson(reply, await exchange.withdrawImport(askerOf(request), idIn(request)));
  });
}

/** Imports of every kind. Their bodies are streams, in a scope of their own: no other route takes one. */
export async function addImportRoutes(app: FastifyInstance, exchange: Exchange, kinds: readonly Kind[]): Promise<void> {
  addImportResource(app, exchange);
  for (const kind of kinds) addTemplate(app, kind);
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser([...importTypes], async (_request: unknown, payload: AsyncIterable<Uint8Array>) => payload);
    scope.setErrorHandler(async (error, request, reply) => {
      if (request.asker !== undefined) await drained(request.raw);
      return sendProblem(error, request, reply);
    });
    for (const kind of kinds) addImport(scope, exchange, kind);
  });
}

