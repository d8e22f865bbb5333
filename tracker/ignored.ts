/** Marks that tools leave in the pages which they drive: PhantomJS, Nightmare, Cypress. */
const marks = ['_phantom', 'callPhantom', '__nightmare', 'Cypress'];

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
