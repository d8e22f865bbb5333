import { quietly } from './quietly.ts';

/**
 * What pages load that were made for GoatCounter: `/count.js`. It takes GoatCounter's attributes,
 * settings and calls, and sends what GoatCounter's server takes. Written from what GoatCounter
 * publishes of both.
 */
type Text = string | ((given: string | null) => string | null | undefined);

type Counted = {
  readonly path?: Text;
  readonly title?: Text;
  readonly referrer?: Text;
  readonly event?: boolean;
};

type Settings = Counted & {
  readonly endpoint?: string;
  readonly no_onload?: boolean;
  readonly no_events?: boolean;
  readonly allow_local?: boolean;
  readonly allow_frame?: boolean;
};

type Page = typeof window & { goatcounter?: Settings & Record<string, unknown> };

quietly(() => {
  const page = window as Page;
  const tag = document.currentScript || document.querySelector('script[data-goatcounter]');
  const said = (tag && tag.getAttribute('data-goatcounter-settings')) || '{}';
  const own: Settings = Object.assign({}, page.goatcounter, JSON.parse(said));
  const endpoint = () =>
    (page.goatcounter && page.goatcounter.endpoint) ||
    (tag && tag.getAttribute('data-goatcounter')) ||
    '';

  /** Why this page is not counted; false where it is. */
  const filter = (): string | false => {
    if (document.visibilityState === ('prerender' as string)) return 'visibilityState';
    if (!own.allow_frame && window !== window.parent) return 'frame';
    const isLocal = /^$|localhost$|^127\.|^10\.|^192\.168\.|^0\.0\.0\.0$/.test(location.hostname);
    if (!own.allow_local && isLocal) return 'localhost';
    if (!own.allow_local && location.protocol === 'file:') return 'localfile';
    try {
      if (localStorage['skipgc'] === 't') return 'disabled with #toggle-goatcounter';
      return localStorage['daybook_ignore'] === 'true' && 'disabled with #daybook-ignore';
    } catch {
      return false; // nothing in it can say so
    }
  };

  /** The path that the page itself names, where that is on this host. */
  const ownPath = (): string => {
    const canonical = document.querySelector<HTMLLinkElement>('link[rel="canonical"][href]');
    const bare = (host: string) => host.replace(/^www\./, '');
    let at: URL | Location = location;
    if (canonical) {
      const named = new URL(canonical.href);
      if (bare(named.hostname) === bare(location.hostname)) at = named;
    }
    return at.pathname + at.search || '/';
  };

  /** What is said of one hit, else of all, else by the page. An empty text is one. */
  const textOf = (given: Counted, name: 'path' | 'title' | 'referrer', otherwise: string) => {
    const text = given[name] === undefined ? own[name] : given[name];
    if (typeof text === 'function') return text(otherwise);
    return text === undefined ? otherwise : text;
  };

  /** Above 0 for a browser that a program drives. */
  const bot = () => {
    const marked = page as unknown as Record<string, unknown>;
    if (marked['callPhantom'] || marked['_phantom'] || marked['phantom']) return 150;
    if (marked['__nightmare']) return 151;
    return navigator.webdriver ? 153 : 0;
  };

  /** Where a hit is sent; undefined where the page decides that it is none. */
  const url = (given: Counted = {}): string | undefined => {
    const path = textOf(given, 'path', ownPath());
    const at = endpoint();
    if (!path || !at) return undefined;
    const query: Record<string, unknown> = {
      p: path,
      r: textOf(given, 'referrer', document.referrer),
      t: textOf(given, 'title', document.title),
      e: given.event || own.event || undefined,
      s: screen.width,
      b: bot(),
      q: location.search,
      rnd: Math.random().toString(36).slice(2, 7),
    };
    const parts = Object.keys(query)
      .filter((name) => query[name] !== undefined && query[name] !== null && query[name] !== '')
      .map((name) => `${name}=${encodeURIComponent(String(query[name]))}`);
    return `${at}${at.indexOf('?') < 0 ? '?' : '&'}${parts.join('&')}`;
  };

  const count = (given?: Counted): void => {
    const reason = filter();
    if (reason) {
      console.warn(`goatcounter: not counting because of: ${reason}`);
      return;
    }
    const at = url(given);
    if (!at) console.warn('goatcounter: not counting: no path, or no data-goatcounter');
    else if (!navigator.sendBeacon(at)) new Image().src = at;
  };

  const bound = 'data-goatcounter-bound';

  const bindEvents = (): void => {
    document.querySelectorAll(`[data-goatcounter-click]:not([${bound}])`).forEach((one) => {
      one.setAttribute(bound, 'true');
      const read = (name: string) => one.getAttribute(`data-goatcounter-${name}`);
      const run = quietly(() =>
        count({
          event: true,
          path: read('click') || one.getAttribute('name') || one.id,
          title: read('title') || one.getAttribute('title') || '',
          referrer: read('referrer') || '',
        }),
      );
      one.addEventListener('click', run);
      one.addEventListener('auxclick', run);
    });
  };

  const getQuery = (name: string) => new URLSearchParams(location.search).get(name) || undefined;

  page.goatcounter = Object.assign(page.goatcounter || {}, {
    ...{ count, url, filter, bind_events: bindEvents, get_query: getQuery },
  });

  if (location.hash === '#toggle-goatcounter') {
    const isOff = localStorage['skipgc'] === 't';
    if (isOff) delete localStorage['skipgc'];
    else localStorage['skipgc'] = 't';
    alert(`GoatCounter tracking is now ${isOff ? 'ENABLED' : 'DISABLED'} in this browser.`);
  }

  const start = quietly(() => {
    if (!own.no_onload) {
      if (document.visibilityState !== 'hidden') count();
      else {
        const seen = () => {
          if (document.visibilityState === 'hidden') return;
          document.removeEventListener('visibilitychange', seen);
          count();
        };
        document.addEventListener('visibilitychange', seen);
      }
    }
    if (!own.no_events) bindEvents();
  });
  if (document.body) start();
  else document.addEventListener('DOMContentLoaded', start);
})();
