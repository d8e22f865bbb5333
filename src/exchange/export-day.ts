import { copyFile } from 'node:fs/promises';
import { isUnjudged } from '../days/judged.ts';
import type { Mounts } from '../days/mounts/mounts.ts';
import type { Duck } from '../duck/duck.ts';
import { parquet } from '../duck/parquet.ts';
import type { Home, LocalFile } from '../home/home.ts';
import { readErasures } from '../journal/erasures.ts';
import { lateDays, ownDays } from '../journal/read.ts';
import { openChecked } from '../ledger/checked-file.ts';
import { dayContents, prepareDay } from '../ledger/day-contents.ts';
import {
  type ClosedDay,
  fileName,
  type MonthRow,
  monthOf,
  type NamedFile,
  readMonth,
} from '../ledger/manifest.ts';
import { inOrder } from '../ledger/save-files.ts';
import { DaybookError } from '../lib/errors.ts';
import { type Day, isDay, nextDay, type ZoneSpan } from '../lib/site-days.ts';
import { computeTimeoutMs } from '../model/times.ts';
import { copySql, type Format } from './formats.ts';

/** `duck` may write to the folder of the export, `mounts` are its own. */
export type ExportWorld = {
  readonly home: Pick<Home, 'rows' | 'files' | 'shards'>;
  readonly duck: Duck;
  readonly mounts: Mounts;
  /** Names of ledger files that were found to be what their manifest says. */
  readonly checked: Set<string>;
};

export type ExportedSite = {
  readonly id: string;
  readonly zones: readonly ZoneSpan[];
  readonly erasedTo?: string;
};

/** A day can be closed while it is read; where that happens every time, something is wrong. */
const attempts = 5;

/**
 * Writes all hits of a day, each once, to `path`, and gives how many; undefined where the day has
 * none.
 */
export async function exportDay(
  world: ExportWorld,
  site: ExportedSite,
  day: Day,
  format: Format,
  path: string,
  header = true,
): Promise<number | undefined> {
  if (!isDay(day))
    throw new DaybookError('bad-input', `expected a day, got ${JSON.stringify(day)}`);
  for (let attempt = 1; ; attempt++) {
    try {
      const written = await tryDay(world, site, day, format, path, header);
      if (written !== 'changed') return written.hits || undefined;
    } catch (error) {
      // A file that is gone: the day was closed anew.
      const isGone = error instanceof DaybookError && error.fault === 'not-found';
      if (!isGone || attempt === attempts) throw error;
    }
    if (attempt === attempts)
      throw new DaybookError(
        'unavailable',
        `${day} was closed anew at each of ${attempts} attempts to read it`,
      );
  }
}

async function tryDay(
  world: ExportWorld,
  site: ExportedSite,
  day: Day,
  format: Format,
  path: string,
  header: boolean,
): Promise<{ readonly hits: number } | 'changed'> {
  const { home } = world;
  // The journal first, as every reader: a day that is closed in between is found in both, never in
  // none.
  const only = { from: day, to: nextDay(day) };
  const own = await ownDays(home, site.id, only);
  const late = await lateDays(home, site.id, only);
  const month = await readMonth(home, site.id, monthOf(day));
  const closed = month.content.days[day];
  if (closed?.pruned !== undefined) return { hits: 0 };
  const file = closed && hitsFile(site.id, day, closed, month);
  const erasures = await readErasures(home, site.id);
  const isUnerased = closed !== undefined && isUnjudged(closed, erasures, site, day);
  if (closed !== undefined && late.length === 0 && !isUnerased) {
    return file === undefined ? { hits: 0 } : copyClosed(world, day, file, format, path, header);
  }
  if (own.length === 0 && late.length === 0 && !isUnerased) return { hits: 0 };
  const erasedTo = erasures[erasures.length - 1]?.key;
  const judged = { ...site, ...(erasedTo !== undefined && { erasedTo }) };
  const hits = await copyMounted(world, judged, day, file, format, path, header);
  // Rows go only after their day's files are published: where those are still the same, all rows
  // were there to be read.
  const after = (await readMonth(home, site.id, month.month)).content.days[day];
  return JSON.stringify(after) === JSON.stringify(closed) ? { hits } : 'changed';
}

type HitsFile = NamedFile & {
  readonly version: string;
  /** It holds this day alone. */
  readonly own: boolean;
};

function hitsFile(
  siteId: string,
  day: Day,
  { own }: ClosedDay,
  { month, content }: MonthRow,
): HitsFile | undefined {
  const set = own ?? content.merged;
  const file = set?.files.hits;
  if (set === undefined || file === undefined) return undefined;
  const name = fileName(siteId, own === undefined ? month : day, set.version, 'hits');
  return { ...file, name, kind: 'hits', version: set.version, own: own !== undefined };
}

/** A file is read whole before it is believed; once, since a month's file holds many days. */
async function openOnceChecked({ home, checked }: ExportWorld, file: HitsFile): Promise<LocalFile> {
  if (checked.has(file.name)) return home.files.open(file.name);
  const opened = await openChecked(home.files, file);
  checked.add(file.name);
  return opened;
}

const ofDay = (file: string, day: Day) => `(FROM ${parquet([file])} WHERE day = DATE '${day}')`;

async function copyClosed(
  world: ExportWorld,
  day: Day,
  file: HitsFile,
  format: Format,
  path: string,
  header: boolean,
): Promise<{ readonly hits: number }> {
  const opened = await openOnceChecked(world, file);
  try {
    if (format === 'parquet' && file.own) {
      await copyFile(opened.path, path);
      return { hits: file.rows };
    }
    const text = copySql(ofDay(opened.path, day), format, path, header);
    const [[hits] = [0]] = await world.duck.read((session) => session.rows(text), computeTimeoutMs);
    return { hits: Number(hits) };
  } finally {
    opened.release();
  }
}

/** A day that has rows besides what the ledger has of it, or only rows. */
async function copyMounted(
  world: ExportWorld,
  site: ExportedSite & { readonly erasedTo?: string },
  day: Day,
  file: HitsFile | undefined,
  format: Format,
  path: string,
  header: boolean,
): Promise<number> {
  const { duck, mounts } = world;
  const opened = file && (await openOnceChecked(world, file));
  try {
    const closed =
      file === undefined
        ? new Map()
        : new Map([[day, { version: file.version, from: parquet([opened!.path]) }]]);
    const lease = await mounts.refresh(site, [day], closed);
    try {
      return await duck.read(async (session) => {
        await prepareDay(session, lease.tables, site.zones, day);
        const hits = dayContents(lease.tables).find(({ kind }) => kind === 'hits')!;
        const [[count] = [0]] = await session.rows(
          copySql(`(${inOrder(hits)})`, format, path, header),
        );
        return Number(count);
      }, computeTimeoutMs);
    } finally {
      lease.release();
      mounts.forget(site.id); // one day at a time is held
    }
  } finally {
    opened?.release();
  }
}
