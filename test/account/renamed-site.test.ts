import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { longHomes, openRealApp, type RealApp } from '../support/real-app.ts';

const hourMs = 3_600_000;

/** Trackers and questions name a site by its old domain for a while. */
describe.each(longHomes)('on the home %s', (homeName) => {
  let app: RealApp;
  let nowMs = Date.parse('2026-11-20T10:00:00Z');
  beforeAll(async () => {
    app = await openRealApp({ clock: () => nowMs }, homeName);
  });
  afterAll(() => app.close());

  const add = async (domain: string) =>
    (await app.post('/api/v1/sites', { domain }, { key: app.key })).status;
  const put = (domain: string, body: object) =>
    app.post(`/api/v1/sites/${domain}`, body, { key: app.key, method: 'PUT' });
  async function send(domain: string, host = domain): Promise<string> {
    nowMs += 6_000;
    const hit = { n: 'pageview', u: `https://${host}/`, d: domain };
    const answer = await app.post('/api/event', hit);
    return answer.headers.get('x-daybook-dropped') ?? 'taken';
  }
  async function pageviews(domain: string): Promise<number | string> {
    const query = { site_id: domain, metrics: ['pageviews'], date_range: 'all' };
    const answer = await app.post('/api/v2/query', query, { key: app.key });
    const { results, error } = await answer.json();
    return error ?? results[0].metrics[0];
  }

  test('the old domain means the site for 72 hours, and nobody else has it meanwhile', async () => {
    expect(await add('old.test')).toBe(200);
    expect(await send('old.test')).toBe('taken');
    const renamedMs = nowMs;
    const until = new Date(renamedMs + 72 * hourMs).toISOString();
    expect(
      await (await put('old.test', { domain: 'new.test', hostnames: 'own' })).json(),
    ).toMatchObject({
      domain: 'new.test',
      former_domains: [{ domain: 'old.test', until }],
    });
    for (const domain of ['old.test', 'new.test', 'www.old.test'])
      expect(await send(domain)).toBe('taken');
    expect(await send('new.test', 'copy.test')).toBe('hostname');
    expect([await pageviews('old.test'), await pageviews('new.test')]).toEqual([4, 4]);
    expect(await (await app.get('/api/v1/sites/old.test', { key: app.key })).json()).toMatchObject({
      domain: 'new.test',
    });
    const { sites } = await (await app.get('/api/v1/sites', { key: app.key })).json();
    expect(sites).toHaveLength(1);
    expect(await add('old.test')).toBe(409);
    expect(await add('other.test')).toBe(200);
    expect((await put('other.test', { domain: 'old.test' })).status).toBe(409);
    nowMs = renamedMs + 72 * hourMs - 10_000;
    expect(await send('old.test')).toBe('taken');
    nowMs += 10_000;
    expect(await send('old.test')).toBe('unknown-site');
    expect(await send('new.test', 'old.test')).toBe('hostname');
    expect(await pageviews('old.test')).toContain('there is no site');
    expect(await add('old.test')).toBe(200);
    expect(await pageviews('old.test')).toBe(0);
    expect(await pageviews('new.test')).toBe(5);
  });

  test('one may be renamed on, and back', async () => {
    expect(await add('a.test')).toBe(200);
    for (const [from, to] of [
      ['a.test', 'b.test'],
      ['a.test', 'c.test'],
      ['c.test', 'a.test'],
    ] as const)
      expect((await put(from, { domain: to })).status).toBe(200);
    const { former_domains: former } = await (
      await app.get('/api/v1/sites/a.test', { key: app.key })
    ).json();
    expect(former.map((one: { domain: string }) => one.domain)).toEqual(['b.test', 'c.test']);
    for (const domain of ['a.test', 'b.test', 'c.test']) expect(await send(domain)).toBe('taken');
    expect(await pageviews('a.test')).toBe(3);
  });

  test('a removed site leaves its old domain to others; one that comes back has it', async () => {
    for (const domain of ['x.test', 'p.test']) expect(await add(domain)).toBe(200);
    for (const [from, to] of [
      ['x.test', 'y.test'],
      ['p.test', 'q.test'],
    ] as const)
      expect((await put(from, { domain: to })).status).toBe(200);
    const removals: string[] = [];
    for (const domain of ['y.test', 'q.test']) {
      const gone = await app.get(`/api/v1/sites/${domain}`, { method: 'DELETE', key: app.key });
      removals.push((await gone.json()).removal);
    }
    expect(await send('x.test')).toBe('unknown-site');
    expect(await add('x.test')).toBe(200);
    for (const id of removals)
      expect((await app.post(`/api/v1/removals/${id}/restore`, {}, { key: app.key })).status).toBe(
        200,
      );
    expect(await send('x.test')).toBe('taken');
    expect([await pageviews('x.test'), await pageviews('y.test')]).toEqual([1, 0]);
    expect(await send('p.test')).toBe('taken');
    expect(await pageviews('q.test')).toBe(1);
  });
});
