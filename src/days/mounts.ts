import type { Duck } from '../duck/duck.ts';
import type { Home } from '../home/home.ts';
import { erasuresOf, readErasures } from '../journal/erasures.ts';
import { readOn, startTail, type Tail } from '../journal/tail.ts';
import type { Clock } from '../lib/clock.ts';
import type { Day, ZoneSpan } from '../lib/site-days.ts';
import type { Tables } from '../visits/tables.ts';
import { type Loader, openLoader } from './mount-loader.ts';

/**
 * Days of a site as tables in DuckDB, held in memory until `release` is called. The tables may hold
 * other days too, and with no days asked for there may be none.
 */
export type Lease = { readonly tables: Tables; release(): void };

type MountedSite = {
  readonly id: string;
  readonly zones: readonly ZoneSpan[];
  /**
   * Its newest erasure: where there is a newer one than a day was mounted with, the day is mounted
   * anew.
   */
  readonly erasedTo?: string;
};

export type Mounts = {
  /**
   * The given days with every row that was acknowledged before the call. One reading at a time runs
   * for a day; callers share it. Of a closed day to which late rows came, `closed` names the
   * ledger's hits, which are mounted with them; they must stay readable until this resolves.
   * Rejects with fault `unavailable` when the store or the memory does not allow it.
   */
  refresh(
    site: MountedSite,
    days: readonly Day[],
    closed?: ReadonlyMap<Day, ClosedHits>,
  ): Promise<Lease>;
  /** Gives up all of a site that nobody uses. */
  forget(siteId: string): void;
  /** Estimated, of all mounted days. */
  bytes(): number;
};

/**
 * The hits that the ledger has of a day: their version, and what reads them (`read_parquet(…)`).
 */
export type ClosedHits = { readonly version: string; readonly from: string };

