import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { longHomes, openRealApp, type RealApp } from '../support/real-app.ts';

/** As clients of Plausible's Stats API v1 ask, and read the answers. */
describe.each(longHomes)('on the home %s', (homeName) => {
  let app: RealApp;
  let nowMs = Date.parse('2026-11-20T10:00:00Z');
  beforeAll(async () => {
    app = await openRealApp({ clock: () => nowMs }, homeName);
    await app.post('/api/v1/sites', { domain: 'v1.test', timezone: 'Etc/UTC' }, { key: app.key });
    await app.post(
      '/api/v1/sites/goals',
      { site_id: 'v1.test', goal_type: 'event', event_name: 'Signup' },
      { key: app.key, method: 'PUT' },
    );
    const send = (path: string, more: object = {}) => {
      nowMs += 1_000;
      return app.post('/api/event', {
        n: 'pageview',
        u: `https://v1.test${path}`,
        d: 'v1.test',
        ...more,
      });
    };
    await send('/');
    await send('/a', { r: 'https://www.google.com/' });
    nowMs += 86_400_000;
    await send('/a?utm_source=news');
    await send('/a/b');
    await send('/a', { n: 'Signup', p: { plan: 'pro' } });
    nowMs += 3_600_000;
    await send('/late');
  });
  afterAll(() => app.close());

  const ask = async (name: string, parameters: Record<string, string> = {}) => {
    const query = new URLSearchParams({ site_id: 'v1.test', ...parameters });
    const answer = await app.get(`/api/v1/stats/${name}?${query}`, { key: app.key });
    return [answer.status, await answer.json()];
  };

  test('aggregate', async () => {
    expect(await ask('aggregate')).toEqual([200, { results: { visitors: { value: 2 } } }]);
    const metrics = 'visitors,pageviews,bounce_rate,visit_duration';
    expect(await ask('aggregate', { period: 'day', metrics, compare: 'previous_period' })).toEqual([
      200,
      {
        results: {
          visitors: { value: 1, change: 0 },
          pageviews: { value: 3, change: 50 },
          bounce_rate: { value: 50, change: null },
          visit_duration: { value: 1, change: 0 },
        },
      },
    ]);
  });

  test('timeseries, with the buckets in which nothing was', async () => {
    const day = { period: 'custom', date: '2026-11-19,2026-11-21' };
    expect(
      await ask('timeseries', { ...day, metrics: 'visitors,bounce_rate,views_per_visit' }),
    ).toEqual([
      200,
      {
        results: [
          { date: '2026-11-19', visitors: 0, bounce_rate: null, views_per_visit: 0 },
          { date: '2026-11-20', visitors: 1, bounce_rate: 0, views_per_visit: 2 },
          { date: '2026-11-21', visitors: 1, bounce_rate: 50, views_per_visit: 1.5 },
        ],
      },
    ]);
    const [, hours] = await ask('timeseries', { period: 'day', metrics: 'pageviews' });
    expect(hours.results).toHaveLength(24);
    expect(hours.results[10]).toEqual({ date: '2026-11-21 10:00:00', pageviews: 2 });
    const [, months] = await ask('timeseries', { period: '6mo' });
    expect(months.results.map(({ date }: { date: string }) => date)).toEqual(
      ['06', '07', '08', '09', '10', '11'].map((month) => `2026-${month}-01`),
    );
  });

  test('breakdown, by pages of results', async () => {
    const pages = { property: 'event:page', metrics: 'pageviews,visitors' };
    expect(await ask('breakdown', { ...pages, limit: '2' })).toEqual([
      200,
      {
        results: [
          { page: '/a', pageviews: 2, visitors: 2 },
          { page: '/', pageviews: 1, visitors: 1 },
        ],
      },
    ]);
    const [, second] = await ask('breakdown', { ...pages, limit: '2', page: '2' });
    expect(second.results.map(({ page }: { page: string }) => page)).toEqual(['/a/b', '/late']);
    const byPlan = {
      property: 'event:props:plan',
      filters: 'event:goal==Signup',
      metrics: 'visitors,conversion_rate',
    };
    expect(await ask('breakdown', byPlan)).toEqual([
      200,
      { results: [{ plan: 'pro', visitors: 1, conversion_rate: 50 }] },
    ]);
  });

  test.each([
    ['event:page==/a|/late', 3],
    ['event:page==/a*', 3],
    ['event:page!=/a*', 2],
    ['event:page~b', 1],
    ['visit:source==Google;event:page==/a', 0],
    ['visit:utm_source==news', 2],
  ])('filters=%s', async (filters, pageviews) => {
    const [, { results }] = await ask('aggregate', { metrics: 'pageviews', filters });
    expect(results).toEqual({ pageviews: { value: pageviews } });
  });

  test.each<[string, Record<string, string>, string]>([
    ['aggregate', { period: 'fortnight' }, 'period: expected one of day, 7d'],
    ['aggregate', { metrics: 'visitors,nonsense' }, 'metrics[1]: expected one of visitors'],
    ['aggregate', { metrics: 'visitors,visitors' }, 'metrics: expected each name once'],
    ['aggregate', { metrics: 'conversion_rate' }, 'metrics[0]: expected conversion_rate only with'],
    ['aggregate', { filters: 'visit:colour==red' }, 'filters[0][1]: expected one of'],
    ['aggregate', { filters: 'event:goal==Nothing' }, 'filters[0][2][0]: expected one of "Signup"'],
    ['aggregate', { filters: 'event:goal!=Signup' }, 'filters[0][0]: expected is or contains'],
    ['timeseries', { interval: 'minute' }, 'interval: expected one of'],
    ['breakdown', {}, 'property: expected one of'],
    ['breakdown', { property: 'event:page', limit: 'all' }, 'limit: expected a whole number'],
  ])('%s %j is a 400 that says what was expected', async (name, parameters, message) => {
    const [status, { error }] = await ask(name, parameters);
    expect([status, error]).toEqual([400, expect.stringContaining(message)]);
  });

  test('today is the site’s, not that of UTC', async () => {
    const site = { domain: 'east.test', timezone: 'Pacific/Auckland' };
    await app.post('/api/v1/sites', site, { key: app.key });
    // 11:00 in UTC is midnight in Auckland in summer.
    nowMs = Date.parse('2026-11-25T10:30:00Z');
    const hit = { n: 'pageview', u: 'https://east.test/', d: 'east.test' };
    await app.post('/api/event', hit);
    nowMs = Date.parse('2026-11-25T11:30:00Z');
    await app.post('/api/event', hit);
    const views = { site_id: 'east.test', metrics: 'pageviews' };
    expect(await ask('aggregate', { ...views, period: 'day' })).toEqual([
      200,
      { results: { pageviews: { value: 1 } } },
    ]);
    expect(await ask('timeseries', { ...views, period: '7d' })).toMatchObject([
      200,
      { results: expect.arrayContaining([{ date: '2026-11-26', pageviews: 1 }]) },
    ]);
  });

  test('a closed site is its owner’s to read; one that is not there is not found', async () => {
    expect((await app.get('/api/v1/stats/aggregate?site_id=v1.test')).status).toBe(401);
    expect((await ask('aggregate', { site_id: 'nowhere.test' }))[0]).toBe(404);
  });
});
