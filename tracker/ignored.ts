/** Marks that tools leave in the pages which they drive: PhantomJS, Nightmare, Cypress. */
const marks = ['_phantom', 'callPhantom', '__nightmare', 'Cypress'];

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
export function ignored({
  local,
  automated,
}: {
  readonly local: unknown;
  readonly automated: boolean;
}): string | undefined {
  const { protocol, hostname } = location;
  if (!local && (protocol === 'file:' || /^(.+\.)?localhost$|^127\.|^\[::1\]$/.test(hostname)))
    return 'a local page';
  // An element with that id is a property too, but not the window's own.
  const isMarked = (name: string) => Object.getOwnPropertyDescriptor(window, name);
  if (!automated && (navigator.webdriver || marks.some(isMarked))) return 'an automated browser';
  try {
    for (const name of ['daybook_ignore', 'plausible_ignore'])
      if (localStorage[name] === 'true') return name;
  } catch {
    // Storage is not allowed here, so nothing in it can say to ignore.
  }
}
