import type { Site } from '../account/site.ts';
import type { Hit } from '../collect/hit.ts';
import { closedDaysOf } from '../journal/books.ts';
import { judgeOf, readErasures } from '../journal/erasures.ts';
import { orderOf, type Place } from '../journal/keys.ts';
import { listDays, readDay } from '../journal/read.ts';
import { DaybookError } from '../lib/errors.ts';
import { type Day, nextDay } from '../lib/site-days.ts';
import type { World } from './world.ts';

export type PlacedHit = Place & { readonly hit: Hit };

/** Hits from `after` on (a day's start, or behind a hit), up to and with the day `to`; both ends may be open. */
export type RawRange = {
  readonly after?: Place | undefined;
  readonly to?: Day | undefined;
  readonly pageviews?: boolean;
  /** Hits at the most. */
  readonly limit?: number;
};

/** Of a page some hundred KB: from the report process it is one message. */
const pageHits = 1_000;

/** A site's hits as they came, each once, by day, time received and id: of open and closed days alike. */
export async function* rawHits(world: World, site: Site, range: RawRange = {}): AsyncGenerator<PlacedHit> {
  if (world.journalOnly) {
    yield* journalHits(world, site, range);
    return;
  }
  const { to, pageviews = false, limit = Number.POSITIVE_INFINITY } = range;
  const engine = await world.engine();
  let { after } = range;
  for (let left = limit; left > 0; ) {
    const { hits, next } = await engine.hits(site, { after, to, pageviews, limit: Math.min(left, pageHits) });
    for (const { day, order, hit } of hits) yield { day, order, hit: JSON.parse(hit) as Hit };
    if (next === undefined) return;
    left -= hits.length;
    after = next;
  }
}

/** Where there is no DuckDB: only while no day is closed, rather than leave hits out without a word. */
async function* journalHits(
  { home }: World,
  site: Site,
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
  const isErased = judgeOf(site.erasedTo === undefined ? [] : await readErasures(home, site.id));
  for (const day of open) {
    for await (const row of readDay(home, site.id, day, after?.day === day ? after.order : '')) {
      const hit = JSON.parse(row.value) as Hit;
      if (isErased(hit)) continue;
      if (pageviews !== true || hit.name === 'pageview') yield { day, order: orderOf(row), hit };
    }
  }
}

/** The same items, the first of them there already: what fails by then is still answered with its status. */
export async function begun<T>(items: AsyncGenerator<T>): Promise<AsyncGenerator<T>> {
  const first = await items.next();
  return (async function* () {
    if (first.done) return;
    yield first.value;
    yield* items;
  })();
}
