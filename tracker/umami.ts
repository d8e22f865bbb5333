import { quietly } from './quietly.ts';

/**
 * What pages load that were made for Umami: `/script.js`. It takes Umami's attributes and calls,
 * and sends what Umami's server takes. Written from what Umami publishes of both.
 */
type Payload = Record<string, unknown>;

type Change = (type: string, payload: Payload) => Payload | false | null | undefined;

type Made = (payload: Payload) => Payload;

/** Until the page has its new title, after a navigation. */
const settleMs = 300;

quietly(() => {
  const tag = document.currentScript as HTMLScriptElement | null;
  const say = (name: string) => (tag && tag.getAttribute(`data-${name}`)) || '';
  const website = say('website-id');
  if (!website || !tag) throw 'not started: no script tag with a data-website-id';
  const base = (say('host-url') || tag.src.replace(/\/[^/]*$/, '')).replace(/\/$/, '');
  const domains = say('domains')
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);

  const here = () => {
    const url = new URL(location.href);
    if (say('exclude-search') === 'true') url.search = '';
    if (say('exclude-hash') === 'true') url.hash = '';
    return url.href;
  };

  let url = here();
  let { referrer } = document;
  if (referrer.indexOf(location.origin) === 0) referrer = '';
  let cache: string | undefined;
  let id: string | undefined;
  let isEnded = false;

  const isLeftOut = () => {
    const page = window as typeof window & { doNotTrack?: string };
    const asked = navigator.doNotTrack || page.doNotTrack;
    if (isEnded || (domains.length > 0 && domains.indexOf(location.hostname) < 0)) return true;
    if (say('do-not-track') === 'true' && (asked === '1' || asked === 'yes')) return true;
    try {
      return localStorage['umami.disabled'] || localStorage['daybook_ignore'] === 'true';
    } catch {
      return false; // nothing in it can say so
    }
  };

  const payload = (): Payload => ({
    website,
    screen: `${screen.width}x${screen.height}`,
    language: navigator.language,
    title: document.title,
    hostname: location.hostname,
    url,
    referrer,
    tag: say('tag') || undefined,
    id,
  });

  async function send(type: string, given: Payload): Promise<void> {
    if (isLeftOut()) return;
    const change = (window as unknown as Record<string, unknown>)[say('before-send')];
    const sent = typeof change === 'function' ? (change as Change)(type, given) : given;
    if (!sent) return;
    const headers: Record<string, string> = { 'Content-Type': 'application/json' };
    if (cache) headers['x-umami-cache'] = cache;
    try {
      const answer = await fetch(`${base}/api/send`, {
        method: 'POST',
        keepalive: true,
        credentials: (say('fetch-credentials') || 'omit') as RequestCredentials,
        headers,
        body: JSON.stringify({ type, payload: sent }),
      });
      const said = await answer.json();
      cache = said.cache || cache;
      isEnded = !!said.disabled;
    } catch {
      // Nobody waits for it.
    }
  }

  /** A view, an event by its name, or what a function or an object makes of a view. */
  const track = (given?: string | Payload | Made, data?: Payload): Promise<void> => {
    const own = payload();
    if (typeof given === 'function') return send('event', given(own));
    if (typeof given === 'object') return send('event', given);
    return send('event', given ? Object.assign(own, { name: given, data }) : own);
  };

  const identify = (given: string | Payload, data?: Payload): Promise<void> => {
    const isName = typeof given === 'string';
    if (isName) id = given;
    cache = undefined;
    return send('identify', Object.assign(payload(), { data: isName ? data : given }));
  };

  (window as unknown as Record<string, unknown>)['umami'] = { track, identify };

  const view = () => {
    const next = here();
    if (next === url) return;
    referrer = url;
    url = next;
    setTimeout(() => track(), settleMs);
  };

  if (say('auto-track') === 'false') return;
  for (const name of ['pushState', 'replaceState'] as const) {
    const change = history[name];
    history[name] = function (...args) {
      change.apply(this, args);
      quietly(view)();
    };
  }
  addEventListener('popstate', quietly(view));
  document.addEventListener(
    'click',
    quietly((event: Event) => {
      const found = (event.target as Element).closest('[data-umami-event]');
      if (!found) return;
      const data: Payload = {};
      Array.from(found.attributes).forEach(({ name, value }) => {
        const [, key] = /^data-umami-event-(.+)/.exec(name) || [];
        if (key) data[key] = value;
      });
      track(found.getAttribute('data-umami-event')!, data);
    }),
    true,
  );
  track();
})();
