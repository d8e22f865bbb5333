import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { fewestOfMonth } from '../../src/close/close-month.ts';
import { closeWhole, dueDays } from '../../src/close/due-days.ts';
import { mergeMonths } from '../../src/close/merge-month.ts';
import { pruneSite } from '../../src/close/prune-site.ts';
import { sweepFiles, unnamedFiles } from '../../src/close/sweep.ts';
import { verifySite } from '../../src/close/verify-ledger.ts';
import { countPartition } from '../../src/journal/keys.ts';
import { closedDaysOf, readMonth } from '../../src/ledger/manifest.ts';
import { readPacks } from '../../src/ledger/packs.ts';
import { dayMs, hourMs } from '../../src/lib/clock.ts';
import { type FaultPoint, faultPoints } from '../../src/model/fault-points.ts';
import type { Hit } from '../../src/model/hit.ts';
import { hitOf } from '../support/hits.ts';
import { openLedger, type TestLedger } from '../support/ledger.ts';
import { type Job, runPass } from '../support/ledger-passes.ts';
import { type HomeName, longHomes } from '../support/real-app.ts';

/** Minutes of a day of March 2026 in Berlin, before its clocks change. */
const at = (day: number, minutes: number) =>
  Date.parse('2026-02-28T23:00:00Z') + (day - 1) * dayMs + minutes * 60_000;
const dayOf = (day: number) => new Date(Date.UTC(2026, 2, day)).toISOString().slice(0, 10);

/** Where a row costs as much to remove as to write, it has a time to live instead. */
const neverReached: Readonly<Record<HomeName, readonly FaultPoint[]>> = {
  machine: [],
  aws: ['close.rows-removed', 'close.rows-forgotten'],
};
const pointsOf = (step: string) => faultPoints.filter((point) => point.startsWith(`${step}.`));

/** A ledger, and what was sent to it, counted by plain loops. */
function openBook(ledger: TestLedger) {
  const sent = new Map<string, Hit[]>();
  const rows = new Map<string, number>();
  const reached = new Set<FaultPoint>();
  const erased = new Set<string>();
  let keptFrom = '';

  async function send(day: number, hits: readonly Hit[], lateMs?: number): Promise<void> {
    await ledger.append(hits, lateMs === undefined ? {} : { late: true, receivedAtMs: lateMs });
    const of = dayOf(day);
    const known = sent.get(of) ?? [];
    sent.set(of, [...known, ...hits.filter(({ id }) => !known.some((one) => one.id === id))]);
    rows.set(of, (rows.get(of) ?? 0) + hits.length);
  }

  const keptDays = () => [...sent].filter(([day]) => day >= keptFrom);
  const left = (hits: readonly Hit[]) => hits.filter(({ page }) => !erased.has(page));

  /** Reports say what was sent, each hit once. */
  async function check(): Promise<void> {
    const pages: Record<string, number> = {};
    const visitors: Record<string, number> = {};
    for (const [day, hits] of keptDays()) {
      for (const { page } of left(hits)) pages[page] = (pages[page] ?? 0) + 1;
      visitors[day] = new Set(left(hits).map(({ visitor }) => visitor)).size;
    }
    const range = [keptDays()[0]![0], '2026-04-30'] as const;
    const byPage = Object.entries(await ledger.by('event:page', range));
    expect(Object.fromEntries(byPage.map(([page, [, , views]]) => [page, views]))).toEqual(pages);
    const byDay = Object.entries(await ledger.by('time:day', range));
    expect(Object.fromEntries(byDay.map(([day, [some]]) => [day, some]))).toEqual(visitors);
  }

  /**
   * After a pass that was not cut: all of it is in the ledger, each row was taken once, and nothing
   * is wrong.
   */
  async function settled(): Promise<void> {
    await check();
    const site = await ledger.site();
    expect((await verifySite(ledger.world, site)).wrong).toEqual([]);
    const closed = await closedDaysOf(ledger.home, site.id);
    for (const [day, hits] of keptDays()) {
      expect(closed.get(day), day).toMatchObject({ hits: left(hits).length, taken: rows.get(day) });
    }
  }

  async function run(job: Job = {}): Promise<boolean> {
    const { killed, reached: some } = await runPass(ledger, job);
    for (const point of some) reached.add(point);
    return killed;
  }

  /** A pass that is killed there, and a whole one after it. */
  async function killed(job: Required<Pick<Job, 'killAt'>> & Job): Promise<void> {
    expect(await run(job), `killed at ${job.killAt}`).toBe(true);
    if (job.erase === undefined) await check();
    // A lease outlives its process.
    ledger.setNow(ledger.now() + 20 * 60_000);
    await run();
    await settled();
  }

  return {
    ...{ send, check, settled, run, killed, reached },
    erase: (page: string) => erased.add(page),
    keepFrom: (day: string) => (keptFrom = day),
  };
}

