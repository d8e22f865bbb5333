import { cutText } from '../../lib/cut-text.ts';
import { normalizedPage } from '../../lib/page-path.ts';

const maxPageChars = 2_000;

/**
 * A page with those parameters of its URL's query that its site keeps, in the site's order, so that
 * `?a=1&b=2` and `?b=2&a=1` are one page: `/item?id=7`, before the `#fragment` of hash mode. One
 * that stands several times stays so; what has no value is left out.
 */
export function withParameters(page: string, search: string, kept: readonly string[]): string {
  if (kept.length === 0 || search.length < 2 || page.includes('?')) return page;
  const all = new URLSearchParams(search);
  const pairs = kept.flatMap((name) =>
    all
      .getAll(name)
      .filter((value) => value !== '')
      .map((value) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`),
  );
  if (pairs.length === 0) return page;
  const end = page.indexOf('#');
  const [path, hash] = end < 0 ? [page, ''] : [page.slice(0, end), page.slice(end)];
  return cutText(normalizedPage(`${path}?${pairs.join('&')}${hash}`), maxPageChars);
}

/** Without the parameters that were kept: what settings that name pages are about. */
export function withoutParameters(page: string): string {
  const start = page.indexOf('?');
  if (start < 0) return page;
  const end = page.indexOf('#');
  if (end >= 0 && end < start) return page;
  return page.slice(0, start) + (end < 0 ? '' : page.slice(end));
}
