/**
 * Structured logs without a personal or classified value. A line names the route, never the address asked; of an error it keeps the kind, code
 * and place, for messages of drivers and parsers quote what they choked on. The dictionary's redaction list is the second lock.
 */
import { type DestinationStream, type Logger, pino } from 'pino';

const secrets = ['authorization', 'cookie', 'password', 'secret', 'token', 'headers', 'body', 'query', 'params', 'url'];
/** Messages of these are the engine's own, and name code, not data. */
const engineErrors = new Set(['TypeError', 'ReferenceError', 'AssertionError']);
const kept = ['code', 'syscall', 'severity', 'routine', 'schema_name', 'table_name', 'constraint_name'] as const;

const framesOf = (stack: string | undefined): string[] | undefined =>
  stack?.split('\n').map((line) => line.trim()).filter((line) => line.startsWith('at ')).slice(0, 20);

/** What the log keeps of a thrown thing. */
export function errorForLog(error: unknown, depth = 0): Readonly<Record<string, unknown>> {
  if (!(error instanceof Error)) return { name: typeof error };
  const shown: Record<string, unknown> = { name: error.name };
  for (const name of kept) {
    const value: unknown = Reflect.get(error, name);
    if (typeof value === 'string') shown[name] = value;
  }
  if (engineErrors.has(error.name)) shown['message'] = error.message;
  shown['at'] = framesOf(error.stack);
  if (error.cause !== undefined && depth < 4) shown['cause'] = errorForLog(error.cause, depth + 1);
  return shown;
}

/** Words of the log's own lines that a record kind may also use as a field's name. */
const ownWords = new Set(['code', 'name', 'method', 'route', 'status', 'partner', 'purpose', 'at', 'id', 'kind', 'level', 'time', 'msg']);

/** The paths pino censors: each name on the first three levels of a line. */
function redactPaths(redacted: readonly string[]): string[] {
  const names = [...new Set([...secrets, ...redacted])].filter((name) => !ownWords.has(name));
  return names.flatMap((name) => [`["${name}"]`, `*["${name}"]`, `*.*["${name}"]`]);
}

export interface LogOptions {
  readonly level: string;
  /** `dictionary.redacted` */
  readonly redacted: readonly string[];
  /** Standard output unless given. */
  readonly destination?: DestinationStream;
}

/** The one logger of a process. */
export function makeLog({ level, redacted, destination }: LogOptions): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: (error: unknown) => errorForLog(error), req: () => undefined, res: () => undefined },
    redact: { paths: redactPaths(redacted), censor: '[redacted]' },
  };
  // One write for many lines: a write a request costs more than all else the line does. What waits goes out four times a second, and at the end.
  return pino(options, destination ?? pino.destination({ dest: 1, sync: false, minLength: 4096, periodicFlush: 250 }));
}
