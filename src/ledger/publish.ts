import type { Home } from '../home/home.ts';
import {
  fileKinds,
  fileName,
  filesOfMonth,
  type Month,
  type MonthRow,
  publishMonth,
  readMonth,
  type SetName,
} from './manifest.ts';

type World = { readonly home: Pick<Home, 'rows' | 'files'> };

type RowsWorld = { readonly home: Pick<Home, 'rows'> };

type Change = {
  /** The row's next content; undefined if the row is no longer what the work was done for. */
  readonly change: (content: Month) => Month | undefined;
  /**
   * Whether a row contains the change already: a put can have won although its answer was lost, and
   * others can have changed the row since.
   */
  readonly holds?: (content: Month) => boolean;
};

/**
 * Changes a month's row by one conditional put. If somebody else was first, the row is read and
 * changed again. Gives false if nothing was published.
 */
export async function publishChange(
  { home }: RowsWorld,
  siteId: string,
  before: MonthRow,
  { change, holds = () => false }: Change,
): Promise<boolean> {
  for (let row = before; ; row = await readMonth(home, siteId, row.month)) {
    if (row !== before && holds(row.content)) return true;
    const content = change(row.content);
    if (content === undefined) return false;
    if (await publishMonth(home, siteId, row, content)) return true;
  }
}

/** Removes the files of a set that was not published; those that the month's row names stay. */
export async function removeUnpublished(
  { home }: World,
  { siteId, dayOrMonth, version }: SetName,
): Promise<void> {
  const row = await readMonth(home, siteId, dayOrMonth.slice(0, 7));
  const named = new Set(filesOfMonth(siteId, row).map(({ name }) => name));
  for (const kind of fileKinds) {
    const name = fileName(siteId, dayOrMonth, version, kind);
    if (!named.has(name)) await home.files.remove(name);
  }
}

/**
 * Runs what saves and verifies the files of a set. If it fails, they are removed at once: left to
 * the sweeper, attempt after attempt would fill the disk.
 */
export async function removedOnFailure<T>(
  world: World,
  set: SetName,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await removeUnpublished(world, set).catch(() => {});
    throw error;
  }
}
