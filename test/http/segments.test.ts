import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { longHomes, openRealApp, type RealApp } from '../support/real-app.ts';

/** Kept filters mean in every query what they mean written out. */
describe.each(longHomes)('on the home %s', (homeName) => {
  let app: RealApp;
  let nowMs = Date.parse('2026-11-20T10:00:00Z');
  beforeAll(async () => {
    app = await openRealApp({ clock: () => nowMs }, homeName);
    await app.post('/api/v1/sites', { domain: 'seg.test', open: true }, { key: app.key });
    const goal = { site_id: 'seg.test', goal_type: 'event', event_name: 'Signup' };
    await app.post('/api/v1/sites/goals', goal, { key: app.key, method: 'PUT' });
    const send = (path: string, more: object = {}, agent = 'Chrome/130.0.0.0') => {
      nowMs += 1_000;
      const headers = { 'User-Agent': `Mozilla/5.0 (Windows NT 10.0) ${agent} Safari/537.36` };
      const hit = { n: 'pageview', u: `https://seg.test${path}`, d: 'seg.test', ...more };
      return app.post('/api/event', hit, { headers });
    };
    for (const path of ['/blog/a', '/blog/b', '/']) await send(path);
    await send('/blog/a', { n: 'Signup' });
    for (const path of ['/', '/blog/a']) await send(path, {}, 'Firefox/130.0');
    await send('/', {}, 'Chrome/129.0.0.0');
  });
  afterAll(() => app.close());

  const path = '/api/v1/sites/seg.test/segments';
  const owner = () => ({ key: app.key });
  const blog = [['contains', 'event:page', ['/blog/']]];

  async function kept(name: string, filters: unknown): Promise<string> {
    const answer = await app.post(path, { name, filters }, owner());
    const { id, ...rest } = await answer.json();
    expect([answer.status, rest]).toEqual([200, { name, filters }]);
    expect(id).toMatch(/^[0-9a-f]{8}$/);
    return id;
  }

  async function ask(filters: unknown, more: object = {}) {
    const metrics = ['visitors', 'pageviews'];
    const query = { site_id: 'seg.test', metrics, date_range: 'day', filters, ...more };
    const answer = await app.post('/api/v2/query', query);
    const { results, error } = await answer.json();
    return error ?? results;
  }

  test('it may stand wherever a filter may, and counts as what it has', async () => {
    const [one, two] = [
      await kept('Blog', blog),
      await kept('Firefox blog', [['is', 'visit:browser', ['Firefox']], ...blog]),
    ];
    const named = (...ids: string[]) => ['is', 'segment', ids];
    const written = (filters: unknown[]) => ['and', filters];
    const firefox = [['is', 'visit:browser', ['Firefox']], ...blog];
    expect(await ask([named(one)])).toEqual([{ dimensions: [], metrics: [2, 3] }]);
    expect(await ask([named(two)])).toEqual([{ dimensions: [], metrics: [1, 1] }]);
    for (const [short, long] of [
      [[named(one)], blog],
      [[named(two)], firefox],
      [[['not', named(two)]], [['not', written(firefox)]]],
      [[named(one, two)], [['or', [written(blog), written(firefox)]]]],
      [[['has_done', named(one)]], [['has_done', written(blog)]]],
      [
        [['or', [named(two), ['is', 'event:page', ['/']]]]],
        [['or', [written(firefox), ['is', 'event:page', ['/']]]]],
      ],
    ] as const)
      expect(await ask(short), JSON.stringify(short)).toEqual(await ask(long));
    const inV1 = `site_id=seg.test&period=day&metrics=pageviews&filters=segment==${two}`;
    expect(await (await app.get(`/api/v1/stats/aggregate?${inV1}`)).json()).toEqual({
      results: { pageviews: { value: 1 } },
    });
    const { segments } = await (await app.get(path)).json();
    expect(segments.map(({ name }: { name: string }) => name)).toEqual(['Blog', 'Firefox blog']);
  });

  test('goals in it are those of the query', async () => {
    const id = await kept('Signed up', [['is', 'event:goal', ['Signup']]]);
    const metrics = ['visitors', 'conversion_rate'];
    const short = await ask([['is', 'segment', [id]]], { metrics });
    expect(short).toEqual(await ask([['is', 'event:goal', ['Signup']]], { metrics }));
    expect(short[0].metrics[0]).toBe(1);
    expect(await ask([['not', ['is', 'segment', [id]]]])).toContain('event:goal only as a filter');
  });

  test('one that changed or went is not what it was', async () => {
    const id = await kept('Changing', blog);
    const filters = [['is', 'event:page', ['/']]];
    const put = { ...owner(), method: 'PUT' };
    const changed = await app.post(`${path}/${id}`, { filters }, put);
    expect(await changed.json()).toEqual({ id, name: 'Changing', filters });
    expect(await ask([['is', 'segment', [id]]])).toEqual(await ask(filters));
    expect((await app.post(`${path}/${id}`, { name: 'Blog' }, put)).status).toBe(409);
    const gone = await app.get(`${path}/${id}`, { ...owner(), method: 'DELETE' });
    expect(await gone.json()).toEqual({ deleted: true });
    expect(await ask([['is', 'segment', [id]]])).toMatch(
      /^filters\[0\]\[2\]\[0\]: expected one of "[0-9a-f]{8}" \(Blog\), .*; got "[0-9a-f]{8}"$/,
    );
    expect((await app.post(`${path}/${id}`, {}, put)).status).toBe(404);
  });

  test.each<[string, unknown, string]>([
    ['no filters', [], 'filters: expected at least one filter'],
    ['no list', 'x', 'filters: expected a list'],
    ['what is no filter', [['is', 'nothing', ['x']]], 'filters[0][1]: expected one of'],
    ['a segment', [['is', 'segment', ['x']]], 'filters[0][1]: expected no segment inside of a'],
    ['a goal there is not', [['is', 'event:goal', ['x']]], 'filters[0][2][0]: expected one of'],
  ])('refused as a segment: %s', async (_, filters, error) => {
    const answer = await app.post(path, { name: 'X', filters }, owner());
    expect(answer.status).toBe(400);
    expect((await answer.json()).error).toContain(error);
  });

  test.each<[string, unknown]>([
    ['is_not', ['is_not', 'segment', ['x']]],
    ['modifiers', ['is', 'segment', ['x'], {}]],
    ['no ids', ['is', 'segment', []]],
    ['no text', ['is', 'segment', [{}]]],
  ])('refused in a query: %s', async (_, filter) => {
    expect(await ask([filter])).toContain('expected');
  });
});
