// A backup, or the restoring of one, in a process of its own that ends itself at a fault point.
// Uses the built program.
import { randomBytes } from 'node:crypto';

const { built, data, place, to, keep, killAt } = JSON.parse(process.argv[2]);
const load = (path) => import(new URL(path, built));
const faultPoint = (point) => {
  if (point === killAt) process.kill(process.pid, 'SIGKILL');
};

const { openBackupPlace } = await load('entry/backup-place.js');
const { files: target } = await openBackupPlace(place, process.env, { mayCreate: true });
if (to === undefined) {
  const { openMachine } = await load('home/machine/machine.js');
  const { makeBackup } = await load('backup/make-backup.js');
  const home = await openMachine(data);
  const random = () => randomBytes(8).toString('hex');
  const world = { home, target, clock: Date.now, random, faultPoint };
  await makeBackup(world, { keep, verify: true });
} else {
  const { openEmptyFolder } = await load('home/machine/empty-folder.js');
  const { chooseBackup, restoreBackup } = await load('backup/restore-backup.js');
  const { manifest } = await chooseBackup(target);
  await restoreBackup(target, manifest, await openEmptyFolder(to), faultPoint);
}
