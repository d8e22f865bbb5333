import { minuteMs, secondMs } from '../../lib/clock.ts';
import { DaybookError } from '../../lib/errors.ts';
import { type Resident, residentOf, sharesOf } from '../memory.ts';

/** So long the first question waits at the most for others to end. */
const mostWaitMs = 10 * secondMs;

/** So long a backup and closing wait for each other: nobody waits for them. */
const mostBehindMs = 10 * minuteMs;

const lookEveryMs = 200;

/** The memory that the server and its processes may take together, as it is used now. */
export type Room = {
  /**
   * Resolves when the closing process has room beside the others. Where it has none, a backup's end
   * is waited for, and then the report process is ended, as soon as it has answered what it was
   * asked.
   */
  makeForClosing(): Promise<void>;
  /** The same for a backup: it waits for closing's end, too. */
  makeForBackup(): Promise<void>;
  /**
   * Resolves when a report process has room beside the others: where it has none, when days are
   * closed and the backup is made, but soon.
   */
  waitForReports(): Promise<void>;
  /**
   * Resolves when the process of a statement has room beside the others: where it has none, the
   * report process is ended, and the end of closing and of a backup waited for, but not for long.
   * Then it rejects with fault `unavailable`.
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
  readonly name: (typeof names)[number];
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
    readonly backup?: number | undefined;
  };
  /** Ends the report process when it has answered; the next question starts another one. */
  readonly endReports: () => Promise<void>;
  /** Resolves when no statement runs: none takes long. */
  readonly sqlIdle?: () => Promise<void>;
};

type Measuring = {
  readonly residentOf?: (pid: number) => Resident | undefined;
  readonly waitMs?: number;
  readonly behindMs?: number;
};

const names = ['server', 'report', 'closing', 'sql', 'backup'] as const;

export function openRoom(
  memoryBytes: number,
  { pids, endReports, sqlIdle = async () => {} }: Processes,
  {
    residentOf: measure = residentOf,
    waitMs = mostWaitMs,
    behindMs = mostBehindMs,
  }: Measuring = {},
): Room {
  const shares = sharesOf(memoryBytes);
  const pidsNow = () => ({ server: process.pid, ...pids() });
  const ownBytesOf = (pid: number | undefined) =>
    pid === undefined ? 0 : (measure(pid)?.ownBytes ?? 0);
  const hasFree = (bytes: number) => {
    const present = pidsNow();
    return names.reduce((sum, name) => sum + ownBytesOf(present[name]), bytes) <= memoryBytes;
  };
  const isInTheWay = (others: readonly Other[], bytes: number) =>
    others.some((name) => pids()[name] !== undefined) && !hasFree(bytes);

  /** Waits for room while one of these processes is there, but no longer than so. */
  async function waitFor(others: readonly Other[], bytes: number, mostMs = waitMs): Promise<void> {
    const untilMs = performance.now() + mostMs;
    while (isInTheWay(others, bytes) && performance.now() < untilMs)
      await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }

  async function endReportsFor(bytes: number): Promise<void> {
    if (isInTheWay(['report'], bytes)) await endReports();
  }

  return {
    async makeForClosing() {
      await waitFor(['backup'], shares.closingNeedsBytes, behindMs);
      if (isInTheWay(['sql'], shares.closingNeedsBytes)) await sqlIdle();
      await endReportsFor(shares.closingNeedsBytes);
    },
    async makeForBackup() {
      await waitFor(['closing', 'sql'], shares.backupNeedsBytes, behindMs);
      await endReportsFor(shares.backupNeedsBytes);
    },
    waitForReports: () => waitFor(['closing', 'sql', 'backup'], shares.reportNeedsBytes),
    async makeForSql() {
      await endReportsFor(shares.sqlNeedsBytes);
      await waitFor(['closing', 'backup'], shares.sqlNeedsBytes);
      if (isInTheWay(['closing', 'backup'], shares.sqlNeedsBytes))
        throw new DaybookError(
          'unavailable',
          'days are being closed or backed up, and beside that there is no memory for a ' +
            'statement; ask again later, or allow more with --memory',
        );
    },
    use() {
      const all = pidsNow();
      const processes = names.flatMap((name) => {
        const pid = all[name];
        const resident = pid === undefined ? undefined : measure(pid);
        return resident === undefined ? [] : [{ name, pid: pid!, ...resident }];
      });
      return { limitBytes: memoryBytes, processes: processes satisfies ProcessMemory[] };
    },
  };
}

type Other = Exclude<(typeof names)[number], 'server'>;
