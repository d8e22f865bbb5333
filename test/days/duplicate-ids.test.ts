import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { closeDay } from '../../src/close/close-day.ts';
import { hitOf } from '../support/hits.ts';
import { openLedger } from '../support/ledger.ts';
import { longHomes, openRealApp, type RealApp } from '../support/real-app.ts';
import { byDayAndPage, closeAndExpectSame, storedByDay } from '../support/shown-data.ts';

const hourMs = 60 * 60_000;
const site = 'example.com';
const range = ['2026-11-20', '2026-11-26'] as const;
const noonMs = Date.parse('2026-11-22T12:00:00Z');
let nowMs = noonMs;

describe.each(longHomes)('on the home %s', (homeName) => {
  let app: RealApp;
  beforeAll(async () => {
    nowMs = noonMs;
    app = await openRealApp({ clock: () => nowMs }, homeName);
    await app.post('/api/v1/sites', { domain: site }, { key: app.key });
    await app.post('/api/v1/sites', { domain: 'other.com' }, { key: app.key });
  }, 60_000);
  afterAll(() => app.close());

  const send = async (atMs: number, page: string, fields: Record<string, unknown>) => {
    nowMs = atMs;
    const body = { n: 'pageview', u: `https://${site}${page}`, d: site, ...fields };
    expect((await app.post('/api/event', body)).status).toBe(202);
  };
  const report = () => byDayAndPage(app, site, ...range);
  const day1 = { '2026-11-22 /a': [1, 1, 1, 1], '2026-11-22 /b': [1, 1, 1, 1] };

  test('the earliest of a day wins; another site’s ids are separate', async () => {
    await send(noonMs, '/a', { id: 'one' });
    await send(noonMs + 5, '/b', { id: 'two' });
    await send(noonMs + 10, '/late', { id: 'one' });
    await send(noonMs + hourMs, '/later', { id: 'one', n: 'Signup' });
    await send(noonMs + 2 * hourMs, '/a', { id: 'one', d: 'other.com', u: 'https://other.com/a' });
    expect(await report()).toEqual(day1);
    nowMs = noonMs + 13 * hourMs;
    await closeAndExpectSame(app, 2, site, ...range);
    expect(await byDayAndPage(app, 'other.com', ...range)).toEqual({
      '2026-11-22 /a': [1, 1, 1, 1],
    });
  }, 60_000);

  test('on the next day the same id is another hit', async () => {
    await send(noonMs + 24 * hourMs, '/next', { id: 'one' });
    await send(noonMs + 24 * hourMs + 1, '/next', { id: 'one' });
    expect(await report()).toEqual({ ...day1, '2026-11-23 /next': [1, 1, 1, 1] });
    nowMs = noonMs + 37 * hourMs;
    await closeAndExpectSame(app, 1, site, ...range);
    expect(await report()).toEqual({ ...day1, '2026-11-23 /next': [1, 1, 1, 1] });
  }, 60_000);

  test('a hit stored twice counts once: the books show both, after a restart too', async () => {
    const stored = { '2026-11-22': 4, '2026-11-23': 2 };
    expect(await storedByDay(app, site)).toEqual(stored);
    await app.restart();
    await closeAndExpectSame(app, 0, site, ...range);
    expect(await storedByDay(app, site)).toEqual(stored);
    expect(await report()).toEqual({ ...day1, '2026-11-23 /next': [1, 1, 1, 1] });
  }, 60_000);
});

describe.each(longHomes)('two with one id in one millisecond, on the home %s', (homeName) => {
  const atMs = Date.parse('2026-11-20T10:00:00Z');
  const hit = hitOf({ time: atMs });
  const said = [
    { ...hit, page: '/b' },
    { ...hit, page: '/a' },
  ];

  test.each([
    [false, true],
    [true, false],
  ])(
    'what they say decides, not where they lie (late: %s, %s)',
    async (...late) => {
      const ledger = await openLedger(homeName, atMs + hourMs);
      for (const [i, one] of said.entries()) {
        await ledger.append([one], { late: late[i]!, receivedAtMs: atMs });
        await ledger.by('event:page'); // mounted after each of them
      }
      expect(await ledger.by('event:page')).toEqual({ '/a': [1, 1, 1, 1] });
      ledger.setNow(atMs + 48 * hourMs);
      await closeDay(ledger.world, await ledger.site(), '2026-11-20');
      expect(await ledger.by('event:page')).toEqual({ '/a': [1, 1, 1, 1] });
      await ledger.close();
    },
    60_000,
  );
});
