import { afterAll, beforeAll, expect, test } from 'vitest';
import { openRealApp, type RealApp } from '../support/real-app.ts';

let app: RealApp;
beforeAll(async () => {
  app = await openRealApp();
  await app.post('/api/v1/sites', { domain: 'one.test', open: true }, { key: app.key });
});
afterAll(() => app.close());

async function hits(): Promise<Record<string, unknown>[]> {
  const text = await (await app.get('/api/hits?site=one.test')).text();
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

const pixel = (query: string, headers: Record<string, string> = {}, method = 'GET') =>
  app.get(`/pixel.gif${query}`, { method, headers });

test('an image that no cache keeps; its page is that of the Referer', async () => {
  const answer = await pixel('?t=Home', {
    ...{ Referer: 'https://one.test/a?utm_source=mail', 'Accept-Language': 'de-AT,de;q=0.9' },
  });
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/gif']);
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(answer.headers.get('set-cookie')).toBeNull();
  const bytes = Buffer.from(await answer.arrayBuffer());
  expect([bytes.length, bytes.subarray(0, 6).toString()]).toEqual([42, 'GIF89a']);
  expect(await hits()).toMatchObject([
    { name: 'pageview', page: '/a', title: 'Home', language: 'de-AT', utmSource: 'mail' },
  ]);
});

test('page, site, source, event and id in the address; an id counts once', async () => {
  const query = new URLSearchParams({
    ...{ u: '/b', d: 'one.test', r: 'https://news.example/', n: 'Opened', id: 'once' },
    p: '{"mail":"7"}',
  });
  const headers = { Referer: 'https://elsewhere.test/' };
  await pixel(`?${query}`, headers);
  await pixel(`?${query}`, headers);
  expect((await hits()).slice(1)).toMatchObject([
    { name: 'Opened', page: '/b', referrer: 'news.example', props: { mail: '7' } },
  ]);
});

test('who asks for the headers alone, or asks not to be counted, is not', async () => {
  const before = (await hits()).length;
  const head = await pixel('', { Referer: 'https://one.test/' }, 'HEAD');
  expect([head.status, head.headers.get('content-type')]).toEqual([200, 'image/gif']);
  const settings = JSON.stringify({ respect_gpc: 'true' });
  await app.get('/api/v1/sites/one.test', { method: 'PUT', key: app.key, body: settings });
  const asked = await pixel('', { Referer: 'https://one.test/', 'Sec-GPC': '1' });
  expect([asked.status, asked.headers.get('x-daybook-dropped')]).toEqual([200, 'opted-out']);
  expect(await hits()).toHaveLength(before);
});

test('a refusal says what was expected', async () => {
  const refused = async (query: string) => {
    const answer = await pixel(query);
    return [answer.status, await answer.json()];
  };
  expect(await refused('')).toEqual([
    ...[400, { errors: { url: ['expected the URL of the page, got nothing'] } }],
  ]);
  expect(await refused('?u=https://one.test/&t=%00')).toMatchObject([400, {}]);
  expect(await refused(`?u=https://one.test/&n=${'x'.repeat(121)}`)).toMatchObject([400, {}]);
});
