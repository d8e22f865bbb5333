import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { longHomes, openRealApp, type RealApp } from '../support/real-app.ts';

/** What a site's settings let in, and as which page. */
describe.each(longHomes)('on the home %s', (homeName) => {
  let app: RealApp;
  let nowMs = Date.parse('2026-11-20T10:00:00Z');
  beforeAll(async () => {
    app = await openRealApp({ clock: () => nowMs, proxies: ['127.0.0.1'] }, homeName);
    await app.post('/api/v1/sites', { domain: 'a.test', open: true }, { key: app.key });
  });
  afterAll(() => app.close());

  async function set(settings: object) {
    const body = JSON.stringify(settings);
    const answer = await app.get('/api/v1/sites/a.test', { method: 'PUT', key: app.key, body });
    // As long as a setting may be old elsewhere.
    nowMs += 5_000;
    return answer.json();
  }

  async function send(url: string, { from = '192.0.2.7', ...more } = {}): Promise<string> {
    nowMs += 1_000;
    const headers = { 'X-Forwarded-For': from };
    const answer = await app.post(
      '/api/event',
      { n: 'pageview', u: url, d: 'a.test', ...more },
      { headers },
    );
    expect(answer.status).toBe(202);
    return answer.headers.get('x-daybook-dropped') ?? 'taken';
  }

  async function pages() {
    const query = { site_id: 'a.test', metrics: ['pageviews'], date_range: 'day' };
    // As the owner, who has time: a stranger has 5 seconds, however busy the machine is.
    const asked = { ...query, dimensions: ['event:page'] };
    const answer = await app.post('/api/v2/query', asked, { key: app.key });
    const { results } = await answer.json();
    return Object.fromEntries(
      results.map((row: { dimensions: string[]; metrics: number[] }) => [
        row.dimensions[0],
        row.metrics[0],
      ]),
    );
  }

  test('host names: any, own, or those of a list', async () => {
    const fates = async () => {
      const urls = ['https://a.test/h', 'https://de.a.test/h', 'https://nota.test/h', '/h'];
      return Promise.all(urls.map((url) => send(url)));
    };
    expect(await fates()).toEqual(['taken', 'taken', 'taken', 'taken']);
    expect(await set({ hostnames: 'own' })).toMatchObject({ hostnames: 'own' });
    expect(await fates()).toEqual(['taken', 'taken', 'hostname', 'taken']);
    const list = ['*.a.test', 'WWW.münchen.test'];
    expect(await set({ hostnames: list })).toMatchObject({
      hostnames: ['*.a.test', 'xn--mnchen-3ya.test'],
    });
    expect(await fates()).toEqual(['hostname', 'taken', 'hostname', 'taken']);
    expect(await send('https://www.münchen.test/h')).toBe('taken');
    expect(await set({ hostnames: '' })).toMatchObject({ hostnames: 'any' });
    expect(await fates()).toEqual(['taken', 'taken', 'taken', 'taken']);
    expect(await set({ hostnames: 'any' })).toMatchObject({ hostnames: 'any' });
  });

  test('countries, and the books say how many', async () => {
    // Of AT&T, in the United States by every database.
    const [us, unknown] = ['12.0.0.1', '192.0.2.7'];
    expect(await set({ excluded_countries: 'us,KP' })).toMatchObject({
      excluded_countries: ['US', 'KP'],
    });
    expect(await send('https://a.test/c', { from: us })).toBe('excluded-country');
    expect(await send('https://a.test/c', { from: unknown })).toBe('taken');
    await set({ excluded_countries: [] });
    expect(await send('https://a.test/c', { from: us })).toBe('taken');
    expect((await pages())['/c']).toBe(2);
  });

  test('parameters that stay part of a page, from then on', async () => {
    await send('https://a.test/item?id=7&x=1');
    expect(await set({ kept_query_parameters: ['id', 'q'] })).toMatchObject({
      kept_query_parameters: ['id', 'q'],
    });
    await send('https://a.test/item?x=1&q=b&id=7&utm_source=n');
    await send('https://a.test/item?id=7&q=b');
    await send('https://a.test/item');
    const found = await pages();
    expect([found['/item'], found['/item?id=7&q=b']]).toEqual([2, 2]);
    await set({ excluded_pages: ['/item'] });
    expect(await send('https://a.test/item?id=8')).toBe('excluded-page');
    await set({ excluded_pages: [], kept_query_parameters: [] });
  });

  test('the currency is shown to all who read', async () => {
    expect(await set({ currency: 'eur' })).toMatchObject({ currency: 'EUR' });
    expect(await (await app.get('/api/v1/sites/a.test')).json()).toMatchObject({ currency: 'EUR' });
    expect(await set({ currency: 'none' })).toMatchObject({ currency: 'none' });
  });

  test.each<[string, unknown]>([
    ['currency', 'euro'],
    ['currency', 1],
    ['excluded_countries', ['ZZZ']],
    ['excluded_countries', ['QX']],
    ['hostnames', ['https://a.test']],
    ['hostnames', 'a b'],
    ['hostnames', [1]],
    ['kept_query_parameters', ['a=b']],
  ])('refused: %s %j', async (field, value) => {
    expect(await set({ [field]: value })).toMatchObject({ field });
  });
});
