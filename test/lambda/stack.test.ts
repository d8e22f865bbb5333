import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hashSecret } from '../../src/account/owner.ts';
import { chrome } from '../support/real-app.ts';
import { openStack, type Stack } from './support/stack.ts';

const key = 'a-key-made-on-the-machine-of-its-owner';
const secret = 'what-only-our-cloudfront-sends-to-us';

let stack: Stack;
beforeAll(async () => {
  stack = await openStack({
    DAYBOOK_OWNER_KEY_HASH: hashSecret(key),
    DAYBOOK_ORIGIN_SECRET: secret,
    DAYBOOK_COUNTRY_HEADER: 'cloudfront-viewer-country',
    DAYBOOK_STACK: 'Test',
  });
});
afterAll(() => stack?.close());

describe.each(['2.0', '1.0'] as const)('collect and report behind payload %s', (payload) => {
  const domain = `v${payload.slice(0, 1)}.test`;
  let url: string;
  const asOwner = (path: string, init: RequestInit = {}) =>
    fetch(url + path, { ...init, headers: { Authorization: `Bearer ${key}`, ...init.headers } });
  const send = (page: string, headers: Record<string, string> = {}) =>
    fetch(`${url}/api/event`, {
      method: 'POST',
      body: JSON.stringify({ name: 'pageview', url: `https://${domain}${page}`, domain }),
      headers: { 'Content-Type': 'text/plain', 'User-Agent': chrome, ...headers },
    });
  beforeAll(async () => {
    ({ url } = await stack.gateway({ payload }));
  });

  test('the owner’s key is in force though only its hash was passed; another is not', async () => {
    expect(await (await asOwner('/api/session')).json()).toEqual({ signedIn: true });
    expect(
      await (await fetch(`${url}/api/session`, { headers: { Authorization: 'Bearer other' } })).json(),
    ).toEqual({ signedIn: false });
    const added = await asOwner('/api/v1/sites', { method: 'POST', body: JSON.stringify({ domain }) });
    expect(added.status).toBe(200);
  });

  test('signing in gives a cookie that is the owner', async () => {
    const answer = await fetch(`${url}/api/session`, { method: 'POST', body: JSON.stringify({ key }) });
    const [cookie] = answer.headers.getSetCookie();
    expect(cookie).toMatch(/^daybook_session=.*HttpOnly/);
    const headers = { Cookie: `other=1; ${cookie!.split(';')[0]}` };
    expect(await (await fetch(`${url}/api/session`, { headers })).json()).toEqual({ signedIn: true });
  });

  test('hits are counted by visitor and country, drops by reason', async () => {
    const from = (address: string, country: string) => ({
      'x-daybook-origin': secret,
      'cloudfront-viewer-address': `${address}:46532`,
      'cloudfront-viewer-country': country,
    });
    // The collecting function looks for a site it does not know once a second: a bot tries until it is known.
    const sendBot = async () =>
      (await send('/a', { 'User-Agent': 'curl/8.0' })).headers.get('x-daybook-dropped');
    await expect.poll(sendBot, { timeout: 10_000, interval: 200 }).toBe('bot');
    for (const headers of [from('203.0.113.1', 'DE'), from('203.0.113.1', 'DE'), from('203.0.113.2', 'FR')])
      expect((await send('/a', headers)).status).toBe(202);
    // Without the secret nobody is believed: two claims, one visitor, at an address that is in no country.
    await send('/b', {
      'cloudfront-viewer-address': '203.0.113.8:1',
      'cloudfront-viewer-country': 'IT',
      'X-Forwarded-For': '203.0.113.8',
    });
    await send('/b', {
      'cloudfront-viewer-address': '203.0.113.9:1',
      'cloudfront-viewer-country': 'IT',
      'X-Forwarded-For': '203.0.113.9',
    });
    const body = {
      site_id: domain,
      metrics: ['visitors', 'pageviews'],
      date_range: 'day',
      dimensions: ['visit:country'],
    };
    const report = await asOwner('/api/v2/query', { method: 'POST', body: JSON.stringify(body) });
    const { results } = (await report.json()) as { results: { dimensions: string[]; metrics: number[] }[] };
    expect(Object.fromEntries(results.map(({ dimensions, metrics }) => [dimensions[0], metrics]))).toEqual({
      DE: [1, 2],
      FR: [1, 1],
      '(not set)': [1, 2],
    });
    const { days } = (await (await asOwner(`/api/books?site=${domain}`)).json()) as { days: object[] };
    expect(days).toMatchObject([{ dropped: { bot: 1 } }]);
  });

  test('pages, tracker and what is nowhere', async () => {
    const page = await fetch(`${url}/`);
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    const asset = /\/assets\/[^"]+\.js/.exec(await page.text())![0];
    const script = await fetch(url + asset);
    expect([script.status, script.headers.get('content-encoding')]).toEqual([200, 'gzip']);
    expect((await script.text()).length).toBeGreaterThan(10_000);
    const tracker = await fetch(`${url}/js/daybook.v1.js`);
    expect(tracker.headers.get('content-type')).toContain('text/javascript');
    const again = await fetch(`${url}/js/daybook.v1.js`, {
      headers: { 'If-None-Match': tracker.headers.get('etag')! },
    });
    expect(again.status).toBe(304);
    expect((await fetch(`${url}/nowhere`)).status).toBe(404);
    expect(await (await fetch(`${url}/health/ready`)).json()).toEqual({ ready: true });
  });
});

test('a pass of close says its metric in the log, and destroys what is due', async () => {
  const close = await stack.fn('close');
  expect(await close.invoke({ 'detail-type': 'Scheduled Event' })).toEqual({
    sites: 2,
    saltsDestroyed: 0,
    oldestUnclosedHours: 0,
  });
  const line = close
    .log()
    .split('\n')
    .find((text) => text.includes('"_aws"'))!;
  expect(JSON.parse(line)).toMatchObject({
    _aws: {
      CloudWatchMetrics: [
        { Namespace: 'Daybook', Dimensions: [['Stack']], Metrics: [{ Name: 'OldestUnclosedDayHours' }] },
      ],
    },
    Stack: 'Test',
    OldestUnclosedDayHours: 0,
  });
});

test('what each function was asked to do, it did without a word of complaint', async () => {
  for (const name of ['collect', 'report'] as const) expect((await stack.fn(name)).log()).toBe('');
});

test('a table that is not there: 503, and one line that names it', async () => {
  const lost = await openStack({ DAYBOOK_TABLE: 'Nowhere' });
  const { url } = await lost.gateway({ payload: '2.0' });
  const answer = await fetch(`${url}/analytics`, { method: 'POST', body: '{"pathname":"/"}' });
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
  expect((await lost.fn('collect')).log()).toContain('Nowhere');
  await lost.close();
});
