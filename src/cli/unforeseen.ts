import { codeOf } from '../store/loss.ts';

const unreachable = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'EHOSTUNREACH', 'CONNECT_TIMEOUT', 'CONNECTION_CLOSED', 'CONNECTION_ENDED']);

/** One line for what went wrong that nobody foresaw. Messages of the database may quote values: its code must do. */
export function unforeseen(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = codeOf(error);
  if (code !== undefined && unreachable.has(code)) return `the database cannot be reached (${code}): is it running, and is its URL right?`;
  if (code === '28P01' || code === '28000') return 'the database refuses the user name or the password of its URL';
  if (code === '3D000') return 'the database that the URL names does not exist';
  return `${error.message.split('\n')[0] ?? ''}${code === undefined ? '' : ` (${code})`}`;
}
