/** Cookies of staff: for this host alone, unseen by scripts, and sent by this site's own pages alone (RFC 6265bis). */
import type { FastifyRequest } from 'fastify';

export const sessionCookie = '__Host-prasan';
export const ceremonyCookie = '__Host-prasan-ceremony';

const fixed = 'Path=/; Secure; HttpOnly; SameSite=Strict';
const value = /^[\w-]{16,128}$/;

/** @param seconds 0 takes it away */
export const setCookie = (name: string, text: string, seconds: number): string => `${name}=${text}; ${fixed}; Max-Age=${seconds}`;
export const dropCookie = (name: string): string => setCookie(name, '', 0);

/** @returns undefined when there is none of a shape that is given here, or there are two */
export function cookieOf({ headers }: FastifyRequest, name: string): string | undefined {
  const found = (headers.cookie ?? '').split(';').map((pair) => pair.trim()).filter((pair) => pair.startsWith(`${name}=`)).map((pair) => pair.slice(name.length + 1));
  const [only] = found;
  return found.length === 1 && only !== undefined && value.test(only) ? only : undefined;
}
