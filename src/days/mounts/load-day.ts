import type { KeptErasure } from '../../journal/erasures.ts';
import { readOn } from '../../journal/tail.ts';
import type { ZoneSpan } from '../../lib/site-days.ts';
import type { FilesOfDay } from '../../visits/amend.ts';
import type { Mount, MountedDay, MountsWorld } from './held.ts';

export type MountedSite = {
  readonly id: string;
  readonly zones: readonly ZoneSpan[];
  /** Its erasures. A day that was mounted without one of them is mounted again. */
  readonly erasures?: readonly KeptErasure[];
};

/** Files that have hits of a day, with their version. */
export type DayFiles = {
  readonly version: string;
  /** What reads all hits of them, and they are mounted; or what is mounted of them, if needed. */
  readonly from: string | FilesOfDay;
  /** The ledger has closed the day: its own partitions are not read. */
  readonly isClosed: boolean;
  /** All rows that were received before this are in the files. */
  readonly untilMs?: number | undefined;
};

type Refresh = {
  readonly site: MountedSite;
  readonly mount: Mount;
  readonly mounted: MountedDay;
  readonly files: DayFiles | undefined;
  /** Those that stand and may concern the day. */
  readonly erasures: readonly KeptErasure[];
};

/** Rows of a day that are read before they are loaded. */
const rowsAtOnce = 10_000;

/**
 * Loads what is new of a day. A reading that runs already may have passed the place of the caller's
 * last row, so the caller waits for the one after it.
 */
export function refreshDay(world: MountsWorld, refresh: Refresh): Promise<void> {
  const { mounted } = refresh;
  if (mounted.running === undefined) return startReading(world, refresh);
  mounted.next ??= mounted.running
    .catch(() => {})
    .then(() => {
      mounted.next = undefined;
      return startReading(world, refresh);
    });
  return mounted.next;
}

function startReading(world: MountsWorld, refresh: Refresh): Promise<void> {
  const { mounted } = refresh;
  mounted.running = readAndLoad(world, refresh).finally(() => {
    mounted.running = undefined;
  });
  return mounted.running;
}

async function readAndLoad(
  { home, clock, settled }: MountsWorld,
  { site: { id, zones }, mount, mounted, files, erasures }: Refresh,
): Promise<void> {
  const { day } = mounted;
  await mounted.cleared;
  const reading = readOn(home, {
    ...{ siteId: id, day, tail: mounted.tail, nowMs: clock() },
    ...{ settledMs: settled?.().ms, isClosed: files?.isClosed, fromMs: files?.untilMs },
  });
  const more = () => reading.more(rowsAtOnce);
  const first = await more();
  const empty = mounted.chars === 0;
  const closed = empty && typeof files?.from === 'string' ? files.from : undefined;
  const beside = typeof files?.from === 'object' ? files.from : undefined;
  if (first.length > 0 || closed !== undefined) {
    const load = { day, zones, empty, closed, beside, erasures, first, more };
    const chars = await mount.loader.load(load);
    mounted.chars += chars;
    mount.looseChars += chars;
  }
  mounted.tail = reading.reached();
}
