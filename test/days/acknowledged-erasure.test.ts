import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { closeDay } from '../../src/close/close-day.ts';
import { eraseHits } from '../../src/close/erase-hits.ts';
import { countErasure } from '../../src/close/erased-days.ts';
import { mergeMonths } from '../../src/close/merge-month.ts';
import { runPass } from '../../src/close/pass.ts';
import { listRemovals, restoreRemoval } from '../../src/close/removals.ts';
import { verifySite } from '../../src/close/verify-ledger.ts';
import { daysWithHits, withDayHits } from '../../src/days/day-hits.ts';
import { openDayHits } from '../../src/days/open-days.ts';
import { toUnsigned } from '../../src/duck/parquet.ts';
import type { Home } from '../../src/home/home.ts';
import { dayMs, hourMs } from '../../src/lib/clock.ts';
import { hitOf } from '../support/hits.ts';
import { openLedger, type TestLedger } from '../support/ledger.ts';
import { longestHomes } from '../support/real-app.ts';

/** Minutes of a day of March 2026 in Berlin. */
const at = (day: number, minutes: number) =>
  Date.parse('2026-02-28T23:00:00Z') + (day - 1) * dayMs + minutes * 60_000;

const metrics = ['visitors', 'visits', 'pageviews', 'events', 'bounce_rate', 'visit_duration'];

/** Each is computed in a way of its own: from roll-ups, from hours, from visits, from hits. */
const queries = [
  { metrics },
  { metrics, dimensions: ['time:day'] },
  { metrics: ['visitors'], dimensions: ['time:hour'] },
  { metrics: [...metrics, 'time_on_page'], dimensions: ['event:page'] },
  { metrics: ['visitors', 'visits'], dimensions: ['visit:entry_page'] },
  { metrics, filters: [['is', 'visit:browser', ['Firefox', 'Chrome']]] },
  { metrics: ['visitors'], filters: [['contains', 'event:page', ['e']]] },
  { metrics: ['visitors', 'percentage'], dimensions: ['visit:browser'] },
  {
    metrics: ['visitors', 'pageviews'],
    date_range: ['2026-03-01T08:00:00Z', '2026-03-02T08:00:00Z'],
  },
];

/** The home, of which the write of that number fails, and all after it. */
function cutAt(home: Home, nth: number): Home {
  let left = nth;
  const counted =
    <A extends unknown[], R>(write: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      if (--left < 0) throw new Error('cut');
      return write(...args);
    };
  const { rows } = home;
  const scan: Home['rows']['scan'] = (...args) => rows.scan(...args);
  const get: Home['rows']['get'] = (...args) => rows.get(...args);
  const written = {
    append: counted(rows.append.bind(rows)),
    putIf: counted(rows.putIf.bind(rows)),
  };
  return { ...home, rows: { ...rows, scan, get, ...written } };
}

