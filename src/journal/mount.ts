import type { Home, Row } from '../home/home.ts';
import { type Clock, secondMs } from '../lib/clock.ts';
import type { Day, ZoneSpan } from '../lib/site-days.ts';
import type { Duck, Session } from './duckdb.ts';
import { receiptOf } from './keys.ts';
import { offsetSpans } from './mount-hours.ts';
import {
  beginLoad,
  compactVisits,
  createTables,
  dropTables,
  expand,
  merge,
  type Tables,
} from './mount-tables.ts';
import { type Cursor, startCursor, tailDay, tailOverlapMs } from './read.ts';

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

type Mount = MountedDay & {
  readonly key: string;
  readonly tables: Tables;
  version: number;
  cursor: Cursor;
  /** Keys of rows that a coming tail may read again. */
  recent: Map<string, number>;
  bytes: number;
  visitsRemoved: number;
  uses: number;
  usedAt: number;
  running: Promise<void> | undefined;
  next: Promise<void> | undefined;
};

/** An append lives at most this long (`append.ts`); a row is visible by then or was never acknowledged. */
const appendMs = 5 * secondMs;
/** Rows expanded by one statement: fewer cost more each, more cost memory. */
const rowsAStatement = 10_000;
/** Bytes in memory for each byte of JSON text: 55 MB for 100,000 hits of 420 bytes, and their visits. */
const growth = 1.6;
const daysAtOnce = 4;

export function openMounts(world: {
  readonly home: Pick<Home, 'rows' | 'shards'>;
  readonly duck: Duck;
  readonly clock: Clock;
  /** Mounted days that nobody uses are given up, least recently used first, while all together are above this. */
  readonly budgetBytes: number;
}): Mounts {
  const { home, duck, clock, budgetBytes } = world;
  const mounts = new Map<string, Mount>();
  let made = 0;
  let uses = 0;

  async function refresh(site: MountedSite, days: readonly Day[]): Promise<Lease> {
    const held = days.map((day) => hold(site, day));
    const release = once(() => {
      for (const mount of held) mount.uses--;
      evict();
    });
    try {
      await eachOf(held, daysAtOnce, (mount) => tailed(site, mount));
      evict();
      return {
        days: held.map(({ day, hits, visits, version }) => ({ day, hits, visits, version })),
        release,
      };
    } catch (error) {
      release();
      throw error;
    }
  }

  function hold(site: MountedSite, day: Day): Mount {
    const key = `${site.id}/${day}`;
    let mount = mounts.get(key);
    if (mount === undefined) {
      const tables = { hits: `hits_${++made}`, visits: `visits_${made}` };
      mount = {
        ...tables,
        ...{
          key,
          day,
          tables,
          version: 0,
          cursor: startCursor,
          recent: new Map(),
          bytes: 0,
          visitsRemoved: 0,
        },
        ...{ uses: 0, usedAt: 0, running: undefined, next: undefined },
      };
      mounts.set(key, mount);
    }
    mount.uses++;
    mount.usedAt = ++uses;
    return mount;
  }

  /** A tail that runs already may have read past the caller's last row: wait for the one after it. */
  function tailed(site: MountedSite, mount: Mount): Promise<void> {
    if (mount.running !== undefined) {
      mount.next ??= mount.running
        .catch(() => {})
        .then(() => {
          mount.next = undefined;
          return start(site, mount);
        });
      return mount.next;
    }
    return start(site, mount);
  }

  function start(site: MountedSite, mount: Mount): Promise<void> {
    mount.running = tail(site, mount).finally(() => {
      mount.running = undefined;
    });
    return mount.running;
  }

  async function tail(site: MountedSite, mount: Mount): Promise<void> {
    const startedMs = clock();
    const pages = tailDay(home, site.id, mount.day, mount.cursor);
    const recent = new Map(mount.recent);
    let cursor = mount.cursor;
    let bytes = 0;

    /** The next rows not seen before, some thousands; none at the end. */
    async function more(): Promise<[number, string][]> {
      const rows: [number, string][] = [];
      while (rows.length < rowsAStatement) {
        const page = await pages.next();
        if (page.done) break;
        cursor = page.value.cursor;
        for (const row of page.value.rows)
          if (isNew(row)) rows.push([receiptOf(row).receivedAtMs, wellFormed(row.value)]);
      }
      for (const [, value] of rows) bytes += value.length * growth;
      return rows;
    }
    function isNew(row: Row): boolean {
      const key = `${row.partition} ${row.sort}`;
      if (recent.has(key)) return false;
      recent.set(key, receiptOf(row).receivedAtMs);
      return true;
    }

    const first = await more();
    if (first.length > 0 || mount.version === 0) {
      const spans = offsetSpans(site.zones, mount.day);
      const merged = await duck.transact(async (session) => {
        if (mount.version === 0) await createTables(session, mount.tables);
        await beginLoad(session, mount.tables);
        for (let rows = first; rows.length > 0; rows = await more()) {
          await session.append('staged', rows);
          await expand(session, mount.day, spans);
        }
        const merged = await merge(session, mount.tables);
        return {
          ...merged,
          visitsRemoved: await compacted(session, mount, mount.visitsRemoved + merged.visitsRemoved),
        };
      });
      mount.visitsRemoved = merged.visitsRemoved;
      if (merged.hits > 0 || mount.version === 0) mount.version++;
      mount.bytes += bytes;
    }
    // What was received well before this tail began has been read: a quiet day's last rows are not read again and again.
    const readMs = startedMs - appendMs;
    mount.cursor = new Map([...cursor].map(([part, ms]) => [part, Math.max(ms, readMs)]));
    const oldest = new Map([...mount.cursor].map(([part, ms]) => [part, ms - tailOverlapMs]));
    mount.recent = new Map(
      [...recent].filter(([key, ms]) => ms >= (oldest.get(key.slice(0, key.indexOf(' '))) ?? 0)),
    );
  }

  function evict(): void {
    let bytes = total();
    const idle = [...mounts.values()].filter((mount) => mount.uses === 0).sort((a, b) => a.usedAt - b.usedAt);
    for (const mount of idle) {
      if (bytes <= budgetBytes) return;
      bytes -= mount.bytes;
      mounts.delete(mount.key);
      // Nobody waits for it; should it fail, memory stays taken until the process ends.
      duck.transact((session) => dropTables(session, mount.tables)).catch(() => {});
    }
  }

  const total = () => [...mounts.values()].reduce((sum, mount) => sum + mount.bytes, 0);

  return { refresh, bytes: total };
}

async function compacted(session: Session, mount: Mount, removed: number): Promise<number> {
  if (removed < 10_000) return removed;
  const [[live] = [0]] = await session.rows(`/* mount.count */ SELECT count(*) FROM ${mount.visits}`);
  if (removed < Number(live)) return removed;
  await compactVisits(session, mount.tables);
  return 0;
}

/** A text with half a surrogate pair is JSON to JavaScript but not to DuckDB: one such hit must not hide its day. */
function wellFormed(value: string): string {
  if (!/\\ud[89a-f]/i.test(value)) return value;
  const whole = (text: unknown) =>
    typeof text === 'string' ? Buffer.from(text, 'utf8').toString('utf8') : text;
  return JSON.stringify(JSON.parse(value, (_, inner) => whole(inner)));
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
