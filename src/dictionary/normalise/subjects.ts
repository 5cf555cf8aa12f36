/** What a block or a hold would hit: of a page also its site, for networks cannot tell the pages of a site apart (HTTPS). Pure. */
import { addressBytes } from './address.ts';
import { isShared, registrable } from './host.ts';
import { hostOf } from './web.ts';

export interface HitSubject {
  /** A type of observable, ACCOUNT; SHARED: a name under which others have theirs, whatever the lists say. */
  readonly type: string;
  readonly value: string;
}

function ofHost(host: string): HitSubject[] {
  if (host.includes('/')) return [{ type: 'CIDR', value: host }];
  if (addressBytes(host) !== undefined) return [{ type: host.includes(':') ? 'IPV6_ADDR' : 'IPV4_ADDR', value: host }];
  const above = registrable(host);
  return [{ type: 'DOMAIN', value: host }, ...(above === host ? [] : [{ type: 'DOMAIN', value: above }]), ...(isShared(host) ? [{ type: 'SHARED', value: host }] : [])];
}

/**
 * @param value in normal form
 * @param institution of an account: where it is kept
 */
export function subjectsOf(as: 'SITE' | 'NUMBER' | 'ACCOUNT', value: string, institution: string | undefined): readonly HitSubject[] {
  if (as === 'NUMBER') return [{ type: 'PHONE', value }];
  if (as === 'ACCOUNT') return [{ type: 'ACCOUNT', value }, ...(institution === undefined ? [] : [{ type: 'ACCOUNT', value: `${institution}/${value}` }])];
  const host = /^[a-z]+:\/\//.test(value) ? hostOf(value) : undefined;
  return host === undefined ? ofHost(value) : [{ type: 'URL', value }, ...ofHost(host)];
}