describe.each(longestHomes)('an erasure that is acknowledged, on %s', (homeName) => {
  let ledger: TestLedger;

  /** Two days closed, one with a late row since; one day of a merged month; the last one open. */
  beforeEach(async () => {
    ledger = await openLedger(homeName, at(-9, 600));
    await day(-10);
    await close('2026-02-18');
    ledger.setNow(at(1, 480));
    await mergeMonths(ledger.world, await ledger.site());
    for (const nth of [1, 2, 3]) await day(nth);
    ledger.setNow(at(3, 600));
    for (const closed of ['2026-03-01', '2026-03-02']) await close(closed);
    const late = hitOf({ time: at(1, 30), page: '/secret/late', visitor: 'cc' });
    await ledger.append([late], { late: true, receivedAtMs: ledger.now() });
  });
  afterEach(() => ledger.close());

  const close = async (of: string) =>
    expect(await closeDay(ledger.world, await ledger.site(), of)).toBe('closed');
  const day = (nth: number) =>
    ledger.append([
      hitOf({ time: at(nth, 1), page: '/', browser: 'Firefox' }),
      hitOf({ time: at(nth, 2), page: '/secret', browser: 'Firefox' }),
      hitOf({ time: at(nth, 4), page: '/secret/more', visitor: 'bb', browser: 'Chrome' }),
      hitOf({ time: at(nth, 6), page: '/here', visitor: 'bb', browser: 'Chrome' }),
    ]);

  /** All that can be read: reports, raw hits, exports, and who is there now. */
  async function readAll(): Promise<unknown> {
    const site = await ledger.site();
    const asked = { site_id: site.domain, date_range: 'all' };
    const all = queries.map((query) => ({ ...asked, ...query }));
    const answers = await ledger.engine.batch(site, all);
    const alone = await Promise.all(all.map((query) => ledger.engine.query(site, query)));
    const results = answers.map(({ results }) => results);
    expect(alone.map(({ results }) => results)).toEqual(results);
    expect(answers.map(({ meta }) => meta.erasing)).toEqual(answers.map(() => undefined));
    const { hits } = await ledger.engine.hits(site, { limit: 1_000 });
    const raw = hits.map(({ hit }) => (JSON.parse(hit) as { id: string }).id).sort();
    expect(await exported()).toEqual(raw);
    return { results, raw, now: await ledger.engine.realtime(site) };
  }

  async function exported(): Promise<string[]> {
    const site = await ledger.site();
    const { home, now: clock } = ledger;
    const { duck } = ledger.world;
    const days = openDayHits({ home, duck, clock, budgetBytes: 2 ** 28 });
    const ids: string[] = [];
    for (const one of await daysWithHits({ home }, site.id, {})) {
      const found = await withDayHits(days, site, one, (session, { from }) =>
        session.rows(`SELECT format('{:016x}', ${toUnsigned('id')}) FROM ${from}`),
      );
      ids.push(...(found ?? []).map(([id]) => String(id)));
    }
    return ids.sort();
  }

  const world = (home: Home = ledger.home) => ({
    ...{ home, sites: ledger.sites, clock: () => ledger.now(), random: randomBytes },
  });
  const erase = (home?: Home) => eraseHits(world(home), 'ledger.test', { page: '/secret/**' });
  const erase2 = (page: string) => eraseHits(world(), 'ledger.test', { page });
  async function restore(home?: Home): Promise<void> {
    const [first] = await listRemovals(world());
    await restoreRemoval(world(home), first!.id);
  }
  async function pass(): Promise<void> {
    const failed: unknown[] = [];
    await runPass(ledger.world, ledger.sites, {
      untilMs: ledger.now() + hourMs,
      atOnce: true,
      onEvent: (event) => event.kind === 'failed' && failed.push(event.error),
    });
    expect(failed).toEqual([]);
  }

  test('counts at once everywhere, as after the passes; and so does taking it back', async () => {
    const before = await readAll();
    await erase();
    const erased = await readAll();
    expect(erased).not.toEqual(before);
    await pass();
    expect(await readAll()).toEqual(erased);
    await restore();
    expect(await readAll()).toEqual(before);
    await pass();
    expect(await readAll()).toEqual(before);
    // Taken back before any pass knew of it.
    await erase();
    expect(await readAll()).toEqual(erased);
    await restore();
    expect(await readAll()).toEqual(before);
    ledger.setNow(ledger.now() + 25 * hourMs);
    await pass();
    const { results, raw } = (await readAll()) as { results: unknown; raw: unknown };
    expect({ results, raw }).toMatchObject({ raw: (before as { raw: unknown }).raw });
    expect((await verifySite(ledger.world, await ledger.site())).wrong).toEqual([]);
  });

  test('of days of which nothing is left, all comes back at once', async () => {
    const before = await readAll();
    await erase2('/**');
    const none = await readAll();
    expect(none).toMatchObject({ raw: [] });
    await pass();
    expect(await readAll()).toEqual(none);
    await restore();
    expect(await readAll()).toEqual(before);
  });

  test('cut between any two steps, it stands everywhere or nowhere', async () => {
    const before = await readAll();
    for (let cut = 0; ; cut++) {
      const done = await erase(cutAt(ledger.home, cut)).then(
        () => true,
        (error: Error) => error.message !== 'cut',
      );
      const stands = (await listRemovals(world())).length > 0;
      const read = await readAll();
      if (!stands) expect([read, done]).toEqual([before, false]);
      else expect(read).not.toEqual(before);
      if (stands) await restore();
      expect(await readAll()).toEqual(before);
      if (done) break;
    }
    await erase();
    const erased = await readAll();
    await expect(restore(cutAt(ledger.home, 0))).rejects.toThrow('cut');
    expect(await readAll()).toEqual(erased);
    await restore(cutAt(ledger.home, 1));
    expect(await readAll()).toEqual(before);
  });

  test('another erasure means nothing that is erased already', async () => {
    await erase();
    const site = await ledger.site();
    const meant = { madeMs: ledger.now(), pages: ['/secret/more'] };
    const { days } = await countErasure(ledger.world, site, meant);
    expect(days.reduce((sum, { hits }) => sum + hits, 0)).toBe(0);
  });
});