type MountedDay = {
  readonly day: Day;
  /**
   * Of the ledger's hits that are mounted, and of the erasures. With another one the day is mounted
   * anew.
   */
  readonly version: string;
  tail: Tail;
  /** Characters of JSON text loaded. */
  chars: number;
  uses: number;
  usedAt: number;
  /** The rows of another version are gone. */
  readonly cleared: Promise<void>;
  running: Promise<void> | undefined;
  next: Promise<void> | undefined;
  /** Called when its last user has gone. */
  whenIdle: () => void;
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

// Measured with hits of 350 characters: what a site's tables hold when just loaded, when
// compressed, and when hits were added to compressed ones (DuckDB then makes room in every column).
const newBytes = 1_700_000;

const compressedBytes = 512_000;

const addedBytes = 34_000_000;

const looseBytesAChar = 4;

const bytesAChar = 0.3;

/**
 * Part of the budget that may be taken by what is not compressed: compressing takes some tens of
 * ms.
 */
const looseShare = 1 / 3;

export function openMounts(world: {
  readonly home: Pick<Home, 'rows' | 'shards'>;
  readonly duck: Duck;
  readonly clock: Clock;
  /** As `Arrivals` says it, where one process takes all hits in. */
  readonly settledMs?: (() => number) | undefined;
  /**
   * Mounted days that nobody uses are given up, least recently used first, while all together are
   * above this.
   */
  readonly budgetBytes: number;
}): Mounts {
  const { home, duck, clock, settledMs, budgetBytes } = world;
  const mounts = new Map<string, Mount>();
  let made = 0;
  let uses = 0;

  async function refresh(
    site: MountedSite,
    days: readonly Day[],
    closed: ReadonlyMap<Day, ClosedHits> = new Map(),
  ): Promise<Lease> {
    const mount = mountOf(site.id);
    const held = days.map((day) =>
      hold(mount, day, `${closed.get(day)?.version} ${site.erasedTo}`),
    );
    const release = once(() => {
      for (const mounted of held) if (--mounted.uses === 0) mounted.whenIdle();
      evict();
    });
    try {
      await eachOf(held, daysAtOnce, (mounted) =>
        refreshed(site, mount, mounted, closed.get(mounted.day)),
      );
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

  function hold(mount: Mount, day: Day, version: string): MountedDay {
    const known = mount.days.get(day);
    const mounted =
      known?.version === version && known !== undefined ? known : anew(mount, day, version, known);
    mounted.uses++;
    mounted.usedAt = ++uses;
    return mounted;
  }

  function anew(mount: Mount, day: Day, version: string, before: MountedDay | undefined) {
    const cleared = before === undefined ? Promise.resolve() : clear(mount, before);
    cleared.catch(() => {}); // whoever reads the day is told
    const mounted: MountedDay = {
      ...{ day, version, cleared, tail: startTail, chars: 0, uses: 0, usedAt: 0 },
      ...{ running: undefined, next: undefined, whenIdle: () => {} },
    };
    mount.days.set(day, mounted);
    return mounted;
  }

  /** Takes the rows of a day out, so that it can be mounted anew, as soon as nobody uses them. */
  async function clear(mount: Mount, mounted: MountedDay): Promise<void> {
    if (mounted.uses > 0) await new Promise<void>((resolve) => (mounted.whenIdle = resolve));
    try {
      await mounted.cleared;
      await mount.loader.forget([mounted.day]);
    } catch (error) {
      mounts.delete(mount.id); // its rows may be there still: begin anew
      throw error;
    }
  }

  /**
   * A reading that runs already may have passed the place of the caller's last row: wait for the
   * one after it.
   */
  function refreshed(
    site: MountedSite,
    mount: Mount,
    mounted: MountedDay,
    closed: ClosedHits | undefined,
  ): Promise<void> {
    if (mounted.running === undefined) return start(site, mount, mounted, closed);
    mounted.next ??= mounted.running
      .catch(() => {})
      .then(() => {
        mounted.next = undefined;
        return start(site, mount, mounted, closed);
      });
    return mounted.next;
  }

  function start(
    site: MountedSite,
    mount: Mount,
    mounted: MountedDay,
    closed: ClosedHits | undefined,
  ): Promise<void> {
    mounted.running = readAndLoad(site, mount, mounted, closed).finally(() => {
      mounted.running = undefined;
    });
    return mounted.running;
  }

  async function readAndLoad(
    { id, zones, erasedTo }: MountedSite,
    mount: Mount,
    mounted: MountedDay,
    ledger: ClosedHits | undefined,
  ): Promise<void> {
    const { day } = mounted;
    await mounted.cleared;
    const reading = readOn(
      home,
      id,
      day,
      mounted.tail,
      clock(),
      settledMs?.(),
      ledger !== undefined,
    );
    const more = () => reading.more(rowsAtOnce);
    const first = await more();
    const empty = mounted.chars === 0;
    const closed = empty ? ledger?.from : undefined;
    if (first.length > 0 || closed !== undefined) {
      const erasures =
        erasedTo === undefined ? [] : erasuresOf(await readErasures(home, id), zones, day);
      const chars = await mount.loader.load({ day, zones, empty, closed, erasures, first, more });
      mounted.chars += chars;
      mount.looseChars += chars;
    }
    mounted.tail = reading.reached();
  }

  async function compress(now: boolean): Promise<void> {
    const loose = [...mounts.values()].filter(({ looseChars }) => looseChars > 0);
    if (!now && loose.reduce((sum, mount) => sum + bytesOf(mount), 0) < budgetBytes * looseShare)
      return;
    const before = new Map(loose.map((mount) => [mount, mount.looseChars]));
    if (!(await duck.compact())) return;
    for (const [mount, chars] of before) mount.looseChars -= chars;
  }

  /**
   * Nobody waits for what is given up; should that fail, its memory stays taken until the process
   * ends.
   */
  function evict(): void {
    let excess = total() - budgetBytes;
    if (excess <= 0) return;
    const idle = [...mounts.values()].flatMap((mount) =>
      [...mount.days.values()]
        .filter(({ uses }) => uses === 0)
        .map((mounted) => ({ mount, mounted })),
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

  function forget(siteId: string): void {
    const mount = mounts.get(siteId);
    if (mount === undefined || [...mount.days.values()].some(({ uses }) => uses > 0)) return;
    mounts.delete(siteId);
    mount.loader.drop().catch(() => {});
  }

  const total = () => [...mounts.values()].reduce((sum, mount) => sum + bytesOf(mount), 0);

  return { refresh, forget, bytes: total };
}

function bytesOf({ days, looseChars }: Mount): number {
  const chars = [...days.values()].reduce((sum, mounted) => sum + mounted.chars, 0);
  const loose = Math.min(looseChars, chars);
  const tables =
    chars === 0 ? 0 : loose === 0 ? compressedBytes : loose === chars ? newBytes : addedBytes;
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
