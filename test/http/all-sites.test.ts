import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { longHomes, openRealApp, type RealApp } from '../support/real-app.ts';

/** All sites together are their sums: whatever is a ratio is made of the sums. */
describe.each(longHomes)('on the home %s', (homeName) => {
  let app: RealApp;
  let nowMs = Date.parse('2026-11-20T10:00:00Z');
  const days = ['2026-11-20', '2026-11-21'];
  beforeAll(async () => {
    app = await openRealApp({ clock: () => nowMs }, homeName);
    await add('one.test');
    await send('one.test', 1, '/', '/a', '/b');
    await send('one.test', 2, '/a');
  });
  afterAll(() => app.close());

  const add = (domain: string, timezone = 'UTC') =>
    app.post('/api/v1/sites', { domain, timezone }, { key: app.key });

  /** A visit, and what was read of its last page. */
  async function send(domain: string, visitor: number, ...pages: string[]) {
    const headers = { 'User-Agent': `Mozilla/5.0 (X11; Linux x86_64) Firefox/13${visitor}.0` };
    const post = (more: object) => app.post('/api/event', { d: domain, ...more }, { headers });
    for (const page of pages) {
      nowMs += 7_000;
      await post({ n: 'pageview', u: `https://${domain}${page}` });
    }
    nowMs += 3_000;
    const sd = 10 * visitor;
    await post({ n: 'engagement', u: `https://${domain}${pages.at(-1)}`, sd, e: 2_500 });
  }

  async function ask(query: object, site = '*', init: { key?: string } = { key: app.key }) {
    const common = { site_id: site, metrics: ['visitors', 'pageviews'], date_range: days };
    const answer = await app.post('/api/v2/query', { ...common, ...query }, init);
    return answer.json();
  }
  const rows = async (query: object, site = '*') => {
    const { results, error } = await ask(query, site);
    expect(error).toBeUndefined();
    return results.map((row: { dimensions: string[]; metrics: unknown[] }) => [
      ...row.dimensions,
      ...row.metrics,
    ]);
  };

  const metrics = [
    ...['visitors', 'visits', 'pageviews', 'events', 'views_per_visit', 'bounce_rate'],
    ...['visit_duration', 'scroll_depth', 'time_on_page', 'engaged_time'],
  ];

  test.each<[object]>([
    [{ metrics }],
    [{ metrics, dimensions: ['time:day'] }],
    [{ metrics, dimensions: ['visit:browser_version'] }],
    [{ metrics: ['visitors', 'percentage'], dimensions: ['event:page'] }],
    [{ metrics: ['pageviews'], dimensions: ['event:page'], order_by: [['event:page', 'desc']] }],
    [{ dimensions: ['event:page'], pagination: { limit: 1, offset: 1 } }],
    [{ metrics, filters: [['is', 'event:page', ['/nowhere']]] }],
    [{ dimensions: ['time'], include: { time_labels: true, total_rows: true } }],
  ])('of one site, it is that one: %j', async (query) => {
    const [all, one] = [await ask(query), await ask(query, 'one.test')];
    expect([all.error, one.error]).toEqual([undefined, undefined]);
    expect(all.results).toEqual(one.results);
    expect(all.meta).toEqual(one.meta);
  });

  test('sums of all, rows by site, and ratios of the sums', async () => {
    await add('two.test', 'Asia/Tokyo');
    await add('empty.test');
    await send('two.test', 1, '/a', '/c');
    expect(await rows({})).toEqual([[3, 6]]);
    expect(await rows({ dimensions: ['site'] })).toEqual([
      ['one.test', 2, 4],
      ['two.test', 1, 2],
    ]);
    expect(
      await rows({
        dimensions: ['event:page', 'site'],
        order_by: [
          ['event:page', 'asc'],
          ['site', 'desc'],
        ],
      }),
    ).toEqual([
      ['/', 'one.test', 1, 1],
      ['/a', 'two.test', 1, 1],
      ['/a', 'one.test', 2, 2],
      ['/b', 'one.test', 1, 1],
      ['/c', 'two.test', 1, 1],
    ]);
    expect(await rows({ dimensions: ['event:page'] })).toEqual([
      ['/a', 3, 3],
      ['/', 1, 1],
      ['/b', 1, 1],
      ['/c', 1, 1],
    ]);
    const shares = { metrics: ['percentage', 'bounce_rate'], dimensions: ['site'] };
    expect(await rows(shares)).toEqual([
      ['one.test', 66.7, 50],
      ['two.test', 33.3, 0],
    ]);
    // (100 x 1) / 3 and (14 + 0 + 7) / 3, not means of the sites' own.
    expect(await rows({ metrics: ['bounce_rate', 'visit_duration', 'scroll_depth'] })).toEqual([
      [33, 7, 13],
    ]);
    const { results } = await (
      await app.post(
        '/api/v2/batch',
        {
          site_id: '*',
          queries: [
            { metrics: ['pageviews'], date_range: days },
            { ...shares, date_range: days },
          ],
        },
        { key: app.key },
      )
    ).json();
    expect(results.map((one: { results: unknown[] }) => one.results.length)).toEqual([1, 2]);
    // The same moments are other hours in Tokyo.
    const hours = await rows({ metrics: ['pageviews'], dimensions: ['time:hour'] });
    expect(hours).toEqual([
      ['2026-11-20 10:00:00', 4],
      ['2026-11-20 19:00:00', 2],
    ]);
    expect(await app.closeDays()).toBe(0);
    nowMs += 86_400_000;
    expect(await app.closeDays()).toBe(2);
    expect(await rows({ dimensions: ['site'] })).toEqual([
      ['one.test', 2, 4],
      ['two.test', 1, 2],
    ]);
  });

  test.each<[string, object, string]>([
    ['goals', { dimensions: ['event:goal'] }, 'filters: expected no goals'],
    ['a goal', { filters: [['is', 'event:goal', ['x']]] }, 'filters[0][2][0]: expected no goal'],
    ['segments', { filters: [['is', 'segment', ['x']]] }, 'filters[0][2][0]: expected no segment'],
    ['comparisons', { include: { compare: { mode: 'previous_period' } } }, 'include.compare'],
    [
      'all time in steps',
      { date_range: 'all', dimensions: ['time'] },
      'dimensions: expected time:day',
    ],
    ['shares of itself', { metrics: ['percentage'] }, 'dimensions: expected at least one'],
    ['an order by nothing', { order_by: [['site', 'asc']] }, 'order_by[0]: expected one'],
    ['a metric there is not', { metrics: ['x'] }, 'metrics[0]: expected one of'],
    ['a dimension twice', { dimensions: ['site', 'site'] }, 'dimensions: expected each name once'],
  ])('refused: %s', async (_, query, error) => {
    expect((await ask(query)).error).toContain(error);
  });

  test('only for the owner, and of one site there is no dimension site', async () => {
    expect((await ask({}, '*', {})).error).toContain('sign in');
    expect((await ask({ dimensions: ['site'] }, 'one.test')).error).toContain('dimensions[0]');
    expect((await app.get('/api/hits?site=*', { key: app.key })).status).toBe(404);
  });
});
