import {
  type FileSet,
  filesOfSet,
  type Month,
  type MonthRow,
  publishMonth,
  readMonth,
} from '../ledger/manifest.ts';
import type { CloseWorld } from './world.ts';

/**
 * Puts into a month's row what `change` makes of it, read anew as often as somebody else was first. `change` gives undefined
 * where the row is no longer what the work was done for: nothing is published then, and this gives false.
 */
export async function publishChange(
  { home }: Pick<CloseWorld, 'home'>,
  siteId: string,
  before: MonthRow,
  change: (content: Month) => Month | undefined,
): Promise<boolean> {
  for (let row = before; ; row = await readMonth(home, siteId, row.month)) {
    const content = change(row.content);
    if (content === undefined) return false;
    if (await publishMonth(home, siteId, row, content)) return true;
  }
}

/** Removes files that were never published. */
export async function removeUnpublished(
  { home }: Pick<CloseWorld, 'home'>,
  siteId: string,
  dayOrMonth: string,
  set: FileSet,
): Promise<void> {
  for (const { name } of filesOfSet(siteId, dayOrMonth, set)) await home.files.remove(name);
}
