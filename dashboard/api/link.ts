import { base } from './base.ts';

/**
 * The secret of the shared link that this page shows, if it shows one: `/share/SECRET`, or
 * `/share/DOMAIN?auth=SECRET` as Plausible writes it.
 */
export const linkSecret = secretIn(globalThis.location);

function secretIn(here: Pick<Location, 'pathname' | 'search'> | undefined): string | undefined {
  const [, place] = /^\/share\/([^/]+)\/?$/.exec(here?.pathname.slice(base.length) ?? '') ?? [];
  return place && (new URLSearchParams(here!.search).get('auth') || place);
}

const passPlace = `daybook.pass.${linkSecret}`;

let pass: string | undefined;

/** What says that the password was given, for as long as this tab is open. */
export function keepPass(given: string): void {
  pass = given;
  try {
    sessionStorage.setItem(passPlace, given);
  } catch {
    // Storage is forbidden, as within a frame: this page knows it.
  }
}

function knownPass(): string | undefined {
  try {
    return pass ?? sessionStorage.getItem(passPlace) ?? undefined;
  } catch {
    return pass;
  }
}

/** What shows the link: a header, since browsers send no cookies from a frame in another's page. */
export function linkHeaders(): Readonly<Record<string, string>> {
  if (linkSecret === undefined) return {};
  const known = knownPass();
  return { 'Daybook-Link': known === undefined ? linkSecret : `${linkSecret}.${known}` };
}
