import type { IdSet } from '../../lib/id-set.ts';
import type { Day } from '../../lib/site-days.ts';

/** Days kept loaded: logs go forward in time, but those of two servers may be a day apart. */
const daysOfLogs = 4;

export type ImportDays = {
  /** The ids of a site-day, if it is loaded. The caller adds the ids of the hits that it takes. */
  known(day: Day): IdSet | undefined;
  load(day: Day): Promise<IdSet>;
  /** It was loaded before: rows of it may still be on their way. */
  returns(day: Day): boolean;
};

/** All ids that a site-day has, wherever they are. */
export type IdsOfDay = (siteId: string, day: Day) => Promise<IdSet>;

/** The ids of the site-days that an import is working on, so that it leaves out known hits. */
export function openDays(idsOf: IdsOfDay, siteId: string, maxDays = daysOfLogs): ImportDays {
  const days = new Map<Day, IdSet>();
  const loaded = new Set<Day>();

  async function load(day: Day): Promise<IdSet> {
    const ids = await idsOf(siteId, day);
    days.set(day, ids);
    loaded.add(day);
    if (days.size > maxDays) days.delete(days.keys().next().value!);
    return ids;
  }

  return { known: (day) => days.get(day), load, returns: (day) => loaded.has(day) };
}
