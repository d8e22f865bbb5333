import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { listBackups } from '../backup/manifest.ts';
import type { Home } from '../home/home.ts';
import { dayMs } from '../lib/clock.ts';
import { DaybookError, messageOf } from '../lib/errors.ts';
import { backUp } from './backup.ts';
import { openBackupPlace } from './backup-place.ts';
import { openRandom } from './random.ts';

/** In the data folder. */
const folderName = 'before-upgrade';

const keptMs = 7 * dayMs;

const placeIn = ({ files }: Pick<Home, 'files'>) => join(dirname(files.folder), folderName);

/**
 * Marks the data as this version's. An earlier Daybook refuses them from then on, and that cannot
 * be undone: so they are backed up first, within the data folder. Where there is no room for that,
 * it rejects, and nothing was changed.
 */
export async function claimData(home: Home): Promise<void> {
  await home.claim(async () => {
    const random = openRandom();
    const world = { home, clock: Date.now, random: () => random(8).toString('hex') };
    try {
      // Its ledger files are links: they take no room until the ledger has removed its own.
      await backUp(world, placeIn(home), { env: {}, keep: 1, link: true });
    } catch (error) {
      const problem = 'the data of an earlier version could not be backed up before the upgrade';
      throw new DaybookError('unavailable', `${problem}: ${messageOf(error)}`, { cause: error });
    }
  });
}

/** Removes that backup a week later: what is removed or pruned meanwhile is still in it. */
export async function forgetEarlierData(home: Home, nowMs: number): Promise<void> {
  if (home.snapshot === undefined) return;
  const place = placeIn(home);
  const backups = await openBackupPlace(place, {}).then(
    ({ files }) => listBackups(files),
    () => [],
  );
  const last = backups.at(-1);
  if (last !== undefined && nowMs - last.atMs >= keptMs)
    await rm(place, { recursive: true, force: true });
}
