import { lostFile } from '../ledger/checked-file.ts';
import { DaybookError } from '../lib/errors.ts';
import { type DaysSource, type ListedDays, listDaysHeld, type Within } from './held-days.ts';

/**
 * What a reading gave; or that days have changed meanwhile, or a file of theirs (`absent`) is not
 * there: then it begins again.
 */
export type Reading<T> = { readonly result: T } | Changed;

export type Changed = { readonly changed: true; readonly absent?: string };

export const changed: Changed = { changed: true };

/** What failed because a file is not there begins again. Throws any other error. */
export function absentOr(error: unknown): Changed {
  if (error instanceof DaybookError && error.fault === 'not-found')
    return { changed: true, absent: error.message };
  throw error;
}

/**
 * Days can be closed, merged or pruned under a reader. If that happens every time, it is a fault.
 */
const attempts = 8;

/**
 * Reads days of a site as they are at one moment: `read` gets them as they are listed, and says
 * whether they have changed since (`areUnchanged`). If so, everything starts again. Every reader
 * of days goes this way.
 */
export async function atOneMoment<T>(
  source: DaysSource,
  siteId: string,
  span: Within,
  read: (listed: ListedDays) => Promise<Reading<T>>,
): Promise<T> {
  const absentBefore = new Set<string>();
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const reading = await read(await listDaysHeld(source, siteId, span));
    if ('result' in reading) return reading.result;
    const { absent } = reading;
    if (absent === undefined) continue;
    // Named by the ledger as it was read after the file was found absent.
    if (absentBefore.has(absent)) throw lostFile(absent);
    absentBefore.add(absent);
  }
  throw new DaybookError(
    'unavailable',
    `the site's days changed at each of ${attempts} attempts to read them; ask again`,
  );
}
