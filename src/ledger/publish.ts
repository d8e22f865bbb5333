import type { Home } from '../home/home.ts';
import {
  fileKinds,
  fileName,
  filesOfMonth,
  type Month,
  type MonthRow,
  publishMonth,
  readMonth,
} from './manifest.ts';

/**
 * Puts into a month's row what `change` makes of it, read anew as often as somebody else was first.
 * `change` gives undefined where the row is no longer what the work was done for: nothing is
 * published then, and this gives false. `holds` says whether a row has it already: a put can have
 * won though its answer was lost, and others have changed the row since.
 */
export async function publishChange(
  { home }: { readonly home: Pick<Home, 'rows' | 'files'> },
  siteId: string,
  before: MonthRow,
  change: (content: Month) => Month | undefined,
  holds: (content: Month) => boolean = () => false,
): Promise<boolean> {
  for (let row = before; ; row = await readMonth(home, siteId, row.month)) {
    if (row !== before && holds(row.content)) return true;
    const content = change(row.content);
    if (content === undefined) return false;
    if (await publishMonth(home, siteId, row, content)) return true;
  }
}

/**
 * Removes the files of a version that was not published; those that the month's row names all the
 * same stay.
 */
export async function removeUnpublished(
  { home }: { readonly home: Pick<Home, 'rows' | 'files'> },
  siteId: string,
  dayOrMonth: string,
  version: string,
): Promise<void> {
  const row = await readMonth(home, siteId, dayOrMonth.slice(0, 7));
  const named = new Set(filesOfMonth(siteId, row).map(({ name }) => name));
  for (const kind of fileKinds) {
    const name = fileName(siteId, dayOrMonth, version, kind);
    if (!named.has(name)) await home.files.remove(name);
  }
}

/**
 * Runs what saves and verifies files. Where it fails they go at once: left to the sweeper, attempt
 * after attempt they would fill the disk.
 */
export async function orRemoved<T>(
  world: { readonly home: Pick<Home, 'rows' | 'files'> },
  siteId: string,
  dayOrMonth: string,
  version: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await removeUnpublished(world, siteId, dayOrMonth, version).catch(() => {});
    throw error;
  }
}
