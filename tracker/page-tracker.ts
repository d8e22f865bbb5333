import { payAttention } from './attention.ts';
import { type Answer, deliver } from './delivery.ts';
import { hitId } from './hit-id.ts';
import { ignored } from './ignored.ts';
import type { EventOptions, Options } from './options.ts';
import { watchClicks } from './parts/clicks.ts';
import { watchForms } from './parts/forms.ts';
import { sayNotFound } from './parts/not-found.ts';
import { leftOut, parametersOf } from './parts/pages.ts';
import { propertiesOf } from './parts/properties.ts';
import { openWaiting } from './parts/waiting.ts';
import { quietly } from './quietly.ts';
import { sameSpelling, urlToSend } from './url.ts';

type View = ReturnType<typeof payAttention> & { url: string; atMs: number };

type Done = (status: number) => void;

/** A hit as it is sent: see `docs/collect.md`. */
export type Hit = Record<string, unknown> & { id: string };

/** Listens, on the window where no other target is named; the page never sees what it throws. */
export type Listen = (name: string, run: (event: Event) => void, at?: EventTarget) => void;

/** Times are monotonic: what the browser's clock says, and when it is set, decides nothing. */
const now = () => performance.now();

const listen: Listen = (name, run, at = window) =>
  // Before the page's own listeners, which may stop an event.
  at.addEventListener(name, quietly(run), { passive: true, capture: at !== window });

function transmit(api: string, hit: Hit): Promise<Answer> {
  // As text, which needs no preflight.
  const body = JSON.stringify(hit);
  // Older browsers end a fetch with its page, and most engagements are sent when it is left.
  if (hit['n'] === 'engagement' && !('keepalive' in Request.prototype))
    return Promise.resolve({ status: navigator.sendBeacon(api, body) ? 202 : 0 });
  return fetch(api, { method: 'POST', body, keepalive: true, credentials: 'omit' }).then(
    ({ status, headers }) => ({
      status,
      after: headers.get('Retry-After'),
      dropped: WITH.debug ? headers.get('x-daybook-dropped') : undefined,
    }),
    () => ({ status: 0 }),
  );
}

/** Counts a page for one tag: its views, by itself, and what `call` is called for. */
export function openTracker(options: Options) {
  let view: View | undefined;
  let counted: string | undefined;
  // Only the first view has a referrer: the others come from the page before.
  let { referrer } = document;

  const isAutomatic = () =>
    !options.manual && !(WITH.plausible && options.autoCapturePageviews === false);
  const isHashPart = () => options.hash || (WITH.plausible && options.hashBasedRouting);
  /** The page as it is reported: a change of the query alone makes no other page. */
  const path = () => sameSpelling(location.pathname + (isHashPart() ? location.hash : ''));
  const here = () => path() + (WITH.pages ? parametersOf(options) : '');
  const deliverOrKeep = WITH.waiting ? openWaiting(options, listen, transmit) : undefined;

  function send(name: string, url: string, more: object, done: Done, of?: View): void {
    let hit: object | null | undefined = Object.assign(
      {
        n: name,
        u: urlToSend(url, location.href),
        d: options.domain || undefined,
        id: hitId(Date.now()),
        l: navigator.language,
        t: of ? undefined : document.title,
        w: innerWidth,
        h: isHashPart() ? 1 : undefined,
      },
      more,
    );
    if (WITH.properties && options.transformRequest) hit = options.transformRequest(hit as Hit);
    if (!hit) {
      done(0);
      return;
    }
    const body = hit as Hit;
    const sentMs = now();
    const api = options.api as string;
    // An age is of the view with an engagement, and of the hit itself when it is sent again.
    const ageMs = () => Math.round(now() - (of ? of.atMs : sentMs));
    const post = (again: boolean) => {
      if (of || again) body['a'] = ageMs();
      return transmit(api, body);
    };
    const end = ({ status, dropped }: Answer) => {
      if (status < 200 || status > 299)
        console.warn(`daybook: ${name} not counted: ${api} answered ${status || 'nothing'}`);
      else if (WITH.debug && options.debug)
        console.info('daybook: sent', body, dropped ? `dropped: ${dropped}` : 'taken');
      done(status);
    };
    if (deliverOrKeep) deliverOrKeep(post, { api, body, ageMs }, end);
    else deliver(post, setTimeout, end);
  }

  /**
   * Sends events; and pageviews, for pages that decide themselves when to count. `pageview` counts
   * the page even where it was counted already. Of several trackers only the first one, whose `nth`
   * is 0, calls back.
   */
  const call = quietly((name: string, given?: EventOptions | null, nth?: number) => {
    const { props, meta, revenue, interactive, url, u, callback }: EventOptions = given || {};
    const sent = props || (WITH.plausible ? meta : undefined);
    const more = {
      p: WITH.properties ? propertiesOf(options, name, sent) : sent,
      $: revenue,
      i: interactive,
    };
    const done = quietly((status: number) => !nth && callback && callback({ status }));
    const address = url || (WITH.plausible && u) || location.href;
    const isView = name === 'pageview';
    const reason = ignored(options) || (WITH.pages && isView && leftOut(options, path()));
    if (isView) {
      ping();
      view = undefined;
      counted = here();
    }
    if (reason) {
      console.info(`daybook: not sent: ${reason}`);
      done(0);
    } else if (isView) open(address, more, done);
    else send(name, address, more, done);
  });

  function open(url: string, more: object, done: Done): void {
    const opened: View = Object.assign(payAttention(), { url, atMs: now() });
    view = opened;
    look();
    see();
    const r = referrer || undefined;
    referrer = '';
    send('pageview', url, Object.assign({ r }, more), (status) => {
      // The ages of pings are counted from here, so a ping is never earlier than the time that the
      // server gave the view.
      opened.atMs = now();
      done(status);
    });
  }

  /** Sends what is new about the current view. */
  function ping(): void {
    const news = view && view.take(now(), document.documentElement.scrollHeight);
    if (news && !ignored(options)) send('engagement', view!.url, news, () => {}, view);
  }

  function look(): void {
    if (view) view.look(now(), !document.hidden && document.hasFocus());
  }

  function see(): void {
    if (view) view.see(scrollY + innerHeight);
  }

  /** Counts a page by itself, unless the page counts. */
  function count(): void {
    if (isAutomatic()) call('pageview');
  }

  const settle = quietly(() => {
    if (here() !== counted) count();
  });

  /**
   * A router may rewrite the address of one page many times. It is counted as soon as the router is
   * done, which sets the title after the address; what belongs to the page before is sent at once,
   * while that page is there.
   */
  const navigate = quietly(() => {
    if (here() === counted || !isAutomatic()) return;
    ping();
    view = counted = undefined;
    setTimeout(settle);
  });

  for (const name of ['pushState', 'replaceState'] as const) {
    const change = history[name];
    history[name] = function (...args) {
      change.apply(this, args);
      navigate();
    };
  }
  listen('popstate', navigate);
  listen('hashchange', navigate);
  // The page comes back from the browser's cache: it is not loaded again, but it is viewed again.
  listen('pageshow', (event) => {
    if ((event as PageTransitionEvent).persisted) count();
  });
  listen('scroll', see);
  listen('focus', look);
  listen('blur', look);
  listen('pagehide', ping);
  listen(
    'visibilitychange',
    () => {
      look();
      if (document.hidden) ping();
    },
    document,
  );
  if (WITH.clicks) watchClicks(options, call, listen);
  if (WITH.forms) watchForms(options, call, listen);
  count();
  if (WITH.notFound) sayNotFound(options, call);
  return call;
}
