import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { Files, LocalFile } from '../home/home.ts';
import { DaybookError } from '../lib/errors.ts';
import type { NamedFile } from './manifest.ts';

/**
 * Opens a file that a manifest names and compares it with what the manifest says. Otherwise what is
 * made from a damaged file would carry the damage on, under a new checksum that is right. Rejects
 * with fault `damaged`, or `not-found`.
 */
export async function openChecked(
  files: Pick<Files, 'open'>,
  { name, bytes, sha256 }: NamedFile,
): Promise<LocalFile> {
  const file = await files.open(name);
  try {
    const { size } = await stat(file.path);
    if (size !== bytes) throw damaged(name, `${bytes} bytes`, `${size}`);
    const found = await digestOf(file.path);
    if (found !== sha256) throw damaged(name, `SHA-256 ${sha256}`, found);
    return file;
  } catch (error) {
    file.release();
    throw error;
  }
}

const damaged = (name: string, expected: string, came: string) =>
  new DaybookError('damaged', `${name} is damaged: expected ${expected}, got ${came}`);

/** A file that is still not there when the ledger was read again, and names it. */
export const lostFile = (problem: string) =>
  new DaybookError(
    'damaged',
    `${problem}, but the ledger names it; put it back from a backup ` +
      '(`daybook verify` names all such files, `daybook rescue` reads what is left)',
  );

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 2 ** 20 }), hash);
  return hash.digest('hex');
}
