import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { closeDay } from '../../src/close/close-day.ts';
import { closeWhole, dueDays } from '../../src/close/due-days.ts';
import { mergeMonths } from '../../src/close/merge-month.ts';
import { listDays } from '../../src/journal/read.ts';
import { closedDaysOf } from '../../src/ledger/manifest.ts';
import { dayMs, hourMs } from '../../src/lib/clock.ts';
import type { Hit } from '../../src/model/hit.ts';
import { hitOf } from '../support/hits.ts';
import { openLedger, type TestLedger } from '../support/ledger.ts';
import { longHomes } from '../support/real-app.ts';

const day = '2026-03-10';
const at = (minutes: number) => Date.parse('2026-03-09T23:00:00Z') + minutes * 60_000;

/**
 * What came in time, what came late, and what the day then is by page, by entry page and
 * altogether.
 */
type Case = readonly [
  name: string,
  inTime: readonly Hit[],
  late: readonly Hit[],
  pages: Record<string, readonly number[]>,
  entries: Record<string, readonly number[]>,
  total: readonly number[],
];

const known = hitOf({ time: at(5), page: '/known' });
const cases: readonly Case[] = [
  [
    'another visitor',
    [hitOf({ time: at(1), page: '/a' })],
    [hitOf({ time: at(2), page: '/b', visitor: 'bb' })],
    { '/a': [1, 1, 1, 1], '/b': [1, 1, 1, 1] },
    { '/a': [1, 1, 1, 1], '/b': [1, 1, 1, 1] },
    [2, 2, 2, 2],
  ],
  [
    'one that joins two visits to one',
    [hitOf({ time: at(1), page: '/a' }), hitOf({ time: at(50), page: '/c' })],
    [hitOf({ time: at(25), page: '/b' })],
    { '/a': [1, 1, 1, 1], '/b': [1, 1, 1, 1], '/c': [1, 1, 1, 1] },
    { '/a': [1, 1, 3, 3] },
    [1, 1, 3, 3],
  ],
  [
    'one that was the first of its visit',
    [hitOf({ time: at(20), page: '/a' })],
    [hitOf({ time: at(10), page: '/first' })],
    { '/a': [1, 1, 1, 1], '/first': [1, 1, 1, 1] },
    { '/first': [1, 1, 2, 2] },
    [1, 1, 2, 2],
  ],
  [
    'one that is there already',
    [known, hitOf({ time: at(6), page: '/next' })],
    [known],
    { '/known': [1, 1, 1, 1], '/next': [1, 1, 1, 1] },
    { '/known': [1, 1, 2, 2] },
    [1, 1, 2, 2],
  ],
  [
    'those of a day that had none',
    [],
    [hitOf({ time: at(1), page: '/a' }), hitOf({ time: at(2), page: '/b' })],
    { '/a': [1, 1, 1, 1], '/b': [1, 1, 1, 1] },
    { '/a': [1, 1, 2, 2] },
    [1, 1, 2, 2],
  ],
];

describe.each(longHomes)('late hits on %s', (homeName) => {
  let ledger: TestLedger;
  beforeEach(async () => {
    ledger = await openLedger(homeName, at(1_500));
  });
  afterEach(() => ledger.close());

  const due = async () => dueDays(ledger.world, await ledger.site());

  test.each(cases)(
    '%s: in the reports at once, and the same when closed and merged',
    async (...one) => {
      const [, inTime, late, pages, entries, total] = one;
      const check = async (state: string) => {
        expect(await ledger.by('event:page'), state).toEqual(pages);
        expect(await ledger.by('visit:entry_page'), state).toEqual(entries);
        expect(await ledger.by('time:month'), state).toEqual({ '2026-03-01': total });
      };
      const site = await ledger.site();
      if (inTime.length > 0) {
        await ledger.append(inTime);
        await closeDay(ledger.world, site, day);
      }
      await ledger.append(late, { late: true, receivedAtMs: ledger.now() });
      await check('late');
      // Within the hour, however often they come.
      ledger.setNow(ledger.now() + hourMs);
      const closing = (await due()).find((one) => one.day === day)!;
      await closeWhole(ledger.world, site, closing);
      await check('closed');
      const taken = inTime.length + late.length;
      const hits = total[3]!;
      expect((await closedDaysOf(ledger.home, site.id)).get(day)).toMatchObject({
        ...{ taken, hits, duplicates: taken - hits },
      });
      ledger.setNow(at(0) + 30 * dayMs);
      for (const one of await due()) await closeWhole(ledger.world, site, one);
      expect(await listDays(ledger.home, site.id)).toEqual([]);
      expect(await mergeMonths(ledger.world, site)).toEqual(['2026-03']);
      await check('merged');
    },
  );

  test('close a day again at most once an hour', async () => {
    await ledger.append([hitOf({ time: at(1) })]);
    const site = await ledger.site();
    await closeDay(ledger.world, site, day, { recount: true });
    await ledger.append([hitOf({ time: at(2) })], { late: true, receivedAtMs: ledger.now() });
    expect(await due()).toEqual([]);
    expect(await dueDays(ledger.world, site, { atOnce: true })).toMatchObject([{ day }]);
    ledger.setNow(ledger.now() + hourMs);
    expect(await due()).toMatchObject([{ day }]);
  });

  test('that come while their day is being closed wait for the next time', async () => {
    await ledger.append([hitOf({ time: at(1), page: '/a' })]);
    const site = await ledger.site();
    let came = 0;
    const faultPoint = async (point: string) => {
      if (point !== 'close.saved') return;
      const hit = hitOf({ time: at(2), page: `/while-${++came}` });
      await ledger.append([hit], { late: true, receivedAtMs: ledger.now() });
    };
    const world = { ...ledger.world, faultPoint };
    await closeDay(world, site, day);
    expect(came).toBe(1);
    expect(Object.keys(await ledger.by('event:page')).sort()).toEqual(['/a', '/while-1']);
    await closeDay(world, site, day);
    await closeDay(ledger.world, site, day);
    expect(Object.keys(await ledger.by('event:page')).sort()).toEqual([
      '/a',
      '/while-1',
      '/while-2',
    ]);
    expect((await closedDaysOf(ledger.home, site.id)).get(day)).toMatchObject({
      taken: 3,
      hits: 3,
    });
  });
});
