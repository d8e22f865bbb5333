import { mayNeedErasing } from '../days/pending-erasures.ts';
import { rowsExpire } from '../home/home.ts';
import { countOwnRows } from '../journal/day-rows.ts';
import { readErasures } from '../journal/erasures.ts';
import {
  type ClosedDay,
  fileOfDay,
  type Month,
  type MonthRow,
  monthOf,
  readMonth,
} from '../ledger/manifest.ts';
import { publishChange, removeUnpublished } from '../ledger/publish.ts';
import type { Day } from '../lib/site-days.ts';
import { makeFiles } from './make-files.ts';
import { removeErasedRows } from './own-rows.ts';
import { dropPack } from './packed-day.ts';
import { discardRows, type Outcome, removeReadRows } from './read-rows.ts';
import type { CloseWorld, ClosingSite, DayOfSite } from './world.ts';

export type CloseOptions = {
  /** Makes the day's files again, also if nothing has come. */
  readonly again?: boolean;
  /**
   * Counts the rows of the day's own partitions again. Where rows stay, that reading costs money.
   */
  readonly recount?: boolean;
};

/**
 * Closes a frozen day: all its rows, its late rows and what the ledger has of it become one set of
 * files. It can be cut between any two steps, and run in two processes at once: files count only
 * when the manifest names them, and rows are removed only then. The steps, in running order:
 *
 *   1. read the month's manifest
 *   2. read the day's rows, cut visits, write the files and verify them (`make-files.ts`). Rows
 *      that its pack has are not read again; where these are all, its files are the day's
 *   3. publish them: one conditional put of the month's row
 *   4. read the erasures again
 *   5. remove the late rows that were read, then the day's own (`read-rows.ts`)
 */
export async function closeDay(
  world: CloseWorld,
  site: ClosingSite,
  day: Day,
  { again = false, recount = !rowsExpire(world.home) }: CloseOptions = {},
): Promise<Outcome> {
  const { home, faultPoint = () => {} } = world;
  const of: DayOfSite = { siteId: site.id, day };
  const month = await readMonth(home, site.id, monthOf(day));
  const present = month.content.days[day];
  // While it can be taken back, so can rows that were under way when it was pruned.
  if (present?.keptUntilMs !== undefined) return 'closed';
  if (present?.pruned !== undefined) return discardRows(world, of);
  const lateOnly = !(await hasOwnRows(world, of, { present, recount }));
  const made = await makeFiles(world, { site, day, month, lateOnly, again });
  if (made.closed === undefined)
    return removeReadRows(world, of, { read: made, closed: present, recount });
  if (!(await publish(world, of, month, made.closed))) {
    const { version } = made.closed.own!;
    if (!made.isPack) await removeUnpublished(world, { siteId: site.id, dayOrMonth: day, version });
    return 'overtaken';
  }
  await faultPoint('close.published');
  await dropPack(world, of, made.closed.own!.version);
  // Nobody reads it, so nobody has to be waited for.
  const erasedBefore = fileOfDay(site.id, month, day, 'erased');
  if (erasedBefore !== undefined) await home.files.remove(erasedBefore.name);
  if (rowsExpire(home) && made.erased.length > 0)
    await removeErasedRows(world, site.id, day, made.erased);
  // Whoever made an erasure meanwhile may have looked before this day was in the ledger. Its rows
  // stay until the erasure is applied: if this is cut, the day is found again by them.
  if (mayNeedErasing(made.closed, await readErasures(home, site.id), site, day)) return 'again';
  return removeReadRows(world, of, { read: made, closed: made.closed, recount });
}

/**
 * Whether the day's own rows are to be read. Those of a closed day are in its files, unless some
 * came to its partitions afterwards.
 */
async function hasOwnRows(
  { home }: CloseWorld,
  { siteId, day }: DayOfSite,
  { present, recount }: { readonly present: ClosedDay | undefined; readonly recount: boolean },
): Promise<boolean> {
  if (present === undefined) return true;
  return recount && (await countOwnRows(home, siteId, day)) > present.journalRows;
}

/**
 * Puts the day into its month's row, whatever else of the row changes meanwhile. Gives false if the
 * day itself has changed.
 */
function publish(
  world: CloseWorld,
  { siteId, day }: DayOfSite,
  before: MonthRow,
  closed: ClosedDay,
): Promise<boolean> {
  const versionOf = ({ days, merged }: Month) => {
    const present = days[day];
    return (
      present &&
      `${present.own?.version ?? merged?.version} ${present.pruned} ${present.keptUntilMs}`
    );
  };
  return publishChange(world, siteId, before, {
    change: (now) =>
      versionOf(now) === versionOf(before.content)
        ? { ...now, days: { ...now.days, [day]: closed } }
        : undefined,
    holds: ({ days }) => days[day]?.own?.version === closed.own!.version,
  });
}
