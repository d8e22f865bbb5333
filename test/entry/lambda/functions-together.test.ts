import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hashSecret } from '../../../src/account/owner.ts';
import { openAws } from '../../../src/home/aws/aws.ts';
import { readSettings } from '../../../src/home/aws/settings.ts';
import { dayMs } from '../../../src/lib/clock.ts';
import { zonesFrom } from '../../../src/lib/site-days.ts';
import { appendHits, hitOf } from '../../support/hits.ts';
import { openStack, type Stack } from '../../support/lambda/stack.ts';
import { chrome } from '../../support/real-app.ts';

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

const whoIsOwner = { signedIn: true, rights: { all: 'owner', sites: {} } };

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

  test('the owner’s key is valid though only its hash was passed; another is not', async () => {
    expect(await (await asOwner('/api/session')).json()).toEqual(whoIsOwner);
    expect(
      await (
        await fetch(`${url}/api/session`, { headers: { Authorization: 'Bearer other' } })
      ).json(),
    ).toEqual({ signedIn: false });
    const added = await asOwner('/api/v1/sites', {
      method: 'POST',
      body: JSON.stringify({ domain }),
    });
    expect(added.status).toBe(200);
  });

  test('signing in gives a cookie that is the owner', async () => {
    const answer = await fetch(`${url}/api/session`, {
      method: 'POST',
      body: JSON.stringify({ key }),
    });
    const [cookie] = answer.headers.getSetCookie();
    expect(cookie).toMatch(/^daybook_session=.*HttpOnly/);
    const headers = { Cookie: `other=1; ${cookie!.split(';')[0]}` };
    expect(await (await fetch(`${url}/api/session`, { headers })).json()).toEqual(whoIsOwner);
  });

  test('hits are counted by visitor and country, drops by reason', async () => {
    const from = (address: string, country: string) => ({
      'x-daybook-origin': secret,
      'cloudfront-viewer-address': `${address}:46532`,
      'cloudfront-viewer-country': country,
    });
    // The site was added a moment ago: its first hit finds it.
    const bot = await send('/a', { 'User-Agent': 'curl/8.0' });
    expect(bot.headers.get('x-daybook-dropped')).toBe('bot');
    for (const headers of [
      from('203.0.113.1', 'DE'),
      from('203.0.113.1', 'DE'),
      from('203.0.113.2', 'FR'),
    ])
      expect((await send('/a', headers)).status).toBe(202);
    // Without the secret, the headers are not trusted: two claimed addresses are one visitor, whose
    // real address is in no country.
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
    const { results } = (await report.json()) as {
      results: { dimensions: string[]; metrics: number[] }[];
    };
    expect(
      Object.fromEntries(results.map(({ dimensions, metrics }) => [dimensions[0], metrics])),
    ).toEqual({
      DE: [1, 2],
      FR: [1, 1],
      '(not set)': [1, 2],
    });
    // Drops are written at the end of an event, at most once a second.
    await expect
      .poll(async () => {
        await send('/a', { 'User-Agent': 'curl/8.0' });
        const books = await (await asOwner(`/api/books?site=${domain}`)).json();
        return (books as { days: { dropped: { bot?: number } }[] }).days[0]?.dropped.bot ?? 0;
      })
      .toBeGreaterThan(0);
  });

  test('pages, tracker, and paths that do not exist', async () => {
    const page = await fetch(`${url}/`);
    expect([page.status, page.headers.get('content-type')]).toEqual([
      200,
      'text/html; charset=utf-8',
    ]);
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
    const { scripts } = (await (await fetch(`${url}/api/scripts`)).json()) as {
      scripts: { lasting: string }[];
    };
    const lasting = await fetch(url + scripts[0]!.lasting);
    expect(lasting.headers.get('cache-control')).toContain('immutable');
    expect(await lasting.text()).toBe(await tracker.text());
    expect((await fetch(`${url}/nowhere`)).status).toBe(404);
    expect(await (await fetch(`${url}/health/ready`)).json()).toEqual({ ready: true });
  });
});

