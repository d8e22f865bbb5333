import { join } from 'node:path';
import { isErasedDue, mayNeedErasing } from '../days/pending-erasures.ts';
import type { Session } from '../duck/duck.ts';
import { readDayRows } from '../journal/day-rows.ts';
import { changesOf, erasuresOf, readErasures } from '../journal/erasures.ts';
import { type AmendedDay, amendAlone } from '../ledger/amended-day.ts';
import {
  dayContents,
  erasedContents,
  prepareDays,
  rollUpContents,
} from '../ledger/day-contents.ts';
import { type ClosedDay, type FileSet, fileOfDay, type MonthRow } from '../ledger/manifest.ts';
import { packKinds } from '../ledger/packs.ts';
import { removedOnFailure } from '../ledger/publish.ts';
import { saveFiles, verifyFiles } from '../ledger/save-files.ts';
import type { Day } from '../lib/site-days.ts';
import { offsetSpans } from '../lib/site-hours.ts';
import type { Erasure } from '../model/erasure.ts';
import { computeTimeoutMs } from '../model/times.ts';
import { cutAlone } from '../visits/merge.ts';
import type { Tables } from '../visits/tables.ts';
import { rowsIfFew } from './beside.ts';
import { lateContents, lateCounted } from './late-keys.ts';
import { isPackWhole, openFiles, packToClose } from './packed-day.ts';
import type { ReadKeys } from './read-rows.ts';
import { type DayLoad, stageDay } from './stage-day.ts';
import { type CloseWorld, type ClosingSite, mostUnrolled, newVersion } from './world.ts';

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
  /** They are those of the day's pack. */
  readonly isPack?: true;
  /** The erasures that took hits out of the day. */
  readonly erased: readonly Erasure[];
};

/**
 * Reads a day's rows and what the ledger has of it, cuts its visits, writes its files and verifies
 * them. Nothing is published.
 */
export async function makeFiles(
  world: CloseWorld,
  making: DayToMake,
  usesPack = !making.again,
): Promise<MadeFiles> {
  const { site, day, month, lateOnly, again } = making;
  const { home, clock } = world;
  const present = month.content.days[day];
  const hitsFile = fileOfDay(site.id, month, day, 'hits');
  const erasedFile = fileOfDay(site.id, month, day, 'erased');
  const of = { siteId: site.id, day };
  const packed = usesPack
    ? await packToClose(world, of, {
        ...{ set: present && (present.own ?? month.content.merged), lateOnly },
      })
    : undefined;
  // With hits that were erased and can be taken back: each closing asks again whether they are.
  const files = [...packKinds, 'erased' as const].flatMap(
    (kind) => fileOfDay(site.id, month, day, kind) ?? [],
  );
  const base =
    packed ?? (hitsFile === undefined ? undefined : await openFiles(world, files, present!.hits));
  try {
    const counted = await lateCounted(world, fileOfDay(site.id, month, day, 'late'));
    const rows = readDayRows(home, { ...of, lateOnly, counted, packed: packed?.keys });
    const first = await rows.pages.next();
    const erasures = await readErasures(home, site.id);
    const nowMs = clock();
    const ofDay = erasuresOf(erasures, site.zones, day);
    const due = ofDay.filter(({ destroyMs = 0 }) => destroyMs <= nowMs);
    const aside = ofDay.filter(({ destroyMs = 0 }) => destroyMs > nowMs);
    const erases =
      present !== undefined &&
      (mayNeedErasing(present, erasures, site, day) || isErasedDue(present, nowMs));
    // What an erasure means can be taken back, or is to be counted: packs do not have it.
    if (packed !== undefined && (ofDay.length > 0 || erases))
      return await makeFiles(world, making, false);
    if (first.done && packed === undefined && !((again || erases) && base !== undefined))
      return { closed: undefined, erased: [], late: rows.late(), own: undefined };
    world.checkRoom(hitsFile?.bytes ?? 0);
    const load = {
      ...{ day, zones: site.zones, erasures: due, aside, checkRoom: world.checkRoom },
      closed: base?.from,
      ...(ofDay.length === 0 && !erases && !again && { amends: base?.amends }),
      pages: firstAndRest(first, rows.pages),
    };
    const isPack =
      packed !== undefined &&
      (first.done ?? false) &&
      rows.late().length === 0 &&
      packed.pack.inOrder &&
      (await isPackWhole(world, of, packed.pack));
    const { set, erasedNow } = isPack
      ? { set: packed.pack.set, erasedNow: 0 }
      : await computeBeside(world, site.id, load, rows.late);
    const hits = set.files.hits!.rows;
    const newOwn = lateOnly ? 0 : rows.own() - (present?.journalRows ?? 0);
    const taken = (present?.taken ?? 0) + newOwn + rows.newLate();
    // An own row that is read a second time may be counted as erased already: never count more
    // than are missing.
    const gone = (present?.erased ?? 0) - (erasedFile?.rows ?? 0);
    const went = present?.went ?? 0;
    const erasedInAll = Math.min(gone + erasedNow, taken - went - hits);
    const untilMs = Math.min(...aside.map(({ destroyMs = 0 }) => destroyMs));
    return {
      late: rows.late(),
      own: lateOnly ? undefined : rows.ownKeys(),
      erased: erasedNow > 0 ? due : [],
      ...(isPack && { isPack }),
      closed: {
        own: set,
        ...{ hits, visits: set.files.visits!.rows, taken },
        ...{ erased: erasedInAll, duplicates: taken - went - hits - erasedInAll },
        ...(went > 0 && { went }),
        erasures: changesOf(erasures),
        ...(set.files.erased && { erasedUntilMs: untilMs }),
        journalRows: lateOnly ? (present?.journalRows ?? 0) : rows.own(),
        closedMs: clock(),
      },
    };
  } finally {
    base?.release();
  }
}

