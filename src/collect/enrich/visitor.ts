import { createHmac } from 'node:crypto';
import { addressGroups, formatGroups, isIpv4 } from '../../lib/address.ts';

/**
 * The visitor on one site-day: the first 64 bits, as 16 hex digits, of HMAC-SHA-256 keyed by that
 * site-day's salt over `network`, a line feed and the user agent. `network` is the canonical IPv4
 * address, or the first 64 bits of an IPv6 one, since a browser changes the others at will; ''
 * where there is no valid address.
 */
export function visitorId(salt: Buffer, ip: string, userAgent: string): string {
  return createHmac('sha256', salt)
    .update(`${network(ip)}\n${userAgent}`)
    .digest('hex')
    .slice(0, 16);
}

function network(ip: string): string {
  const groups = addressGroups(ip);
  if (!groups) return '';
  return isIpv4(groups)
    ? formatGroups(groups)
    : `${formatGroups([...groups.slice(0, 4), 0, 0, 0, 0])}/64`;
}
