import { Command, InvalidArgumentError } from 'commander';
import { checkBackup } from '../../backup/check-backup.ts';
import { bytesOf, listBackups, readManifest, timeOf } from '../../backup/manifest.ts';
import { chooseBackup, restoreBackup } from '../../backup/restore-backup.ts';
import { messageOf } from '../../lib/errors.ts';
import { instantOf } from '../../lib/instant.ts';
import { backUp } from '../backup.ts';
import { type BackupPlace, openBackupPlace } from '../backup-place.ts';
import { openHome } from '../home.ts';
import { type DataFlag, dataOption, note, random, say, withHome } from './data.ts';
import { verify } from './verify.ts';

type MakeFlags = DataFlag & { readonly keep?: number; readonly verify?: boolean };
type ChooseFlags = { readonly at?: number };
type RestoreFlags = ChooseFlags & { readonly to: string };

const place = 'a folder, or s3://bucket/prefix';

export function backupCommand(): Command {
  const backup = new Command('backup')
    .summary('back the data up to a folder or a bucket, also beside a server')
    .description(
      'back the data up to a folder or a bucket, also beside a server\n' +
        'What is there from earlier backups is not written again. Salts and sessions are never ' +
        'in a backup. The last line is its time.',
    )
    .argument('<place>', place)
    .addOption(dataOption())
    .option('--keep <number>', 'remove all backups but so many, the newest', readKeep)
    .option('--verify', 'read all of it back, not only what was written now')
    .action(make);
  backup
    .command('list')
    .description('list the backups in a place, the oldest first: time, bytes, hits up to then')
    .argument('<place>', place)
    .action((at: string) => withPlace(at, list));
  backup
    .command('verify')
    .description('read a backup back, every file of it, and compare it with its hashes')
    .argument('<place>', place)
    .option('--at <time>', 'the latest one until then, such as 2026-11-28T15:00Z', readTime)
    .action((at: string, flags: ChooseFlags) => withPlace(at, (files) => check(files, flags)));
  backup
    .command('restore')
    .summary('write a backup to a new data folder')
    .description(
      'write a backup to a new data folder, and verify it\n' +
        'The folder must not exist, or be empty. Cut anywhere, it is run again.',
    )
    .argument('<place>', place)
    .requiredOption('--to <dir>', 'the new folder')
    .option('--at <time>', 'the latest one until then, such as 2026-11-28T15:00Z', readTime)
    .action((at: string, flags: RestoreFlags) => withPlace(at, (files) => restore(files, flags)));
  return backup;
}

async function make(place: string, { keep, verify = false, ...flags }: MakeFlags): Promise<void> {
  await withHome(flags, async (home) => {
    const world = { home, clock: Date.now, random: () => random(8).toString('hex') };
    const made = await backUp(world, place, { env: process.env, keep, verify });
    const share = (100 * made.writtenBytes) / made.bytes;
    say(`${figure(made.rows)} rows, ${figure(made.files)} files, ${figure(made.bytes)} bytes`);
    say(`${figure(made.writtenBytes)} bytes written now (${share.toFixed(1)} %)`);
    if (made.removed > 0) say(`${made.removed} removed`);
    say(timeOf(made));
  });
}

type PlaceFiles = BackupPlace['files'];

async function list(files: PlaceFiles): Promise<void> {
  const all = await listBackups(files);
  for (const one of all) {
    const about = await readManifest(files, one.name).then(
      (manifest) => `${bytesOf(manifest)} bytes`,
      (error: unknown) => messageOf(error),
    );
    say(`${timeOf(one)}\t${about}`);
  }
  if (all.length === 0) note('there is no backup');
}

async function check(files: PlaceFiles, { at }: ChooseFlags): Promise<void> {
  const { name, manifest } = await chooseBackup(files, at);
  const wrong = await checkBackup(files, manifest);
  for (const { problem } of wrong) say(problem);
  say(`${timeOf(name)}: ${figure(bytesOf(manifest))} bytes read`);
  if (wrong.length > 0) process.exitCode = 1;
  say(wrong.length === 0 ? 'ok' : String(wrong.length));
}

async function restore(files: PlaceFiles, { to, at }: RestoreFlags): Promise<void> {
  const { name, manifest } = await chooseBackup(files, at);
  const { openEmptyFolder } = await import('../../home/machine/empty-folder.ts');
  const folder = await openEmptyFolder(to);
  try {
    await restoreBackup(files, manifest, folder);
  } finally {
    await folder.close();
  }
  say(`restored to ${to}: all until ${timeOf(name)}`);
  const home = await openHome(to, Date.now, { ...process.env, DAYBOOK_HOME: 'machine' });
  try {
    await home.claim(); // there is the backup: no other is made of data of an earlier version
    await verify(home, {});
  } finally {
    await home.close();
  }
}

async function withPlace(at: string, run: (files: PlaceFiles) => Promise<void>): Promise<void> {
  const { files, close } = await openBackupPlace(at, process.env);
  try {
    await run(files);
  } finally {
    await close();
  }
}

function readKeep(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('expected how many backups stay, 1 or more.');
}

function readTime(text: string): number {
  const ms = instantOf(text);
  if (ms !== undefined) return ms;
  throw new InvalidArgumentError('expected a time such as 2026-11-28T15:00Z.');
}

const figure = (number: number) => number.toLocaleString('en-US');
