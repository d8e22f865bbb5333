import { openPage, type PageFunction } from './all-sites.ts';
import type { EventOptions, Options, Properties, Track } from './options.ts';

export type { EventOptions, Options, Properties, Track };

type Page = typeof globalThis & { daybook?: PageFunction; document?: unknown };

/**
 * Counts the page from now on, and every page that its router goes to. `api` is the address that
 * takes the hits: `https://daybook.example/api/event`. However often it is called, a site is
 * counted once. Where there is no page, as on a server, it does nothing.
 */
export function init(options: Options & { readonly api: string }): void {
  if ((globalThis as Page).document) openPage()(options);
}

/**
 * Sends an event; `pageview` counts the page. What is called before `init` is sent after it. Where
 * there is no page, it does nothing.
 */
export const track: Track = (name, options) => {
  const page = globalThis as Page;
  if (!page.document) return;
  if (!page.daybook) {
    const stub: PageFunction = (...call: Parameters<Track>) => {
      stub.q!.push(call);
    };
    stub.q = [];
    page.daybook = stub;
  }
  page.daybook(name, options);
};
