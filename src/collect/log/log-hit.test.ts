import { expect, test } from 'vitest';
import { readAgent } from '../enrich/agent.ts';
import type { Place } from '../enrich/place.ts';
import { isSpam } from '../judge.ts';
import { openLogHits, pageOf, referrerText } from './log-hit.ts';

const chrome =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) ' +
  'Chrome/130.0.0.0 Safari/537.36';
const bounds = { day: '2026-11-22', startMs: 0, endMs: 1 };

function make(
  facts: { client?: string; referrer?: string; target?: string; userAgent?: string } = {},
) {
  const asked: string[][] = [];
  const places = {
    locate: (ip: string): Place => (ip === '' ? {} : { country: 'DE' }),
    source: { name: '', date: '' },
  };
  const hits = openLogHits('example.com', places, (_, { address, userAgent }) => {
    asked.push([address, userAgent]);
    return 'ffffffffffffffff';
  });
  const { client = '192.0.2.1', referrer = '-', target = '/a', userAgent = chrome } = facts;
  const line = {
    client,
    referrer,
    userAgent,
    timeText: '',
    timeMs: 7,
    request: '',
    status: '200',
    bytes: '1',
  };
  const agent = readAgent(userAgent);
  const view = { id: '0123456789abcdef', line, target, page: pageOf(target), agent };
  const first = JSON.parse(hits.hitOf(view, bounds) as string) as Record<string, unknown>;
  // Once more, from what was remembered.
  expect(JSON.parse(hits.hitOf(view, bounds) as string)).toEqual(first);
  expect(asked).toHaveLength(1);
  return { hit: first, asked: asked[0], spam: isSpam({ referrer: referrerText(referrer) }) };
}

test('a hit whole', () => {
  expect(
    make({ referrer: 'https://www.google.com/', target: '/a?utm_campaign=x&q=1' }).hit,
  ).toEqual({
    id: '0123456789abcdef',
    time: 7,
    name: 'pageview',
    visitor: 'ffffffffffffffff',
    hostname: 'example.com',
    page: '/a',
    referrer: 'google.com',
    source: 'Google',
    channel: 'Organic Search',
    utmCampaign: 'x',
    browser: 'Chrome',
    browserVersion: '130.0',
    os: 'Windows',
    osVersion: '10',
    device: 'Desktop',
    country: 'DE',
  });
});

test.each<[string, Parameters<typeof make>[0], Record<string, unknown>]>([
  [
    'its own pages are no referrer',
    { referrer: 'http://www.example.com/b' },
    { channel: 'Direct' },
  ],
  [
    'a tag goes before the referrer',
    { referrer: 'https://a.test/', target: '/?ref=news' },
    { source: 'news', utmSource: 'news' },
  ],
  ['a click on an ad', { target: '/?gclid=1' }, { source: 'Google', channel: 'Paid Search' }],
  [
    'a query that says nothing',
    { referrer: 'https://a.test/', target: '/?q=1' },
    { source: 'a.test' },
  ],
])('%s', (_, facts, expected) => expect(make(facts).hit).toMatchObject(expected));

test.each<[string, string[], Record<string, unknown>]>([
  ['192.0.2.1', ['192.0.2.1', chrome], { country: 'DE' }],
  ['host.example', ['', `host.example\n${chrome}`], { channel: 'Direct' }],
])('the client %s', (client, asked, expected) => {
  const made = make({ client });
  expect(made.asked).toEqual(asked);
  expect(made.hit).toMatchObject(expected);
  expect(JSON.stringify(made.hit)).not.toContain(client);
});

test('spam referrers are known', () => {
  expect(make({ referrer: 'http://semalt.com/x' }).spam).toBe(true);
  expect(make({ referrer: 'http://a.test/semalt.com' }).spam).toBe(false);
});

test.each([
  ['/a/b?c#d', '/a/b'],
  ['/a b', '/a%20b'],
  ['/ä"<', '/%C3%A4%22%3C'],
  ['//a', '//a'],
  ['/%C3%A4', '/%C3%A4'],
])('the page of %s', (target, page) => expect(pageOf(target)).toBe(page));