test('a pass of close writes its metric into the log, and destroys due salts', async () => {
  const close = await stack.fn('close');
  expect(await close.invoke({ 'detail-type': 'Scheduled Event' })).toEqual({
    ...{ sites: 2, saltsDestroyed: 0, closed: 0, failed: 0, oldestUnclosedHours: 0 },
  });
  const line = close
    .log()
    .split('\n')
    .find((text) => text.includes('"_aws"'))!;
  expect(JSON.parse(line)).toMatchObject({
    _aws: {
      CloudWatchMetrics: [
        {
          Namespace: 'Daybook',
          Dimensions: [['Stack']],
          Metrics: [{ Name: 'OldestUnclosedDayHours' }],
        },
      ],
    },
    Stack: 'Test',
    OldestUnclosedDayHours: 0,
  });
});

test('close writes days into the bucket, and report answers the same from there', async () => {
  const { url } = await stack.gateway({ payload: '2.0' });
  const owner = (path: string, init: RequestInit = {}) =>
    fetch(url + path, { ...init, headers: { Authorization: `Bearer ${key}` } });
  await owner('/api/v1/sites', { method: 'POST', body: JSON.stringify({ domain: 'old.test' }) });
  const cache = await mkdtemp(join(tmpdir(), 'daybook-cache-'));
  const home = await openAws(readSettings(stack.stores.env, cache), Date.now);
  const sites = (await home.rows.scan('sites')).map(
    ({ value }) => JSON.parse(value) as { id: string; domain: string },
  );
  const site = {
    id: sites.find(({ domain }) => domain === 'old.test')!.id,
    zones: zonesFrom('UTC', 0),
  };
  const days = [40, 3, 2];
  for (const back of days) {
    const time = Date.now() - back * dayMs;
    await appendHits(home, site, [
      hitOf({ time }),
      hitOf({ time: time + 1, page: '/b', visitor: 'bb' }),
    ]);
  }
  await home.close();
  await rm(cache, { recursive: true });
  const sql = 'SELECT day, page, visit, count(*) AS n FROM hits GROUP BY ALL ORDER BY ALL';
  const all = async () => {
    const body = { site_id: 'old.test', metrics: ['visitors', 'pageviews'], date_range: 'all' };
    const page = await owner('/analytics?site=old.test&Limit=3');
    const { LastEvaluatedKey: token } = (await page.clone().json()) as { LastEvaluatedKey: string };
    const answers = [
      page,
      await owner('/api/hits?site=old.test'),
      await owner(`/analytics?site=old.test&ExclusiveStartKey=${encodeURIComponent(token)}`),
      await owner('/api/v2/query', { method: 'POST', body: JSON.stringify(body) }),
      await owner('/api/v1/sites/old.test/sql', { method: 'POST', body: JSON.stringify({ sql }) }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    return Promise.all(answers.map((answer) => answer.text()));
  };
  const open = await all();
  expect(JSON.parse(open[3]!)).toMatchObject({ results: [{ metrics: [6, 6] }] });
  expect(JSON.parse(open[4]!)).toMatchObject({ row_count: 6 });
  const close = await stack.fn('close');
  // The function may know the sites of some seconds ago.
  const pass = async () => (await close.invoke({})) as { closed: number };
  await expect.poll(async () => (await pass()).closed, { interval: 500 }).toBe(3);
  expect(close.log()).toMatch(/old\.test [-\d]+: 2 hits, 2 visits/);
  expect(await all()).toEqual(open);
  expect(await pass()).toMatchObject({ closed: 0, failed: 0, oldestUnclosedHours: 0 });
});

test('no function logged an error', async () => {
  for (const name of ['collect', 'report'] as const) expect((await stack.fn(name)).log()).toBe('');
});

test('a missing table: 503, and one line that names it', async () => {
  const lost = await openStack({ DAYBOOK_TABLE: 'Nowhere' });
  const { url } = await lost.gateway({ payload: '2.0' });
  const answer = await fetch(`${url}/analytics`, { method: 'POST', body: '{"pathname":"/"}' });
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
  expect((await lost.fn('collect')).log()).toContain('Nowhere');
  await lost.close();
});
