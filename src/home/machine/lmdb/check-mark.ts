import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

/**
 * `checked.json` beside LMDB's file: how large it was and when it was written last, when a process
 * that had looked at every page closed it. A file that is still so need not be looked at again:
 * reading a large one takes as long as the disk needs for all of it. `by` is a process that has it
 * open: what changes meanwhile is its own work.
 */
type Mark = {
  readonly bytes: number;
  readonly modifiedMs: number;
  readonly by?: number;
  /** Openings since the pages were looked at. */
  readonly skipped: number;
};

/** Below this looking takes some 50 ms at the most. */
const markFromBytes = 64 * 2 ** 20;

/** Disks go bad silently: now and then the pages are looked at in any case. */
const mostSkipped = 20;

/** File systems count time in ticks: two writes within one cannot be told apart. */
const tickMs = 50;

export type CheckMark = {
  /** The pages need not be looked at. */
  readonly isWhole: boolean;
  /** After the file was opened, its pages looked at or not. */
  opened(): void;
  /** After it was closed in good order. */
  closed(): Promise<void>;
};

/** Of LMDB's file at `path`. Where the mark cannot be read or written, every page is looked at. */
export function openCheckMark(path: string, fromBytes = markFromBytes): CheckMark {
  const markPath = path.replace(/data\.mdb$/, 'checked.json');
  const self = process.pid;
  const before = readMark();
  const isOthers = before?.by !== undefined && before.by !== self && isRunning(before.by);
  const isWhole = isOthers || isAsLeft(before);

  function readMark(): Mark | undefined {
    try {
      return statSync(path).size < fromBytes
        ? undefined
        : (JSON.parse(readFileSync(markPath, 'utf8')) as Mark);
    } catch {
      return undefined;
    }
  }

  function isAsLeft(mark: Mark | undefined): boolean {
    if (mark === undefined || mark.by !== undefined || mark.skipped >= mostSkipped) return false;
    const { size, mtimeMs } = statSync(path);
    const isLater = statSync(markPath).mtimeMs - mtimeMs >= tickMs;
    return size === mark.bytes && mtimeMs === mark.modifiedMs && isLater;
  }

  function write({ skipped, by }: Pick<Mark, 'skipped' | 'by'>): void {
    const { size, mtimeMs } = statSync(path);
    if (size < fromBytes) return;
    const mark: Mark = { bytes: size, modifiedMs: mtimeMs, skipped, ...(by && { by }) };
    writeFileSync(markPath, JSON.stringify(mark));
  }

  return {
    isWhole,
    opened() {
      if (isOthers) return;
      try {
        write({ by: self, skipped: isWhole ? before!.skipped + 1 : 0 });
      } catch {
        // A full disk: the next opening looks at every page.
      }
    },
    async closed() {
      const mark = readMark();
      if (mark?.by !== self) return;
      await wait(2 * tickMs);
      try {
        write({ skipped: mark.skipped });
      } catch {
        // As above.
      }
    },
  };
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
