import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Home } from '../../home/home.ts';
import { dayMs, hourMs } from '../../lib/clock.ts';
import { messageOf } from '../../lib/errors.ts';
import { readLastBackup } from '../backup.ts';
import { openBackupPlace } from '../backup-place.ts';
import { readSetting } from '../settings/environment.ts';
import { readTrouble } from '../troubles.ts';
import { type Found, fine, note, spanOf, wrong } from './finding.ts';

/** Where nobody has said how often: whoever makes backups by hand makes one a week. */
const byHandMs = 8 * dayMs;

/**
 * Whether the last backup is as young as it should be, and whether the place that the server's
 * settings name can be reached. Nothing is written there.
 */
export async function backupState(
  home: Home,
  env: NodeJS.ProcessEnv,
  nowMs: number,
): Promise<Found | readonly Found[]> {
  if (home.name === 'aws') return fine('DynamoDB and S3 keep their own');
  const place = readSetting('backup-to', env);
  const everyMs = readSetting('backup-every', env) ?? dayMs;
  const found: Found[] = [];
  const problem = place === undefined ? undefined : await unreachable(place, env);
  if (problem !== undefined)
    found.push(wrong(`${place} cannot be read: ${problem}`, 'see to that place and its rights'));
  const trouble = await readTrouble(home, 'backup');
  if (trouble !== undefined)
    found.push(
      wrong(
        `the server's failed since ${spanOf(nowMs - trouble.sinceMs)}: ${trouble.problem}`,
        'see to that; it is tried again by itself',
      ),
    );
  const last = await readLastBackup(home);
  const todo = 'daybook backup PLACE makes one, also while the server runs';
  if (last === undefined) return [...found, note('none was made by daybook backup yet', todo)];
  const says = `the last one is ${spanOf(nowMs - last.doneMs)} old`;
  const isLate = nowMs - last.doneMs > (place === undefined ? byHandMs : 2 * everyMs + hourMs);
  return [...found, isLate ? wrong(says, todo) : fine(says)];
}

async function unreachable(place: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  try {
    if (!place.startsWith('s3://')) await readdir(join(place, 'backups'));
    else {
      const { files, close } = await openBackupPlace(place, env);
      await files.list('backups/').finally(close);
    }
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}
