import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Files } from '../home/home.ts';
import { DaybookError } from '../lib/errors.ts';

export type BackupPlace = { readonly files: Files; close(): Promise<void> };

/**
 * Where backups are: a folder, or `s3://bucket/prefix`. Only a backup makes a folder: to any other
 * command, a mistyped one would look like one without backups.
 */
export async function openBackupPlace(
  place: string,
  env: NodeJS.ProcessEnv,
  { mayCreate = false } = {},
): Promise<BackupPlace> {
  if (!place.startsWith('s3://')) {
    if (!mayCreate && !existsSync(join(place, 'backups')))
      throw new DaybookError('not-found', `there are no backups in ${place}`);
    const { openFiles } = await import('../home/machine/files.ts');
    return { files: await openFiles(resolve(place)), close: async () => {} };
  }
  const { openBucketFiles } = await import('../home/aws/bucket-files.ts');
  const cache = await mkdtemp(join(tmpdir(), 'daybook-backup-'));
  const remove = () => rm(cache, { recursive: true, force: true });
  try {
    const files = await openBucketFiles(place, env, cache);
    return {
      files,
      async close() {
        await files.close();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}
