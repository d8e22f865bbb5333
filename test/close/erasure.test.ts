import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { closeDay } from '../../src/close/close-day.ts';
import { closeWhole, dueDays } from '../../src/close/due-days.ts';
import { type ErasureFields, eraseHits, readErasure } from '../../src/close/erase-hits.ts';
import { countErasure, daysToErase } from '../../src/close/erased-days.ts';
import { mergeMonths } from '../../src/close/merge-month.ts';
import { verifySite } from '../../src/close/verify-ledger.ts';
import { isErasedBy, readErasures } from '../../src/journal/erasures.ts';
import { hitPartition } from '../../src/journal/keys.ts';
import { readMonth } from '../../src/ledger/manifest.ts';
import { dayMs, hourMs } from '../../src/lib/clock.ts';
import { zonesFrom } from '../../src/lib/site-days.ts';
import type { Hit } from '../../src/model/hit.ts';
import { hitOf } from '../support/hits.ts';
import { openLedger, type TestLedger } from '../support/ledger.ts';
import { allCases, everyCase, longestHomes } from '../support/real-app.ts';

/** Minutes of a day of March 2026 in Berlin. */
const at = (day: number, minutes: number) =>
  Date.parse('2026-02-28T23:00:00Z') + (day - 1) * dayMs + minutes * 60_000;

/** Pages of two visitors on each day; the second has a plan. */
const hitsOf = (day: number): Hit[] => [
  hitOf({ time: at(day, 1), page: '/' }),
  hitOf({ time: at(day, 2), page: '/account/7' }),
  hitOf({ time: at(day, 3), page: '/about' }),
  hitOf({ time: at(day, 4), visitor: 'bb', page: '/', props: { plan: 'pro', name: 'Ada' } }),
  hitOf({ time: at(day, 50), visitor: 'bb', page: '/account/8/mail', hostname: 'my.ledger.test' }),
];

const erasures: readonly [string, ErasureFields, number, readonly string[]][] = [
  ['a page', { page: '/about' }, 3, ['/', '/account/7', '/account/8/mail', '/account/late']],
  ['pages', { page: ['/account/*', '/about'] }, 7, ['/', '/account/8/mail']],
  ['all below', { page: '/account/**' }, 7, ['/', '/about']],
  [
    'a property',
    { prop: 'plan' },
    3,
    ['/', '/about', '/account/7', '/account/8/mail', '/account/late'],
  ],
  [
    'a value that none has',
    { prop: 'plan=free' },
    0,
    ['/', '/about', '/account/7', '/account/8/mail', '/account/late'],
  ],
  ['a host', { hostname: 'my.ledger.test' }, 3, ['/', '/about', '/account/7', '/account/late']],
  [
    'pages of some days',
    { page: '/account/**', from: '2026-03-02', to: '2026-03-03' },
    4,
    ['/', '/about', '/account/7', '/account/8/mail', '/account/late'],
  ],
  ['a day', { to: '2026-03-01' }, 6, ['/', '/about', '/account/7', '/account/8/mail']],
];

