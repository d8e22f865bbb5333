import { DaybookError } from '../../lib/errors.ts';
import { filesPatience } from './attempts.ts';
import { type OpenFiles, openFiles } from './files.ts';
import { readSettings } from './settings.ts';

/**
 * The files under a prefix of any bucket: `s3://bucket/prefix`. Region, keys and endpoint are the
 * environment's. `cacheFolder` is where files are on their way.
 */
export async function openBucketFiles(
  url: string,
  env: NodeJS.ProcessEnv,
  cacheFolder: string,
): Promise<OpenFiles> {
  const place = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9](?:\/[^/]+)*)\/?$/.exec(url)?.[1];
  if (place === undefined)
    throw new DaybookError('bad-input', `expected s3://bucket/prefix, got ${JSON.stringify(url)}`);
  const { bucket, ...settings } = readSettings({ ...env, DAYBOOK_BUCKET: place }, cacheFolder);
  const files = await openFiles({ ...settings, bucket: bucket! }, filesPatience);
  try {
    await files.check();
    return files;
  } catch (error) {
    await files.close();
    throw error;
  }
}
