import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { closeWhole, dueDays } from '../../src/close/due-days.ts';
import type { Home } from '../../src/home/home.ts';
import { latePartition } from '../../src/journal/keys.ts';
import { lateDays } from '../../src/journal/read.ts';
import { dayMs } from '../../src/lib/clock.ts';
import { hitOf } from '../support/hits.ts';
import { openLedger, type TestLedger } from '../support/ledger.ts';
import { longHomes } from '../support/real-app.ts';

const startMs = Date.parse('2026-03-01T11:00:00Z');
const onDay = (day: number, more: object = {}) =>
  hitOf({ time: startMs + (day - 1) * dayMs, ...more });

describe.each(longHomes)('the late partitions on %s', (homeName) => {
  let ledger: TestLedger;
  beforeEach(async () => {
    ledger = await openLedger(homeName, startMs + 100 * dayMs);
  });
  afterEach(() => ledger.close());

  const late = (...days: number[]) =>
    ledger.append(
      days.map((day) => onDay(day, { id: `${day}`.padStart(16, '0') })),
      { late: true, receivedAtMs: ledger.now() },
    );
  async function rowsLeft(): Promise<number> {
    const { id } = await ledger.site();
    let rows = 0;
    for (let shard = 0; shard < ledger.home.shards; shard++)
      rows += (await ledger.home.rows.scan(latePartition(id, shard))).length;
    return rows;
  }

  test('say which days they hold, with a look a day and not a row each', async () => {
    const { id } = await ledger.site();
    const hits = [2, 30, 61].flatMap((day) => Array.from({ length: 300 }, () => onDay(day)));
    await ledger.append(hits, { late: true, receivedAtMs: ledger.now() });
    let [looks, rows] = [0, 0];
    const scan: Home['rows']['scan'] = async (...args) => {
      const page = await ledger.home.rows.scan(...args);
      looks++;
      rows += page.length;
      return page;
    };
    const counted = { rows: { ...ledger.home.rows, scan }, shards: ledger.home.shards };
    expect(await lateDays(counted, id)).toEqual(['2026-03-02', '2026-03-30', '2026-04-30']);
    expect(looks).toBeLessThanOrEqual(4 * ledger.home.shards);
    expect(rows).toBeLessThanOrEqual(3 * ledger.home.shards);
  });

  test('give up exactly the rows that a closed day has taken', async () => {
    const site = await ledger.site();
    await late(1, 2, 3);
    const due = await dueDays(ledger.world, site);
    expect(due.map(({ day }) => day)).toEqual(['2026-03-01', '2026-03-02', '2026-03-03']);
    await closeWhole(ledger.world, site, due[1]!);
    expect(await lateDays(ledger.home, site.id)).toEqual(['2026-03-01', '2026-03-03']);
    expect(await rowsLeft()).toBe(2);
    const days = {
      '2026-03-01': [1, 1, 1, 1],
      '2026-03-02': [1, 1, 1, 1],
      '2026-03-03': [1, 1, 1, 1],
    };
    expect(await ledger.by('time:day')).toEqual(days);
    for (const one of due) await closeWhole(ledger.world, site, one);
    expect(await rowsLeft()).toBe(0);
    expect(await ledger.by('time:day')).toEqual(days);
  });

  test('may hold hits of the day that is running: they are closed when it is', async () => {
    const site = await ledger.site();
    await late(101);
    await ledger.append([onDay(101)]);
    expect(await dueDays(ledger.world, site)).toEqual([]);
    const today = { '2026-06-09': [1, 1, 2, 2] };
    expect(await ledger.by('time:day')).toEqual(today);
    ledger.setNow(ledger.now() + dayMs);
    for (const one of await dueDays(ledger.world, site)) await closeWhole(ledger.world, site, one);
    expect(await rowsLeft()).toBe(0);
    expect(await ledger.by('time:day')).toEqual(today);
  });
});
