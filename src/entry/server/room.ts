import { secondMs } from '../../lib/clock.ts';
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
  readonly name: 'server' | 'report' | 'closing';
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
  };
  /** Ends the report process when it has answered; the next question starts another one. */
  readonly endReports: () => Promise<void>;
};

type Measuring = {
  readonly residentOf?: (pid: number) => Resident | undefined;
  readonly waitMs?: number;
};

export function openRoom(
  memoryBytes: number,
  { pids, endReports }: Processes,
  { residentOf: measure = residentOf, waitMs = mostWaitMs }: Measuring = {},
): Room {
  const { closingNeedsBytes, reportNeedsBytes } = sharesOf(memoryBytes);
  const ownBytesOf = (pid: number | undefined) =>
    pid === undefined ? 0 : (measure(pid)?.ownBytes ?? 0);
  const hasFree = (beside: 'report' | 'closing', bytes: number) =>
    ownBytesOf(process.pid) + ownBytesOf(pids()[beside]) + bytes <= memoryBytes;
  return {
    async makeForClosing() {
      if (pids().report !== undefined && !hasFree('report', closingNeedsBytes)) await endReports();
    },
    async waitForReports() {
      const untilMs = performance.now() + waitMs;
      while (
        pids().closing !== undefined &&
        !hasFree('closing', reportNeedsBytes) &&
        performance.now() < untilMs
      )
        await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
    },
    use() {
      const all = { server: process.pid, ...pids() };
      const processes = (['server', 'report', 'closing'] as const).flatMap((name) => {
        const pid = all[name];
        const resident = pid === undefined ? undefined : measure(pid);
        return resident === undefined ? [] : [{ name, pid: pid!, ...resident }];
      });
      return { limitBytes: memoryBytes, processes: processes satisfies ProcessMemory[] };
    },
  };
}
