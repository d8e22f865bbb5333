import type { Home } from '../../home/home.ts';
import { daysPartition, receiptOf } from '../../journal/keys.ts';
import { startCursor, tailDay } from '../../journal/read.ts';
import type { Day } from '../../lib/site-days.ts';
import { type IdSet, openIdSet } from './id-set.ts';

/** Days at hand: logs go forward in time, but two servers' may be a day apart. */
const daysOfLogs = 4;

export type ImportDays = {
  /** The ids of a site-day, if it is at hand; whoever takes a hit adds its own. */
  known(day: Day): IdSet | undefined;
  load(day: Day): Promise<IdSet>;
  /** It was at hand before: rows of it may still be on their way. */
  returns(day: Day): boolean;
};

/** The ids of the site-days that an import is at, so that it leaves out what is there already. */
export function openDays(
  home: Pick<Home, 'rows' | 'shards'>,
  siteId: string,
  maxDays = daysOfLogs,
): ImportDays {
  const days = new Map<Day, IdSet>();
  const loaded = new Set<Day>();

  async function load(day: Day): Promise<IdSet> {
    const ids = openIdSet();
    // A day has its row before it has any hit.
    if ((await home.rows.get(daysPartition(siteId), day)) !== undefined) {
      for await (const { rows } of tailDay(home, siteId, day, startCursor)) {
        for (const row of rows) ids.add(receiptOf(row).id);
      }
    }
    days.set(day, ids);
    loaded.add(day);
    if (days.size > maxDays) days.delete(days.keys().next().value!);
    return ids;
  }

  return { known: (day) => days.get(day), load, returns: (day) => loaded.has(day) };
}
