import { obeyLink } from './ignored.ts';
import { openTracker } from './page-tracker.ts';
import { quietly } from './quietly.ts';
import { readTag } from './tag.ts';
import { shared, takeOver, tell } from './window.ts';

/**
 * Daybook's tracker, at `/js/daybook.v1.js`. A published URL never changes its meaning: a change of
 * meaning would become v2. It sets no cookie, and stores nothing
 * but the wish not to be counted.
 *
 *   <script defer data-domain="example.com"
 *     src="https://daybook.example/js/daybook.v1.js"></script>
 *
 * - `data-domain`: the site; by default the page's host.
 * - `data-api`: where hits are sent; by default to the server of this script.
 * - `data-hash`: the `#fragment` is part of the page.
 * - `data-local`: counts on localhost too.
 * - `data-automated`: counts automated browsers too, for tests of one's own site.
 */
quietly(() => {
  const tag = readTag();
  const sites = (tag.domain || '').split(',').map((domain) => domain.trim());
  // However often a page includes the script, a site is counted once. The server leaves out `www.`.
  const keyOf = (site: string) =>
    `${tag.api} ${(site || location.host).toLowerCase().replace(/^www\./, '')}`;
  const fresh = sites.filter((site) => !shared.sites[keyOf(site)]);
  for (const site of fresh) shared.sites[keyOf(site)] = true;

  const start = quietly(() => {
    takeOver();
    if (!fresh.length) return;
    obeyLink();
    const tracker = openTracker({ ...tag, domain: fresh.join() || undefined }, shared.settings);
    const nth = shared.trackers.push(tracker.call) - 1;
    tracker.start();
    for (const args of shared.early) tell(nth, args);
  });
  if ((document as { prerendering?: boolean }).prerendering)
    document.addEventListener('prerenderingchange', start, { once: true });
  else start();
})();
