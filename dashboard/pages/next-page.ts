import { base } from '../api/base.ts';

/**
 * Where to go after signing in: to `next` if it is a page of this origin, else to `/`. The result
 * is a whole address, never a path: browsers shorten `/.//elsewhere.example` to
 * `//elsewhere.example`, and following that path would leave the origin.
 */
export function nextPage(next: string | null, origin: string): string {
  const home = new URL(`${base}/`, origin).href;
  if (next?.[0] !== '/') return home;
  try {
    const url = new URL(next, origin);
    return url.origin === origin ? url.href : home;
  } catch {
    return home;
  }
}

/**
 * The site whose report `next` shows; undefined where `next` is no report. It is given only where
 * it may be a domain: a person who makes a link must not be able to write a sentence onto this
 * page.
 */
export function siteOf(next: string | null, origin: string): string | undefined {
  const { searchParams } = new URL(nextPage(next, origin));
  const site = searchParams.get('site') ?? '';
  const closed = !searchParams.has('setup') && !searchParams.has('add');
  return closed && /^[\p{L}\p{N}._:/-]{1,120}$/u.test(site) ? site : undefined;
}

/** The address of the sign-in page that leads back to the current page. */
export function signInPage(here: { readonly pathname: string; readonly search: string }): string {
  return `${base}/sign-in?next=${encodeURIComponent(here.pathname + here.search)}`;
}

/** The key in a sign-in link (`#key=…`); undefined where there is none. */
export function keyOf(fragment: string): string | undefined {
  return new URLSearchParams(fragment.replace(/^#/, '')).get('key') ?? undefined;
}
