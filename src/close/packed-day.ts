import { fits } from '../days/held-days.ts';
import { type PackedKeys, packedKeys } from '../journal/day-rows.ts';
import { listDays } from '../journal/read.ts';
import { openChecked } from '../ledger/checked-file.ts';
import { fileRows } from '../ledger/file-rows.ts';
import { type FileSet, filesOfSet, type NamedFile } from '../ledger/manifest.ts';
import {
  type Pack,
  packFileNames,
  packPartition,
  readEra,
  readPack,
  readPacks,
} from '../ledger/packs.ts';
import { DaybookError } from '../lib/errors.ts';
import type { Day } from '../lib/site-days.ts';
import { sweepSoon } from './sweep.ts';
import type { CloseWorld, DayOfSite } from './world.ts';

/** A pack that closing begins with: its rows need not be read again. */
export type PackToClose = {
  readonly pack: Pack;
  readonly keys: PackedKeys;
  /** What reads its hits. */
  readonly from: string;
  release(): void;
};

/**
 * The pack of a day that is to be closed; undefined where there is none, or none that has just the
 * rows that the journal has: rows may have come to its time since. `set`: the ledger's files of the
 * day.
 */
export async function packToClose(
  world: CloseWorld,
  { siteId, day }: DayOfSite,
  { set, lateOnly }: { readonly set: FileSet | undefined; readonly lateOnly: boolean },
): Promise<PackToClose | undefined> {
  const { home } = world;
  const { pack } = await readPack(home, siteId, day);
  if (pack === undefined || pack.era !== (await readEra(home)) || !fits(pack, set, []))
    return undefined;
  const keys = await packedKeys(home, { siteId, day, lateOnly }, pack);
  if (keys === undefined) return undefined;
  const opened = await openPackHits(world, siteId, day, pack);
  return opened && { pack, keys, ...opened };
}

/** Undefined where the pack is damaged or gone: it is done without. */
export function openPackHits(
  world: CloseWorld,
  siteId: string,
  day: Day,
  { set }: Pack,
): Promise<{ readonly from: string; release(): void } | undefined> {
  const hits = filesOfSet(siteId, day, set).find(({ kind }) => kind === 'hits')!;
  return unlessLost(() => openHits(world, hits));
}

export async function openHits(
  { home }: CloseWorld,
  file: NamedFile,
): Promise<{ readonly from: string; release(): void }> {
  const opened = await openChecked(home.files, file);
  return { from: fileRows('hits', [file], () => opened.path), release: () => opened.release() };
}

/** Whether all files of a pack are as they were written. */
export async function isPackWhole(
  { home }: CloseWorld,
  { siteId, day }: DayOfSite,
  { set }: Pack,
): Promise<boolean> {
  const all = await unlessLost(async () => {
    for (const file of filesOfSet(siteId, day, set))
      (await openChecked(home.files, file)).release();
    return true;
  });
  return all === true;
}

async function unlessLost<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DaybookError && ['damaged', 'not-found'].includes(error.fault))
      return undefined;
    throw error;
  }
}

/** Removes a day's pack. Its files are swept, but for those that the ledger has now (`version`). */
export async function dropPack(
  world: CloseWorld,
  { siteId, day }: DayOfSite,
  version?: string,
): Promise<void> {
  const { home } = world;
  const { pack } = await readPack(home, siteId, day);
  if (pack === undefined) return;
  await home.rows.remove([{ partition: packPartition(siteId), sort: day }]);
  if (pack.set.version !== version) await sweepSoon(world, packFileNames(siteId, day, pack));
}

/** Removes the packs of days that have no rows left in the journal. */
export async function dropOldPacks(world: CloseWorld, siteId: string): Promise<void> {
  const packs = await readPacks(world.home, siteId);
  if (packs.size === 0) return;
  const inJournal = new Set(await listDays(world.home, siteId));
  for (const day of packs.keys()) if (!inJournal.has(day)) await dropPack(world, { siteId, day });
}
