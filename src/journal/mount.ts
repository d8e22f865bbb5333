import type { Home } from '../home/home.ts';
import type { Clock } from '../lib/clock.ts';
import type { Day, ZoneSpan } from '../lib/site-days.ts';
import type { Duck } from './duckdb.ts';
import { offsetSpans } from './mount-hours.ts';
import { beginLoad, createTables, dropTables, endLoad, expand, merge, type Tables } from './mount-tables.ts';
import { readOn, startTail, type Tail } from './mount-tail.ts';
import { openTurns, type Turns } from './turns.ts';

/** An open site-day as tables in DuckDB. `version` changes whenever its rows do. */
export type MountedDay = Tables & { readonly day: Day; readonly version: number };

/** Days held in memory until `release` is called. */
export type Lease = { readonly days: readonly MountedDay[]; release(): void };

type MountedSite = { readonly id: string; readonly zones: readonly ZoneSpan[] };

export type Mounts = {
  /**
   * The given days with every row that was acknowledged before the call. One tail at a time runs for a day; callers share it.
   * Rejects with fault `unavailable` when the store or the memory does not allow it.
   */
  refresh(site: MountedSite, days: readonly Day[]): Promise<Lease>;
  /** Estimated, of all mounted days. */
  bytes(): number;
};

type Mount = {
  readonly key: string;
  readonly day: Day;
  readonly tables: Tables;
  version: number;
  tail: Tail;
  /** Characters of JSON text loaded, and of these since the tables were last compressed. */
  chars: number;
  looseChars: number;
  uses: number;
  usedAt: number;
  running: Promise<void> | undefined;
  next: Promise<void> | undefined;
};

/** Rows expanded by one statement: fewer cost more each, more cost memory. */
const rowsAStatement = 10_000;
const daysAtOnce = 8;

// Measured with hits of 350 characters: what a day's tables hold when just loaded, when compressed, and when hits were
// added to compressed ones (DuckDB then makes room in every column).
const newBytesADay = 1_700_000;
const bytesADay = 512_000;
const addedBytesADay = 34_000_000;
const looseBytesAChar = 4;
const bytesAChar = 0.3;
/** Part of the budget that may be taken by what is not compressed: compressing takes some tens of ms. */
const looseShare = 1 / 3;

export function openMounts(world: {
  readonly home: Pick<Home, 'rows' | 'shards'>;
  readonly duck: Duck;
  readonly clock: Clock;
  /** Mounted days that nobody uses are given up, least recently used first, while all together are above this. */
  readonly budgetBytes: number;
}): Mounts {
  const { home, duck, clock, budgetBytes } = world;
  const mounts = new Map<string, Mount>();
  // One load at a time for a site: many days at once would hold all sessions, and tables are only compressed between loads.
  const turns = new Map<string, Turns>();
  let made = 0;
  let uses = 0;

  async function refresh(site: MountedSite, days: readonly Day[]): Promise<Lease> {
    const held = days.map((day) => hold(site, day));
    const release = once(() => {
      for (const mount of held) mount.uses--;
      evict();
    });
    try {
      await eachOf(held, daysAtOnce, (mount) => refreshed(site, mount));
      evict();
      return { days: held.map(({ day, tables, version }) => ({ day, ...tables, version })), release };
    } catch (error) {
      release();
      throw error;
    }
  }

  function hold(site: MountedSite, day: Day): Mount {
    const key = `${site.id}/${day}`;
    let mount = mounts.get(key);
    if (mount === undefined) {
      made++;
      const tables = { hits: `hits_${made}`, visits: `visits_${made}` };
      const sizes = { chars: 0, looseChars: 0, uses: 0, usedAt: 0 };
      mount = {
        key,
        day,
        tables,
        version: 0,
        tail: startTail,
        ...sizes,
        running: undefined,
        next: undefined,
      };
      mounts.set(key, mount);
    }
    mount.uses++;
    mount.usedAt = ++uses;
    return mount;
  }

  /** A reading that runs already may have passed the place of the caller's last row: wait for the one after it. */
  function refreshed(site: MountedSite, mount: Mount): Promise<void> {
    if (mount.running === undefined) return start(site, mount);
    mount.next ??= mount.running
      .catch(() => {})
      .then(() => {
        mount.next = undefined;
        return start(site, mount);
      });
    return mount.next;
  }

  function start(site: MountedSite, mount: Mount): Promise<void> {
    mount.running = readAndLoad(site, mount).finally(() => {
      mount.running = undefined;
    });
    return mount.running;
  }

  async function readAndLoad(site: MountedSite, mount: Mount): Promise<void> {
    const reading = readOn(home, site.id, mount.day, mount.tail, clock());
    const first = await reading.more(rowsAStatement);
    if (first.length > 0 || mount.version === 0) {
      const endTurn = await turnsOf(site.id).take();
      try {
        await load(site, mount, first, reading.more);
        await compress();
      } finally {
        endTurn();
      }
    }
    mount.tail = reading.reached();
  }

  async function load(
    site: MountedSite,
    mount: Mount,
    first: Awaited<ReturnType<ReturnType<typeof readOn>['more']>>,
    more: ReturnType<typeof readOn>['more'],
  ): Promise<void> {
    const { tables, day } = mount;
    const spans = offsetSpans(site.zones, day);
    const empty = mount.version === 0;
    let chars = 0;
    const added = await duck.write(async (session) => {
      if (empty) await createTables(session, tables);
      await beginLoad(session, tables);
      for (let came = first; came.length > 0; came = await more(rowsAStatement)) {
        for (const [, value] of came) chars += value.length;
        await session.append('staged', came);
        await expand(session, day, spans);
      }
      const added = await merge(session, tables, empty);
      await endLoad(session);
      return added;
    });
    if (added > 0 || empty) mount.version++;
    mount.chars += chars;
    mount.looseChars += chars;
  }

  async function compress(): Promise<void> {
    const loose = [...mounts.values()].filter(({ looseChars }) => looseChars > 0);
    if (loose.reduce((sum, mount) => sum + bytesOf(mount), 0) < budgetBytes * looseShare) return;
    const before = new Map(loose.map((mount) => [mount, mount.looseChars]));
    if (!(await duck.compact())) return;
    for (const [mount, chars] of before) mount.looseChars -= chars;
  }

  function evict(): void {
    let bytes = total();
    const idle = [...mounts.values()].filter((mount) => mount.uses === 0).sort((a, b) => a.usedAt - b.usedAt);
    for (const mount of idle) {
      if (bytes <= budgetBytes) return;
      bytes -= bytesOf(mount);
      mounts.delete(mount.key);
      // Nobody waits for it; should it fail, memory stays taken until the process ends.
      duck.write((session) => dropTables(session, mount.tables)).catch(() => {});
    }
  }

  function turnsOf(siteId: string): Turns {
    const known = turns.get(siteId) ?? openTurns(1);
    turns.set(siteId, known);
    return known;
  }

  const total = () => [...mounts.values()].reduce((sum, mount) => sum + bytesOf(mount), 0);

  return { refresh, bytes: total };
}

function bytesOf({ chars, looseChars }: Mount): number {
  const tables = looseChars === 0 ? bytesADay : looseChars === chars ? newBytesADay : addedBytesADay;
  return tables + looseBytesAChar * looseChars + bytesAChar * (chars - looseChars);
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
