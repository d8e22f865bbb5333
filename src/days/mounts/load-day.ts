import type { KeptErasure } from '../../journal/erasures.ts';
import { readOn } from '../../journal/tail.ts';
import type { ZoneSpan } from '../../lib/site-days.ts';
import type { Mount, MountedDay, MountsWorld } from './held.ts';

export type MountedSite = {
  readonly id: string;
  readonly zones: readonly ZoneSpan[];
  /** Its erasures. A day that was mounted without one of them is mounted again. */
  readonly erasures?: readonly KeptErasure[];
};

/**
 * The hits that the ledger has of a day: their version, and what reads them (`read_parquet(…)`).
 */
export type ClosedHits = { readonly version: string; readonly from: string };

type Refresh = {
  readonly site: MountedSite;
  readonly mount: Mount;
  readonly mounted: MountedDay;
  readonly closed: ClosedHits | undefined;
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
  { site: { id, zones }, mount, mounted, closed, erasures }: Refresh,
): Promise<void> {
  const { day } = mounted;
  await mounted.cleared;
  const reading = readOn(home, {
    ...{ siteId: id, day, tail: mounted.tail, nowMs: clock() },
    ...{ settledMs: settled?.().ms, isClosed: closed !== undefined },
  });
  const more = () => reading.more(rowsAtOnce);
  const first = await more();
  const empty = mounted.chars === 0;
  const from = empty ? closed?.from : undefined;
  if (first.length > 0 || from !== undefined) {
    const load = { day, zones, empty, closed: from, erasures, first, more };
    const chars = await mount.loader.load(load);
    mounted.chars += chars;
    mount.looseChars += chars;
  }
  mounted.tail = reading.reached();
}
