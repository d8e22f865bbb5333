import type { Home } from '../home/home.ts';
import type { Clock } from '../lib/clock.ts';
import type { Day, ZoneSpan } from '../lib/site-days.ts';
import type { Duck } from './duckdb.ts';
import { type Loader, openLoader } from './mount-load.ts';
import type { Tables } from './mount-tables.ts';
import { readOn, startTail, type Tail } from './mount-tail.ts';

/** Days of a site as tables in DuckDB, held in memory until `release` is called. The tables may hold other days too, and
 * with no days asked for there may be none. */
export type Lease = { readonly tables: Tables; release(): void };

type MountedSite = { readonly id: string; readonly zones: readonly ZoneSpan[] };

export type Mounts = {
  /**
   * The given days with every row that was acknowledged before the call. One reading at a time runs for a day; callers share
   * it. Rejects with fault `unavailable` when the store or the memory does not allow it.
   */
  refresh(site: MountedSite, days: readonly Day[]): Promise<Lease>;
  /** Estimated, of all mounted days. */
  bytes(): number;
};

type MountedDay = {
  readonly day: Day;
  tail: Tail;
  /** Characters of JSON text loaded. */
  chars: number;
  uses: number;
  usedAt: number;
  running: Promise<void> | undefined;
  next: Promise<void> | undefined;
};

type Mount = {
  readonly id: string;
  readonly tables: Tables;
  readonly loader: Loader;
  readonly days: Map<Day, MountedDay>;
  /** Characters of JSON text loaded since the tables were last compressed. */
  looseChars: number;
};

/** Rows of a day that are read before they are loaded. */
const rowsAtOnce = 10_000;
const daysAtOnce = 16;

// Measured with hits of 350 characters: what a site's tables hold when just loaded, when compressed, and when hits were
// added to compressed ones (DuckDB then makes room in every column).
const newBytes = 1_700_000;
const compressedBytes = 512_000;
const addedBytes = 34_000_000;
const looseBytesAChar = 4;
const bytesAChar = 0.3;
/** Part of the budget that may be taken by what is not compressed: compressing takes some tens of ms. */
const looseShare = 1 / 3;

export function openMounts(world: {
  readonly home: Pick<Home, 'rows' | 'shards'>;
  readonly duck: Duck;
  readonly clock: Clock;
  /** As `Arrivals` says it, where one process takes all hits in. */
  readonly settledMs?: (() => number) | undefined;
  /** Mounted days that nobody uses are given up, least recently used first, while all together are above this. */
  readonly budgetBytes: number;
}): Mounts {
  const { home, duck, clock, settledMs, budgetBytes } = world;
  const mounts = new Map<string, Mount>();
  let made = 0;
  let uses = 0;

  async function refresh(site: MountedSite, days: readonly Day[]): Promise<Lease> {
    const mount = mountOf(site.id);
    const held = days.map((day) => hold(mount, day));
    const release = once(() => {
      for (const mounted of held) mounted.uses--;
      evict();
    });
    try {
      await eachOf(held, daysAtOnce, (mounted) => refreshed(site, mount, mounted));
      if (days.length > 0) await mount.loader.ready();
      evict();
      return { tables: mount.tables, release };
    } catch (error) {
      release();
      throw error;
    }
  }

  function mountOf(siteId: string): Mount {
    const known = mounts.get(siteId);
    if (known !== undefined) return known;
    made++;
    const tables = { hits: `hits_${made}`, visits: `visits_${made}` };
    const mount = {
      id: siteId,
      tables,
      loader: openLoader(duck, tables, compress),
      days: new Map(),
      looseChars: 0,
    };
    mounts.set(siteId, mount);
    return mount;
  }

  function hold(mount: Mount, day: Day): MountedDay {
    let mounted = mount.days.get(day);
    if (mounted === undefined) {
      mounted = { day, tail: startTail, chars: 0, uses: 0, usedAt: 0, running: undefined, next: undefined };
      mount.days.set(day, mounted);
    }
    mounted.uses++;
    mounted.usedAt = ++uses;
    return mounted;
  }

  /** A reading that runs already may have passed the place of the caller's last row: wait for the one after it. */
  function refreshed(site: MountedSite, mount: Mount, mounted: MountedDay): Promise<void> {
    if (mounted.running === undefined) return start(site, mount, mounted);
    mounted.next ??= mounted.running
      .catch(() => {})
      .then(() => {
        mounted.next = undefined;
        return start(site, mount, mounted);
      });
    return mounted.next;
  }

  function start(site: MountedSite, mount: Mount, mounted: MountedDay): Promise<void> {
    mounted.running = readAndLoad(site, mount, mounted).finally(() => {
      mounted.running = undefined;
    });
    return mounted.running;
  }

  async function readAndLoad({ id, zones }: MountedSite, mount: Mount, mounted: MountedDay): Promise<void> {
    const { day } = mounted;
    const reading = readOn(home, id, day, mounted.tail, clock(), settledMs?.());
    const more = () => reading.more(rowsAtOnce);
    const first = await more();
    if (first.length > 0) {
      const chars = await mount.loader.load({ day, zones, empty: mounted.chars === 0, first, more });
      mounted.chars += chars;
      mount.looseChars += chars;
    }
    mounted.tail = reading.reached();
  }

  async function compress(now: boolean): Promise<void> {
    const loose = [...mounts.values()].filter(({ looseChars }) => looseChars > 0);
    if (!now && loose.reduce((sum, mount) => sum + bytesOf(mount), 0) < budgetBytes * looseShare) return;
    const before = new Map(loose.map((mount) => [mount, mount.looseChars]));
    if (!(await duck.compact())) return;
    for (const [mount, chars] of before) mount.looseChars -= chars;
  }

  /** Nobody waits for what is given up; should that fail, its memory stays taken until the process ends. */
  function evict(): void {
    let excess = total() - budgetBytes;
    if (excess <= 0) return;
    const idle = [...mounts.values()].flatMap((mount) =>
      [...mount.days.values()].filter(({ uses }) => uses === 0).map((mounted) => ({ mount, mounted })),
    );
    idle.sort((a, b) => a.mounted.usedAt - b.mounted.usedAt);
    const forgotten = new Map<Mount, Day[]>();
    for (const { mount, mounted } of idle) {
      if (excess <= 0) break;
      const before = bytesOf(mount);
      mount.days.delete(mounted.day);
      forgotten.set(mount, [...(forgotten.get(mount) ?? []), mounted.day]);
      if (mount.days.size === 0) mounts.delete(mount.id);
      excess -= mount.days.size === 0 ? before : before - bytesOf(mount);
    }
    for (const [mount, days] of forgotten) {
      const gone = mount.days.size === 0 ? mount.loader.drop() : mount.loader.forget(days);
      gone.catch(() => mounts.delete(mount.id)); // its rows may be there still: begin anew
    }
  }

  const total = () => [...mounts.values()].reduce((sum, mount) => sum + bytesOf(mount), 0);

  return { refresh, bytes: total };
}

function bytesOf({ days, looseChars }: Mount): number {
  const chars = [...days.values()].reduce((sum, mounted) => sum + mounted.chars, 0);
  const loose = Math.min(looseChars, chars);
  const tables = chars === 0 ? 0 : loose === 0 ? compressedBytes : loose === chars ? newBytes : addedBytes;
  return tables + looseBytesAChar * loose + bytesAChar * (chars - loose);
}

async function eachOf<T>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < items.length) await work(items[next++]!);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
}

function once(work: () => void): () => void {
  let done = false;
  return () => {
    if (!done) work();
    done = true;
  };
}
