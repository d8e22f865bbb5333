import { createReadStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DaysSite, Within } from '../days/held-days.ts';
import { queryTimeoutMs } from '../duck/duck.ts';
import { temporaryName } from '../home/disk.ts';
import { DaybookError } from '../lib/errors.ts';
import type { SqlFormat } from './formats.ts';

/** A statement that somebody sends, and what they will take of its result. */
export type SqlQuestion = Within & {
  readonly sql: string;
  readonly format: SqlFormat;
  readonly mostRows: number;
  readonly mostBytes: number;
};

/** A result that was written to a file. `bytes` is read once; then the file is removed. */
export type SqlAnswer = { readonly rows: number; readonly bytes: AsyncGenerator<Uint8Array> };

/** Where statements are run: one at a time. */
export type Sql = {
  /**
   * Rejects with fault `bad-input` where the statement is at fault, `too-many` while another one
   * runs, `unavailable` where there is no room for it or it was killed.
   */
  run(site: DaysSite, asked: SqlQuestion, signal?: AbortSignal): Promise<SqlAnswer>;
  close(): void;
};

/** How long a statement may take that is sent to a server. */
export const sqlTimeoutMs = queryTimeoutMs;

/** Of texts that do not fit into memory, what may be written to the disk meanwhile. */
export const mostSpillBytes = 4 * 1024 ** 3;

/** Runs a statement with its result in a file of `scratch`, which is empty. */
export type SqlRunner = (
  site: DaysSite,
  asked: SqlQuestion,
  scratch: string,
  signal?: AbortSignal,
) => Promise<{ readonly path: string; readonly rows: number }>;

/** One statement after the other by `runner`, each with a folder of its own in `folder`. */
export function oneAtATime(folder: string, runner: SqlRunner): Omit<Sql, 'close'> {
  let isRunning = false;
  return {
    async run(site, asked, signal) {
      if (isRunning)
        throw new DaybookError(
          'too-many',
          'another statement is running: there is one at a time; send this one again',
          { retryAfterS: 5 },
        );
      isRunning = true;
      const scratch = await makeScratch(folder);
      try {
        const { path, rows } = await runner(site, asked, scratch, signal);
        return { rows, bytes: bytesOf(path, scratch) };
      } catch (error) {
        await removeScratch(scratch);
        throw error;
      } finally {
        isRunning = false;
      }
    },
  };
}

/** Among the unfinished files: what a killed process leaves there is removed by the next. */
export async function makeScratch(folder: string): Promise<string> {
  const scratch = join(folder, '.unfinished', temporaryName('-sql'));
  await mkdir(scratch, { recursive: true, mode: 0o700 });
  return scratch;
}

export const removeScratch = (scratch: string) => rm(scratch, { recursive: true, force: true });

async function* bytesOf(path: string, scratch: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(path) as AsyncIterable<Uint8Array>;
  } finally {
    await removeScratch(scratch);
  }
}
