import type { Home } from '../home/home.ts';
import { readErasures } from '../journal/erasures.ts';
import { openMonths } from '../ledger/months.ts';
import type { Day } from '../lib/site-days.ts';
import { type DaysSite, type HeldDays, heldDays, listDaysHeld } from './held-days.ts';

/**
 * What one question reads from hits of closed days at the most, because something was erased and
 * they have not been made again. `docs/internals/days.md` has the figures.
 */
export const mostUnerased = { days: 100, hits: 500_000 } as const;

/** Closed days that are to be made again, and about how long that takes once it has begun. */
export type Erasing = { readonly days: readonly Day[]; readonly seconds: number };

/** An estimate, for people to know whether to wait: reading a day again, and writing it. */
const secondsADay = 0.3;

const secondsAHit = 15e-6;

export function erasingOf(days: readonly Day[], { closed }: Pick<HeldDays, 'closed'>): Erasing {
  const hits = days.reduce((sum, day) => sum + (closed.get(day)?.closed.hits ?? 0), 0);
  return { days, seconds: Math.ceil(days.length * secondsADay + hits * secondsAHit) };
}

/**
 * The days as a question can read them all at once. Where more closed days wait to be made again
 * than it may read from hits, the newest are, and the older ones (`waiting`) are read as their
 * files have them, with hits that are erased.
 */
export function withinBounds(
  held: HeldDays,
  most: { readonly days: number; readonly hits: number } = mostUnerased,
): { readonly held: HeldDays; readonly waiting: readonly Day[] } {
  const { unerased, closed, late } = held;
  // Days with late rows are read from hits in any case.
  const days = [...unerased].filter((day) => !late.has(day)).sort();
  let [left, hits] = [days.length, 0];
  while (left > 0 && days.length - left < most.days) {
    hits += closed.get(days[left - 1]!)!.closed.hits;
    if (hits > most.hits && left < days.length) break;
    left--;
  }
  const waiting = days.slice(0, left);
  if (left === 0) return { held, waiting };
  const without = new Set(waiting);
  const read = new Set([...unerased].filter((day) => !without.has(day)));
  return { held: { ...held, unerased: read }, waiting };
}

/** The closed days that wait to be made again, and those of them that reports do not judge yet. */
export async function readErasing(
  home: Pick<Home, 'rows' | 'shards'>,
  site: DaysSite,
): Promise<Erasing & { readonly waiting: readonly Day[] }> {
  const erasures = await readErasures(home, site.id);
  const listed = await listDaysHeld({ home, months: openMonths(home) }, site.id);
  const held = heldDays(listed, site, erasures);
  return { ...erasingOf([...held.unerased], held), waiting: withinBounds(held).waiting };
}
