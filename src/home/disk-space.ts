import { statfsSync } from 'node:fs';
import { DaybookError } from '../lib/errors.ts';

export type Space = { readonly freeBytes: number; readonly totalBytes: number };

/** Kept free of hits: 32 MiB, on a small disk a twentieth of it. */
const reserveBytes = 32 * 2 ** 20;

const reserveShare = 1 / 20;

/** How long nothing is written after a write that the disk refused. */
const pauseMs = 1_000;

/**
 * Turns writes away before the disk is full. Not for comfort: where `pwrite` fails with ENOSPC,
 * lmdb 3.5.6 prints a text into too short a buffer (mdb.c, `mdb_page_flush`). Of 12 processes that
 * went on writing to a full disk, 3,000 commits each, 3 were ended by the broken heap.
 *
 * Hits may not touch the last `reserveBytes`. All else may use three quarters of those, so that on
 * a disk full of hits an owner can still sign in and remove something.
 */
export function watchSpace(folder: string, measure: () => Space = () => spaceOf(folder)) {
  // Asked for once per turn of the event loop (2.5 µs); within a turn, what was granted is taken
  // off.
  let space: Space | undefined;
  let paused = false;

  const current = (): Space => {
    if (space === undefined) {
      space = measure();
      setImmediate(() => {
        space = undefined;
      });
    }
    return space;
  };

  return {
    /** Rejects the write with fault `unavailable` where the disk has no room for it. */
    claim(bytes: number, of: 'hits' | 'else'): void {
      if (paused)
        throw new DaybookError(
          'unavailable',
          'the disk refused a write; trying again within a second',
        );
      const now = current();
      const left = now.freeBytes - bytes;
      if (left < reserveOf(now) / (of === 'hits' ? 1 : 4)) {
        throw new DaybookError('unavailable', `the disk is full: ${mebibytes(now)} MiB are free`);
      }
      space = { ...now, freeBytes: left };
    },
    /** Whether the disk was so full that a refused write needs no other explanation. */
    isFull(): boolean {
      const now = measure();
      return now.freeBytes < reserveOf(now);
    },
    pause(): void {
      paused = true;
      setTimeout(() => {
        paused = false;
      }, pauseMs).unref();
    },
  };
}

/** For work that can wait: the bytes before it comes near to what hits may not touch. */
export function roomIn(folder: string, measure: () => Space = () => spaceOf(folder)): number {
  const space = measure();
  return space.freeBytes - 1.25 * reserveOf(space);
}

const reserveOf = ({ totalBytes }: Space) => Math.min(reserveBytes, totalBytes * reserveShare);

const mebibytes = ({ freeBytes }: Space) => (freeBytes / 2 ** 20).toFixed(1);

function spaceOf(folder: string): Space {
  try {
    const { bavail, blocks, bsize } = statfsSync(folder);
    return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
  } catch {
    // A file system that cannot say is one that has to refuse by itself.
    return { freeBytes: Number.POSITIVE_INFINITY, totalBytes: 0 };
  }
}
