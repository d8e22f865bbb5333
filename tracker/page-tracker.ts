import { payAttention } from './attention.ts';
import { deliver } from './delivery.ts';
import { ignored } from './ignored.ts';
import { quietly } from './quietly.ts';
import type { Tag } from './tag.ts';
import { sameSpelling, urlToSend } from './url.ts';
import { uuid7 } from './uuid.ts';

type Props = Readonly<Record<string, unknown>>;

type Options = {
  readonly props?: Props;
  /** Plausible's former name of `props`. */
  readonly meta?: Props;
  readonly revenue?: { readonly currency: string; readonly amount: number };
  readonly interactive?: boolean;
  /** An address to send in place of the page's; relative ones too. */
  readonly url?: string;
  /** Plausible's short name of `url`. */
  readonly u?: string;
  /**
   * Called when the hit was accepted, refused or given up. `status` is 0 where no answer came, or
   * where the hit was not sent.
   */
  readonly callback?: ((result: { readonly status: number }) => void) | undefined;
};

export type Call = (name: string, options?: Options | null) => void;

/** What Plausible's `init` takes, so far as Daybook has it. */
export type Settings = {
  hashBasedRouting?: boolean;
  captureOnLocalhost?: boolean;
  /** `false`: pageviews are counted only where the page says so. */
  autoCapturePageviews?: boolean;
  /** Properties of every hit, or what gives them for a hit of that name. */
  customProperties?: Props | ((name: string) => Props);
  /** Changes a hit before it is sent; nothing is sent where it gives nothing. */
  transformRequest?: (hit: object) => object | null | undefined;
};

type View = {
  readonly url: string;
  atMs: number;
  readonly attention: ReturnType<typeof payAttention>;
};

type Done = (status: number) => void;

/** Times are monotonic: what the browser's clock says, and when it is set, decides nothing. */
const now = () => performance.now();

/** Counts a page for one tag: its views, by itself, and what `call` is called for. */
export function openTracker(tag: Tag, settings: Settings): { call: Call; start: () => void } {
  let view: View | undefined;
  let counted: string | undefined;

  const isHashPart = () => tag.hash || settings.hashBasedRouting;
  const why = () => ignored({ ...tag, local: tag.local || settings.captureOnLocalhost });
  /** The page as it is reported: a change of the query alone makes no other page. */
  const here = () => sameSpelling(location.pathname + (isHashPart() ? location.hash : ''));

  function send(name: string, url: string, more: object, done: Done, of?: View): void {
    let hit: object | null | undefined = {
      n: name,
      u: urlToSend(url, location.href),
      d: tag.domain,
      id: uuid7(Date.now(), crypto.getRandomValues(new Uint8Array(9))),
      l: navigator.language,
      t: of ? undefined : document.title,
      w: innerWidth,
      h: isHashPart() ? 1 : undefined,
      ...more,
    };
    if (settings.transformRequest) hit = settings.transformRequest(hit);
    if (!hit) {
      done(0);
      return;
    }
    const sentMs = now();
    deliver(
      // An age is of the view with an engagement, and of the hit itself when it is sent again.
      (again) =>
        JSON.stringify(
          of || again ? { ...hit, a: Math.round(now() - (of ? of.atMs : sentMs)) } : hit,
        ),
      (body) =>
        fetch(tag.api, {
          method: 'POST',
          headers: { 'Content-Type': 'text/plain' },
          body,
          keepalive: true,
          credentials: 'omit',
        }).then(({ status, headers }) => ({ status, after: headers.get('Retry-After') })),
      setTimeout,
      (status) => {
        if (status < 200 || status > 299)
          console.warn(`daybook: ${name} not counted: ${tag.api} answered ${status || 'nothing'}`);
        done(status);
      },
    );
  }

  /**
   * Sends events; and pageviews, for pages that decide themselves when to count. `pageview` counts
   * the page even where it was counted already.
   */
  const call: Call = quietly((name, options) => {
    const { props, meta, revenue, interactive, url, u, callback } = options || {};
    const { customProperties: own } = settings;
    const of = typeof own === 'function' ? own(name) : own;
    const sent = props || meta;
    const more = { p: of ? { ...of, ...sent } : sent, $: revenue, i: interactive };
    const done = quietly((status: number) => callback?.({ status }));
    const reason = why();
    if (reason) {
      counted = here();
      console.info(`daybook: not sent: ${reason}`);
      done(0);
    } else if (name === 'pageview') open(url || u || location.href, more, done);
    else send(name, url || u || location.href, more, done);
  });

  function open(url: string, more: object, done: Done): void {
    ping();
    // Only the first view has a referrer: the others come from the page before.
    const r = (!view && document.referrer) || undefined;
    counted = here();
    const opened: View = { url, atMs: now(), attention: payAttention() };
    view = opened;
    look();
    see();
    send('pageview', url, { r, ...more }, (status) => {
      // The ages of pings are counted from here, so a ping is never earlier than the time that the
      // server gave the view.
      opened.atMs = now();
      done(status);
    });
  }

  /** Sends what is new about the current view. */
  function ping(): void {
    const news = view?.attention.take(now(), document.documentElement.scrollHeight);
    if (news && !why()) send('engagement', view!.url, news, () => {}, view);
  }

  function look(): void {
    view?.attention.look(now(), !document.hidden && document.hasFocus());
  }

  function see(): void {
    view?.attention.see(scrollY + innerHeight);
  }

  /** Counts a page by itself, unless the page counts. */
  function count(): void {
    if (settings.autoCapturePageviews !== false) call('pageview');
  }

  /** A router may rewrite the address of one page many times. */
  const navigate = quietly(() => {
    if (here() !== counted) count();
  });

  function start(): void {
    const on = (name: string, run: (event: Event) => void, at: EventTarget = window) =>
      at.addEventListener(name, quietly(run), { passive: true });
    for (const name of ['pushState', 'replaceState'] as const) {
      const change = history[name];
      history[name] = function (...args) {
        change.apply(this, args);
        navigate();
      };
    }
    on('popstate', navigate);
    on('hashchange', navigate);
    // The page comes back from the browser's cache: it is not loaded again, but it is viewed again.
    on('pageshow', (event) => (event as PageTransitionEvent).persisted && count());
    on('scroll', see);
    on('focus', look);
    on('blur', look);
    on('pagehide', ping);
    on(
      'visibilitychange',
      () => {
        look();
        if (document.hidden) ping();
      },
      document,
    );
    count();
  }

  return { call, start };
}
