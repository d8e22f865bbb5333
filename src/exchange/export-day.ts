import { copyFile } from 'node:fs/promises';
import { withDayHits } from '../days/day-hits.ts';
import type { DaysSite } from '../days/held-days.ts';
import type { Days } from '../days/open-days.ts';
import { DaybookError } from '../lib/errors.ts';
import { type Day, isDay } from '../lib/site-days.ts';
import { copySql, type Target } from './formats.ts';

/** `duck` may write to the folder of the export; `mounts` are used by nobody else. */
export type ExportWorld = Days;

/**
 * Writes all hits of a day, each once, and gives how many; undefined if the day has none. A closed
 * day's own file is copied as it is.
 */
export async function exportDay(
  world: ExportWorld,
  site: DaysSite,
  day: Day,
  target: Target,
): Promise<number | undefined> {
  if (!isDay(day))
    throw new DaybookError('bad-input', `expected a day, got ${JSON.stringify(day)}`);
  const written = await withDayHits(world, site, day, async (session, { from, file }) => {
    if (target.format === 'parquet' && file !== undefined) {
      await copyFile(file.path, target.path);
      return file.hits;
    }
    const [[hits] = [0]] = await session.rows(copySql(from, target));
    return Number(hits);
  });
  return written || undefined;
}
