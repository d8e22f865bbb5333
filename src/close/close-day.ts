import { join } from 'node:path';
import { isUnjudged } from '../days/judged.ts';
import type { Session } from '../duck/duck.ts';
import { parquet } from '../duck/parquet.ts';
import { type Key, scanAll } from '../home/home.ts';
import { countOwnRows, ownPages, readDayRows } from '../journal/day-rows.ts';
import { erasuresOf, readErasures } from '../journal/erasures.ts';
import { daysPartition, latePartition, lateRange } from '../journal/keys.ts';
import { openChecked } from '../ledger/checked-file.ts';
import { dayContents, prepareDay, rollUpContents } from '../ledger/day-contents.ts';
import {
  type ClosedDay,
  type FileKind,
  filesOfSet,
  type Month,
  type MonthRow,
  monthOf,
  readMonth,
} from '../ledger/manifest.ts';
import { orRemoved, publishChange, removeUnpublished } from '../ledger/publish.ts';
import { saveFiles, verifyFiles } from '../ledger/save-files.ts';
import type { Day } from '../lib/site-days.ts';
import type { Erasure } from '../model/erasure.ts';
import { computeTimeoutMs } from '../model/times.ts';
import { cutAlone } from '../visits/merge.ts';
import { lateContents, lateCounted } from './late-keys.ts';
import { removeErasedRows } from './own-rows.ts';
import { stageDay } from './stage-day.ts';
import { type CloseWorld, type ClosingSite, newVersion } from './world.ts';

/**
 * What became of a day:
 *   closed      its hits are in the ledger, now or already
 *   overtaken   somebody else closed it meanwhile
 *   again       rows came to its partitions that were not read: it has to be closed once more
 */
export type Outcome = 'closed' | 'overtaken' | 'again';

export type CloseOptions = {
  /** Also where nothing has come: its files are made anew. */
  readonly anew?: boolean;
  /**
   * Count the rows of its own partitions again; where rows stay for a while, that is a reading that
   * is paid for.
   */
  readonly recount?: boolean;
};

/**
 * Rows removed at once, so that hits of other days do not wait; two such lots share a commit. From
 * some 4,000 on LMDB took four times as long.
 */
const removedAtOnce = 1_000;

/**
 * Closes a frozen day: all its rows, its late rows and what the ledger has of it become one set of
 * files. Safe to be cut between any two steps, and to run in two processes at once: files count
 * only when the manifest names them, and rows go only when it does.
 */
export async function closeDay(
  world: CloseWorld,
  site: ClosingSite,
  day: Day,
  { anew = false, recount = !world.home.manyServers }: CloseOptions = {},
): Promise<Outcome> {
  const { reach = () => {} } = world;
  const before = await readMonth(world.home, site.id, monthOf(day));
  const present = before.content.days[day];
  if (present?.pruned !== undefined) return discard(world, site.id, day);
  // The rows of a closed day are in its files, unless some came to its partitions after all.
  const lateOnly =
    present !== undefined &&
    !(recount && (await countOwnRows(world.home, site.id, day)) > present.journalRows);
  const made = await makeFiles(world, site, day, before, lateOnly, anew);
  if (made.nothing) return finish(world, site.id, day, made, present, recount);
  const published = await publish(world, site.id, day, before, made.closed);
  if (!published) {
    await removeUnpublished(world, site.id, day, made.closed.own!.version);
    return 'overtaken';
  }
  await reach('close.published');
  if (world.home.manyServers && made.erased.length > 0)
    await removeErasedRows(world, site.id, day, made.erased);
  // Whoever made an erasure meanwhile may have looked before this day was in the ledger. Its rows
  // stay until it is judged: by them it is found again, should this be cut.
  if (isUnjudged(made.closed, await readErasures(world.home, site.id), site, day)) return 'again';
  return finish(world, site.id, day, made, made.closed, recount);
}

/**
 * Keys of the rows that were read: of late ones, and of the day's own where those were read at all.
 */
