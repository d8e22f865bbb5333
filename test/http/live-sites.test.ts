import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { longHomes, openRealApp, type RealApp } from '../support/real-app.ts';

describe.each(longHomes)('on the home %s', (homeName) => {
  let app: RealApp;
  let nowMs = Date.parse('2026-11-20T09:40:00Z');
  beforeAll(async () => {
    app = await openRealApp({ clock: () => nowMs }, homeName);
    for (const [domain, timezone] of [
      ['one.test', 'UTC'],
      ['two.test', 'Asia/Kolkata'],
    ])
      await app.post('/api/v1/sites', { domain, timezone }, { key: app.key });
    await send('one.test', 1);
    nowMs += 3_600_000;
    for (const domain of ['one.test', 'one.test', 'two.test']) await send(domain, 2);
    await send('one.test', 3);
    nowMs += 60_000;
  });
  afterAll(() => app.close());

  function send(domain: string, visitor: number) {
    const headers = { 'User-Agent': `Mozilla/5.0 (X11; Linux x86_64) Firefox/13${visitor}.0` };
    const hit = { n: 'pageview', u: `https://${domain}/`, d: domain };
    return app.post('/api/event', hit, { headers });
  }

  const ask = async (sites: string) => {
    const answer = await app.get(`/api/v1/sites/live?sites=${sites}`, { key: app.key });
    return answer.json();
  };

  test('visitors now and by hour, of each site on its own clock', async () => {
    const { sites, error } = await ask('two.test,nowhere.test,ONE.test,one.test');
    expect(error).toBeUndefined();
    expect(sites).toMatchObject([
      { domain: 'two.test', current_visitors: 1 },
      { domain: 'one.test', current_visitors: 2 },
    ]);
    const [two, one] = sites;
    expect(one.hours).toHaveLength(24);
    expect([one.hours[0], one.hours.at(-1)]).toEqual([
      '2026-11-19 11:00:00',
      '2026-11-20 10:00:00',
    ]);
    expect(one.visitors).toEqual([...Array(22).fill(0), 1, 2]);
    // It is 16:11 there.
    expect(two.hours.at(-1)).toBe('2026-11-20 16:00:00');
    expect(two.visitors).toEqual([...Array(23).fill(0), 1]);
  });

  test('a bounded number of sites', async () => {
    const error = expect.stringContaining('sites: expected 1 to 50 domains');
    expect(await ask('')).toMatchObject({ field: 'sites', error });
    expect(await ask(Array(51).fill('one.test').join())).toMatchObject({ field: 'sites', error });
    expect((await ask(Array(50).fill('one.test').join())).sites).toHaveLength(1);
  });
});
