/** What errors say of the connection they came over. */
export const codeOf = (error: unknown): string | undefined => (error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined);

/** The connection went away under a statement: the driver's codes, the system's, and PostgreSQL's for a server that stops or begins. */
const lost: ReadonlySet<string | undefined> = new Set(['CONNECTION_CLOSED', 'CONNECTION_ENDED', 'CONNECTION_DESTROYED', 'ECONNRESET', 'EPIPE', '57P01', '57P02', '57P03']);
export const isLost = (error: unknown): boolean => lost.has(codeOf(error));

/** It could not be made: nobody is there, no name or way leads there, or too many are. */
const refused: ReadonlySet<string | undefined> = new Set([
  'ECONNREFUSED', 'CONNECT_TIMEOUT', 'ETIMEDOUT', 'ENOENT', 'ENOTFOUND', 'EAI_AGAIN', 'ENETUNREACH', 'EHOSTUNREACH', 'ENETDOWN', 'EADDRNOTAVAIL', '53300', '08006',
]);
/** Whether the connection is of no more use to anybody. */
export const isGone = (error: unknown): boolean => isLost(error) || refused.has(codeOf(error));
