import { scanAll } from '../home/home.ts';
import { filesOfMonth, readMonths } from '../ledger/manifest.ts';
import { packFileNames, readPacks } from '../ledger/packs.ts';
import { readersTakeMs, unnamedFilesStayMs } from '../model/times.ts';
import { planUpkeep } from './upkeep.ts';
import type { CloseWorld } from './world.ts';

/**
 * Files that no manifest names, and since when that is known:
 *
 *   unnamed   <file>   {sinceMs}
 *
 * Not by the file's own age: one that was replaced just now may be an old one, and a reader may be
 * at it.
 */
export const unnamedPartition = 'unnamed';

export type Swept = { readonly removed: number; readonly waiting: number };

/** Removes the files that no manifest has named for 24 hours, of all sites. */
export async function sweepFiles(
  world: Pick<CloseWorld, 'home' | 'clock' | 'faultPoint'>,
): Promise<Swept> {
  const { home, clock, faultPoint = () => {} } = world;
  const known = new Map<string, number>();
  for await (const { sort, value } of scanAll(home.rows, unnamedPartition))
    known.set(sort, (JSON.parse(value) as { sinceMs: number }).sinceMs);
  const unnamed = await unnamedFiles(world);
  const nowMs = clock();
  const due = unnamed.filter((name) => nowMs - (known.get(name) ?? nowMs) >= unnamedFilesStayMs);
  const fresh = unnamed.filter((name) => !known.has(name));
  // First what is due: on a full disk nothing can be marked.
  for (const name of due) await home.files.remove(name);
  await faultPoint('sweep.removed');
  await home.rows.append(
    fresh.map((sort) => ({
      partition: unnamedPartition,
      sort,
      value: JSON.stringify({ sinceMs: nowMs }),
    })),
  );
  if (fresh.length > 0) await planUpkeep(world, nowMs + unnamedFilesStayMs);
  await faultPoint('sweep.marked');
  // Those that are gone, and those that a manifest names after all.
  const waiting = new Set(unnamed);
  for (const name of due) waiting.delete(name);
  const settled = [...known.keys()].filter((name) => !waiting.has(name));
  await home.rows.remove(settled.map((sort) => ({ partition: unnamedPartition, sort })));
  return { removed: due.length, waiting: waiting.size };
}

/**
 * What was replaced because it is to be destroyed goes sooner than other files: when no reader can
 * be at it any more.
 */
export async function sweepSoon(
  world: Pick<CloseWorld, 'home' | 'clock'>,
  names: readonly string[],
): Promise<void> {
  if (names.length === 0) return;
  const dueMs = world.clock() + readersTakeMs;
  const value = JSON.stringify({ sinceMs: dueMs - unnamedFilesStayMs });
  await world.home.rows.append(names.map((sort) => ({ partition: unnamedPartition, sort, value })));
  await planUpkeep(world, dueMs);
}

/** The files of the ledger that no manifest names at this moment, by name. */
export async function unnamedFiles({ home }: Pick<CloseWorld, 'home'>): Promise<string[]> {
  const files = await home.files.list('ledger/');
  // Manifests after the files: what is published in between is found named.
  const named = new Set<string>();
  for (const siteId of new Set(files.map(({ name }) => name.split('/')[1]!))) {
    for (const month of await readMonths(home, siteId))
      for (const { name } of filesOfMonth(siteId, month)) named.add(name);
    for (const [day, pack] of await readPacks(home, siteId))
      for (const name of packFileNames(siteId, day, pack)) named.add(name);
  }
  return files.map(({ name }) => name).filter((name) => !named.has(name));
}
