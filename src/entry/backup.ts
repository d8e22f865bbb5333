import { hostname } from 'node:os';
import { type BackupOptions, type BackupWorld, makeBackup } from '../backup/make-backup.ts';
import { DaybookError } from '../lib/errors.ts';
import { openBackupPlace } from './backup-place.ts';
import { takeBackupLease } from './process-lease.ts';

/**
 * The last backup that was made, by the server or by a command:
 *
 *   backup   last   LastBackup
 */
export const lastBackupKey = { partition: 'backup', sort: 'last' };

export type LastBackup = {
  /** Of the hits in it. */
  readonly atMs: number;
  readonly doneMs: number;
  readonly bytes: number;
  readonly writtenBytes: number;
};

type World = Omit<BackupWorld, 'target'>;

/** One backup at a time: rejects with fault `conflict` where another is under way. */
export async function backUp(
  world: World,
  place: string,
  { env, ...options }: BackupOptions & { readonly env: NodeJS.ProcessEnv },
) {
  const { home, clock } = world;
  if (home.snapshot === undefined)
    throw new DaybookError(
      'bad-input',
      'the home on AWS is backed up by DynamoDB and S3 themselves: see docs/aws.md',
    );
  const self = { pid: process.pid, host: hostname(), url: '' };
  const lease = await takeBackupLease(home, clock, self);
  try {
    const target = await openBackupPlace(place, env, { mayCreate: true });
    try {
      const made = await makeBackup({ ...world, target: target.files }, options);
      const { atMs, bytes, writtenBytes } = made;
      const last: LastBackup = { atMs, doneMs: clock(), bytes, writtenBytes };
      await home.rows.append([{ ...lastBackupKey, value: JSON.stringify(last) }]);
      return made;
    } finally {
      await target.close();
    }
  } finally {
    await lease.release();
  }
}

export async function readLastBackup({
  rows,
}: BackupWorld['home']): Promise<LastBackup | undefined> {
  const text = await rows.get(lastBackupKey.partition, lastBackupKey.sort);
  return text === undefined ? undefined : (JSON.parse(text) as LastBackup);
}
