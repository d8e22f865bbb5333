import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { Files, Row } from '../home/home.ts';
import { eachAtOnce } from '../lib/each-at-once.ts';
import { DaybookError, messageOf } from '../lib/errors.ts';
import type { BackupManifest, SavedFile, SavedPiece } from './manifest.ts';
import { pieceName, unpackPiece } from './pieces.ts';

type Source = Pick<Files, 'open'>;

/** A file of a backup that cannot be restored from it. */
export type WrongFile = { readonly name: string; readonly problem: string };

const atOnce = 8;

/** Reads every file of a backup back, and compares it with what it should be. */
export async function checkBackup(
  target: Source,
  { rows, files }: Pick<BackupManifest, 'rows' | 'files'>,
): Promise<readonly WrongFile[]> {
  const wrong: WrongFile[] = [];
  const check = async (name: string, read: () => Promise<unknown>): Promise<void> => {
    try {
      await read();
    } catch (error) {
      const isOurs = error instanceof DaybookError && error.fault !== 'unavailable';
      if (!isOurs) throw error;
      wrong.push({ name, problem: messageOf(error) });
    }
  };
  await eachAtOnce(rows, atOnce, (piece) =>
    check(pieceName(piece.sha256), () => readPiece(target, piece)),
  );
  await eachAtOnce(files, atOnce, (file) => check(file.name, () => withFile(target, file)));
  return wrong;
}

/** The rows of a piece. Rejects with `not-found` or `damaged` where it is not as it was. */
export async function readPiece(
  target: Source,
  { sha256, rows }: SavedPiece,
): Promise<readonly Row[]> {
  const file = await target.open(pieceName(sha256));
  try {
    const found = await unpackPiece(sha256, await readFile(file.path));
    if (found.length === rows) return found;
    const problem = `expected ${rows} rows, got ${found.length}`;
    throw new DaybookError('damaged', `${pieceName(sha256)} is damaged: ${problem}`);
  } finally {
    file.release();
  }
}

/** Gives a ledger file's path to `use` when it was read, and is what the manifest says. */
export async function withFile(
  target: Source,
  { name, sha256 }: SavedFile,
  use: (path: string) => Promise<unknown> = async () => {},
): Promise<void> {
  const file = await target.open(name);
  try {
    const hash = createHash('sha256');
    await pipeline(createReadStream(file.path, { highWaterMark: 2 ** 20 }), hash);
    const found = hash.digest('hex');
    if (found !== sha256)
      throw new DaybookError(
        'damaged',
        `${name} is damaged: expected SHA-256 ${sha256}, got ${found}`,
      );
    await use(file.path);
  } finally {
    file.release();
  }
}
