import { canonicalAddress } from '../lib/address.ts';
import { addressMatcher } from '../lib/address-ranges.ts';

/** Which peers are proxies whose `X-Forwarded-For` is believed. */
export type ProxyTrust = {
  readonly isProxy: (address: string) => boolean;
  /** Called where an unnamed peer sends forwarded headers. */
  readonly onUnnamed: (peer: string) => void;
};

/** `proxies`: addresses and CIDR ranges. An unnamed proxy is warned of once. */
export function trustProxies(
  proxies: readonly string[],
  warn: (message: string) => void,
): ProxyTrust {
  let warned = false;
  return {
    isProxy: proxies.length === 0 ? () => false : addressMatcher(proxies),
    onUnnamed(peer) {
      if (warned) return;
      warned = true;
      warn(
        `${peer} sends X-Forwarded-For but is not named by --trust-proxy: ` +
          `all its visitors count as one address. ` +
          `If it is your proxy, start with --trust-proxy ${peer}`,
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
