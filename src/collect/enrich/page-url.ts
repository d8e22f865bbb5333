import { normalizedPage } from '../../lib/page-path.ts';
import { readTags, type Tags } from './tags.ts';

export type { Tags } from './tags.ts';

export type PageUrl = {
  /** Lower case, without `www.` and port; '' where the URL names no host. */
  readonly hostname: string;
  /** '' for the scheme's own. */
  readonly port: string;
  /** The path, and in hash mode the `#fragment` behind it. */
  readonly page: string;
  readonly tags: Tags;
  /** The query, as it came. */
  readonly search: string;
};

export type UrlError = { readonly error: string };

const maxUrlBytes = 2_000;

/**
 * Where trackers have cut a text within a `%C3%A9`: what may be the beginning of a character in
 * UTF-8.
 */
const begunCharacter = /%(.?|[c-f].(%..){0,2}.{0,2})$/i;

/** In place of the host of a URL that names none; reserved by RFC 2606, so nobody can own it. */
const noHost = 'no-host.invalid';

/**
 * Reads the URL of a page as a tracker sends it. The path is normalized (`lib/page-path.ts`), its
 * trailing slash kept or missing as it came, since `/a` and `/a/` may be different pages (Plausible
 * keeps it too). A URL without a host is read as a path. Over 2,000
 * bytes, `data:` URLs, and what no browser would take for a URL are errors.
 */
export function readPageUrl(url: string, { hash }: { hash: boolean }): PageUrl | UrlError {
  // A character has at most three bytes in UTF-8: most URLs need not be counted.
  if (url.length * 3 > maxUrlBytes && Buffer.byteLength(url) > maxUrlBytes) {
    return {
      error: `expected a URL of at most ${maxUrlBytes} bytes, got ${Buffer.byteLength(url)}`,
    };
  }
  const isCut = url.length === maxUrlBytes;
  const parsed = parseUrl(isCut ? url.replace(begunCharacter, '') : url);
  if (!parsed) return { error: 'expected a URL such as https://example.com/page, or a path' };
  if (parsed.protocol === 'data:') return { error: 'expected the URL of a page, got a data: URL' };
  const { hostname, port, pathname, search } = parsed;
  if (hostname === '' && !pathname.startsWith('/')) {
    return { error: `expected a URL with its scheme, such as https://${url.slice(0, 100)}` };
  }
  return {
    hostname: hostname === noHost ? '' : bareHostname(hostname),
    port,
    page: normalizedPage((pathname || '/') + (hash ? parsed.hash : '')),
    search,
    tags: readTags(search + queryInHash(parsed.hash)),
  };
}

/** What a route in the fragment has behind its `?`, to be read after the page's own query. */
function queryInHash(hash: string): string {
  const start = hash.indexOf('?');
  return start < 0 ? '' : `&${hash.slice(start + 1)}`;
}

/** Lower case, without `www.` and the root's dot. */
export function bareHostname(hostname: string): string {
  const host = hostname.toLowerCase();
  const end = host.endsWith('.') ? host.length - 1 : host.length;
  return host.slice(host.startsWith('www.') ? 4 : 0, end);
}

/** The host of a site's domain, which may have a port and a path behind it. */
export const hostOfDomain = (domain: string) => bareHostname(/^[^/:]*/.exec(domain)![0]);

function parseUrl(url: string): URL | undefined {
  try {
    return new URL(url, `http://${noHost}`);
  } catch {
    return undefined;
  }
}
