import { changesOf, readErasures } from '../journal/erasures.ts';
import { type Place, startOf } from '../journal/keys.ts';
import { minuteMs } from '../lib/clock.ts';
import type { Day } from '../lib/site-days.ts';
import { type DaysSite, type HeldDays, sourceOf } from './held-days.ts';
import type { Days } from './open-days.ts';
import { type RawCondition, type RawHit, rawHitOf, rawHitsSql } from './raw-hit-sql.ts';
import { readDays } from './read-days.ts';
import { mostUnerased } from './unerased.ts';
import type { DaySource, Wanted } from './wanted.ts';

export type RawQuery = {
  /** The first day wanted, or the hit behind which to go on. */
  readonly after?: Place | undefined;
  /** The last day wanted. */
  readonly to?: Day | undefined;
  readonly pageviews?: boolean;
  /** Moments: the first included, the last not. */
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
  /** Of these visitors alone: 16 hex digits each. */
  readonly visitors?: readonly string[] | undefined;
  /** In the query language: only the hits that match, of those that reports count. */
  readonly filters?: unknown;
  /** Hits at the most; an answer may have fewer and still not be the last. */
  readonly limit: number;
};

/** Hits in order of their places; `next` is where to go on, if there is more. */
export type RawPage = { readonly hits: readonly RawHit[]; readonly next?: Place };

/**
 * Each reading looks at a whole day. So if many hits are wanted, this many are read at once, and
 * kept until they are asked for.
 */
const readAtOnce = 25_000;

const manyHits = 500;

const keptReadings = 3;

const keptMs = minuteMs;

type Reading = { readonly page: RawPage; readonly atMs: number };

/**
 * Raw hits of open and closed days alike, page after page. A place from before a day was closed
 * holds after it.
 */
export function openRawHits(): (
  days: Days,
  site: DaysSite,
  query: RawQuery,
  matches?: RawCondition,
) => Promise<RawPage> {
  // By site and where it begins; the last one made stands last.
  const kept = new Map<string, Reading>();

  async function read(
    days: Days,
    site: DaysSite,
    query: RawQuery,
    matches?: RawCondition,
  ): Promise<RawPage> {
    const { limit, after: _, ...which } = query;
    // What was erased since is not read from what is kept.
    const erased = changesOf(await readErasures(days.home, site.id));
    const key = (place: Place | undefined) => JSON.stringify([site.id, erased, which, place]);
    const known = kept.get(key(query.after));
    kept.delete(key(query.after));
    const isFresh = known !== undefined && days.monotonicMs() < known.atMs + keptMs;
    const { hits, next } = isFresh ? known.page : await readHits(days, site, query, matches);
    if (hits.length <= limit) return { hits, ...(next !== undefined && { next }) };
    const page = hits.slice(0, limit);
    const { day, order } = page[limit - 1]!;
    const rest = { hits: hits.slice(limit), ...(next !== undefined && { next }) };
    kept.set(key({ day, order }), { page: rest, atMs: days.monotonicMs() });
    if (kept.size > keptReadings) kept.delete(kept.keys().next().value!);
    return { hits: page, next: { day, order } };
  }

  return read;
}

function readHits(
  source: Days,
  site: DaysSite,
  query: RawQuery,
  matches?: RawCondition,
): Promise<RawPage> {
  const { after, to, pageviews = false, fromMs, toMs, visitors, limit } = query;
  return readDays(source, site, { from: after?.day, to }, (held) => {
    const most = limit < manyHits ? limit : Math.max(limit, readAtOnce);
    const { days, next } = daysOf(held, most);
    const scopes = scopesOf(held, days, matches === undefined);
    return {
      scopes,
      async compute(session, tables) {
        const found: RawHit[] = [];
        for (const scope of scopes) {
          const own = scope.days.map(({ day }) => day);
          const { text, values } = rawHitsSql(tables(scope), own, after ?? startOf('0001-01-01'), {
            ...{ limit: most - found.length, pageviews, fromMs, toMs, visitors, matches },
          });
          found.push(...(await session.rows(text, values)).map(rawHitOf));
          if (found.length >= most) break;
        }
        const last = found.length < most ? undefined : found[found.length - 1]!;
        const goOn = last === undefined ? next : { day: last.day, order: last.order };
        return { hits: found, ...(goOn !== undefined && { next: goOn }) };
      },
    };
  });
}

/** Its files may still have its hits: they can be taken back. */
const isPruned = ({ closed }: HeldDays, day: Day) => closed.get(day)?.closed.pruned !== undefined;

/**
 * As many days as hold about so many hits; how many an open one holds is not known. Of days that
 * something was erased from and that are not made again yet, so many as a report reads.
 */
function daysOf(held: HeldDays, hits: number): { days: readonly Day[]; next?: Place } {
  const { days } = held;
  let [sum, unerased] = [0, 0];
  for (const [i, day] of days.entries()) {
    const files = held.bases.get(day) ?? held.closed.get(day);
    sum += isPruned(held, day) ? 0 : (files?.closed.hits ?? hits);
    if (held.unerased.has(day)) unerased++;
    const beyond = days[i + 1];
    if ((sum >= hits || unerased >= mostUnerased.days) && beyond !== undefined)
      return { days: days.slice(0, i + 1), next: startOf(beyond) };
  }
  return { days };
}

/** Neighbouring days of one source together, so that all hits come in order. */
function scopesOf(held: HeldDays, days: readonly Day[], hitsOnly: boolean): Wanted[] {
  const scopes: (Wanted & { readonly days: { day: Day; source?: DaySource }[] })[] = [];
  for (const day of days) {
    if (isPruned(held, day)) continue;
    const { source } = sourceOf(held, day);
    const one = { day, ...(source !== undefined && { source }) };
    const last = scopes[scopes.length - 1];
    if (last !== undefined && last.days[0]!.source === one.source) last.days.push(one);
    else scopes.push({ relation: 'hits', days: [one], ...(hitsOnly && { hitsOnly }) });
  }
  return scopes;
}
