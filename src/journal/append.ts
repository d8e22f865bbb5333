import type { Home, Row } from '../home/home.ts';
import { DaybookError } from '../lib/errors.ts';
import type { Day } from '../lib/site-days.ts';
import type { Hit } from '../model/hit.ts';
import { appendTimeoutMs } from '../model/times.ts';
import type { Arrivals } from './arrivals.ts';
import { daysPartition, hitPartition, latePartition, lateSort, runningSort } from './keys.ts';
import { fixShards, shardOf } from './shards.ts';

export type Entry = {
  readonly siteId: string;
  readonly day: Day;
  /** False for a hit of the day now running, true for every other. */
  readonly late: boolean;
  readonly receivedAtMs: number;
  /** 16 hex digits. */
  readonly id: string;
  /** Partitions that the site wants a day spread over; the home's number where it says nothing. */
  readonly shards?: number;
  /** The hit as JSON text. */
  readonly hit: string;
};

export type Appender = {
  /**
   * Resolved means durable. Rejects with fault `unavailable` after 5 s, or when the store refuses.
   */
  append(entries: readonly Entry[]): Promise<void>;
};

/**
 * `arrivals`, where a server's tail relies on them: an append that was given up may still be stored
 * later. `isClosed`, where the clock is the machine's own: a day can have been closed by a clock
 * that was ahead, and readers look for further hits of it among the late rows. `onSetBack` is
 * called when the clock was set back, before any hit is stored that was received since.
 */
export function openAppender(
  home: Pick<Home, 'rows' | 'shards' | 'rowsExpireAfterMs'>,
  {
    timeoutMs = appendTimeoutMs,
    arrivals,
    isClosed,
    onSetBack,
  }: {
    readonly timeoutMs?: number;
    readonly arrivals?: Arrivals;
    readonly isClosed?: (siteId: string, day: Day) => Promise<boolean>;
    readonly onSetBack?: () => Promise<void>;
  } = {},
): Appender {
  // Running site-days whose row in `days/` is known to be durable, with their partitions: a few
  // hundred bytes each, and a process sees few. A late hit needs no such row: the late partitions
  // show which days they hold. So a day's row can be removed when the day is closed, without
  // informing other processes.
  const known = new Map<string, number | Promise<number>>();
  const closed = new Map<string, Promise<boolean>>();
  let setBacks = 0;
  let told: Promise<void> | undefined;

  async function append(entries: readonly Entry[]): Promise<void> {
    const placed = await lateWhereClosed(entries);
    // Where a day has one partition, its row goes with its first hit; where it has more, their
    // number is agreed on first.
    await (home.shards === 1 ? appendPlain(placed) : appendSpread(placed));
  }

  async function lateWhereClosed(entries: readonly Entry[]): Promise<readonly Entry[]> {
    if (isClosed === undefined) return entries;
    if (arrivals !== undefined && arrivals.setBacks() !== setBacks) {
      // Days that were running may have been closed meanwhile.
      setBacks = arrivals.setBacks();
      known.clear();
      closed.clear();
      told = onSetBack?.();
      told?.catch(() => (setBacks = -1)); // it is told again
    }
    await told;
    const isKnown = ({ siteId, day, late }: Entry) => late || known.has(`${siteId}/${day}`);
    if (entries.every(isKnown)) return entries;
    return Promise.all(
      entries.map(async (entry) =>
        isKnown(entry) || !(await isClosedDay(entry)) ? entry : { ...entry, late: true },
      ),
    );
  }

  /** Asked once for each day. */
  function isClosedDay({ siteId, day }: Entry): Promise<boolean> {
    const key = `${siteId}/${day}`;
    const asked = closed.get(key) ?? isClosed!(siteId, day);
    closed.set(key, asked);
    asked.catch(() => closed.delete(key));
    return asked;
  }

  async function appendPlain(entries: readonly Entry[]): Promise<void> {
    const rows: Row[] = [];
    const newDays = new Set<string>();
    for (const { siteId, day, late } of entries) {
      const key = `${siteId}/${day}`;
      if (late || known.has(key) || newDays.has(key)) continue;
      newDays.add(key);
      rows.push({ partition: daysPartition(siteId), sort: day, value: '{}' });
    }
    for (const entry of entries) rows.push(rowOf(entry, 0, home.rowsExpireAfterMs));
    await home.rows.append(rows);
    for (const key of newDays) known.set(key, 1);
  }

  async function appendSpread(entries: readonly Entry[]): Promise<void> {
    const rows: Row[] = [];
    for (const entry of entries) {
      const shards = entry.late
        ? home.shards
        : (known.get(`${entry.siteId}/${entry.day}`) ?? (await agree(entry)));
      rows.push(rowOf(entry, shardOf(entry.id, await shards), home.rowsExpireAfterMs));
    }
    await home.rows.append(rows);
  }

  /** Hits that come meanwhile wait for the same answer. */
  function agree({ siteId, day, shards }: Entry): Promise<number> {
    const key = `${siteId}/${day}`;
    const agreed = fixShards(home, siteId, day, shards);
    known.set(key, agreed);
    agreed.then(
      (count) => known.set(key, count),
      () => known.delete(key),
    );
    return agreed;
  }

  /** Its rows are under way until the store has said what became of them. */
  function outlive(entries: readonly Entry[], work: Promise<void>): void {
    if (arrivals === undefined) return;
    const stamps = new Set(entries.map(({ receivedAtMs }) => receivedAtMs));
    const over = () => {
      for (const stamp of stamps) arrivals.end(stamp);
    };
    for (const stamp of stamps) arrivals.hold(stamp);
    work.then(over, over);
  }

  return {
    append(entries) {
      const work = append(entries);
      return within(timeoutMs, work, () => outlive(entries, work));
    },
  };
}

/** Late rows do not expire: closing removes exactly those that it has read. */
function rowOf(entry: Entry, shard: number, expireAfterMs: number | undefined): Row {
  const { siteId, day, late, receivedAtMs, id, hit: value } = entry;
  const shown = () => shownOf(value);
  if (late) {
    const sort = lateSort(day, receivedAtMs, id);
    return { partition: latePartition(siteId, shard), sort, value, shown };
  }
  const sort = runningSort(receivedAtMs, id);
  const partition = hitPartition(siteId, day, shard);
  return expireAfterMs === undefined || receivedAtMs <= 0
    ? { partition, sort, value, shown }
    : { partition, sort, value, shown, expiresAtMs: receivedAtMs + expireAfterMs };
}

/** As the rows of a classic table are: page and time, in seconds. */
function shownOf(hit: string): Readonly<Record<string, string | number>> {
  const { page, time } = JSON.parse(hit) as Partial<Hit>;
  const shown: Record<string, string | number> = {};
  if (typeof page === 'string' && page !== '') shown['pagePath'] = page;
  if (typeof time === 'number') shown['timestamp'] = time / 1_000;
  return shown;
}

function within(ms: number, work: Promise<void>, givenUp: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      givenUp();
      reject(
        new DaybookError(
          'unavailable',
          `the store did not take the hit within ${ms / 1000} s; send it again`,
        ),
      );
    }, ms);
    work.then(
      () => {
        clearTimeout(timer);
        resolve();
      },
      (error: unknown) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}
