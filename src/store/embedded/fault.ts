/** Why the embedded PostgreSQL cannot run. `message` is one line for the person at the terminal; the cause is for the log. */
export class EmbeddedFault extends Error {
  constructor(message: string, cause?: unknown) {
    super(message.replaceAll(/\s*\n\s*/g, ' ').trim(), cause === undefined ? undefined : { cause });
    this.name = 'EmbeddedFault';
  }
}

export const isErrno = (error: unknown, ...codes: readonly string[]): boolean =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && codes.includes(error.code);

export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
