import { obeyLink } from './ignored.ts';
import type { Options, Track } from './options.ts';
import { openTracker } from './page-tracker.ts';
import { quietly } from './quietly.ts';

/** A function of the page that hits are sent by: ours, or a stub that keeps calls until we come. */
export type PageFunction = Track & {
  /** The calls that a stub has kept. */
  q?: Parameters<Track>[];
  /** What a stub was given by `init`. */
  o?: Options;
  init?: (options?: Options) => void;
  /** Plausible's own script has come. */
  l?: unknown;
};

/** Counts a page for the sites of a tag. */
export type AddTag = (options: Options) => void;

type Page = typeof window & {
  daybook?: PageFunction;
  plausible?: PageFunction;
  /** The script that came first does all: a site is counted once, however many tags it has. */
  daybookTags?: AddTag;
};

/** What counts this page, for as many tags as it has. */
export function openPage(): AddTag {
  const page = window as Page;
  const add = page.daybookTags || countPage(page);
  page.daybookTags = add;
  return add;
}

function countPage(page: Page): AddTag {
  const trackers: ReturnType<typeof openTracker>[] = [];
  /** What was called before the scripts came. */
  const early: Parameters<Track>[] = [];
  const sites: Record<string, boolean> = {};
  const settings: Options = {};

  const call: PageFunction = (name, options) =>
    trackers.forEach((track, nth) => {
      track(name, options, nth);
    });
  call.init = (options) => {
    Object.assign(settings, options);
  };

  /** Puts our function in place of a stub, and makes the calls that it has kept. */
  function takeOver(name: 'daybook' | 'plausible'): void {
    const present = page[name] || ({} as Partial<PageFunction>);
    if (present === call) return;
    page[name] = call;
    call.init!(present.o);
    for (const args of present.q || []) {
      call(args[0], args[1]);
      early.push(args);
    }
  }

  /** Those of a tag's sites that are not counted yet. The server leaves out `www.`. */
  function freshOf({ api, domain }: Options): string[] {
    const keyOf = (site: string) =>
      api + (site || location.host).toLowerCase().replace(/^www\./, '');
    const fresh = (domain || '')
      .split(',')
      .map((site) => site.trim())
      .filter((site) => !sites[keyOf(site)]);
    for (const site of fresh) sites[keyOf(site)] = true;
    return fresh;
  }

  return (options) => {
    const fresh = WITH.sites ? freshOf(options) : trackers[0] ? [] : [options.domain];
    const start = quietly(() => {
      takeOver('daybook');
      if (WITH.plausible && isStub(page.plausible)) takeOver('plausible');
      if (!fresh.length) return;
      if (WITH.ownVisits) obeyLink();
      // What `init` says holds where the tag says nothing, whenever it comes.
      const own = Object.assign(Object.create(settings), options, { domain: fresh.join() });
      const track = openTracker(own);
      const nth = trackers.push(track) - 1;
      for (const args of early) track(args[0], args[1], nth);
    });
    if ((document as { prerendering?: boolean }).prerendering)
      document.addEventListener('prerenderingchange', start, { once: true });
    else start();
  };
}

/**
 * Plausible's own function stays where it is. A stub that nobody has called yet has no `q`, but its
 * text names it.
 */
function isStub(present: PageFunction | undefined): boolean {
  return (
    typeof present !== 'function' || (!present.l && (!!present.q || /\.q\b/.test(String(present))))
  );
}
