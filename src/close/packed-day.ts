import { fits } from '../days/held-days.ts';
import type { LocalFile } from '../home/home.ts';
import { type PackedKeys, packedKeys } from '../journal/day-rows.ts';
import { listDays } from '../journal/read.ts';
import type { AmendedFiles } from '../ledger/amended-day.ts';
import { openChecked } from '../ledger/checked-file.ts';
import { fileRows, isWrittenNow } from '../ledger/file-rows.ts';
import { type FileKind, type FileSet, filesOfSet, type NamedFile } from '../ledger/manifest.ts';
import {
  type Pack,
  packFileNames,
  packKinds,
  packPartition,
  readEra,
  readPack,
  readPacks,
} from '../ledger/packs.ts';
import { DaybookError } from '../lib/errors.ts';
import { sweepSoon } from './sweep.ts';
import type { CloseWorld, DayOfSite } from './world.ts';

/** A pack that closing begins with: its rows need not be read again. */
export type PackToClose = DayBase & { readonly pack: Pack; readonly keys: PackedKeys };

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
  const opened = await openPack(world, { siteId, day }, pack);
  return opened && { pack, keys, ...opened };
}

/** Undefined where the pack is damaged or gone: it is done without. */
export const openPack = (
  world: CloseWorld,
  { siteId, day }: DayOfSite,
  { set, hits }: Pack,
): Promise<DayBase | undefined> =>
  unlessLost(() => openFiles(world, filesOfSet(siteId, day, set), hits));

/** What is there of a day that is made. `release` when it is read. */
export type DayBase = {
  /** What reads its hits. */
  readonly from: string;
  /** Its files: newer rows may amend them, so that it need not be read whole. */
  readonly amends?: AmendedFiles;
  release(): void;
};

/** A day with fewer hits is as quickly made of all its hits. */
const fewestAmended = 10_000;

/** Opens the files of a day's set that has so many hits. */
export async function openFiles(
  { home, amendsFrom = fewestAmended }: CloseWorld,
  files: readonly NamedFile[],
  hits: number,
): Promise<DayBase> {
  const opened = new Map<string, LocalFile>();
  const release = () => {
    for (const file of opened.values()) file.release();
  };
  const of = (kind: FileKind) => files.filter((file) => file.kind === kind);
  const isWhole = packKinds.every((kind) => of(kind).length === 1 && isWrittenNow(of(kind)[0]!));
  const isAmended = hits >= amendsFrom && isWhole && of('erased').length === 0;
  try {
    for (const file of isAmended ? files : [...of('hits'), ...of('erased')])
      opened.set(file.name, await openChecked(home.files, file));
  } catch (error) {
    release();
    throw error;
  }
  const pathOf = (name: string) => opened.get(name)!.path;
  const from = fileRows('hits', [...of('hits'), ...of('erased')], pathOf);
  if (!isAmended) return { from, release };
  const rows = (kind: (typeof packKinds)[number]) => fileRows(kind, of(kind), pathOf);
  const amends = {
    ...{ hits: from, visits: rows('visits') },
    ...{ rollup: rows('rollup'), hours: rows('hours') },
  };
  return { from, amends, release };
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
