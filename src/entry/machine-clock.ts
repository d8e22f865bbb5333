import { uptime } from 'node:os';
import type { Home } from '../home/home.ts';
import { closedDaysOf } from '../ledger/manifest.ts';
import { type CarefulClock, type KnownClock, openCarefulClock } from '../lib/careful-clock.ts';
import { type Clock, secondMs } from '../lib/clock.ts';
import { releasedMs } from '../model/release.ts';

/**
 * The careful clock of one machine's home. What one process has found out is kept for the next:
 *
 *   clock   known   {atMs, startedMs, pending?} (`KnownClock`)
 */
export type MachineClock = CarefulClock & {
  /** Keeps what is known. */
  remember(): Promise<void>;
  /** Believes the machine's clock as it is now: its owner has said that it is right. */
  believe(): Promise<void>;
};

const row = { partition: 'clock', sort: 'known' };

export type MachineClockOptions = {
  readonly clock: Clock;
  /**
   * Nobody can set it; by default the system's, which goes on while the machine sleeps, on most
   * systems. `followed`: the clock is right.
   */
  readonly uptimeMs?: Clock | 'followed';
  readonly earliestMs?: number;
  /** See `openCarefulClock`. */
  readonly atOnceMs?: number;
};

export const systemUptimeMs: Clock = () => uptime() * secondMs;

/**
 * Where several servers write, each append compares the machine's clock with the store's: there the
 * machine's own is followed.
 */
export async function openMachineClock(
  home: Pick<Home, 'rows' | 'writers'>,
  siteIds: () => Promise<readonly string[]>,
  { clock, uptimeMs = systemUptimeMs, earliestMs = releasedMs, atOnceMs }: MachineClockOptions,
): Promise<MachineClock> {
  const limits = { earliestMs, ...(atOnceMs !== undefined && { atOnceMs }) };
  if (home.writers === 'many' || uptimeMs === 'followed') {
    const nothing = async () => {};
    const careful = openCarefulClock({ clock, uptimeMs: clock, earliestMs });
    return { ...careful, remember: nothing, believe: nothing };
  }
  const known = (await readKnown(home)) ?? (await lastClosed(home, await siteIds()));
  const careful = openCarefulClock({ clock, uptimeMs, ...limits, known });
  const keep = (value: KnownClock) => home.rows.append([{ ...row, value: JSON.stringify(value) }]);
  return {
    ...careful,
    async remember() {
      const found = careful.known();
      if (found !== undefined) await keep(found);
    },
    async believe() {
      const atMs = clock();
      if (atMs >= earliestMs) await keep({ atMs, startedMs: atMs - uptimeMs() });
    },
  };
}

async function readKnown({ rows }: Pick<Home, 'rows'>): Promise<KnownClock | undefined> {
  const text = await rows.get(row.partition, row.sort);
  return text === undefined ? undefined : (JSON.parse(text) as KnownClock);
}

/** Data of a version that kept no such row: when its newest day was closed. */
async function lastClosed(
  home: Pick<Home, 'rows'>,
  siteIds: readonly string[],
): Promise<KnownClock | undefined> {
  let atMs = 0;
  for (const id of siteIds)
    for (const { closedMs } of (await closedDaysOf(home, id)).values())
      atMs = Math.max(atMs, closedMs);
  return atMs === 0 ? undefined : { atMs, startedMs: Number.NaN };
}