let ledger: TestLedger;
afterEach(() => ledger.close());

const hitsOf = (day: number): Hit[] => [
  hitOf({ time: at(day, 1), page: '/' }),
  hitOf({ time: at(day, 2), page: `/${day}` }),
  hitOf({ time: at(day, 3), visitor: 'bb', page: '/a' }),
  hitOf({ time: at(day, 60), page: '/b' }),
];
/** One that is new, and one that is there already. */
const lateHitsOf = (day: number, [known]: readonly Hit[]): Hit[] => [
  hitOf({ time: at(day, 30), visitor: 'cc', page: '/late' }),
  known!,
];

describe.each(longHomes)('on %s', (homeName) => {
  test('killed at every step, and run again: same reports, balanced books, no file left over', {
    timeout: 600_000,
  }, async () => {
    ledger = await openLedger(homeName, at(1, 0));
    const book = openBook(ledger);
    const points = faultPoints.filter(
      (point) => !neverReached[homeName].includes(point) && !point.startsWith('pack.'),
    );
    const of = (step: string) => pointsOf(step).filter((point) => points.includes(point));

    // A day that closes, and once more with late rows.
    for (const [i, killAt] of of('close').entries()) {
      const day = i + 1;
      const hits = hitsOf(day);
      await book.send(day, hits);
      await book.send(day, lateHitsOf(day, hits), at(day, 600));
      ledger.setNow(at(day + 1, 20));
      // Where rows are counted again a day later, there must be such a day.
      const isLater = homeName === 'aws' && ['close.counted', 'close.day-removed'].includes(killAt);
      if (isLater) {
        await book.run();
        ledger.setNow(ledger.now() + 25 * hourMs);
      }
      await book.killed({ killAt });
      await book.send(day, lateHitsOf(day, hits), ledger.now());
      if (isLater) await book.run();
      else await book.killed({ killAt });
    }

    // As many days on every home: some are kept to the end.
    for (let day = of('close').length + 1; day <= 9; day++) {
      await book.send(day, hitsOf(day));
      ledger.setNow(at(day + 1, 20));
      await book.run();
    }

    // A month that has ended, and again when one of its days was closed again.
    for (const [i, killAt] of of('merge').entries()) {
      if (i > 0) {
        await book.send(2, lateHitsOf(2, [hitOf({ time: at(2, 9), page: '/more' })]), ledger.now());
        await book.run();
      }
      ledger.setNow(Math.max(ledger.now() + 7 * hourMs, at(33, 0)));
      await book.killed({ killAt });
    }

    // What is to be erased: killed before it is acknowledged, it may stand or not; once stood for,
    // it stays so.
    for (const [i, killAt] of of('erase').entries()) {
      ledger.setNow(ledger.now() + hourMs);
      book.erase(`/${i + 1}`);
      await book.killed({ killAt, erase: { page: `/${i + 1}` } });
    }

    // Days that are kept no longer: those in the month's files, and those that have their own
    // again.
    await ledger.sites.set('ledger.test', { keep_hits_days: 30 });
    for (const killAt of [...of('merge'), ...of('prune')]) {
      ledger.setNow(ledger.now() + 25 * hourMs);
      const today = Math.floor((ledger.now() + 2 * hourMs - at(1, 60)) / dayMs) + 1;
      book.keepFrom(dayOf(today - 30));
      await book.killed({ killAt });
    }

    // Nothing more is to be replaced, so that all that was is swept in the end.
    await ledger.sites.set('ledger.test', { keep_hits_days: 'forever' });
    for (const killAt of of('sweep')) {
      ledger.setNow(ledger.now() + 7 * hourMs);
      await book.killed({ killAt });
    }
    // What was pruned last is destroyed, and swept after that.
    for (const hours of [25, 2, 25]) {
      ledger.setNow(ledger.now() + hours * hourMs);
      await book.run();
    }
    expect(await unnamedFiles(ledger.world)).toEqual([]);
    if (homeName === 'machine')
      expect(await readdir(join(ledger.home.files.folder, '.unfinished'))).toEqual([]);
    // A point that is named and never passed would be no test of anything.
    expect([...book.reached].sort()).toEqual([...points].sort());
  });

  test('killed at every step of packing, and run again: same reports, and closed from packs', {
    timeout: 300_000,
  }, async () => {
    ledger = await openLedger(homeName, at(1, 0));
    const book = openBook(ledger);
    const { id } = await ledger.site();
    const send = async (day: number, hits: readonly Hit[]) => {
      await book.send(day, hits);
      const key = { partition: countPartition(id), sort: dayOf(day) };
      await ledger.home.rows.add(key, { stored: hits.length });
    };
    const packed = async (day: number) => (await readPacks(ledger.home, id)).get(dayOf(day));
    for (const [i, killAt] of pointsOf('pack').entries()) {
      const day = i + 1;
      const hits = hitsOf(day);
      await send(day, hits);
      ledger.setNow(at(day, 300));
      expect(await book.run({ killAt }), `killed at ${killAt}`).toBe(true);
      await book.check();
      ledger.setNow(at(day, 330));
      await book.run();
      expect((await packed(day))?.hits).toBe(hits.length);
      await book.check();
      // Killed once more, on the pack that there is; the hits are newer than that.
      const more = [
        hitOf({ time: at(day, 340), page: '/again' }),
        hitOf({ time: at(day, 341), visitor: 'dd', page: '/new' }),
      ];
      await send(day, more);
      await book.check();
      ledger.setNow(at(day, 400));
      expect(await book.run({ killAt })).toBe(true);
      await book.check();
      if (i % 2 === 0) {
        ledger.setNow(at(day, 420));
        await book.run();
        expect((await packed(day))?.hits).toBe(hits.length + more.length);
      }
      ledger.setNow(at(day + 1, 20));
      await book.run();
      await book.settled();
      expect(await packed(day)).toBeUndefined();
    }
    for (const hours of [7, 25, 7, 25]) {
      ledger.setNow(ledger.now() + hours * hourMs);
      await book.run();
    }
    expect(await unnamedFiles(ledger.world)).toEqual([]);
    expect([...book.reached].filter((point) => point.startsWith('pack.')).sort()).toEqual(
      [...pointsOf('pack')].sort(),
    );
  });

  test('killed at steps of closing a month at once, and run again: same reports, and merged', {
    timeout: 300_000,
  }, async () => {
    // The stand-ins take long for so many days: there, at the one that leaves most to do.
    const points: readonly FaultPoint[] =
      homeName === 'machine' ? pointsOf('close') : ['close.late-removed'];
    const firstOf = (month: number) => (Date.UTC(2026, month) - Date.UTC(2026, 2)) / dayMs + 1;
    ledger = await openLedger(homeName, at(firstOf(2 - points.length), 0));
    const book = openBook(ledger);
    const { id } = await ledger.site();
    for (const [i, killAt] of points.entries()) {
      const month = 2 - points.length + i;
      const days = Array.from({ length: fewestOfMonth }, (_, day) => firstOf(month) + day);
      for (const day of days) {
        const hits = hitsOf(day);
        await book.send(day, hits);
        if (day !== days[1]) await book.send(day, lateHitsOf(day, hits), at(day, 3_000));
      }
      ledger.setNow(at(firstOf(month + 1) + 2, 0));
      expect(await book.run({ killAt }), `killed at ${killAt}`).toBe(true);
      await book.check();
      // A lease outlives its process.
      ledger.setNow(ledger.now() + 20 * 60_000);
      await book.run();
      const { content } = await readMonth(ledger.home, id, dayOf(days[0]!).slice(0, 7));
      expect(Object.values(content.days).map(({ own }) => own)).toEqual(days.map(() => undefined));
    }
    await book.settled();
    for (const hours of [25, 25]) {
      ledger.setNow(ledger.now() + hours * hourMs);
      await book.run();
    }
    expect(await unnamedFiles(ledger.world)).toEqual([]);
    expect([...book.reached]).toEqual(expect.arrayContaining([...points]));
  });

  test('run twice at once: the same', { timeout: 300_000 }, async () => {
    ledger = await openLedger(homeName, at(1, 0));
    const book = openBook(ledger);
    // Of several servers one at a time runs a pass: what it consists of is called here.
    const pass = async () => {
      if (homeName === 'machine') return void (await book.run());
      const site = await ledger.site();
      for (const one of await dueDays(ledger.world, site, { atOnce: true }))
        await closeWhole(ledger.world, site, one);
      await mergeMonths(ledger.world, site);
      await pruneSite(ledger.world, site);
      await sweepFiles(ledger.world);
    };
    const twice = () => Promise.all([pass(), pass()]);
    for (const day of [1, 2, 3]) {
      const hits = hitsOf(day);
      await book.send(day, hits);
      ledger.setNow(at(day + 1, 20));
      await twice();
      await book.settled();
      await book.send(day, lateHitsOf(day, hits), ledger.now());
      ledger.setNow(ledger.now() + 2 * hourMs);
      await twice();
      await book.settled();
    }
    ledger.setNow(at(33, 0));
    await twice();
    await book.settled();
    await ledger.sites.set('ledger.test', { keep_hits_days: 31 });
    ledger.setNow(ledger.now() + dayMs);
    book.keepFrom(dayOf(3));
    await twice();
    await book.settled();
    for (let i = 0; i < 2; i++) {
      ledger.setNow(ledger.now() + 12 * hourMs);
      book.keepFrom(dayOf(3));
      await twice();
    }
    for (const hours of [25, 2, 25]) {
      ledger.setNow(ledger.now() + hours * hourMs);
      await twice();
    }
    expect(await unnamedFiles(ledger.world)).toEqual([]);
  });
});
