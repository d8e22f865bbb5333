import { timingSafeEqual } from 'node:crypto';
import type { Context } from 'hono';
import type { Place } from '../../collect/enrich/place.ts';
import { canonicalAddress } from '../../lib/address.ts';

/** What the adapter knows about where an event came from. */
export type Peer = { readonly address: string };

export type ClientOptions = {
  /**
   * The text that our CloudFront sends as `x-daybook-origin`: what comes with it came through
   * CloudFront.
   */
  readonly originSecret: string | undefined;
  /**
   * The header that names a visitor's country, `cloudfront-viewer-country` say; without a secret,
   * anyone's is believed.
   */
  readonly countryHeader: string | undefined;
};

export type Client = {
  /**
   * The other end of the connection, as API Gateway or our CloudFront saw it: nothing a sender can
   * forge.
   */
  readonly peerAddress: (c: Context) => string;
  readonly placeOf: (c: Context) => Place | undefined;
};

export function readClients({ originSecret, countryHeader }: ClientOptions): Client {
  const isTrusted = (c: Context) => originSecret === undefined || cameThrough(c, originSecret);
  return {
    peerAddress(c) {
      const { address } = c.env as Peer;
      if (originSecret === undefined || !cameThrough(c, originSecret)) return address;
      return viewerAddress(c.req.header('cloudfront-viewer-address') ?? '') ?? address;
    },
    placeOf(c) {
      if (countryHeader === undefined || !isTrusted(c)) return undefined;
      const country = c.req.header(countryHeader)?.toUpperCase();
      return country !== undefined &&
        /^[A-Z]{2}$/.test(country) &&
        country !== 'ZZ' &&
        country !== 'XX'
        ? { country }
        : undefined;
    },
  };
}

function cameThrough(c: Context, secret: string): boolean {
  const sent = Buffer.from(c.req.header('x-daybook-origin') ?? '');
  const expected = Buffer.from(secret);
  return sent.length === expected.length && timingSafeEqual(sent, expected);
}

/**
 * The address of `198.51.100.7:46532` or `2001:db8::7:46532`: the port stands behind the last
 * colon.
 */
function viewerAddress(text: string): string | undefined {
  return canonicalAddress(
    text.slice(0, Math.max(0, text.lastIndexOf(':'))).replace(/^\[|\]$/g, ''),
  );
}
