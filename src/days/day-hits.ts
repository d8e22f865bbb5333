import type { Duck, Session } from '../duck/duck.ts';
import type { Home } from '../home/home.ts';
import { readErasures } from '../journal/erasures.ts';
import { lateDays, listDays, ownDays } from '../journal/read.ts';
import { lostFile } from '../ledger/checked-file.ts';
import { dayContents, prepareDay } from '../ledger/day-contents.ts';
import { fileRows, isWrittenNow } from '../ledger/file-rows.ts';
import { fileOfDay, monthOf, type NamedFile, readMonth, readMonths } from '../ledger/manifest.ts';
import type { LedgerFiles } from '../ledger/open-files.ts';
import { inOrder } from '../ledger/save-files.ts';
import { DaybookError } from '../lib/errors.ts';
import { type Day, nextDay, type ZoneSpan } from '../lib/site-days.ts';
import { computeTimeoutMs } from '../model/times.ts';
import type { ClosedHits, Mounts } from './mounts/mounts.ts';
import { mayNeedErasing } from './pending-erasures.ts';

export type DayHitsWorld = {
  readonly home: Pick<Home, 'rows' | 'shards'>;
  readonly duck: Duck;
  readonly mounts: Mounts;
  readonly files: LedgerFiles;
};

export type DaySite = {
  readonly id: string;
  readonly zones: readonly ZoneSpan[];
  readonly erasedTo?: string;
};

/** All hits of one day, each once. */
export type DayHits = {
  /** What reads them, with the ledger's columns, in its order. */
  readonly from: string;
  /** The ledger's file, if it contains exactly these hits as they would be written now. */
  readonly file?: { readonly path: string; readonly hits: number };
};

/** A day can be closed while it is read. If that happens every time, it is a fault. */
const attempts = 5;

/**
 * Gives the hits of one day to `use`: from the ledger if the day is closed, else mounted, alone. If
 * the day is closed again meanwhile, `use` is called once more. Gives undefined for a day without
 * hits.
 */
export async function withDayHits<T>(
  world: DayHitsWorld,
  site: DaySite,
  day: Day,
  use: (session: Session, hits: DayHits) => Promise<T>,
): Promise<T | undefined> {
  for (let attempt = 1; ; attempt++) {
    try {
      const done = await tryDay(world, site, day, use);
      if (done !== 'changed') return done.result;
    } catch (error) {
      // A file that is gone: the day was closed again.
      const isGone = error instanceof DaybookError && error.fault === 'not-found';
      if (!isGone) throw error;
      if (attempt === attempts) throw lostFile(error.message);
    }
    if (attempt === attempts)
      throw new DaybookError(
        'unavailable',
        `${day} was closed again at each of ${attempts} attempts to read it`,
      );
  }
}

async function tryDay<T>(
  world: DayHitsWorld,
  site: DaySite,
  day: Day,
  use: (session: Session, hits: DayHits) => Promise<T>,
): Promise<{ readonly result: T | undefined } | 'changed'> {
  const { home, duck } = world;
  const nothing = { result: undefined };
  // The journal first, as every reader: a day that is closed in between is found in both.
  const only = { from: day, to: nextDay(day) };
  const own = await ownDays(home, site.id, only);
  const late = await lateDays(home, site.id, only);
  const month = await readMonth(home, site.id, monthOf(day));
  const closed = month.content.days[day];
  if (closed?.pruned !== undefined) return nothing;
  const file = fileOfDay(site.id, month, day, 'hits');
  const erasures = await readErasures(home, site.id);
  const isUnerased = closed !== undefined && mayNeedErasing(closed, erasures, site, day);
  if (closed !== undefined && late.length === 0 && !isUnerased) {
    if (file === undefined) return nothing;
    return { result: await readClosed(world, file, { day, isOwn: closed.own !== undefined }, use) };
  }
  if (own.length === 0 && late.length === 0 && !isUnerased) return nothing;
  const erasedTo = erasures[erasures.length - 1]?.key;
  const judged = { ...site, ...(erasedTo !== undefined && { erasedTo }) };
  const result = await withMounted(world, judged, { day, file }, (from) =>
    duck.read((session) => from(session).then((hits) => use(session, hits)), computeTimeoutMs),
  );
  // Rows are removed only after their day's files are published. If those are still the same, all
  // rows were there to be read.
  const after = (await readMonth(home, site.id, month.month)).content.days[day];
  return JSON.stringify(after) === JSON.stringify(closed) ? { result } : 'changed';
}

async function readClosed<T>(
  { duck, files }: DayHitsWorld,
  file: NamedFile,
  { day, isOwn }: { readonly day: Day; readonly isOwn: boolean },
  use: (session: Session, hits: DayHits) => Promise<T>,
): Promise<T> {
  const opened = await files.open([file]);
  try {
    const path = opened.pathOf(file.name);
    const from = `(FROM ${fileRows('hits', [file], opened.pathOf)} WHERE day = DATE '${day}')`;
    const isWhole = isOwn && isWrittenNow(file);
    const hits = { from, ...(isWhole && { file: { path, hits: file.rows } }) };
    return await duck.read((session) => use(session, hits), computeTimeoutMs);
  } finally {
    opened.release();
  }
}

/** Mounts a day that has rows besides what the ledger has of it, or only rows. */
async function withMounted<T>(
  { mounts, files }: DayHitsWorld,
  site: DaySite,
  { day, file }: { readonly day: Day; readonly file: NamedFile | undefined },
  use: (from: (session: Session) => Promise<DayHits>) => Promise<T>,
): Promise<T> {
  const opened = await files.open(file === undefined ? [] : [file]);
  try {
    const closed: Map<Day, ClosedHits> = new Map();
    if (file !== undefined)
      closed.set(day, { version: file.name, from: fileRows('hits', [file], opened.pathOf) });
    const lease = await mounts.refresh(site, [day], closed);
    try {
      return await use(async (session) => {
        await prepareDay(session, lease.tables, site.zones, day);
        const hits = dayContents(lease.tables).find(({ kind }) => kind === 'hits')!;
        return { from: `(${inOrder(hits)})` };
      });
    } finally {
      lease.release();
      mounts.forget(site.id); // one day at a time is held
    }
  } finally {
    opened.release();
  }
}

/** Days, both included; either end may be open. */
export type DaySpan = { readonly from?: Day; readonly to?: Day };

/** The days of a site that may have hits, ascending. */
export async function daysWithHits(
  { home }: Pick<DayHitsWorld, 'home'>,
  siteId: string,
  { from, to }: DaySpan,
): Promise<Day[]> {
  const range = {
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to: nextDay(to) }),
  };
  const days = new Set(await listDays(home, siteId, range));
  const months = await readMonths(home, siteId, {
    ...(from !== undefined && { from: monthOf(from) }),
    ...(to !== undefined && { to: `${monthOf(to)}~` }),
  });
  for (const { content } of months) {
    for (const day of Object.keys(content.days)) {
      if ((from === undefined || day >= from) && (to === undefined || day <= to)) days.add(day);
    }
  }
  return [...days].sort();
}