describe.each(longestHomes)('erasing on %s', (homeName) => {
  let ledger: TestLedger;
  let first: Hit[];
  const days = ['2026-03-01', '2026-03-02', '2026-03-03'];

  /** Two days closed, the first of them with a late row since; the third open. */
  beforeEach(async () => {
    ledger = await openLedger(homeName, at(3, 600));
    first = hitsOf(1);
    for (const hits of [first, hitsOf(2), hitsOf(3)]) await ledger.append(hits);
    for (const day of days.slice(0, 2)) await closeDay(ledger.world, await ledger.site(), day);
    await ledger.append([hitOf({ time: at(1, 60), page: '/account/late', visitor: 'cc' })], {
      late: true,
      receivedAtMs: ledger.now(),
    });
  });
  afterEach(() => ledger.close());

  const clock = () => ledger.now();
  const erase = (asked: ErasureFields) =>
    eraseHits(
      { home: ledger.home, sites: ledger.sites, clock, random: randomBytes },
      'ledger.test',
      asked,
    );
  const closeDue = async () => {
    const site = await ledger.site();
    const due = await dueDays(ledger.world, site, { atOnce: true });
    for (const one of due) await closeWhole(ledger.world, site, one);
    return due.map(({ day }) => day);
  };
  async function rowsOf(day: string): Promise<string> {
    const { id } = await ledger.site();
    const shards = Array.from({ length: ledger.home.shards }, (_, shard) =>
      hitPartition(id, day, shard),
    );
    const rows = await Promise.all(shards.map((shard) => ledger.home.rows.scan(shard)));
    return rows
      .flat()
      .map(({ value }) => value)
      .join('\n');
  }
  const pages = () => ledger.by('event:page');
  const verified = async () => (await verifySite(ledger.world, await ledger.site())).wrong;

  // All of them in `.ci/run`; where each request takes its time, one of each kind will do.
  const some = allCases ? erasures : [erasures[2]!, erasures[6]!];
  test.each(homeName === 'machine' ? some : erasures.slice(-1))(
    '%s: gone from every report, before closing and after',
    async (_, asked, erased, left) => {
      const before = await pages();
      const all = Object.values(before).reduce((sum, [, , views]) => sum + views!, 0);
      const meant = readErasure(asked, await ledger.site(), ledger.now());
      const counted = await countErasure(ledger.world, await ledger.site(), meant);
      expect(counted.days.reduce((sum, { hits }) => sum + hits, 0)).toBe(erased);
      await erase(asked);
      await closeDue();
      const after = await pages();
      expect(Object.keys(after).sort()).toEqual(left);
      expect(Object.values(after).reduce((sum, [, , views]) => sum + views!, 0)).toBe(all - erased);
      ledger.setNow(at(4, 60));
      expect(await closeDue()).toEqual(['2026-03-03']);
      expect(await pages()).toEqual(after);
      expect(await verified()).toEqual([]);
      expect(await daysToErase(ledger.world, await ledger.site())).toEqual(new Set());
      ledger.setNow(ledger.now() + dayMs);
      await closeDue();
      expect(await pages()).toEqual(after);
      expect(await verified()).toEqual([]);
    },
  );

  test('does not come back with a retry, nor with a merge, and is counted', async () => {
    const [, secret] = first;
    await erase({ page: '/account/**' });
    // At once, before a closed day was closed again.
    const clean = await pages();
    await closeDue();
    expect(await pages()).toEqual(clean);
    expect(Object.keys(clean).sort()).toEqual(['/', '/about']);
    for (const after of [0, 1])
      await ledger.append([secret!], { late: true, receivedAtMs: ledger.now() + after });
    expect(await pages()).toEqual(clean);
    ledger.setNow(at(4, 60));
    await closeDue();
    expect(await pages()).toEqual(clean);
    const site = await ledger.site();
    const month = await readMonth(ledger.home, site.id, '2026-03');
    expect(month.content.days['2026-03-01']).toMatchObject({
      hits: 3,
      taken: 8,
      erased: 5,
      duplicates: 0,
    });
    ledger.setNow(at(32, 0) + 7 * hourMs);
    await closeDue();
    // Once it cannot be taken back, it does not stay where rows stay beside the ledger for a while.
    expect(await rowsOf('2026-03-01')).not.toContain('/account/');
    ledger.setNow(ledger.now() + 7 * hourMs);
    expect(await mergeMonths(ledger.world, site)).toEqual(['2026-03']);
    expect(await pages()).toEqual(clean);
    // A second one, of a day that lies in the month's files.
    await erase({ page: '/about', from: '2026-03-02', to: '2026-03-02' });
    expect(await closeDue()).toContain('2026-03-02');
    expect((await pages())['/about']?.[2]).toBe(clean['/about']![2]! - 1);
    expect(await verified()).toEqual([]);
  });

  test('what happens after an erasure is kept', async () => {
    await erase({ page: '/about' });
    await ledger.append([hitOf({ time: ledger.now() + 1, page: '/about' })]);
    ledger.setNow(ledger.now() + 2);
    await closeDue();
    expect((await pages())['/about']).toEqual([1, 1, 1, 1]);
  });

  test('time on a page goes with its engagement', async () => {
    const hits = [
      hitOf({ time: at(2, 100), visitor: 'dd', page: '/read' }),
      hitOf({
        time: at(2, 101),
        visitor: 'dd',
        page: '/read',
        name: 'engagement',
        engagedMs: 9_000,
        props: { p: '1' },
      }),
    ];
    await ledger.append(hits, { late: true, receivedAtMs: ledger.now() });
    await closeDue();
    const time = async () => {
      const { results } = await ledger.engine.query(await ledger.site(), {
        ...{
          site_id: 'ledger.test',
          metrics: ['time_on_page'],
          date_range: 'all',
          dimensions: ['event:page'],
        },
        filters: [['is', 'event:page', ['/read']]],
      });
      return results[0]?.metrics[0];
    };
    expect(await time()).toBe(9);
    await erase({ prop: 'p' });
    await closeDue();
    expect(await time()).not.toBe(9);
    expect((await pages())['/read']).toEqual([1, 1, 1, 1]);
  });

  test('rows read one by one are erased as those of tables are', async () => {
    await erase({ page: ['/account/*', '/about'], hostname: 'example.com' });
    await erase({ prop: 'name=Ada', to: '2026-03-02' });
    const isErased = isErasedBy(await readErasures(ledger.home, (await ledger.site()).id));
    const late = hitOf({ time: at(1, 60), page: '/account/late' });
    const left = [...[1, 2, 3].flatMap(hitsOf), late].filter((hit) => !isErased(hit));
    await closeDue();
    const shown = await pages();
    const expected: Record<string, number> = {};
    for (const { page } of left) expected[page] = (expected[page] ?? 0) + 1;
    expect(
      Object.fromEntries(Object.entries(shown).map(([page, [, , views]]) => [page, views])),
    ).toEqual(expected);
  });

  const cuts: readonly (readonly [string, boolean])[] = [
    ['close.day-removed', true],
    ['close.published', false],
    ['close.late-removed', true],
    ['close.day-removed', false],
  ];
  const many = homeName === 'machine' ? everyCase : allCases;
  test.each(many ? cuts : cuts.slice(0, 1))(
    'made while a day is closed that is then cut at %s (late rows: %s): it stays erased',
    async (killAt, late) => {
      ledger.setNow(at(5, 1));
      await ledger.append(
        [hitOf({ time: at(4, 5), page: '/secret' }), hitOf({ time: at(4, 6), page: '/about' })],
        late ? { late: true, receivedAtMs: at(5, 0) } : {},
      );
      ledger.setNow(at(5, 20));
      const faultPoint = async (point: string) => {
        if (point === 'close.saved') {
          // All that `daybook erase` does.
          await erase({ page: '/secret' });
          const site = await ledger.site();
          for (const day of await daysToErase(ledger.world, site))
            await closeWhole(ledger.world, site, { day, recount: false });
          await daysToErase(ledger.world, site);
        }
        if (point === killAt) throw new Error('cut here');
      };
      const cut = closeWhole({ ...ledger.world, faultPoint }, await ledger.site(), {
        day: '2026-03-04',
        recount: true,
      });
      await expect(cut).rejects.toThrow('cut here');
      await closeDue();
      expect(Object.keys(await pages())).not.toContain('/secret');
      expect(await verified()).toEqual([]);
      for (const day of [7, 20, 45]) {
        ledger.setNow(at(day, 0));
        await closeDue();
        expect(Object.keys(await pages())).not.toContain('/secret');
      }
      const left = (await readErasures(ledger.home, (await ledger.site()).id)).filter(
        ({ settled }) => !settled,
      );
      expect(left).toEqual([]);
    },
  );
});

test.each<[ErasureFields, string]>([
  [{}, 'at least one of'],
  [{ page: 'about' }, 'page: '],
  [{ page: [] }, 'page: '],
  [{ prop: '=x' }, 'prop: '],
  [{ from: 'yesterday' }, 'from: '],
  [{ from: '2026-03-02', to: '2026-03-01' }, 'to: '],
  [{ pages: '/x' } as ErasureFields, 'pages: '],
])('%j is refused', (asked, said) => {
  expect(() => readErasure(asked, { zones: zonesFrom('UTC', 0) }, 0)).toThrow(
    expect.objectContaining({ fault: 'bad-input', message: expect.stringContaining(said) }),
  );
});
