import { constants } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import type { Files, Row } from '../home/home.ts';
import { eachAtOnce } from '../lib/each-at-once.ts';
import { DaybookError } from '../lib/errors.ts';
import type { RestorePoint } from '../model/fault-points.ts';
import { readPiece, withFile } from './check-backup.ts';
import {
  type BackupManifest,
  type BackupName,
  listBackups,
  readManifest,
  refuseNewerData,
  timeOf,
} from './manifest.ts';

/** An empty home that a backup is written to; until `finish` it cannot be opened as one. */
export type EmptyHome = {
  append(rows: readonly Row[]): Promise<void>;
  readonly files: Pick<Files, 'save'>;
  /** All is there, of data of that version. */
  finish(dataVersion: number): Promise<void>;
};

const piecesAtOnce = 4;

const filesAtOnce = 8;

/** The latest backup, or the latest that is not after `atMs`. */
export async function chooseBackup(
  target: Pick<Files, 'list' | 'open'>,
  atMs = Number.POSITIVE_INFINITY,
): Promise<{ readonly name: BackupName; readonly manifest: BackupManifest }> {
  const all = await listBackups(target);
  const name = all.filter((one) => one.atMs <= atMs).at(-1);
  if (name === undefined) {
    const [first] = all;
    throw new DaybookError(
      'not-found',
      first === undefined ? 'there is no backup' : `the first backup there is of ${timeOf(first)}`,
    );
  }
  const manifest = await readManifest(target, name.name);
  refuseNewerData(manifest);
  return { name, manifest };
}

/**
 * Writes a backup to an empty home. Every file is compared with its hash before it is taken;
 * rejects with `damaged` or `not-found`, naming it, where one is not as it was.
 */
export async function restoreBackup(
  target: Pick<Files, 'open'>,
  { rows, files, dataVersion }: BackupManifest,
  to: EmptyHome,
  faultPoint: (point: RestorePoint) => void | Promise<void> = () => {},
): Promise<void> {
  await faultPoint('restore.begun');
  await eachAtOnce(files, filesAtOnce, (file) =>
    withFile(target, file, (path) =>
      to.files.save(file.name, (copy) => copyFile(path, copy, constants.COPYFILE_FICLONE)),
    ),
  );
  await faultPoint('restore.files-written');
  await eachAtOnce(rows, piecesAtOnce, async (piece) => to.append(await readPiece(target, piece)));
  await faultPoint('restore.rows-written');
  await to.finish(dataVersion);
  await faultPoint('restore.finished');
}
