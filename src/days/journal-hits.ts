import type { Home } from '../home/home.ts';
import { isErasedBy, readErasures } from '../journal/erasures.ts';
import { orderOf, type Place } from '../journal/keys.ts';
import { listDays, readDay } from '../journal/read.ts';
import { closedDaysOf } from '../ledger/manifest.ts';
import { DaybookError } from '../lib/errors.ts';
import { type Day, nextDay } from '../lib/site-days.ts';
import type { Hit } from '../model/hit.ts';

export type PlacedHit = Place & { readonly hit: Hit };

/**
 * Hits from `after` on (a day's start, or behind a hit), up to and with the day `to`; both ends may
 * be open.
 */
export type RawRange = {
  readonly after?: Place | undefined;
  readonly to?: Day | undefined;
  readonly pageviews?: boolean;
  /** Hits at the most. */
  readonly limit?: number;
};

/**
 * Where there is no DuckDB: only while no day is closed, rather than leave hits out without a word.
 */
export async function* journalHits(
  { home }: { readonly home: Pick<Home, 'rows' | 'shards'> },
  site: { readonly id: string; readonly erasedTo?: string },
  { after, to, pageviews }: RawRange,
): AsyncGenerator<PlacedHit> {
  const days = { ...(after && { from: after.day }), ...(to !== undefined && { to: nextDay(to) }) };
  const open = await listDays(home, site.id, days);
  for (const [day, { hits }] of await closedDaysOf(home, site.id, after?.day)) {
    if (hits === 0 || day < (after?.day ?? '') || (to !== undefined && day > to)) continue;
    throw new DaybookError(
      'not-found',
      `${day} is closed, and this function reads no closed days: ask the one that answers reports`,
    );
  }
  const isErased = isErasedBy(site.erasedTo === undefined ? [] : await readErasures(home, site.id));
  for (const day of open) {
    for await (const row of readDay(home, site.id, day, after?.day === day ? after.order : '')) {
      const hit = JSON.parse(row.value) as Hit;
      if (isErased(hit)) continue;
      if (pageviews !== true || hit.name === 'pageview') yield { day, order: orderOf(row), hit };
    }
  }
}