type ReadKeys = { readonly late: readonly Key[]; readonly own: Iterable<Key> | undefined };

type Made = ReadKeys &
  (
    | { readonly nothing: true }
    // `erased`: what took hits out of it.
    | { readonly nothing: false; readonly closed: ClosedDay; readonly erased: readonly Erasure[] }
  );

async function makeFiles(
  world: CloseWorld,
  site: ClosingSite,
  day: Day,
  month: MonthRow,
  lateOnly: boolean,
  anew: boolean,
): Promise<Made> {
  const { home, duck, clock, random, reach = () => {} } = world;
  const present = month.content.days[day];
  const version = newVersion(random);
  const files = present === undefined ? undefined : setOf(site.id, day, present, month);
  const hitsFile = files?.named('hits');
  const base = hitsFile === undefined ? undefined : await openChecked(home.files, hitsFile);
  try {
    const counted =
      files === undefined ? new Set<string>() : await lateCounted(world, files.named('late'));
    const rows = readDayRows(home, { siteId: site.id, day, lateOnly, counted });
    const first = await rows.pages.next();
    const erasures = await readErasures(home, site.id);
    const judging = erasuresOf(erasures, site.zones, day);
    const erases = present !== undefined && isUnjudged(present, erasures, site, day);
    if (first.done && !((anew || erases) && base !== undefined))
      return { nothing: true, late: rows.late(), own: undefined };
    const closed = base === undefined ? undefined : parquet([base.path]);
    const { checkRoom } = world;
    checkRoom(hitsFile?.bytes ?? 0);
    const pages = behind(first, rows.pages);
    const load = { day, zones: site.zones, closed, pages, erasures: judging, checkRoom };
    const compute = async (session: Session) => {
      const erasedNow = await stageDay(session, join(world.scratch, version), load);
      await reach('close.read');
      const tables = await cutAlone(session);
      await prepareDay(session, tables, site.zones, day);
      const contents = [
        ...dayContents(tables),
        ...(await rollUpContents(session, tables)),
        ...(await lateContents(session, rows.late())),
      ];
      const saved = await saveFiles(world, session, site.id, day, version, contents);
      await reach('close.saved');
      const kept = await verifyFiles(world, session, site.id, day, saved, contents);
      return { kept, erasedNow };
    };
    const { kept, erasedNow } = await orRemoved(world, site.id, day, version, () =>
      duck.step(compute, computeTimeoutMs),
    );
    await reach('close.verified');
    const hits = kept.files.hits!.rows;
    const taken =
      (present?.taken ?? 0) +
      (lateOnly ? 0 : rows.own() - (present?.journalRows ?? 0)) +
      rows.newLate();
    // Rows of its own partitions that are read again may have been erased and counted before.
    const erasedInAll = Math.min((present?.erased ?? 0) + erasedNow, taken - hits);
    return {
      nothing: false,
      late: rows.late(),
      own: lateOnly ? undefined : rows.ownKeys(),
      erased: erasedNow > 0 ? judging : [],
      closed: {
        own: kept,
        ...{ hits, visits: kept.files.visits!.rows, taken },
        ...{ erased: erasedInAll, duplicates: taken - hits - erasedInAll },
        erasures: erasures.length,
        journalRows: lateOnly ? (present?.journalRows ?? 0) : rows.own(),
        closedMs: clock(),
      },
    };
  } finally {
    base?.release();
  }
}

/** What was looked at first, and what comes behind it. */
async function* behind<T>(first: IteratorResult<T>, rest: AsyncGenerator<T>): AsyncGenerator<T> {
  if (first.done) return;
  yield first.value;
  yield* rest;
}

/**
 * Puts the day into its month's row, whatever else of it changes meanwhile; false where the day
 * itself has.
 */
