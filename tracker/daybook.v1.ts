import { payAttention } from './attention.ts';
import { deliver } from './delivery.ts';
import { uuid7 } from './uuid.ts';

/**
 * Daybook's tracker, at `/js/daybook.v1.js`. A published URL never changes its meaning: a change of
 * meaning would become v2. It sets no cookie and stores nothing.
 *
 *   <script defer data-domain="example.com"
 *     src="https://daybook.example/js/daybook.v1.js"></script>
 *
 * - `data-domain`: the site; by default the page's host.
 * - `data-api`: where hits are sent; by default to the server of this script.
 * - `data-hash`: the `#fragment` is part of the page.
 * - `data-local`: counts on localhost too.
 */
type Options = {
  readonly props?: Readonly<Record<string, unknown>>;
  readonly revenue?: { readonly currency: string; readonly amount: number };
  readonly interactive?: boolean;
  /** An address to send in place of the page's. */
  readonly url?: string;
  /**
   * Called when the hit was accepted, refused or given up. `status` is 0 where no answer came, or
   * where the hit was not sent.
   */
  readonly callback?: (result: { readonly status: number }) => void;
};
type Daybook = { (name: string, options?: Options): void; q?: ArrayLike<unknown>[] };
type View = {
  readonly url: string;
  atMs: number;
  readonly attention: ReturnType<typeof payAttention>;
};

const page = window as typeof window & { daybook?: Daybook; plausible?: Daybook };
const { document, location, history } = page;
const script = (document.currentScript ||
  document.querySelector('script[src*="/daybook.v1.js"]')) as HTMLScriptElement;
const { domain, api = new URL('../api/event', script.src).href, hash, local } = script.dataset;
const inHashMode = hash !== undefined;

let view: View | undefined;
let counted: string | undefined;

/** Why this browser's hits are not sent from this page; undefined where they are. */
function ignored(): string | undefined {
  if (
    local === undefined &&
    (location.protocol === 'file:' || /^(.+\.)?localhost$|^127\.|^\[::1\]$/.test(location.hostname))
  )
    return 'a local page';
  try {
    for (const name of ['daybook_ignore', 'plausible_ignore'])
      if (localStorage[name] === 'true') return name;
  } catch {
    // Storage is not allowed here, so nothing in it can say to ignore.
  }
}

function send(
  name: string,
  url: string,
  more: object,
  done: (status: number) => void,
  of?: View,
): void {
  const hit = {
    n: name,
    // The server refuses more than 2,000 bytes. The important part of a URL is at its beginning.
    u: url.slice(0, 2_000),
    d: domain,
    id: uuid7(Date.now(), crypto.getRandomValues(new Uint8Array(9))),
    l: navigator.language,
    w: innerWidth,
    h: inHashMode ? 1 : undefined,
    ...more,
  };
  deliver(
    () => JSON.stringify(of ? { ...hit, a: Date.now() - of.atMs } : hit),
    (body) =>
      fetch(api, {
        method: 'POST',
        headers: { 'Content-Type': 'text/plain' },
        body,
        keepalive: true,
        credentials: 'omit',
      }).then(({ status }) => status),
    setTimeout,
    done,
  );
}

/**
 * Sends events; and pageviews, for pages that decide themselves when to count.
 * `daybook('pageview')` counts the page even where it was counted already.
 */
const daybook: Daybook = (name, { props, revenue, interactive, url, callback } = {}) => {
  const why = ignored();
  const done = (status: number) => callback?.({ status });
  const more = { p: props, $: revenue, i: interactive };
  if (why) {
    counted = here();
    console.info(`daybook: not sent: ${why}`);
    done(0);
  } else if (name === 'pageview') open(more, done, url);
  else send(name, url || location.href, more, done);
};

function open(more: object, done: (status: number) => void, url = location.href): void {
  ping();
  // Only the first view has a referrer: the others come from the page before.
  const r = (!view && document.referrer) || undefined;
  counted = here();
  const opened: View = { url, atMs: Date.now(), attention: payAttention() };
  view = opened;
  look();
  see();
  send('pageview', url, { r, ...more }, (status) => {
    // The ages of pings are counted from here. So a ping is never earlier than the time that the
    // server gave the view, even where this browser's clock is wrong.
    opened.atMs = Date.now();
    done(status);
  });
}

/** Sends what is new about the current view. */
function ping(): void {
  const news = view?.attention.take(Date.now(), document.documentElement.scrollHeight);
  if (news && !ignored()) send('engagement', view!.url, news, () => {}, view);
}

function look(): void {
  view?.attention.look(Date.now(), !document.hidden && document.hasFocus());
}

function see(): void {
  view?.attention.see(scrollY + innerHeight);
}

function here(): string {
  return location.pathname + location.search + (inHashMode ? location.hash : '');
}

/**
 * Counts the page if it is not the one counted last: a router may rewrite the address of one page
 * many times.
 */
function navigate(): void {
  if (here() !== counted) daybook('pageview');
}

function start(): void {
  for (const name of ['pushState', 'replaceState'] as const) {
    const change = history[name];
    history[name] = function (...args) {
      change.apply(this, args);
      navigate();
    };
  }
  addEventListener('popstate', navigate);
  if (inHashMode) addEventListener('hashchange', navigate);
  // The page comes back from the browser's cache: it is not loaded again, but it is viewed again.
  addEventListener('pageshow', (event) => event.persisted && daybook('pageview'));
  addEventListener('scroll', see, { passive: true });
  addEventListener('focus', look);
  addEventListener('blur', look);
  addEventListener('pagehide', ping);
  addEventListener('visibilitychange', () => {
    look();
    if (document.hidden) ping();
  });

  const queued = page.daybook?.q || [];
  page.daybook = daybook;
  page.plausible ||= daybook;
  daybook('pageview');
  for (const args of queued) daybook(...(Array.from(args) as Parameters<Daybook>));
}

if ((document as { prerendering?: boolean }).prerendering)
  document.addEventListener('prerenderingchange', start, { once: true });
else start();
