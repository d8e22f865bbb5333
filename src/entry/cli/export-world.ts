import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExportWorld } from '../../exchange/export-day.ts';
import type { Home } from '../../home/home.ts';
import type { Clock } from '../../lib/clock.ts';
import { openClosing } from '../closing.ts';

/** Only one day is mounted at a time. */
const budgetBytes = 1024 ** 3;

/** What an export works with; `folder` is where it may write. */
export async function withExportWorld<T>(
  home: Home,
  clock: Clock,
  folder: string,
  run: (world: ExportWorld & { readonly clock: Clock }) => Promise<T>,
): Promise<T> {
  const { openDayHits } = await import('../../days/open-days.ts');
  const { world, close } = await openClosing(home, clock, [folder]);
  try {
    return await run({ ...openDayHits({ home, duck: world.duck, clock, budgetBytes }), clock });
  } finally {
    close();
  }
}

/** A folder that is gone afterwards. */
export async function withScratch<T>(
  beside: string,
  run: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(beside, '.daybook-'));
  try {
    return await run(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