/** Where others are closed too, a small day is computed together with them, any other alone. */
async function computeBeside(
  world: CloseWorld,
  siteId: string,
  load: DayLoad,
  lateKeys: () => ReadKeys['late'],
): Promise<Computed> {
  const { beside } = world;
  if (beside === undefined) return computeFiles(world, siteId, 'close', load, lateKeys);
  const { rollsOver = mostUnrolled.day } = world;
  const { rows, pages } = await rowsIfFew(load.pages, rollsOver);
  const { day, zones, closed, erasures, aside = [] } = load;
  if (rows !== undefined && closed === undefined && erasures.length + aside.length === 0) {
    const set = await beside.together({ siteId, day, zones, rows, late: lateKeys() });
    if (set !== undefined) return { set, erasedNow: 0 };
  }
  return beside.alone(() => computeFiles(world, siteId, 'close', { ...load, pages }, lateKeys));
}

type Computed = { readonly set: FileSet; readonly erasedNow: number };

/**
 * In SQL: stages the rows, cuts visits, writes the files and reads them back. `lateKeys`: of the
 * late rows that were read, once they are.
 */
export async function computeFiles(
  world: CloseWorld,
  siteId: string,
  step: 'close' | 'pack',
  load: DayLoad,
  lateKeys: () => ReadKeys['late'] = () => [],
): Promise<Computed> {
  const { duck, random, scratch, rollsOver = mostUnrolled.day, faultPoint = () => {} } = world;
  const name = { siteId, dayOrMonth: load.day, version: newVersion(random) };
  const compute = async (session: Session) => {
    const erasedNow = await stageDay(session, join(scratch, name.version), load);
    await faultPoint(`${step}.read`);
    const { tables, rollUps } =
      load.amends === undefined
        ? await wholeDay(session)
        : await amendAlone(session, load.day, load.amends);
    await prepareDays(session, tables, [
      { day: load.day, spans: offsetSpans(load.zones, load.day) },
    ]);
    const isAside =
      (load.aside ?? []).length > 0 &&
      (await session.rows('/* close.erased */ SELECT 1 FROM erased LIMIT 1')).length > 0;
    // Sorting takes longer than all else, and what reads a pack does not need it.
    const inOrder = step === 'close' || load.amends === undefined;
    const rows = dayContents(tables);
    const isUnrolled =
      step === 'close' &&
      load.amends === undefined &&
      (await hasAtMost(session, tables, rollsOver));
    const contents = [
      ...(inOrder ? rows : rows.map(({ order: _, ...content }) => content)),
      ...(isUnrolled ? [] : await rollUps()),
      ...(await lateContents(session, [lateKeys()])),
      ...(isAside ? [erasedContents()] : []),
    ];
    const { files } = await saveFiles(world, session, name, contents);
    await faultPoint(`${step}.saved`);
    return { set: await verifyFiles(world, session, name, { files, contents }), erasedNow };
  };
  const made = await removedOnFailure(world, name, () => duck.step(compute, computeTimeoutMs));
  await faultPoint(`${step}.verified`);
  return made;
}

async function hasAtMost(session: Session, { hits }: Tables, most: number): Promise<boolean> {
  const [[count] = [0]] = await session.rows(`/* close.counted */ SELECT count(*) FROM ${hits}`);
  return Number(count) <= most;
}

async function wholeDay(session: Session): Promise<AmendedDay> {
  const tables = await cutAlone(session);
  return { tables, rollUps: () => rollUpContents(session, tables) };
}

export async function* firstAndRest<T>(
  first: IteratorResult<T>,
  rest: AsyncGenerator<T>,
): AsyncGenerator<T> {
  if (first.done) return;
  yield first.value;
  yield* rest;
}
