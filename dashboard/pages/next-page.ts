/**
 * Where to go after signing in: `next` if it is a page of this origin, else `/`. A whole address,
 * never a path: a path such as `//elsewhere.example`, which `/.//elsewhere.example` comes down to,
 * would leave the origin when followed.
 */
export function nextPage(next: string | null, origin: string): string {
  const home = new URL('/', origin).href;
  if (next?.[0] !== '/') return home;
  try {
    const url = new URL(next, origin);
    return url.origin === origin ? url.href : home;
  } catch {
    return home;
  }
}

/**
 * The site whose report one would see if it were open to everyone; undefined where the page to go
 * to is none. Only what may be a domain: whoever makes a link must not put sentences of theirs on
 * this page.
 */
export function siteOf(next: string | null, origin: string): string | undefined {
  const { searchParams } = new URL(nextPage(next, origin));
  const site = searchParams.get('site') ?? '';
  const closed = !searchParams.has('setup') && !searchParams.has('add');
  return closed && /^[\p{L}\p{N}._:/-]{1,120}$/u.test(site) ? site : undefined;
}

/** The address of the sign-in page that leads back to where one is. */
export function signInPage(here: { readonly pathname: string; readonly search: string }): string {
  return `/sign-in?next=${encodeURIComponent(here.pathname + here.search)}`;
}

/** The key of a ready link (`#key=…`), undefined where there is none. */
export function keyOf(fragment: string): string | undefined {
  return new URLSearchParams(fragment.replace(/^#/, '')).get('key') ?? undefined;
}
