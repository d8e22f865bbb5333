import type { Options } from './options.ts';

/**
 * A link of the owner's to a page with `#daybook-ignore` leaves this browser out from then on, and
 * one with `#daybook-count` counts it again: only the site's own pages can say so.
 */
export function obeyLink(): void {
  const [, word] = /^#daybook-(ignore|count)$/.exec(location.hash) || [];
  if (!word) return;
  localStorage['daybook_ignore'] = word === 'ignore';
  alert(`Daybook will ${word} this browser.`);
}

/** Why this browser's hits are not sent from this page; undefined where they are. */
export function ignored(options: Options): string | undefined {
  if (
    !options.local &&
    !(WITH.plausible && options.captureOnLocalhost) &&
    // A file has no host.
    /^$|localhost$|^127\.|^\[::1/.test(location.hostname)
  )
    return 'a local page';
  // Marks that tools leave in the pages which they drive. An element with that id is a property
  // too, but not the window's own. (PhantomJS cannot read this script at all.)
  const isMarked = (name: string) => Object.getOwnPropertyDescriptor(window, name);
  if (!options.automated && (navigator.webdriver || isMarked('__nightmare') || isMarked('Cypress')))
    return 'an automated browser';
  try {
    return ['daybook_ignore', 'plausible_ignore'].find((name) => localStorage[name] === 'true');
  } catch {
    // Storage is not allowed here, so nothing in it can say to ignore.
  }
}
