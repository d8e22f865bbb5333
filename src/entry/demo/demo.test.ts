import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { builtPages } from '../../../test/support/real-app.ts';
import { addDays } from '../../lib/site-days.ts';
import { type Demo, startDemo } from './demo.ts';
import { notesDomain } from './notes.ts';
import { happened, outage } from './shop-happened.ts';
import { boxPage, notFoundPages, shopDomain } from './shop-pages.ts';

/** Noon where the tests run: so that the story is told as far everywhere. */
const today = '2026-11-22';
const startMs = new Date(`${today}T12:00:00`).getTime();

let demo: Demo;
beforeAll(async () => {
  const beginMs = performance.now();
  demo = await startDemo({
    port: 0,
    host: '127.0.0.1',
    clock: () => Math.round(startMs + performance.now() - beginMs),
    random: randomBytes,
    env: { DAYBOOK_LOG: 'silent' },
    pages: builtPages,
    reports: 'here',
  });
});
afterAll(() => demo.close());

type Row = { readonly dimensions: string[]; readonly metrics: (number | { value: number })[] };

/** As anyone may. A busy machine may need several tries to read the days. */
async function report(body: object): Promise<Row[]> {
  const asked = { site_id: shopDomain, metrics: ['visitors'], date_range: '30d', ...body };
  for (;;) {
    const answer = await fetch(`${demo.url}/api/v2/query`, {
      method: 'POST',
      body: JSON.stringify(asked),
    });
    const answered = (await answer.json()) as { readonly results: Row[] };
    if (answer.status === 503) continue;
    expect(answer.status).toBe(200);
    return answered.results;
  }
}

/** The first metric by the values of the one dimension. */
async function numbers(body: object): Promise<Map<string, number>> {
  const rows = await report(body);
  return new Map(
    rows.map(({ dimensions, metrics: [first] }) => [
      dimensions[0]!,
      typeof first === 'object' ? first.value : first!,
    ]),
  );
}

const dayBack = (back: number) => addDays(today, -back);

/** Days back, the first and the last. */
const between = (first: number, last: number) => [dayBack(first), dayBack(last)];

test('has tens of thousands of hits', () => {
  expect(demo.hits).toBeGreaterThan(50_000);
  expect(demo.dashboard).toBe(`${demo.url}/?site=${shopDomain}`);
});

test.each<[string, string[], number]>([
  ['visit:source', ['Google', 'Direct / None', 'Reddit', 'ChatGPT'], 10],
  ['visit:country', ['US', 'DE', 'GB'], 10],
  ['visit:browser', ['Chrome', 'Safari', 'Firefox'], 4],
  ['visit:utm_campaign', ['sowing-time', 'seed-box', 'seeds'], 5],
  ['visit:utm_content', ['button', 'picture', 'text-ad'], 4],
  ['visit:utm_term', ['heirloom seeds'], 2],
  ['event:page', ['/', '/shop/seeds'], 10],
  ['event:page_title', ['Sowing calendar', 'Page not found'], 15],
  ['event:name', ['Signup', 'Purchase', 'Outbound Link: Click', 'File Download'], 8],
  ['event:props:plan', ['free', 'pro'], 2],
  ['event:props:url', ['https://wild-bees.example/'], 6],
  ['event:props:path', ['/contact', '/shop/gift-cards'], 5],
])('whoever asks sees traffic by %s', async (dimension, some, atLeast) => {
  const names = (await report({ dimensions: [dimension] })).map(({ dimensions }) => dimensions[0]);
  expect(names).toEqual(expect.arrayContaining(some));
  expect(names.length).toBeGreaterThanOrEqual(atLeast);
});

