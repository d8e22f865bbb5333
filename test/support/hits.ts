import type { Home } from '../../src/home/home.ts';
import { openAppender } from '../../src/journal/append.ts';
import { dayBounds, type ZoneSpan } from '../../src/lib/site-days.ts';
import type { Hit } from '../../src/model/hit.ts';

let made = 0;

/** A hit: by default a pageview of `/` by the visitor `aa`. Ids are unique and ascending. */
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

/** Appends hits to their site-days. By default each is received at its own time. */
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
