import type { MadeBackup } from '../../backup/make-backup.ts';
import { messageOf } from '../../lib/errors.ts';
import { backUp } from '../backup.ts';
import { openHome } from '../home.ts';
import { openRandom } from '../random.ts';
import { endWithServer } from './child.ts';

export type BackupReply = { readonly made: MadeBackup } | { readonly failed: string };

/**
 * One backup in a process of its own, at a low priority. Started by `backups.ts` with the data's
 * folder, the place, and how many stay; ends with the server, at once: it may be cut anywhere.
 */
async function main(): Promise<void> {
  endWithServer();
  const [data, place, keep] = process.argv.slice(2) as [string, string, string?];
  const home = await openHome(data, Date.now, process.env, { isChecked: true });
  const random = openRandom();
  const world = { home, clock: Date.now, random: () => random(8).toString('hex') };
  const reply = await backUp(world, place, {
    env: process.env,
    ...(keep !== undefined && { keep: Number(keep) }),
  }).then(
    (made): BackupReply => ({ made }),
    (error: unknown): BackupReply => ({ failed: messageOf(error) }),
  );
  await home.close();
  process.send!(reply, () => process.kill(process.pid, 'SIGKILL'));
}

await main();
