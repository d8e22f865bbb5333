import { addressMatcher } from '../lib/address-ranges.ts';

/**
 * Addresses that are nobody's on the Internet (IANA's registries of special purposes), and those of
 * IPv6 that lead to addresses of IPv4, which may be such. `lib/address.ts` reads IPv4-mapped ones
 * as IPv4.
 */
const ranges = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16'],
  ...['172.16.0.0/12', '192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16'],
  ...['198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4'],
  ...['::/96', '64:ff9b::/96', '64:ff9b:1::/48', '100::/64', '2001::/23', '2001:db8::/32'],
  ...['2002::/16', '3fff::/20', '5f00::/16', 'fc00::/7', 'fe80::/10', 'fec0::/10', 'ff00::/8'],
];

/** Whether a message may be sent to an address only where the owner allows it. */
export const isPrivate: (ip: string) => boolean = addressMatcher(ranges);
