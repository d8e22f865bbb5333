import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dayMs } from '../../src/lib/clock.ts';
import { longHomes, openRealApp, type RealApp } from '../support/real-app.ts';

// What was sent comes back the same, byte for byte, whether its day is open or closed.
const bodies = [
  '{"pathname":"/",' +
    '"userAgent":"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}',
  '{"pathname":"/ü?a=b#c","language":"de-AT","zebra":1,' +
    '"apple":{"y":[1,2.50,-0.001,1e21,null,true],"x":"é\\u0001"}}',
  '{"pathname":"x","location":{"longitude":13.404954,"latitude":52.520008},' +
    '"big":123456789012345680000,"":"","__proto__":{"a":1}}',
  '{"pathname":"/quotes","a\'b\\"c":"\\\\ \\n <script> =1+1 \\ud83d\\ude00",' +
    '"empty":{},"list":[],"userAgent":null}',
];
const event = {
  name: 'Sale',
  url: 'https://a.test/shop?utm_source=x&utm_campaign=y',
  domain: 'a.test',
  props: { zoom: '1', age: '', ü: 'ö' },
  revenue: { amount: '1234567.895', currency: 'EUR' },
  referrer: 'https://www.google.com/search',
  screen_width: 1440,
  interactive: false,
};

describe.each(longHomes)('%s', (homeName) => {
  let app: RealApp;
  let nowMs = Date.parse('2026-03-10T12:00:00Z');
  const read = async (path: string) => {
    const answer = await app.get(path, { key: app.key });
    expect(answer.status, path).toBe(200);
    return answer.text();
  };
  const all = async () => [
    await read('/analytics?site=a.test'),
    await read('/analytics?site=a.test&Limit=3'),
    await read('/api/hits?site=a.test'),
    await read('/api/hits?site=a.test&format=csv&from=2026-03-10&to=2026-03-11'),
    await read('/api/hits?site=a.test&from=2026-03-11&to=2026-03-11'),
  ];

  beforeAll(async () => {
    app = await openRealApp({ clock: () => nowMs }, homeName);
    await app.post('/api/v1/sites', { domain: 'a.test' }, { key: app.key });
    for (const day of [0, 1, 2]) {
      nowMs = Date.parse('2026-03-10T12:00:00Z') + day * dayMs;
      for (const body of bodies) {
        nowMs += 7;
        expect((await app.post('/analytics?site=a.test', body)).status).toBe(200);
      }
      for (const body of [
        { ...event, name: 'pageview' },
        event,
        { name: 'pageview', url: 'https://a.test/b', domain: 'a.test' },
        { n: 'engagement', u: 'https://a.test/b', d: 'a.test', e: 5_000, sd: 40 },
      ]) {
        nowMs += 7;
        expect((await app.post('/api/event', body)).status).toBe(202);
      }
    }
  });
  afterAll(() => app?.close());

  test('open, partly closed and closed: the same bytes, and page tokens stay valid', async () => {
    nowMs = Date.parse('2026-03-11T18:00:00Z') + dayMs;
    const open = await all();
    const { LastEvaluatedKey: token } = JSON.parse(open[1]!) as { LastEvaluatedKey: string };
    const goOn = () =>
      read(`/analytics?site=a.test&ExclusiveStartKey=${encodeURIComponent(token)}`);
    const rest = await goOn();
    expect(await app.closeDays()).toBe(2);
    expect(await all()).toEqual(open);
    expect(await goOn()).toBe(rest);
    nowMs += dayMs;
    // Where rows stay for a while, those of an earlier day are counted once more.
    expect(await app.closeDays()).toBe(homeName === 'aws' ? 2 : 1);
    expect(await all()).toEqual(open);
    expect(await goOn()).toBe(rest);
    const { Items: items } = JSON.parse(open[0]!) as { Items: { pagePath: string }[] };
    expect(items.length).toBe(3 * 6);
    for (const body of bodies) {
      const { pathname, ...sent } = JSON.parse(body) as { pathname: string };
      const [item] = items.filter(({ pagePath }) => pagePath === pathname);
      expect(item).toMatchObject(sent);
    }
  });

  test('late rows of closed days are in their place', async () => {
    const before = (await read('/api/hits?site=a.test')).split('\n');
    nowMs = Date.parse('2026-03-13T10:00:00Z');
    const id = uuidOf(Date.parse('2026-03-12T20:00:00Z'));
    const late = { name: 'pageview', url: 'https://a.test/late', domain: 'a.test', id };
    for (const _ of [1, 2])
      expect((await app.post('/api/event', late, { key: app.key })).status).toBe(202);
    const open = await read('/api/hits?site=a.test');
    expect(open.split('\n').length).toBe(before.length + 1);
    expect(open.split('\n').at(-2)).toContain('"page":"/late"');
    expect(await app.closeDays()).toBe(1);
    expect(await read('/api/hits?site=a.test')).toBe(open);
  });
});

/** A UUIDv7 of that time. */
function uuidOf(ms: number): string {
  const hex = ms.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}
