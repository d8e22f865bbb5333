import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { dayMs, hourMs, minuteMs } from '../../src/lib/clock.ts';
import { allCases, type HomeName, openRealApp, type RealApp } from '../support/real-app.ts';

// A machine whose clock is set wrong for three minutes while a server runs, and then right again.

const startMs = Date.parse('2026-11-20T12:00:00Z');
const site = 'clock.test';

let passedMs: number;
let offMs: number;
let app: RealApp;
let acknowledged: number;

const clock = () => startMs + passedMs + offMs;
const uptimeMs = () => 40 * dayMs + passedMs;

async function open(homeName: HomeName, more = {}): Promise<void> {
  [passedMs, offMs, acknowledged] = [0, 0, 0];
  const storeClock = () => startMs + passedMs;
  app = await openRealApp({ clock, uptimeMs, storeClock, ...more }, homeName);
  await app.post('/api/v1/sites', { domain: site }, { key: app.key });
}

/** One hit; gives the status. */
async function send(page: string): Promise<number> {
  const answer = await app.post('/api/event', {
    ...{ name: 'pageview', url: `https://${site}${page}`, domain: site },
  });
  if (answer.status === 202) acknowledged++;
  return answer.status;
}

async function sendSome(page: string): Promise<void> {
  for (let i = 0; i < 4; i++) expect(await send(`${page}/${i}`)).toBe(202);
}

async function rawPages(): Promise<string[]> {
  const answer = await app.get(`/analytics?site=${site}&Limit=1000`, { key: app.key });
  expect(answer.status).toBe(200);
  const { Items } = await answer.json();
  return Items.map(({ pagePath }: { pagePath: string }) => pagePath);
}

const query = async (body: object) =>
  (await app.post('/api/v2/query', { site_id: site, ...body }, { key: app.key })).json();

const pageviews = async (range: unknown) =>
  (await query({ metrics: ['pageviews'], date_range: range })).results[0].metrics[0];

const problem = async () => (await (await app.get('/health/ready')).json()).clock;

/** What a server does by itself, when its clock says so. */
const look = () => app.closeDays();

describe('on one machine', () => {
  afterEach(() => app.close());

  /** A site that keeps 30 days, with two of them closed and one running. */
  beforeEach(async () => {
    await open('machine');
    await app.get(`/api/v1/sites/${site}`, {
      ...{ method: 'PUT', key: app.key, body: JSON.stringify({ keep_hits_days: 30 }) },
    });
    for (const day of ['first', 'second', 'third']) {
      await sendSome(`/${day}`);
      if (day !== 'third') passedMs += dayMs;
    }
    expect(await look()).toBe(2);
  });

  const jumps = [1, 3, 100, -2].flatMap((days) => [
    [days, 'a server that goes on', false] as const,
    [days, 'a server that starts again', true] as const,
  ]);
  test.each(allCases ? jumps : [jumps[4]!, jumps[3]!])(
    '%s days off for three minutes, %s: nothing is lost or hidden',
    async (days, _, restarts) => {
      offMs = days * dayMs;
      for (let minute = 0; minute < 3; minute++) {
        passedMs += minuteMs;
        expect(await look()).toBe(0);
        await sendSome(`/wrong/${minute}`);
        expect(await rawPages()).toHaveLength(acknowledged);
        expect(await problem()).toContain(days > 0 ? 'ahead of' : 'behind');
      }
      offMs = 0;
      if (restarts) await app.restart();
      await look();
      await sendSome('/right');
      expect(await pageviews('day')).toBe(8);
      expect(await rawPages()).toHaveLength(acknowledged);
      expect(
        (await query({ metrics: ['pageviews'], date_range: ['2026-10-01', '2027-06-01'] })).results,
      ).toEqual([{ dimensions: [], metrics: [acknowledged] }]);
      expect(await problem()).toBeUndefined();
      // The same when all of its days are closed.
      for (let day = 0; day < 5; day++) {
        passedMs += dayMs;
        await look();
      }
      expect(await pageviews(['2026-11-20', '2026-11-23'])).toBe(
        days === 1 ? 28 : 16 + (days < 0 ? 12 : 0),
      );
      expect(await rawPages()).toHaveLength(acknowledged);
    },
  );

  test('a day that a wrong clock has closed takes hits that are read at once', async () => {
    // It holds for longer than any is doubted.
    offMs = 3 * dayMs;
    await app.get('/health/ready');
    passedMs += 25 * hourMs;
    expect(await look()).toBe(1);
    offMs = 0;
    passedMs -= 25 * hourMs;
    for (const restarts of [false, true]) {
      if (restarts) await app.restart();
      await sendSome('/after');
      expect(await rawPages()).toHaveLength(acknowledged);
      expect(await pageviews('day')).toBe(acknowledged - 8);
    }
  });

  test('a start with a clock that is far ahead destroys no salt; days later, they go', async () => {
    const salts = async () => (await readdir(join(app.data, 'salts'), { recursive: true })).length;
    const before = await salts();
    expect(before).toBeGreaterThan(0);
    offMs = 100 * dayMs;
    await app.restart({ uptimeMs: () => 1_000 });
    expect(await salts()).toBe(before);
    offMs = 0;
    passedMs += 5 * dayMs;
    await app.restart();
    await expect.poll(salts).toBeLessThan(before);
  });

  test('a server that starts in 1970 takes no hit, and says so; set right, it does', async () => {
    offMs = -startMs - passedMs + hourMs;
    await app.restart({ earliestMs: startMs - dayMs });
    expect(await send('/nowhen')).toBe(503);
    const health = await app.get('/health/ready');
    expect(health.status).toBe(503);
    expect((await health.json()).error).toContain('before this release');
    expect(await look()).toBe(0);
    offMs = 0;
    await sendSome('/right');
    expect((await app.get('/health/ready')).status).toBe(200);
    expect(await rawPages()).toHaveLength(acknowledged);
  });
});

describe('on aws', () => {
  afterEach(() => app.close());

  test.each(allCases ? [1, 3, 100, -2] : [3])(
    '%s days off the store’s clock: nothing is taken, closed or destroyed',
    async (days) => {
      await open('aws');
      await sendSome('/first');
      passedMs += dayMs;
      await sendSome('/second');
      offMs = days * dayMs;
      expect(await send('/wrong')).toBe(503);
      await expect(app.closeDays()).rejects.toThrow();
      offMs = 0;
      passedMs += 2_000;
      await sendSome('/right');
      expect(await rawPages()).toHaveLength(acknowledged);
      expect(await app.closeDays()).toBe(1);
      expect(await rawPages()).toHaveLength(acknowledged);
    },
  );
});
