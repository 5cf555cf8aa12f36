/** Ctrl-C, and what process managers send. */
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** npm passes on to us the Ctrl-C that the terminal has sent us already: that is one wish, not two. */
const echo = 2000;

export interface Stopping {
  /** Resolves with the first signal. */
  readonly signal: Promise<NodeJS.Signals>;
  readonly stopped: () => boolean;
  /** Signals do again what they do without us. */
  release(): void;
}

/** From now on the first signal asks for an orderly end; another one, later, ends at once (an embedded PostgreSQL then stops by itself). */
export function untilSignal(): Stopping {
  const { promise, resolve } = Promise.withResolvers<NodeJS.Signals>();
  let first: number | undefined;
  const on = (signal: NodeJS.Signals): void => {
    if (first === undefined) {
      first = Date.now();
      resolve(signal);
    } else if (Date.now() - first > echo) {
      process.exit(130);
    }
  };
  for (const signal of signals) process.on(signal, on);
  return {
    signal: promise,
    stopped: () => first !== undefined,
    release: () => { for (const signal of signals) process.off(signal, on); },
  };
}
