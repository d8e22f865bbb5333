import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chrome, longHomes, openRealApp, type RealApp } from '../support/real-app.ts';

/** One page in the spellings of trackers, servers and people. */
const spellings = ['/%C3%BCber/t_m', '/%c3%bcber/t%5fm', '/über/t_m', '/ü%62er/%74_m'];
const other = '/%C3%BCber%2Ft_m';

describe.each(longHomes)('pages outside ASCII, on the home %s', (homeName) => {
  let app: RealApp;
  const site = { site_id: 'u.test' };
  const query = async (more: object) => {
    const asked = { ...site, metrics: ['pageviews'], date_range: 'day', ...more };
    const answer = await app.post('/api/v2/query', asked, { key: app.key });
    return (await answer.json()).results as { dimensions: string[]; metrics: number[] }[];
  };
  const viewsWhere = async (filter: unknown) => (await query({ filters: [filter] }))[0]!.metrics[0];
  const send = async (u: string, d = 'u.test') =>
    app.post('/api/event', { n: 'pageview', u: `https://${d}${u}`, d });

  beforeAll(async () => {
    app = await openRealApp({}, homeName);
    const owner = { key: app.key };
    await app.post('/api/v1/sites', { domain: 'u.test', open: true }, owner);
    const goal = { site_id: 'u.test', goal_type: 'page', page_path: '/über/**' };
    const put = { ...owner, method: 'PUT' };
    expect((await app.post('/api/v1/sites/goals', goal, put)).status).toBe(200);
    for (const page of [...spellings, other]) {
      expect((await send(page)).headers.get('x-daybook-dropped')).toBeNull();
      const body = { pathname: page, userAgent: chrome };
      expect((await app.post('/analytics?site=u.test', body)).status).toBe(200);
    }
  });
  afterAll(() => app.close());

  test('are one page, however they came', async () => {
    expect(await query({ dimensions: ['event:page'] })).toEqual([
      { dimensions: ['/%C3%BCber/t_m'], metrics: [8] },
      { dimensions: ['/%C3%BCber%2Ft_m'], metrics: [2] },
    ]);
    expect((await query({ dimensions: ['visit:entry_page'] })).length).toBe(1);
  });

  test('come back as they were sent to the deploy endpoint', async () => {
    const { Items } = await (await app.get('/analytics?site=u.test')).json();
    const sent = Items.filter((item: object) => 'userAgent' in item);
    expect(sent.map(({ pagePath }: { pagePath: string }) => pagePath)).toEqual([
      ...spellings,
      other,
    ]);
  });

  test.each([
    ['is', ['/über/t_m'], 8],
    ['is', ['/%c3%bcber/t%5fm'], 8],
    ['is_not', ['/über/t_m'], 2],
    ['contains', ['über'], 10],
    ['contains', ['ber/t_m'], 8],
    ['contains', ['%2F'], 2],
    ['contains_not', ['ü'], 0],
    ['matches', ['^/üb.r/'], 8],
    ['matches', ['^/%C3%BCb.r/'], 8],
    ['matches_not', ['ü'], 0],
    ['is', ['(not set)'], 0],
  ])('the filter %s %j finds %i', async (operator, values, expected) => {
    expect(await viewsWhere([operator, 'event:page', values])).toBe(expected);
  });

  test('letters of either case are found if case makes no difference', async () => {
    const loose = { case_sensitive: false };
    expect(await viewsWhere(['is', 'event:page', ['/ÜBER/T_M'], loose])).toBe(8);
    expect(await viewsWhere(['contains', 'visit:entry_page', ['ÜBER'], loose])).toBe(10);
  });

  test.each([
    ['event:page==/über/t_m', 8],
    ['event:page==/%c3%bcber/*', 8],
    ['event:page==/ü**', 10],
    ['event:page!=/über/*', 2],
  ])('the filter %s of v1 finds %i', async (filters, expected) => {
    const parameters = new URLSearchParams({
      ...site,
      period: 'day',
      metrics: 'pageviews',
      filters,
    });
    const answer = await app.get(`/api/v1/stats/aggregate?${parameters}`, { key: app.key });
    expect((await answer.json()).results.pageviews.value).toBe(expected);
  });

  test('goals mean them', async () => {
    const goals = await query({ metrics: ['events'], dimensions: ['event:goal'] });
    expect(goals).toEqual([{ dimensions: ['Visit /über/**'], metrics: [8] }]);
  });

  test('exclusions mean them', async () => {
    const excluded_pages = ['/über/**', '/%e6%a9%9f'];
    const body = { domain: 'x.test', excluded_pages };
    await app.post('/api/v1/sites', body, { key: app.key });
    const droppedOf = async (page: string) =>
      (await send(page, 'x.test')).headers.get('x-daybook-dropped');
    for (const page of ['/über/team', '/%c3%bcber/team', '/%C3%BCber/', '/機', '/%E6%A9%9F'])
      expect([page, await droppedOf(page)]).toEqual([page, 'excluded-page']);
    for (const page of ['/uber/team', other]) expect(await droppedOf(page)).toBeNull();
  });

  test('an erasure leaves none behind', async () => {
    const asked = { page: '/ü%62er/**' };
    const answer = await app.post('/api/v1/sites/u.test/erasures', asked, { key: app.key });
    expect(answer.status).toBe(202);
    expect(await query({ dimensions: ['event:page'] })).toEqual([
      { dimensions: ['/%C3%BCber%2Ft_m'], metrics: [2] },
    ]);
  });
});

test('hex digits of either case, and what need not be encoded, make no other page', async () => {
  const app = await openRealApp();
  await app.post('/api/v1/sites', { domain: 'p.test' }, { key: app.key });
  const fixture = new URL('../fixtures/faults/pages-hex-case.ndjson', import.meta.url);
  for (const line of readFileSync(fixture, 'utf8').trim().split('\n'))
    expect((await app.post('/api/event', line)).status).toBe(202);
  const asked = { site_id: 'p.test', metrics: ['pageviews'], date_range: 'day' };
  const dimensions = ['event:page'];
  const answer = await app.post('/api/v2/query', { ...asked, dimensions }, { key: app.key });
  expect((await answer.json()).results).toEqual([
    { dimensions: ['/%E6%A9%9F/1'], metrics: [2] },
    { dimensions: ['/last_version'], metrics: [2] },
    { dimensions: ['/~bob'], metrics: [2] },
  ]);
  await app.close();
});

test('a host name in letters is the one in ASCII', async () => {
  const app = await openRealApp();
  await app.post('/api/v1/sites', { domain: 'bücher.test' }, { key: app.key });
  await app.post('/api/event', { n: 'pageview', u: 'https://bücher.test/', d: 'bücher.test' });
  for (const name of ['bücher.test', 'BÜCHER.test', 'xn--bcher-kva.test']) {
    const filters = [['is', 'event:hostname', [name]]];
    const asked = { site_id: 'bücher.test', metrics: ['pageviews'], date_range: 'day', filters };
    const answer = await app.post('/api/v2/query', asked, { key: app.key });
    expect((await answer.json()).results[0].metrics).toEqual([1]);
  }
  await app.close();
});
