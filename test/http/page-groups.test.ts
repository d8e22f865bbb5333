import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { longHomes, openRealApp, type RealApp } from '../support/real-app.ts';

/** Page groups are computed when they are asked for: what was collected before has them too. */
describe.each(longHomes)('on the home %s', (homeName) => {
  let app: RealApp;
  let nowMs = Date.parse('2026-11-20T10:00:00Z');
  beforeAll(async () => {
    app = await openRealApp({ clock: () => nowMs }, homeName);
    await app.post('/api/v1/sites', { domain: 'groups.test' }, { key: app.key });
    for (const visit of [
      ['/blog/a', '/blog/b', '/blog/b'],
      ['/user/1/settings', '/user/2/settings', '/user/2'],
      ['/über/a', '/blog/a'],
      ['/'],
    ])
      for (const page of visit) {
        nowMs += 1_000;
        const headers = { 'User-Agent': `Mozilla/5.0 (X11; Linux) ${visit[0]} Firefox/130.0` };
        const hit = { n: 'pageview', u: `https://groups.test${page}`, d: 'groups.test' };
        expect((await app.post('/api/event', hit, { headers })).status).toBe(202);
      }
    // The first day is closed, the second one open.
    nowMs += 86_400_000;
    await app.post('/api/event', {
      n: 'pageview',
      u: 'https://groups.test/blog/c',
      d: 'groups.test',
    });
    nowMs += 1_000;
  });
  afterAll(() => app.close());

  async function set(groups: readonly string[]) {
    const body = JSON.stringify({ page_groups: groups });
    const init = { method: 'PUT', key: app.key, body };
    const answer = await app.get('/api/v1/sites/groups.test', init);
    expect((await answer.json()).page_groups).toEqual(groups);
    nowMs += 5_000;
  }

  async function ask(query: object) {
    const common = { site_id: 'groups.test', metrics: ['visitors', 'pageviews'] };
    const days = { date_range: ['2026-11-20', '2026-11-21'], dimensions: ['event:page_group'] };
    const answer = await app.post(
      '/api/v2/query',
      { ...common, ...days, ...query },
      { key: app.key },
    );
    const { results, error } = await answer.json();
    return (
      error ??
      results.map((row: { dimensions: string[]; metrics: number[] }) => [
        ...row.dimensions,
        ...row.metrics,
      ])
    );
  }

  const many = ['/blog/**', '/user/*/settings', '/über/**', '/none/*'];
  const rows = [
    ['/blog/**', 3, 5],
    ['/', 1, 1],
    ['/user/*/settings', 1, 2],
    ['/user/2', 1, 1],
    ['/%C3%BCber/**', 1, 1],
  ];

  async function expectGroups() {
    await set([]);
    expect((await ask({})).length).toBe(8);
    await set(['/blog/**']);
    expect((await ask({}))[0]).toEqual(['/blog/**', 3, 5]);
    await set(many);
    expect((await ask({})).sort()).toEqual([...rows].sort());
    const blog = { filters: [['is', 'event:page_group', ['/blog/**']]], dimensions: [] };
    expect(await ask(blog)).toEqual([[3, 5]]);
    expect(await ask({ ...blog, metrics: ['visits', 'bounce_rate'] })).toEqual([[3, 33]]);
    expect(await ask({ ...blog, dimensions: ['event:page'] })).toEqual([
      ['/blog/a', 2, 2],
      ['/blog/b', 1, 2],
      ['/blog/c', 1, 1],
    ]);
    expect(await ask({ ...blog, dimensions: ['time:day'] })).toEqual([
      ['2026-11-20', 2, 4],
      ['2026-11-21', 1, 1],
    ]);
    const not = ['is_not', 'event:page_group', ['/blog/**', '/']];
    expect(await ask({ filters: [not, ['contains', 'event:page_group', ['/über']]] })).toEqual([
      ['/%C3%BCber/**', 1, 1],
    ]);
    const done = ['has_done', ['is', 'event:page_group', ['/über/**']]];
    expect(await ask({ filters: [done] })).toEqual([
      ['/%C3%BCber/**', 1, 1],
      ['/blog/**', 1, 1],
    ]);
    expect(await ask({ metrics: ['visitors', 'bounce_rate'] })).toContain(
      'no metric of whole visits',
    );
  }

  test('of open days, and of closed ones', async () => {
    await expectGroups();
    expect(await app.closeDays()).toBeGreaterThan(0);
    await expectGroups();
  });

  test('several queries of one batch share what they filter', async () => {
    await set(many);
    const queries = ['event:page', 'event:page_group', 'visit:browser', 'time:day'].map((name) => ({
      ...{ metrics: ['visitors', 'pageviews'], date_range: ['2026-11-20', '2026-11-21'] },
      ...{ dimensions: [name], filters: [['is', 'event:page_group', ['/blog/**']]] },
    }));
    const answer = await app.post(
      '/api/v2/batch',
      { site_id: 'groups.test', queries },
      { key: app.key },
    );
    const { results } = await answer.json();
    for (const [i, { results: found }] of results.entries())
      expect(
        found.map((row: { dimensions: string[]; metrics: number[] }) => [
          ...row.dimensions,
          ...row.metrics,
        ]),
      ).toEqual(await ask(queries[i]!));
  });

  test.each([['blog'], [Array.from({ length: 101 }, (_, i) => `/${i}`)], [[1]]])(
    'refused: %j',
    async (groups) => {
      const body = JSON.stringify({ page_groups: groups });
      const init = { method: 'PUT', key: app.key, body };
      const answer = await app.get('/api/v1/sites/groups.test', init);
      expect([answer.status, (await answer.json()).field]).toEqual([400, 'page_groups']);
    },
  );
});
