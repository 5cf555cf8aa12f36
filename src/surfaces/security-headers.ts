/**
 * Headers on every answer. JSON needs nothing of a browser, so its policy allows nothing; a page sets its own policy over it.
 */
import type { FastifyInstance } from 'fastify';

export const securityHeaders: Readonly<Record<string, string>> = Object.freeze({
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
});

/** @param publicUrl where the exchange is reached: only a https address gets HSTS, for on http a browser ignores it (RFC 6797 section 7.2) */
export function addSecurityHeaders(app: FastifyInstance, publicUrl: string | undefined): void {
  const https = publicUrl?.startsWith('https:') === true;
  const headers = https ? { ...securityHeaders, 'Strict-Transport-Security': 'max-age=63072000; includeSubDomains' } : securityHeaders;
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(headers);
    // What needs a token is for its bearer alone: no cache on the way may keep it.
    if (request.routeOptions.config.access !== 'public') reply.header('Cache-Control', 'no-store');
  });
}
