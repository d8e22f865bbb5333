import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { refuseNewer } from '../home/data-version.ts';
import type { Files } from '../home/home.ts';
import { DaybookError } from '../lib/errors.ts';
import { pieceName } from './pieces.ts';

/**
 * A backup is one manifest; what it names are files that all backups of the folder share:
 *
 *   backups/<time>_<hash>.json   the manifest, written last: without it there is no backup
 *   rows/…                       pieces of rows (`pieces.ts`)
 *   ledger/…                     the ledger's files, as they are and under their names
 *
 * `hash` is the beginning of the SHA-256 of the manifest's text.
 */
export type BackupManifest = {
  readonly format: 1;
  readonly dataVersion: number;
  /** Of which Daybook: another one's backups are not mixed in. */
  readonly source: string;
  /** Up to when hits are in it, in ms. */
  readonly atMs: number;
  readonly rows: readonly SavedPiece[];
  readonly files: readonly SavedFile[];
};

export type SavedPiece = { readonly sha256: string; readonly rows: number; readonly bytes: number };

export type SavedFile = { readonly name: string; readonly bytes: number; readonly sha256: string };

/** A backup as its manifest's name says it. */
export type BackupName = { readonly name: string; readonly atMs: number };

const folder = 'backups/';

const namePattern = /^backups\/(\d{4}-\d\d-\d\dT\d\d)-(\d\d)-(\d\d\.\d{3}Z)_([0-9a-f]{16})\.json$/;

export const timeOf = ({ atMs }: Pick<BackupName, 'atMs'>) => new Date(atMs).toISOString();

/** What is in the target, the oldest backup first. */
export async function listBackups(target: Pick<Files, 'list'>): Promise<BackupName[]> {
  return (await target.list(folder)).flatMap(({ name }) => {
    const [, hour, minute, seconds] = namePattern.exec(name) ?? [];
    const atMs = Date.parse(`${hour}:${minute}:${seconds}`);
    return hour === undefined || Number.isNaN(atMs) ? [] : [{ name, atMs }];
  });
}

/** Makes a backup of what was written before it. Gives its name. */
export async function writeManifest(
  target: Pick<Files, 'save'>,
  manifest: BackupManifest,
): Promise<BackupName & { readonly bytes: number }> {
  const text = `${JSON.stringify(manifest)}\n`;
  const time = timeOf(manifest).replaceAll(':', '-');
  const name = `${folder}${time}_${hashOf(text)}.json`;
  const { bytes } = await target.save(name, (path) => writeFile(path, text, { mode: 0o600 }));
  return { name, atMs: manifest.atMs, bytes };
}

/**
 * Rejects with fault `damaged` where it is not what was written, and `bad-input` where a newer
 * Daybook wrote it.
 */
export async function readManifest(
  target: Pick<Files, 'open'>,
  name: string,
): Promise<BackupManifest> {
  const file = await target.open(name);
  try {
    const text = await readFile(file.path, 'utf8');
    if (hashOf(text) !== namePattern.exec(name)?.[4])
      throw new DaybookError('damaged', `${name} is damaged: it is not what its name says`);
    const manifest = JSON.parse(text) as BackupManifest;
    if (manifest.format !== 1)
      throw new DaybookError(
        'bad-input',
        `${name}: expected a backup of format 1, got ${manifest.format}: run a newer Daybook`,
      );
    return manifest;
  } finally {
    file.release();
  }
}

/** For reading a manifest where another one does too. */
export function unlessDamaged(error: unknown): undefined {
  if (!(error instanceof DaybookError && error.fault === 'damaged')) throw error;
}

/** Throws where this Daybook is too old for what is in a backup. */
export const refuseNewerData = (manifest: BackupManifest) =>
  refuseNewer(manifest.dataVersion, 'this backup', 'take an earlier one');

const hashOf = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 16);

/** Every file that a backup is made of, without its manifest. */
export const namesIn = ({ rows, files }: Pick<BackupManifest, 'rows' | 'files'>): string[] => [
  ...rows.map(({ sha256 }) => pieceName(sha256)),
  ...files.map(({ name }) => name),
];

export const bytesOf = ({ rows, files }: Pick<BackupManifest, 'rows' | 'files'>): number =>
  [...rows, ...files].reduce((sum, { bytes }) => sum + bytes, 0);