function publish(
  world: CloseWorld,
  siteId: string,
  day: Day,
  before: MonthRow,
  closed: ClosedDay,
): Promise<boolean> {
  const versionOf = ({ days, merged }: Month) => {
    const present = days[day];
    return present && `${present.own?.version ?? merged?.version} ${present.pruned}`;
  };
  return publishChange(
    world,
    siteId,
    before,
    (now) =>
      versionOf(now) === versionOf(before.content)
        ? { ...now, days: { ...now.days, [day]: closed } }
        : undefined,
    ({ days }) => days[day]?.own?.version === closed.own!.version,
  );
}

/**
 * Removes what the ledger holds now: exactly the late rows that were read, then the day's own, if
 * they are still as many.
 */
async function finish(
  world: CloseWorld,
  siteId: string,
  day: Day,
  read: ReadKeys,
  closed: ClosedDay | undefined,
  recount: boolean,
): Promise<Outcome> {
  const { home, reach = () => {} } = world;
  await removeAll(world, read.late);
  await reach('close.late-removed');
  if (!recount) return 'closed';
  if ((await countOwnRows(home, siteId, day)) > (closed?.journalRows ?? 0)) return 'again';
  await reach('close.counted');
  // Where a row costs as much to remove as to write, it has a time to live.
  if (!home.manyServers) {
    await removeAll(world, read.own ?? (await ownKeys(home, siteId, day)));
    await reach('close.rows-removed');
    await forgetRows(world, siteId, day);
    await reach('close.rows-forgotten');
  }
  // Its rows were counted, a day after closing where they stay: nobody has to look at them again.
  await home.rows.remove([{ partition: daysPartition(siteId), sort: day }]);
  await reach('close.day-removed');
  return 'closed';
}

/**
 * Notes that the rows that were read are gone. A clock that was set back over a midnight files hits
 * under a day that is closed: they must not be taken for what a cut close has left.
 */
async function forgetRows(world: CloseWorld, siteId: string, day: Day): Promise<void> {
  const month = await readMonth(world.home, siteId, monthOf(day));
  await publishChange(world, siteId, month, (content) => {
    const present = content.days[day];
    if (present === undefined || present.journalRows === 0) return undefined;
    return { ...content, days: { ...content.days, [day]: { ...present, journalRows: 0 } } };
  });
}

/**
 * A pruned day is sealed: what comes to it all the same was under way, and goes uncounted as its
 * hits have gone.
 */
async function discard(world: CloseWorld, siteId: string, day: Day): Promise<Outcome> {
  const { home } = world;
  const keys: Key[] = [];
  for (let shard = 0; shard < home.shards; shard++) {
    for await (const { partition, sort } of scanAll(
      home.rows,
      latePartition(siteId, shard),
      lateRange(day),
    ))
      keys.push({ partition, sort });
  }
  await removeAll(world, keys);
  if (!home.manyServers) await removeAll(world, await ownKeys(home, siteId, day));
  await home.rows.remove([{ partition: daysPartition(siteId), sort: day }]);
  return 'closed';
}

async function ownKeys(home: CloseWorld['home'], siteId: string, day: Day): Promise<Key[]> {
  const keys: Key[] = [];
  for await (const page of ownPages(home, siteId, day))
    for (const { partition, sort } of page) keys.push({ partition, sort });
  return keys;
}

/** The next ones are made ready while the store writes. */
async function removeAll({ home }: CloseWorld, keys: Iterable<Key>): Promise<void> {
  let before: Promise<void> = Promise.resolve();
  let lot: Key[] = [];
  const remove = async () => {
    const removed = home.rows.remove(lot);
    removed.catch(() => {}); // told when it is awaited
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

/** The files that hold a closed day: its own, else the month's. */
function setOf(siteId: string, day: Day, { own }: ClosedDay, { month, content }: MonthRow) {
  const set = own ?? content.merged;
  const files = set === undefined ? [] : filesOfSet(siteId, own === undefined ? month : day, set);
  return { named: (kind: FileKind) => files.find((file) => file.kind === kind) };
}
