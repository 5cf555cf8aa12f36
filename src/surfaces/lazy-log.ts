/**
 * A request's own logger, made when it first says something. Most requests say nothing but their one line, which goes without it; and making a pino
 * child runs its bindings through the whole redaction, which costs as much as a third of all else the exchange does for a lookup outside its rooms.
 */
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';

const levels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
type Level = (typeof levels)[number];

class LazyLog {
  readonly #make: () => FastifyBaseLogger;
  #made: FastifyBaseLogger | undefined;

  constructor(make: () => FastifyBaseLogger) {
    this.#make = make;
  }

  get made(): FastifyBaseLogger {
    return (this.#made ??= this.#make());
  }

  get level(): string {
    return this.made.level;
  }

  set level(level: string) {
    this.made.level = level;
  }

  child(...given: Parameters<FastifyBaseLogger['child']>): FastifyBaseLogger {
    return this.made.child(...given);
  }
}

// A method a level, which passes on whatever it gets.
for (const level of levels) {
  Object.defineProperty(LazyLog.prototype, level, {
    value(this: LazyLog, ...said: Parameters<FastifyBaseLogger[Level]>): void {
      this.made[level](...said);
    },
  });
}

export function logLazily(app: FastifyInstance): void {
  app.setChildLoggerFactory((logger, bindings, options) => new LazyLog(() => logger.child(bindings, options)) as unknown as FastifyBaseLogger);
}
