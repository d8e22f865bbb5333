import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { mayNeedErasing } from '../days/pending-erasures.ts';
import type { Session } from '../duck/duck.ts';
import { rowsExpire } from '../home/home.ts';
import { readDayRows } from '../journal/day-rows.ts';
import { changesOf, erasuresOf, readErasures } from '../journal/erasures.ts';
import { dayContents, prepareDays, rollUpContents } from '../ledger/day-contents.ts';
import {
  type ClosedDay,
  type FileSet,
  fileName,
  type Month,
  monthOf,
  readMonth,
  type SetName,
} from '../ledger/manifest.ts';
import { readPack } from '../ledger/packs.ts';
import { publishChange, removedOnFailure, removeUnpublished } from '../ledger/publish.ts';
import { monthSql, rollUpOptions } from '../ledger/roll-up.ts';
import { type Content, rowsCheck, saveFiles, verifyFiles } from '../ledger/save-files.ts';
import type { Day } from '../lib/site-days.ts';
import { offsetSpans } from '../lib/site-hours.ts';
import { computeTimeoutMs } from '../model/times.ts';
import { cutAlone } from '../visits/merge.ts';
import { rowsIfFew } from './beside.ts';
import { stageTogether } from './compute-together.ts';
import type { DayToClose } from './due-days.ts';
import { isMonthOver } from './due-merges.ts';
import { lateContents } from './late-keys.ts';
import { removeReadRows } from './read-rows.ts';
import { type CloseWorld, mostUnrolled, newVersion, type SmallDay } from './world.ts';

/** Of fewer days, closing and merging them takes no longer. */
export const fewestOfMonth = 8;

type ReadDay = SmallDay & { readonly recount: boolean; readonly own: DayRows };
type DayRows = ReturnType<typeof readDayRows>;

/**
 * Closes small days of a month that is over, of which the ledger has nothing yet: straight into the
 * month's merged files. An import leaves such months. Day by day, their files would be written, and
 * then merged. Gives those that are closed; what is left is closed day by day. It can be cut
 * between any two steps, and run twice, as the closing of a day can. The steps, in running order:
 *
 *   1. read the month's manifest, the erasures, and the days' rows
 *   2. cut visits, write the files and verify them; `late` has the keys of all late rows
 *   3. publish them: one conditional put of the month's row, which must still have no day
 *   4. read the erasures again: a day that one concerns is left
 *   5. remove the rows that were read, of one day after another
 *   6. forget the keys of the late rows: nobody needs them any more
 */
export async function closeMonth(
  world: CloseWorld,
  days: readonly DayToClose[],
): Promise<ReadonlyMap<Day, ClosedDay>> {
  const { home, random, clock, faultPoint = () => {} } = world;
  const none: ReadonlyMap<Day, ClosedDay> = new Map();
  const [{ site, day: first }] = days as [DayToClose, ...DayToClose[]];
  const month = monthOf(first);
  const row = await readMonth(home, site.id, month);
  if (!isEmpty(row.content) || !isMonthOver(month, site, clock())) return none;
  const erasures = await readErasures(home, site.id);
  if (days.some(({ day }) => erasuresOf(erasures, site.zones, day).length > 0)) return none;
  const read = await readAll(world, days);
  if (read === undefined || read.length < fewestOfMonth) return none;
  const name: SetName = { siteId: site.id, dayOrMonth: month, version: newVersion(random) };
  const folder = join(world.scratch, name.version);
  const made = await removedOnFailure(world, name, () =>
    world.duck.step(
      (session) => compute(world, session, { name, folder, days: read }),
      computeTimeoutMs,
    ),
  ).finally(() => rm(folder, { recursive: true, force: true }));
  if (made === undefined) return none;
  await faultPoint('close.verified');
  const closed = new Map(
    read.map(({ day, own }): [Day, ClosedDay] => {
      const { hits = 0, visits = 0 } = made.counts.get(day) ?? {};
      const taken = own.own() + own.newLate();
      const counts = { hits, visits, taken, duplicates: taken - hits, erased: 0 };
      const journalRows = own.own();
      return [day, { ...counts, journalRows, closedMs: clock(), erasures: changesOf(erasures) }];
    }),
  );
  const published = await publishChange(world, site.id, row, {
    change: (now) =>
      isEmpty(now) ? { ...now, days: Object.fromEntries(closed), merged: made.set } : undefined,
    holds: ({ merged }) => merged?.version === name.version,
  });
  if (!published) {
    await removeUnpublished(world, name);
    return none;
  }
  await faultPoint('close.published');
  // As for a day: rows stay until an erasure that was made meanwhile is applied.
  const now = await readErasures(home, site.id);
  for (const { day, own, recount } of read) {
    const of = { siteId: site.id, day };
    const present = closed.get(day)!;
    const keys = { late: own.late(), own: own.ownKeys() };
    if (
      mayNeedErasing(present, now, site, day) ||
      (await removeReadRows(world, of, { read: keys, closed: present, recount })) !== 'closed'
    )
      closed.delete(day);
  }
  if (closed.size === read.length) await forgetLate(world, name);
  return closed;
}

