import { join } from 'node:path';
import { mayNeedErasing } from '../days/pending-erasures.ts';
import type { Session } from '../duck/duck.ts';
import { readDayRows } from '../journal/day-rows.ts';
import { erasuresOf, readErasures } from '../journal/erasures.ts';
import { openChecked } from '../ledger/checked-file.ts';
import { dayContents, prepareDay, rollUpContents } from '../ledger/day-contents.ts';
import { fileRows } from '../ledger/file-rows.ts';
import { type ClosedDay, type FileSet, fileOfDay, type MonthRow } from '../ledger/manifest.ts';
import { removedOnFailure } from '../ledger/publish.ts';
import { saveFiles, verifyFiles } from '../ledger/save-files.ts';
import type { Day } from '../lib/site-days.ts';
import type { Erasure } from '../model/erasure.ts';
import { computeTimeoutMs } from '../model/times.ts';
import { cutAlone } from '../visits/merge.ts';
import { lateContents, lateCounted } from './late-keys.ts';
import type { ReadKeys } from './read-rows.ts';
import { type DayLoad, stageDay } from './stage-day.ts';
import { type CloseWorld, type ClosingSite, newVersion } from './world.ts';

type DayToMake = {
  readonly site: ClosingSite;
  readonly day: Day;
  /** The month's row, as read before closing. */
  readonly month: MonthRow;
  /** The day's own rows are in its present files. */
  readonly lateOnly: boolean;
  /** Makes the files even if no row has come. */
  readonly again: boolean;
};

/** The keys of the rows that were read; `closed` is undefined if there was nothing to make. */
export type MadeFiles = ReadKeys & {
  readonly closed: ClosedDay | undefined;
  /** The erasures that took hits out of the day. */
  readonly erased: readonly Erasure[];
};

/**
 * Reads a day's rows and what the ledger has of it, cuts its visits, writes its files and verifies
 * them. Nothing is published.
 */
export async function makeFiles(world: CloseWorld, making: DayToMake): Promise<MadeFiles> {
  const { site, day, month, lateOnly, again } = making;
  const { home, clock } = world;
  const present = month.content.days[day];
  const hitsFile = fileOfDay(site.id, month, day, 'hits');
  const base = hitsFile === undefined ? undefined : await openChecked(home.files, hitsFile);
  try {
    const counted = await lateCounted(world, fileOfDay(site.id, month, day, 'late'));
    const rows = readDayRows(home, { siteId: site.id, day, lateOnly, counted });
    const first = await rows.pages.next();
    const erasures = await readErasures(home, site.id);
    const erasuresOfDay = erasuresOf(erasures, site.zones, day);
    const erases = present !== undefined && mayNeedErasing(present, erasures, site, day);
    if (first.done && !((again || erases) && base !== undefined))
      return { closed: undefined, erased: [], late: rows.late(), own: undefined };
    world.checkRoom(hitsFile?.bytes ?? 0);
    const { set, erasedNow } = await computeFiles(world, site.id, rows.late, {
      ...{ day, zones: site.zones, erasures: erasuresOfDay, checkRoom: world.checkRoom },
      closed: base && fileRows('hits', [hitsFile!], () => base.path),
      pages: firstAndRest(first, rows.pages),
    });
    const hits = set.files.hits!.rows;
    const newOwn = lateOnly ? 0 : rows.own() - (present?.journalRows ?? 0);
    const taken = (present?.taken ?? 0) + newOwn + rows.newLate();
    // An own row that is read a second time may be counted as erased already: never count more
    // than are missing.
    const erasedInAll = Math.min((present?.erased ?? 0) + erasedNow, taken - hits);
    return {
      late: rows.late(),
      own: lateOnly ? undefined : rows.ownKeys(),
      erased: erasedNow > 0 ? erasuresOfDay : [],
      closed: {
        own: set,
        ...{ hits, visits: set.files.visits!.rows, taken },
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

/** In SQL: stages the rows, cuts visits, writes the files and reads them back. */
async function computeFiles(
  world: CloseWorld,
  siteId: string,
  lateKeys: () => ReadKeys['late'],
  load: DayLoad,
): Promise<{ readonly set: FileSet; readonly erasedNow: number }> {
  const { duck, random, scratch, faultPoint = () => {} } = world;
  const name = { siteId, dayOrMonth: load.day, version: newVersion(random) };
  const compute = async (session: Session) => {
    const erasedNow = await stageDay(session, join(scratch, name.version), load);
    await faultPoint('close.read');
    const tables = await cutAlone(session);
    await prepareDay(session, tables, load.zones, load.day);
    const contents = [
      ...dayContents(tables),
      ...(await rollUpContents(session, tables)),
      ...(await lateContents(session, lateKeys())),
    ];
    const { files } = await saveFiles(world, session, name, contents);
    await faultPoint('close.saved');
    return { set: await verifyFiles(world, session, name, { files, contents }), erasedNow };
  };
  const made = await removedOnFailure(world, name, () => duck.step(compute, computeTimeoutMs));
  await faultPoint('close.verified');
  return made;
}

async function* firstAndRest<T>(
  first: IteratorResult<T>,
  rest: AsyncGenerator<T>,
): AsyncGenerator<T> {
  if (first.done) return;
  yield first.value;
  yield* rest;
}
