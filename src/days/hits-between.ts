import { erasuresOf, isErasedBy, readErasures } from '../journal/erasures.ts';
import { orderOf, receiptOf } from '../journal/keys.ts';
import { rowsSince } from '../journal/read.ts';
import { type Day, dayBounds } from '../lib/site-days.ts';
import type { Hit } from '../model/hit.ts';
import { otherClocksMs } from '../model/times.ts';
import { type DaysSite, readClosedDays } from './held-days.ts';
import type { Days } from './open-days.ts';

/** From `fromMs` to `toMs`, both included: some minutes, not days. */
export type Moments = { readonly fromMs: number; readonly toMs: number };

/**
 * The hits of a site that happened a short while ago: by day, each once. Their rows alone are read,
 * by when they were received, and nothing is mounted: it costs the same however many hits the day
 * has. Undefined where such a day is closed already (a clock was wrong): its rows may be gone.
 */
export async function hitsBetween(
  { home, months }: Pick<Days, 'home' | 'months'>,
  site: DaysSite,
  { fromMs, toMs }: Moments,
): Promise<ReadonlyMap<Day, readonly Hit[]> | undefined> {
  const days = [fromMs, toMs].map((ms) => dayBounds(site.zones, ms).day);
  const erasures = await readErasures(home, site.id);
  const found = new Map<Day, readonly Hit[]>();
  for (const day of new Set(days)) {
    const isErased = isErasedBy(erasuresOf(erasures, site.zones, day));
    const hits = await hitsOfDay(home, site.id, day, fromMs - otherClocksMs);
    found.set(
      day,
      hits.filter((hit) => hit.time >= fromMs && hit.time <= toMs && !isErased(hit)),
    );
  }
  // Last: rows are removed only after their day is in the ledger.
  const closed = await readClosedDays(months, site.id, { from: days[0], to: days[1] });
  return days.some((day) => closed.has(day)) ? undefined : found;
}

/**
 * The hits that were received at that time or later, each once: the earliest row of its id. No hit
 * happens later than it is received, by the clock of the server that took it.
 */
async function hitsOfDay(
  home: Days['home'],
  siteId: string,
  day: Day,
  receivedMs: number,
): Promise<Hit[]> {
  const byId = new Map<string, { readonly order: string; readonly value: string }>();
  for await (const rows of rowsSince(home, siteId, day, receivedMs)) {
    for (const row of rows) {
      const { id } = receiptOf(row);
      const order = orderOf(row);
      const known = byId.get(id);
      if (known === undefined || order < known.order) byId.set(id, { order, value: row.value });
    }
  }
  return [...byId.values()].flatMap(({ value }) => hitIn(value) ?? []);
}

/** Undefined for a row that is no JSON, which no report counts either. */
function hitIn(value: string): Hit | undefined {
  try {
    return JSON.parse(value) as Hit;
  } catch {
    return undefined;
  }
}