const isEmpty = ({ days, merged }: Month) => Object.keys(days).length === 0 && merged === undefined;

/** The rows of days, but of those that have none; undefined where one of them is not small. */
async function readAll(
  { home, rollsOver = mostUnrolled.day }: CloseWorld,
  days: readonly DayToClose[],
): Promise<ReadDay[] | undefined> {
  const read: ReadDay[] = [];
  for (const { site, day, recount } of days) {
    if ((await readPack(home, site.id, day)).pack !== undefined) return undefined;
    const reading = { siteId: site.id, day, lateOnly: false, counted: new Set<string>() };
    const own = readDayRows(home, reading);
    const { rows } = await rowsIfFew(own.pages, rollsOver);
    if (rows === undefined) return undefined;
    if (rows.length === 0) continue;
    read.push({
      ...{ siteId: site.id, day, zones: site.zones, rows, late: own.late(), own },
      recount: recount || !rowsExpire(home),
    });
  }
  return read;
}

type Counts = ReadonlyMap<Day, { readonly hits: number; readonly visits: number }>;

/** Undefined where there is no visit: files of no rows are not written. */
async function compute(
  world: CloseWorld,
  session: Session,
  {
    name,
    folder,
    days,
  }: { readonly name: SetName; readonly folder: string; readonly days: readonly ReadDay[] },
): Promise<{ readonly set: FileSet; readonly counts: Counts } | undefined> {
  const { rollsOver = mostUnrolled.month, faultPoint = () => {} } = world;
  const loaded = days.map(({ day, zones }) => ({ day, spans: offsetSpans(zones, day) }));
  await stageTogether(world, session, { folder, days, loaded });
  await faultPoint('close.read');
  const tables = await cutAlone(session);
  const rows = await session.rows(`/* close.counted */ SELECT day::VARCHAR, count(*),
      (SELECT count(*) FROM ${tables.visits} AS v WHERE v.day = h.day)
    FROM ${tables.hits} AS h GROUP BY h.day`);
  const counts: Counts = new Map(
    rows.map(([day, hits, visits]) => [
      String(day),
      { hits: Number(hits), visits: Number(visits) },
    ]),
  );
  const all = [...counts.values()].reduce((sum, { hits }) => sum + hits, 0);
  if (![...counts.values()].some(({ visits }) => visits > 0)) return undefined;
  await prepareDays(session, tables, loaded);
  const contents = [
    // Day by day, each as its own file would have it.
    ...dayContents(tables).map((one) => ({ ...one, order: `offsets.day, ${one.order}` })),
    ...(all > rollsOver ? await monthContents(session, tables) : []),
    ...(await lateContents(session, [days.flatMap(({ late }) => late)])),
  ];
  const { files } = await saveFiles(world, session, name, contents);
  await faultPoint('close.saved');
  return { set: await verifyFiles(world, session, name, { files, contents }), counts };
}

async function monthContents(
  session: Session,
  tables: Parameters<typeof rollUpContents>[1],
): Promise<Content[]> {
  const select = monthSql('rolled');
  return [
    ...(await rollUpContents(session, tables)),
    { kind: 'month', select, check: rowsCheck, options: rollUpOptions },
  ];
}

async function forgetLate(world: CloseWorld, name: SetName): Promise<void> {
  const { siteId, dayOrMonth, version } = name;
  const row = await readMonth(world.home, siteId, dayOrMonth);
  const forgotten = await publishChange(world, siteId, row, {
    change({ merged, ...content }) {
      if (merged?.version !== version || merged.files.late === undefined) return undefined;
      const { late: _, ...files } = merged.files;
      return { ...content, merged: { ...merged, files } };
    },
  });
  if (forgotten) await world.home.files.remove(fileName(siteId, dayOrMonth, version, 'late'));
}
