import { canonicalAddress } from '../lib/address.ts';
import { addressMatcher } from '../lib/address-ranges.ts';

/** Which peers are proxies whose `X-Forwarded-For` is believed. */
export type ProxyTrust = {
  readonly isProxy: (address: string) => boolean;
  /** Called where an unnamed peer sends forwarded headers. */
  readonly onUnnamed: (peer: string) => void;
};

/** Networks of nobody's visitors: an address in them may be written. */
const isPrivate = addressMatcher([
  ...['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '127.0.0.0/8'],
  ...['169.254.0.0/16', '::1', 'fc00::/7', 'fe80::/10'],
]);

/** `proxies`: addresses and CIDR ranges. An unnamed proxy is warned of once. */
export function trustProxies(
  proxies: readonly string[],
  warn: (message: string, privatePeer?: string) => void,
): ProxyTrust {
  let warned = false;
  return {
    isProxy: proxies.length === 0 ? () => false : addressMatcher(proxies),
    onUnnamed(peer) {
      if (warned) return;
      warned = true;
      // Any visitor can send such a header.
      const [who, address] = isPrivate(peer) ? [peer, peer] : ['a public address', 'ADDRESS'];
      warn(
        `${who} sends X-Forwarded-For but is not named by --trust-proxy: ` +
          `all its visitors count as one address. ` +
          `If it is your proxy, start with --trust-proxy ${address}`,
        isPrivate(peer) ? peer : undefined,
      );
    },
  };
}

/**
 * The visitor's address: the peer's, unless the peer is a named proxy (then the last forwarded
 * address that is no proxy of ours) or the request carries a key (then the first valid one: its
 * sender answers for it).
 */
export function clientAddress(
  forwarded: string | undefined,
  peer: string,
  trust: ProxyTrust,
  hasKey: boolean,
): string {
  if (forwarded === undefined) return peer;
  if (hasKey) return addressesOf(forwarded)[0] ?? peer;
  if (!trust.isProxy(peer)) {
    trust.onUnnamed(peer);
    return peer;
  }
  const addresses = addressesOf(forwarded);
  return addresses.findLast((address) => !trust.isProxy(address)) ?? addresses[0] ?? peer;
}

function addressesOf(forwarded: string): string[] {
  return forwarded
    .split(',')
    .map((part) => canonicalAddress(part.trim()))
    .filter((address) => address !== undefined);
}
