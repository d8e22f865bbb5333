import type { Home } from '../../home/home.ts';
import { servedAt } from '../process-lease.ts';
import { readSetting } from '../settings/environment.ts';

/** Where the pages of this data are: as the owner has said, else where it is served or was last. */
export async function addressOfServer(home: Home): Promise<string> {
  const publicUrl = readSetting('public-url', process.env) ?? (await servedAt(home));
  const base = readSetting('base', process.env) ?? '';
  return `${publicUrl ?? 'http://localhost:7070'}${base}`;
}
