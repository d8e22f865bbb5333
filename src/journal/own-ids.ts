import { type Home, scanPages } from '../home/home.ts';
import { type IdSet, openIdSet } from '../lib/id-set.ts';
import type { Day } from '../lib/site-days.ts';
import { otherClocksMs, tailOverlapMs } from '../model/times.ts';
import { hitPartition, receiptOf, timeText } from './keys.ts';
import { shardsOf } from './shards.ts';

export type OwnIdsOf = {
  readonly siteId: string;
  readonly day: Day;
  readonly id: string;
  /** When the hit may have been received. */
  readonly fromMs: number;
  readonly untilMs: number;
  readonly nowMs: number;
};

/** The ids in the own partitions of site-days, as far as somebody has asked for them. */
export type OwnIds = {
  /** Whether a day's own partitions have a hit of that id, received within a span. */
  has(of: OwnIdsOf): Promise<boolean>;
};

/** What was read of a day: all that was received from `fromMs`, and stored before `toMs`. */
type Reading = {
  readonly ids: IdSet;
  fromMs: number;
  toMs: number;
  running: Promise<void> | undefined;
  next: Promise<void> | undefined;
};

/** Ids that are kept in memory, in 16 to 32 bytes each; the days asked for last are kept. */
const mostIds = 2_000_000;

/**
 * Reads days once, and then only what has come since. Those who ask at the same moment share a
 * reading.
 */
export function openOwnIds(home: Pick<Home, 'rows' | 'shards' | 'writers'>): OwnIds {
  const overlapMs = home.writers === 'many' ? otherClocksMs : tailOverlapMs;
  // Those asked for last stand last.
  const readings = new Map<string, Reading>();

  async function has({ siteId, day, id, fromMs, untilMs, nowMs }: OwnIdsOf): Promise<boolean> {
    const key = `${siteId}/${day}`;
    // With a clock that was set back, hits come where it was read already.
    const known = isAhead(readings.get(key), nowMs) ? undefined : readings.get(key);
    const reading = known ?? {
      ...{ ids: openIdSet(), fromMs: nowMs, toMs: nowMs },
      ...{ running: undefined, next: undefined },
    };
    readings.delete(key);
    readings.set(key, reading);
    const isRead = () =>
      reading.fromMs <= fromMs && (reading.toMs - overlapMs >= untilMs || reading.toMs >= nowMs);
    while (!reading.ids.has(id) && !isRead())
      await shared(reading, () => readOn(siteId, day, reading, { fromMs, nowMs }));
    giveUp();
    return reading.ids.has(id);
  }

  const isAhead = (reading: Reading | undefined, nowMs: number) =>
    reading !== undefined && nowMs < reading.toMs - overlapMs;

  async function readOn(
    siteId: string,
    day: Day,
    reading: Reading,
    { fromMs, nowMs }: Pick<OwnIdsOf, 'fromMs' | 'nowMs'>,
  ): Promise<void> {
    const { toMs } = reading;
    if (fromMs < reading.fromMs) {
      await readSpan(siteId, day, reading.ids, { fromMs, toMs: reading.fromMs });
      reading.fromMs = fromMs;
    }
    const lastMs = Math.max(reading.fromMs, toMs - overlapMs);
    await readSpan(siteId, day, reading.ids, { fromMs: lastMs });
    reading.toMs = Math.max(toMs, nowMs);
  }

  async function readSpan(
    siteId: string,
    day: Day,
    ids: IdSet,
    { fromMs, toMs }: { readonly fromMs: number; readonly toMs?: number },
  ): Promise<void> {
    const shards = await shardsOf(home, siteId, day);
    // A function that collects may list hits' keys, but has no right to read a hit.
    const range = {
      keysOnly: true,
      from: timeText(Math.max(0, fromMs)),
      ...(toMs !== undefined && { to: timeText(toMs) }),
    };
    for (let shard = 0; shard < shards; shard++) {
      for await (const page of scanPages(home.rows, hitPartition(siteId, day, shard), range))
        for (const row of page) ids.add(receiptOf(row).id);
    }
  }

  function giveUp(): void {
    let all = 0;
    for (const { ids } of readings.values()) all += ids.size;
    for (const [key, { ids }] of readings) {
      if (all <= mostIds || readings.size === 1) return;
      readings.delete(key);
      all -= ids.size;
    }
  }

  return { has };
}

/** A reading that runs may have passed what the caller looks for: it waits for the one after it. */
function shared(reading: Reading, read: () => Promise<void>): Promise<void> {
  if (reading.running === undefined) return start(reading, read);
  reading.next ??= reading.running
    .catch(() => {})
    .then(() => {
      reading.next = undefined;
      return start(reading, read);
    });
  return reading.next;
}

function start(reading: Reading, read: () => Promise<void>): Promise<void> {
  reading.running = read().finally(() => {
    reading.running = undefined;
  });
  return reading.running;
}
