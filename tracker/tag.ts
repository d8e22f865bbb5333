/** What a script tag of ours says. */
export type Tag = {
  /** Where hits are sent. */
  readonly api: string;
  /** The site, or several with commas between; absent: the page's host. */
  readonly domain: string | undefined;
  /** The `#fragment` is part of the page. */
  readonly hash: boolean;
  /** Counts on localhost too. */
  readonly local: boolean;
  /** Counts automated browsers too. */
  readonly automated: boolean;
};

/**
 * Reads the tag that this script came by. Put into a page as text, into a bundle or into a module,
 * it has no tag of its own: then the first one is taken that could be meant. Throws where none
 * names a server.
 */
export function readTag(): Tag {
  const own = document.currentScript as HTMLScriptElement | null;
  const tag =
    own && (own.src || own.dataset['domain'] || own.dataset['api'])
      ? own
      : document.querySelector<HTMLScriptElement>('script[src*="/daybook.v1.js"]') ||
        document.querySelector<HTMLScriptElement>(
          'script[data-domain][data-api],script[data-domain]:not([src])',
        );
  const { domain, api, hash, local, automated } = tag?.dataset || {};
  if (!api && !tag?.src)
    throw 'not started: no script tag with a data-api, or with a src on the server';
  return {
    domain,
    api: api || new URL('../api/event', tag!.src).href,
    hash: hash !== undefined,
    local: local !== undefined,
    automated: automated !== undefined,
  };
}
