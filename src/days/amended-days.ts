import { filesOfDay } from '../ledger/amended-day.ts';
import { fileRows } from '../ledger/file-rows.ts';
import { fileOfDay, filesOfSet, type NamedFile } from '../ledger/manifest.ts';
import type { OpenedFiles } from '../ledger/open-files.ts';
import { packPartition } from '../ledger/packs.ts';
import { DaybookError } from '../lib/errors.ts';
import type { Day } from '../lib/site-days.ts';
import type { Base, HeldDays } from './held-days.ts';
import type { DayFiles } from './mounts/mounts.ts';
import type { Days } from './open-days.ts';

type OpenPack = {
  readonly siteId: string;
  readonly day: Day;
  readonly version: string;
  readonly files: readonly NamedFile[];
};

/** The packs that are read, with all of their files. */
export function packsOf(siteId: string, mounted: readonly Day[], { bases }: HeldDays): OpenPack[] {
  return mounted.flatMap((day) => {
    const base = bases.get(day);
    if (base?.set === undefined || base.untilMs === undefined) return [];
    const { version } = base.set;
    return [{ siteId, day, version, files: filesOfSet(siteId, day, base.set) }];
  });
}

/**
 * Opens packs. One that is damaged or gone is done without, since its rows are there; so that it is
 * made again, nothing names it any more. Undefined where there is such a one.
 */
export async function openPacks(
  { home, files: ledgerFiles, lost }: Pick<Days, 'home' | 'files' | 'lost'>,
  packs: readonly OpenPack[],
  checkAgain = false,
): Promise<readonly OpenedFiles[] | undefined> {
  const opened: OpenedFiles[] = [];
  let isLost = false;
  for (const { siteId, day, version, files } of packs) {
    try {
      opened.push(await ledgerFiles.open(files, checkAgain));
    } catch (error) {
      const ofFile =
        error instanceof DaybookError && ['damaged', 'not-found'].includes(error.fault);
      if (!ofFile) {
        for (const pack of opened) pack.release();
        throw error;
      }
      isLost = true;
      lost.add(version);
      await home.rows.remove([{ partition: packPartition(siteId), sort: day }]).catch(() => {});
    }
  }
  if (!isLost) return opened;
  for (const pack of opened) pack.release();
  return undefined;
}

/** Of an amended day, what its visitors' hits and visits are read from. */
export function baseFiles(siteId: string, day: Day, base: Base | undefined): NamedFile[] {
  if (base === undefined) return [];
  return (['hits', 'visits'] as const).map((kind) => fileOfDay(siteId, base.month, day, kind)!);
}

/** What is mounted of a base: what the visitors have there that newer rows are of. */
export function besideFiles(
  siteId: string,
  day: Day,
  base: Base,
  pathOf: (name: string) => string,
): Omit<DayFiles, 'isClosed'> {
  const [hits, visits] = baseFiles(siteId, day, base) as [NamedFile, NamedFile];
  const from = filesOfDay(day, {
    hits: fileRows('hits', [hits], pathOf),
    visits: fileRows('visits', [visits], pathOf),
  });
  return { version: `beside ${hits.name}`, from, untilMs: base.untilMs };
}