describe('the reports contain the story:', () => {
  test('every goal is reached, and one has revenue', async () => {
    const goals = await report({
      dimensions: ['event:goal'],
      metrics: ['events', 'conversion_rate', 'total_revenue'],
    });
    const names = ['Form: Submission', 'Purchase', 'Read the magazine', 'Signup', 'Visit /cart'];
    expect(goals.map(({ dimensions }) => dimensions[0]).sort()).toEqual(names);
    for (const { metrics } of goals) expect(metrics[0]).toBeGreaterThan(30);
    const purchase = goals.find(({ dimensions }) => dimensions[0] === 'Purchase')!;
    expect(purchase.metrics[2]).toMatchObject({ currency: 'EUR' });
  });

  test('the newsletter on the seed box had few readers and earned most', async () => {
    const campaigns = { dimensions: ['visit:utm_campaign'] };
    const visitors = await numbers(campaigns);
    const earned = await numbers({
      ...campaigns,
      metrics: ['total_revenue'],
      filters: [['is', 'event:goal', ['Purchase']]],
    });
    for (const of of [visitors, earned]) of.delete('(not set)');
    const best = (of: Map<string, number>) => [...of].sort((a, b) => b[1] - a[1])[0]![0];
    expect(best(visitors)).toBe('sowing-time');
    expect(best(earned)).toBe('seed-box');
    expect(earned.get('seed-box')).toBeGreaterThan(3 * (earned.get('sowing-time') ?? 0));
  });

  test('the launch is a peak, which Hacker News brought to a page that was new', async () => {
    const days = await numbers({ dimensions: ['time:day'] });
    const [peak] = [...days].sort((a, b) => b[1] - a[1])[0]!;
    expect(peak).toBe(dayBack(happened.launch));
    const launched = { date_range: [peak, peak] };
    const sources = await numbers({ ...launched, dimensions: ['visit:source'] });
    expect([...sources.keys()][0]).toBe('Hacker News');
    const pages = await numbers({ ...launched, dimensions: ['event:page'] });
    expect([...pages.keys()][0]).toBe(boxPage);
    const before = between(80, happened.launch + 1);
    const old = await numbers({ date_range: before, dimensions: ['event:page'] });
    expect(old.has(boxPage)).toBe(false);
  });

  test('visitors from search leave less often at once since the new design', async () => {
    const bounces = async (dateRange: string[]) => {
      const filters = [['is', 'visit:channel', ['Organic Search']]];
      const [row] = await report({ date_range: dateRange, metrics: ['bounce_rate'], filters });
      return row!.metrics[0] as number;
    };
    const after = await bounces(between(30, 1));
    expect(after).toBeLessThan((await bounces(between(60, 31))) - 12);
  });

  test('in the hours of the outage hardly anybody came, and who did met an error', async () => {
    const day = dayBack(happened.outage);
    const at = (hour: number) => `${day} ${String(hour).padStart(2, '0')}:00:00`;
    const hourly = { date_range: [day, day], dimensions: ['time:hour'] };
    const views = await numbers({ ...hourly, metrics: ['pageviews'] });
    const named = (name: string) =>
      numbers({ ...hourly, metrics: ['events'], filters: [['is', 'event:name', [name]]] });
    const errors = await named('500');
    const [down, missing] = outage;
    for (let hour = down.fromHour; hour < down.toHour; hour++) {
      expect(views.get(at(hour)) ?? 0).toBeLessThan(6);
      expect(errors.get(at(hour)) ?? 0).toBe(views.get(at(hour)) ?? 0);
    }
    expect(errors.size).toBeGreaterThan(0);
    expect(views.get(at(down.fromHour - 1))).toBeGreaterThan(12);
    expect(views.get(at(missing.toHour))).toBeGreaterThan(12);
    const notFound = await named('404');
    const inHours = [...notFound].filter(
      ([hour]) => hour >= at(missing.fromHour) && hour < at(missing.toHour),
    );
    expect(inHours.reduce((sum, [, events]) => sum + events, 0)).toBeGreaterThan(2);
  });

  test('the pages that were not found most are those of the story', async () => {
    const filters = [['is', 'event:name', ['404']]];
    const pages = await numbers({ dimensions: ['event:page'], metrics: ['events'], filters });
    const most = [...pages.keys()].slice(0, notFoundPages.length);
    expect(most.sort()).toEqual([...notFoundPages].sort());
  });

  test.each([
    ['visit:source', 'ChatGPT'],
    ['visit:country', 'NL'],
  ])('of all by %s, the share of %s grows', async (dimension, name) => {
    const share = async (dateRange: string[]) => {
      const of = await numbers({ date_range: dateRange, dimensions: [dimension] });
      return of.get(name)! / [...of.values()].reduce((sum, each) => sum + each, 0);
    };
    expect(await share(between(20, 1))).toBeGreaterThan(1.6 * (await share(between(90, 61))));
  });
});

test('segments can be asked for, and what happened is noted', async () => {
  const get = async (what: string) =>
    (await fetch(`${demo.url}/api/v1/sites/${shopDomain}/${what}`)).json();
  const { segments } = (await get('segments')) as { readonly segments: { readonly id: string }[] };
  expect(segments.length).toBeGreaterThan(1);
  for (const { id } of segments)
    expect((await report({ filters: [['is', 'segment', [id]]] }))[0]!.metrics[0]).toBeGreaterThan(
      50,
    );
  const { annotations } = (await get('annotations')) as { readonly annotations: unknown[] };
  expect(annotations).toContainEqual(
    expect.objectContaining({
      date: dayBack(happened.launch),
      text: expect.stringMatching(/launch/i),
    }),
  );
});

test('its owner sees a second site beside it', async () => {
  const answer = await fetch(`${demo.url}/api/v1/sites`, {
    headers: { Authorization: `Bearer ${demo.firstKey}` },
  });
  const { sites } = (await answer.json()) as { readonly sites: { readonly domain: string }[] };
  expect(sites.map(({ domain }) => domain).sort()).toEqual([shopDomain, notesDomain]);
  const [row] = await report({ site_id: notesDomain });
  expect(row!.metrics[0]).toBeGreaterThan(300);
});

test('visitors arrive, from where they say', async () => {
  const hits = async () => {
    const lines = await (
      await fetch(`${demo.url}/api/hits?site=${shopDomain}&from=${today}`)
    ).text();
    return lines.split('\n').filter(Boolean).length;
  };
  const before = await hits();
  await expect.poll(hits, { interval: 1_000 }).toBeGreaterThan(before);
});

test('nothing of it is left', async () => {
  expect(existsSync(demo.data)).toBe(true);
  await demo.close();
  expect(existsSync(demo.data)).toBe(false);
  demo = { ...demo, close: async () => {} };
});
