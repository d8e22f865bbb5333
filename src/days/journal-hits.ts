import type { Home } from '../home/home.ts';
import { isErasedBy, readErasures } from '../journal/erasures.ts';
import { orderOf, type Place } from '../journal/keys.ts';
import { readDay } from '../journal/read.ts';
import { openMonths } from '../ledger/months.ts';
import { DaybookError } from '../lib/errors.ts';
import type { Day } from '../lib/site-days.ts';
import type { Hit } from '../model/hit.ts';
import { listDaysHeld } from './held-days.ts';

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
  site: { readonly id: string },
  { after, to, pageviews }: RawRange,
): AsyncGenerator<PlacedHit> {
  const span = { from: after?.day, to };
  const listed = await listDaysHeld({ home, months: openMonths(home) }, site.id, span);
  const closed = [...listed.closed].find(([, { closed }]) => closed.hits > 0);
  if (closed !== undefined)
    throw new DaybookError(
      'not-found',
      `${closed[0]} is closed, and this function reads no closed days: ` +
        'ask the one that answers reports',
    );
  const isErased = isErasedBy(await readErasures(home, site.id));
  for (const day of listed.days) {
    for await (const row of readDay(home, site.id, day, after?.day === day ? after.order : '')) {
      const hit = JSON.parse(row.value) as Hit;
      if (isErased(hit)) continue;
      if (pageviews !== true || hit.name === 'pageview') yield { day, order: orderOf(row), hit };
    }
  }
}
