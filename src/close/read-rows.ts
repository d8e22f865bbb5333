import { type Key, rowsExpire, scanAll } from '../home/home.ts';
import { countOwnRows, ownPages } from '../journal/day-rows.ts';
import { daysPartition, latePartition, lateRange } from '../journal/keys.ts';
import { type ClosedDay, monthOf, readMonth } from '../ledger/manifest.ts';
import { publishChange } from '../ledger/publish.ts';
import { dropPack } from './packed-day.ts';
import type { CloseWorld, DayOfSite } from './world.ts';

/**
 * What became of a day:
 *   closed      its hits are in the ledger, now or already
 *   overtaken   somebody else closed it meanwhile
 *   again       rows came to its partitions that were not read: it has to be closed once more
 */
export type Outcome = 'closed' | 'overtaken' | 'again';

/** Keys of the rows that were read: late ones, and the day's own if those were read at all. */
export type ReadKeys = { readonly late: readonly Key[]; readonly own: Iterable<Key> | undefined };

type ReadDay = {
  readonly read: ReadKeys;
  readonly closed: ClosedDay | undefined;
  readonly recount: boolean;
};

/**
 * Rows removed at once, so that hits of other days do not wait; two such lots share a commit. From
 * some 4,000 on LMDB took four times as long.
 */
const removedAtOnce = 1_000;

/**
 * Removes the rows that the ledger now contains: exactly the late rows that were read, then the
 * day's own, if they are still as many.
 */
export async function removeReadRows(
  world: CloseWorld,
  of: DayOfSite,
  { read, closed, recount }: ReadDay,
): Promise<Outcome> {
  const { home, faultPoint = () => {} } = world;
  const { siteId, day } = of;
  await removeAll(world, read.late);
  await faultPoint('close.late-removed');
  if (!recount) return 'closed';
  if ((await countOwnRows(home, siteId, day)) > (closed?.journalRows ?? 0)) return 'again';
  await faultPoint('close.counted');
  // Where removing a row costs as much as writing it, rows have a time to live instead.
  if (!rowsExpire(home)) {
    await removeAll(world, read.own ?? (await ownKeys(world, of)));
    await faultPoint('close.rows-removed');
    await noteRowsRemoved(world, of);
    await faultPoint('close.rows-forgotten');
  }
  // Its rows were counted (where they stay: a day after closing), so nobody needs to look again.
  await home.rows.remove([{ partition: daysPartition(siteId), sort: day }]);
  await faultPoint('close.day-removed');
  return 'closed';
}

/**
 * Notes that the day's own rows are gone. A clock that was set back over a midnight stores hits
 * under a closed day: they must not be taken for rows that a cut close has left.
 */
async function noteRowsRemoved(world: CloseWorld, { siteId, day }: DayOfSite): Promise<void> {
  const month = await readMonth(world.home, siteId, monthOf(day));
  await publishChange(world, siteId, month, {
    change(content) {
      const present = content.days[day];
      if (present === undefined || present.journalRows === 0) return undefined;
      return { ...content, days: { ...content.days, [day]: { ...present, journalRows: 0 } } };
    },
  });
}

/**
 * Removes what came to a pruned day. The day is sealed: such rows were under way when it was, and
 * are not counted, as the day's hits are gone.
 */
export async function discardRows(world: CloseWorld, of: DayOfSite): Promise<Outcome> {
  const { home } = world;
  const { siteId, day } = of;
  const late: Key[] = [];
  for (let shard = 0; shard < home.shards; shard++) {
    const rows = scanAll(home.rows, latePartition(siteId, shard), lateRange(day));
    for await (const { partition, sort } of rows) late.push({ partition, sort });
  }
  await removeAll(world, late);
  if (!rowsExpire(home)) await removeAll(world, await ownKeys(world, of));
  await home.rows.remove([{ partition: daysPartition(siteId), sort: day }]);
  await dropPack(world, of);
  return 'closed';
}

async function ownKeys({ home }: CloseWorld, { siteId, day }: DayOfSite): Promise<Key[]> {
  const keys: Key[] = [];
  for await (const page of ownPages(home, siteId, day))
    for (const { partition, sort } of page) keys.push({ partition, sort });
  return keys;
}

/** The next lot is made ready while the store writes. */
async function removeAll({ home }: CloseWorld, keys: Iterable<Key>): Promise<void> {
  let before: Promise<void> = Promise.resolve();
  let lot: Key[] = [];
  const remove = async () => {
    const removed = home.rows.remove(lot);
    removed.catch(() => {}); // reported when it is awaited
    lot = [];
    await before;
    before = removed;
  };
  for (const key of keys) {
    lot.push(key);
    if (lot.length >= removedAtOnce) await remove();
  }
  await remove();
  await before;
}
