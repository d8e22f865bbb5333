import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { addGoal } from '../../src/account/goals.ts';
import { isSealed } from '../../src/account/retention.ts';
import { runPass } from '../../src/close/pass.ts';
import { unnamedFiles } from '../../src/close/sweep.ts';
import { verifySite } from '../../src/close/verify-ledger.ts';
import { mostUnrolled } from '../../src/close/world.ts';
import { hitPartition, startOf } from '../../src/journal/keys.ts';
import { listDays } from '../../src/journal/read.ts';
import { dayMs, hourMs } from '../../src/lib/clock.ts';
import { hitOf } from '../support/hits.ts';
import { openLedger, type TestLedger } from '../support/ledger.ts';
import { longHomes } from '../support/real-app.ts';

/** Minutes of a day of March 2026 in Berlin. */
const at = (day: number, minutes: number) =>
  Date.parse('2026-02-28T23:00:00Z') + (day - 1) * dayMs + minutes * 60_000;

describe.each(longHomes)('pruned days on %s', (homeName) => {
  let ledger: TestLedger;
  beforeEach(async () => {
    const kept = { keep_hits_days: 10, keep_roll_ups_days: 50 };
    ledger = await openLedger(homeName, at(1, 0), kept, { rollsOver: mostUnrolled.day });
    for (const day of [1, 2, 12])
      await ledger.append([
        hitOf({ time: at(day, 1), page: '/' }),
        hitOf({ time: at(day, 2), page: `/${day}` }),
        hitOf({ time: at(day, 2), page: '/', visitor: 'bb', country: 'DE' }),
      ]);
  });
  afterEach(() => ledger.close());

  /** What a server does by itself, when so much time has passed. */
  async function passAt(ms: number): Promise<void> {
    ledger.setNow(ms);
    const failed: unknown[] = [];
    await runPass(ledger.world, ledger.sites, {
      untilMs: ms + hourMs,
      onEvent: (event) => event.kind === 'failed' && failed.push(event.error),
    });
    expect(failed).toEqual([]);
  }
  const rawDays = async () => {
    const { hits } = await ledger.engine.hits(await ledger.site(), {
      after: startOf('2026-01-01'),
      limit: 400,
    });
    return [...new Set(hits.map(({ day }) => day))];
  };
  const wrong = async () => (await verifySite(ledger.world, await ledger.site())).wrong;

  test('keep their sums and lose their hits; then their sums go too', async () => {
    await passAt(at(11, 60));
    const before = await ledger.by('event:page');
    expect(await rawDays()).toEqual(['2026-03-01', '2026-03-02', '2026-03-12']);
    await passAt(at(12, 60));
    expect(await ledger.by('event:page')).toMatchObject({ '/1': [1, 1, 1, 1], '/2': [1, 1, 1, 1] });
    expect(await rawDays()).toEqual(['2026-03-02', '2026-03-12']);
    expect(Object.keys(before).sort()).toEqual(['/', '/1', '/2']);
    await passAt(at(14, 60));
    expect(await rawDays()).toEqual(['2026-03-12']);
    // Where rows stay beside the ledger for a while, they go as well, a day later.
    await passAt(at(15, 120));
    const { id } = await ledger.site();
    for (let shard = 0; shard < ledger.home.shards; shard++)
      expect(await ledger.home.rows.scan(hitPartition(id, '2026-03-02', shard))).toEqual([]);
    expect(await ledger.by('event:page')).toEqual({
      ...{ '/1': [1, 1, 1, 1], '/2': [1, 1, 1, 1], '/12': [1, 1, 1, 1], '/': [6, 6, 6, 6] },
    });
    // The month is over and merged: the sums stay, until they are no longer kept.
    await passAt(at(33, 600));
    expect(await rawDays()).toEqual([]);
    expect(await ledger.by('event:page')).toMatchObject({ '/': [6, 6, 6, 6], '/2': [1, 1, 1, 1] });
    await passAt(at(53, 600));
    expect(await ledger.by('event:page')).toEqual({ '/': [2, 2, 2, 2], '/12': [1, 1, 1, 1] });
    await passAt(at(70, 600));
    expect(await ledger.by('event:page')).toEqual({});
    expect(await wrong()).toEqual([]);
    for (const hours of [30, 60]) await passAt(at(70, 600) + hours * hourMs);
    expect(await unnamedFiles(ledger.world)).toEqual([]);
    expect(await ledger.home.files.list('ledger/')).toEqual([]);
  });

  test('a ratio is of the days that have all of its parts', async () => {
    await ledger.sites.change('ledger.test', (site) => addGoal(site, { page: '/12' }).site);
    await passAt(at(12, 60));
    const ask = async (more: object) => {
      const query = { site_id: 'ledger.test', date_range: ['2026-03-01', '2026-03-12'], ...more };
      const { results, meta } = await ledger.engine.query(await ledger.site(), query);
      return {
        rows: results.map(({ metrics }) => metrics),
        warned: Object.keys(meta.metric_warnings ?? {}),
      };
    };
    // Of 2 visitors on each of the two days whose hits are kept, one reached the goal once.
    const goals = { metrics: ['conversion_rate'], filters: [['is', 'event:goal', ['Visit /12']]] };
    expect(await ask(goals)).toEqual({ rows: [[25]], warned: ['conversion_rate'] });
    const byCountry = {
      metrics: ['percentage'],
      dimensions: ['visit:country'],
      filters: [['contains', 'visit:country', ['D', '(not']]],
    };
    expect(await ask(byCountry)).toEqual({ rows: [[50], [50]], warned: ['percentage'] });
    // Roll-ups contain all of its parts.
    expect(await ask({ metrics: ['percentage'], dimensions: ['visit:country'] })).toEqual({
      rows: [[50], [50]],
      warned: [],
    });
  });

  test('take no hits any more, and what was under way does not bring them back', async () => {
    await passAt(at(14, 60));
    const pages = await ledger.by('event:page');
    const site = await ledger.site();
    expect(
      ['2026-03-01', '2026-03-03', '2026-03-04'].map((day) => isSealed(site, day, ledger.now())),
    ).toEqual([true, true, false]);
    await ledger.append([hitOf({ time: at(1, 5), page: '/back' })], {
      late: true,
      receivedAtMs: ledger.now(),
    });
    expect(await ledger.by('event:page')).toEqual(pages);
    expect(await rawDays()).toEqual(['2026-03-12']);
    // While the day can be taken back, so can what was under way.
    await passAt(at(14, 60) + 25 * hourMs);
    expect(await listDays(ledger.home, site.id, { to: '2026-03-12' })).toEqual([]);
    expect(await ledger.by('event:page')).toEqual(pages);
    expect(await wrong()).toEqual([]);
  });

  test('stay sealed when hits are kept longer from now on', async () => {
    await passAt(at(14, 60));
    const sealed = async (day: string) => isSealed(await ledger.site(), day, ledger.now());
    for (const days of [400, 'forever']) {
      await ledger.sites.set('ledger.test', { keep_hits_days: days });
      expect(await sealed('2026-03-03')).toBe(true);
      expect(await sealed('2026-03-04')).toBe(false);
    }
    await passAt(at(20, 60));
    expect(await rawDays()).toEqual(['2026-03-12']);
    expect(await sealed('2026-03-04')).toBe(false);
  });

  test.each([
    ['keep_hits_days', 0],
    ['keep_hits_days', 'long'],
    ['keep_roll_ups_days', -1],
    ['keep_roll_ups_days', 1e6],
  ])('%s of %j is refused', async (name, value) => {
    await expect(ledger.sites.set('ledger.test', { [name]: value })).rejects.toMatchObject({
      fault: 'bad-input',
      message: expect.stringContaining(name),
    });
  });
});
