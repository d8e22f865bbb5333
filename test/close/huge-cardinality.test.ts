import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Site } from '../../src/account/site.ts';
import { readMonths } from '../../src/ledger/manifest.ts';
import { zonesFrom } from '../../src/lib/site-days.ts';
import { appendHits, hitOf } from '../support/hits.ts';
import { everyCase } from '../support/real-app.ts';
import { bareSite, openTestDaybook, type TestDaybook } from '../support/test-daybook.ts';

/**
 * One day on which every page, property, host name and source is another: exact, and no slower than
 * anyone would wait for.
 */
const count = everyCase ? 50_000 : 10_000;
const day = '2026-05-01';
const startMs = Date.parse(`${day}T00:00:00Z`);

let daybook: TestDaybook;
beforeAll(async () => {
  daybook = await openTestDaybook(() => startMs + 3 * 86_400_000);
});
afterAll(() => daybook.close());

const number = (i: number) => String(i).padStart(5, '0');
/** The first thousand pages are seen twice, by another visitor. */
const hits = () =>
  Array.from({ length: count + 1_000 }, (_, i) => {
    const n = number(i % count);
    return hitOf({
      ...{
        time: startMs + i * 1_500,
        visitor: (0x1000_0000 + i).toString(16),
        page: `/p/${n}`,
        hostname: `h${n}.com`,
      },
      ...{ source: `s${n}`, referrer: `r.com/${n}`, props: { order: `o${n}`, [`k${n}`]: n } },
    });
  });

async function check(site: Site, state: string): Promise<void> {
  const range = { date_range: [day, day] };
  const ask = (dimension: string, more: object = {}) =>
    daybook.report(site, {
      ...{
        metrics: ['visitors', 'pageviews'],
        ...range,
        dimensions: [dimension],
        pagination: { limit: 3 },
      },
      ...{
        order_by: [
          ['visitors', 'desc'],
          [dimension, 'asc'],
        ],
        ...more,
      },
    });
  const twice = (text: (n: string) => string) =>
    [0, 1, 2].map((i) => ({ dimensions: [text(number(i))], metrics: [2, 2] }));
  expect(
    await daybook.report(site, { metrics: ['visitors', 'visits', 'pageviews'], ...range }),
    state,
  ).toEqual([{ dimensions: [], metrics: [count + 1_000, count + 1_000, count + 1_000] }]);
  expect(await ask('event:page'), state).toEqual(twice((n) => `/p/${n}`));
  expect(await ask('event:hostname'), state).toEqual(twice((n) => `h${n}.com`));
  expect(await ask('visit:source'), state).toEqual(twice((n) => `s${n}`));
  expect(await ask('visit:entry_page'), state).toEqual(twice((n) => `/p/${n}`));
  expect(await ask('event:props:order'), state).toEqual(twice((n) => `o${n}`));
  const { length } = await ask('event:page', { pagination: { limit: 10_000, offset: count - 5 } });
  expect(length, state).toBe(5);
  expect(
    await ask('event:page', { filters: [['contains', 'event:page', ['/p/0999']]] }),
    state,
  ).toEqual([0, 1, 2].map((i) => ({ dimensions: [`/p/0999${i}`], metrics: [1, 1] })));
  expect(
    (await ask('event:page', { filters: [['is', 'event:props:order', ['o00007']]] }))[0],
    state,
  ).toEqual({
    dimensions: ['/p/00007'],
    metrics: [2, 2],
  });
  expect(await ask('event:props:k00007'), state).toEqual([
    { dimensions: ['(not set)'], metrics: [count + 998, count + 998] },
    { dimensions: ['00007'], metrics: [2, 2] },
  ]);
}

test(`${count} values of each of many dimensions in one day`, { timeout: 300_000 }, async () => {
  const site = bareSite(zonesFrom('UTC', 0));
  await appendHits(daybook.home, site, hits());
  await check(site, 'open');
  expect(await daybook.closeDue(site)).toEqual([day]);
  const [month] = await readMonths(daybook.home, site.id);
  expect(month!.content.days[day]).toMatchObject({
    hits: count + 1_000,
    visits: count + 1_000,
    duplicates: 0,
  });
  await check(site, 'closed');
  await appendHits(daybook.home, site, [hitOf({ time: startMs, visitor: 'aa', page: '/late' })], {
    late: true,
  });
  await daybook.closeDue(site);
  const rows = await daybook.report(site, {
    ...{ metrics: ['visitors'], date_range: [day, day], dimensions: ['event:page'] },
    filters: [['is', 'event:page', ['/late', '/p/00000']]],
  });
  expect(rows.map(({ metrics }) => metrics[0])).toEqual([2, 1]);
});
