import { secondMs } from '../../lib/clock.ts';
import { DaybookError } from '../../lib/errors.ts';
import { type Resident, residentOf, sharesOf } from '../memory.ts';

/** So long the first question waits at the most for the closing process to end. */
const mostWaitMs = 10 * secondMs;

const lookEveryMs = 200;

/** The memory that the server and its processes may take together, as it is used now. */
export type Room = {
  /**
   * Resolves when the closing process has room beside the server and the report process. Where it
   * has none, the report process is ended, as soon as it has answered what it was asked.
   */
  makeForClosing(): Promise<void>;
  /**
   * Resolves when a report process has room beside the server and the closing process: where it has
   * none, when days are closed, but soon.
   */
  waitForReports(): Promise<void>;
  /**
   * Resolves when the process of a statement has room beside the others: where it has none, the
   * report process is ended, and the end of closing waited for, but not for long. Then it rejects
   * with fault `unavailable`.
   */
  makeForSql(): Promise<void>;
  use(): MemoryUse;
};

/** The memory that processes take, of which the owner has set how much all of them may take. */
export type MemoryUse = {
  readonly limitBytes: number;
  readonly processes: readonly ProcessMemory[];
};

/**
 * `ownBytes` are taken from the machine, `mappedBytes` are pages of files that the system takes
 * back. `mostBytes`: of both together until now.
 */
export type ProcessMemory = {
  readonly name: 'server' | 'report' | 'closing' | 'sql';
  readonly pid: number;
  readonly ownBytes: number;
  readonly mappedBytes: number;
  readonly mostBytes: number;
};

export type Processes = {
  /** Of a process that runs now. */
  readonly pids: () => {
    readonly report?: number | undefined;
    readonly closing?: number | undefined;
    readonly sql?: number | undefined;
  };
  /** Ends the report process when it has answered; the next question starts another one. */
  readonly endReports: () => Promise<void>;
  /** Resolves when no statement runs: none takes long. */
  readonly sqlIdle?: () => Promise<void>;
};

type Measuring = {
  readonly residentOf?: (pid: number) => Resident | undefined;
  readonly waitMs?: number;
};

export function openRoom(
  memoryBytes: number,
  { pids, endReports, sqlIdle = async () => {} }: Processes,
  { residentOf: measure = residentOf, waitMs = mostWaitMs }: Measuring = {},
): Room {
  const { closingNeedsBytes, reportNeedsBytes, sqlNeedsBytes } = sharesOf(memoryBytes);
  const ownBytesOf = (pid: number | undefined) =>
    pid === undefined ? 0 : (measure(pid)?.ownBytes ?? 0);
  const hasFree = (pidsBeside: readonly (number | undefined)[], bytes: number) =>
    [process.pid, ...pidsBeside].reduce((sum: number, pid) => sum + ownBytesOf(pid), 0) + bytes <=
    memoryBytes;
  const isBusy = (pidsBeside: readonly (number | undefined)[], bytes: number) =>
    pidsBeside.some((pid) => pid !== undefined) && !hasFree(pidsBeside, bytes);
  /** Until those beside leave so much free, or the time is over. */
  async function waitFor(beside: () => readonly (number | undefined)[], bytes: number) {
    const untilMs = performance.now() + waitMs;
    while (isBusy(beside(), bytes) && performance.now() < untilMs)
      await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
  return {
    async makeForClosing() {
      const { report, sql } = pids();
      if (sql !== undefined && !hasFree([report, sql], closingNeedsBytes)) await sqlIdle();
      if (isBusy([pids().report], closingNeedsBytes)) await endReports();
    },
    async waitForReports() {
      const beside = () => {
        const { closing, sql } = pids();
        return [closing, sql];
      };
      await waitFor(beside, reportNeedsBytes);
    },
    async makeForSql() {
      const { report, closing } = pids();
      if (report !== undefined && !hasFree([report, closing], sqlNeedsBytes)) await endReports();
      await waitFor(() => [pids().closing], sqlNeedsBytes);
      if (isBusy([pids().closing], sqlNeedsBytes))
        throw new DaybookError(
          'unavailable',
          'days are being closed, and beside that there is no memory for a statement; ask again ' +
            'later, or allow more with --memory',
        );
    },
    use() {
      const all = { server: process.pid, ...pids() };
      const processes = (['server', 'report', 'closing', 'sql'] as const).flatMap((name) => {
        const pid = all[name];
        const resident = pid === undefined ? undefined : measure(pid);
        return resident === undefined ? [] : [{ name, pid: pid!, ...resident }];
      });
      return { limitBytes: memoryBytes, processes: processes satisfies ProcessMemory[] };
    },
  };
}
