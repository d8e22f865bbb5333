import { afterAll, beforeAll, expect, test } from 'vitest';
import { openHome } from '../../src/entry/home.ts';
import { countPartition } from '../../src/journal/keys.ts';
import { openRealApp, type RealApp } from '../support/real-app.ts';

const startMs = Date.parse('2026-11-20T10:00:00Z');

let app: RealApp;
let nowMs = startMs;
beforeAll(async () => {
  app = await openRealApp({ clock: () => nowMs });
  await app.post('/api/v1/sites', { domain: 'a.test', timezone: 'UTC' }, { key: app.key });
});
afterAll(() => app.close());

async function gaps(from = '2026-11-01', to = '2026-11-30') {
  const path = `/api/v1/sites/a.test/gaps?from=${from}&to=${to}`;
  return (await app.get(path, { key: app.key })).json();
}

test('the time without a server is one gap, a restart is none', async () => {
  expect(await gaps()).toEqual({ down: [], short_days: [] });
  // The clock goes on after the server has ended, as it begins again.
  let wasAsked = false;
  const later = () => {
    if (!wasAsked) nowMs += 3 * 3_600_000;
    wasAsked = true;
    return nowMs;
  };
  await app.restart({ clock: later });
  const down = [{ from: '2026-11-20T10:00:00.000Z', to: '2026-11-20T13:00:00.000Z' }];
  expect(await gaps()).toEqual({ down, short_days: [] });
  await app.restart({ clock: () => nowMs });
  expect((await gaps()).down).toEqual(down);
  expect((await gaps('2026-11-21')).down).toEqual([]);
  expect((await gaps('2026-11-01', '2026-11-19')).down).toEqual([]);
  expect((await gaps('2026-11-20', '2026-11-20')).down).toEqual(down);
});

test('a closed day whose books do not balance is named', async () => {
  const hit = { n: 'pageview', u: 'https://a.test/', d: 'a.test' };
  expect((await app.post('/api/event', hit)).status).toBe(202);
  nowMs = Date.parse('2026-11-21T10:00:00Z');
  await app.closeDays();
  const home = await openHome(app.data, () => nowMs, {});
  const [file] = await home.files.list('ledger/');
  const siteId = file!.name.split('/')[1]!;
  await home.rows.add({ partition: countPartition(siteId), sort: '2026-11-20' }, { stored: 4 });
  await home.close();
  // What was read of the books is said for ten minutes.
  nowMs += 700_000;
  await expect
    .poll(async () => (await gaps()).short_days)
    // The server's own count of the hit may have come after the day was closed.
    .toEqual([{ date: '2026-11-20', stored: expect.toBeOneOf([4, 5]), rows: 1 }]);
});

test('whoever may not see the site sees none', async () => {
  const path = '/api/v1/sites/a.test/gaps?from=2026-11-01&to=2026-11-30';
  expect((await app.get(path)).status).toBe(401);
  expect((await app.get('/api/v1/sites/a.test/gaps', { key: app.key })).status).toBe(400);
});
