import type { Home } from '../../src/home/home.ts';
import { openAppender } from '../../src/journal/append.ts';
import { dayBounds, type ZoneSpan } from '../../src/lib/site-days.ts';
import type { Hit } from '../../src/model/hit.ts';

let made = 0;

/**
 * A pageview of `/` by visitor `aa`, in so far as nothing else is said. Ids are unique and
 * ascending.
 */
export function hitOf(fields: Partial<Hit> & Pick<Hit, 'time'>): Hit {
  const id = (++made).toString(16).padStart(16, '0');
  return {
    id,
    name: 'pageview',
    visitor: 'aa',
    hostname: 'example.com',
    page: '/',
    channel: 'Direct',
    ...fields,
  };
}

/** Appends hits to the site-days they lie in, received when they happened. */
export async function appendHits(
  home: Home,
  site: { id: string; zones: readonly ZoneSpan[] },
  hits: readonly Hit[],
  more: { late?: boolean; receivedAtMs?: number } = {},
): Promise<void> {
  const entries = hits.map((hit) => ({
    siteId: site.id,
    day: dayBounds(site.zones, hit.time).day,
    late: more.late ?? false,
    receivedAtMs: more.receivedAtMs ?? hit.time,
    id: hit.id,
    hit: JSON.stringify(hit),
  }));
  await openAppender(home).append(entries);
}
