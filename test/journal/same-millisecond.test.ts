import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { longHomes, openRealApp, type RealApp } from '../support/real-app.ts';
import { byDayAndPage, closeAndExpectSame, storedByDay, uuid7 } from '../support/shown-data.ts';

const hourMs = 60 * 60_000;
const site = 'example.com';
const day = '2026-11-22';
const noonMs = Date.parse(`${day}T12:00:00Z`);
let nowMs = noonMs;

describe.each(longHomes)('on the home %s', (homeName) => {
  let app: RealApp;
  beforeAll(async () => {
    nowMs = noonMs;
    app = await openRealApp({ clock: () => nowMs }, homeName);
    await app.post('/api/v1/sites', { domain: site }, { key: app.key });
  }, 60_000);
  afterAll(() => app.close());

  const send = async (fields: Record<string, unknown> = {}) => {
    const body = { n: 'pageview', u: `https://${site}/a`, d: site, ...fields };
    expect((await app.post('/api/event', body, { key: app.key })).status).toBe(202);
  };

  test('200 hits of a page in one millisecond count as 200; an id twice counts once', async () => {
    await Promise.all(Array.from({ length: 200 }, () => send()));
    await Promise.all(
      Array.from({ length: 5 }, () => send({ id: 'the same', u: `https://${site}/b` })),
    );
    await send({ id: 'the same', u: `https://${site}/b` });
    // Of another day, received in that millisecond too.
    for (const nth of [1, 1, 2])
      await send({ id: uuid7(noonMs - 13 * hourMs, nth), u: `https://${site}/c` });
    const expected = {
      '2026-11-21 /c': [1, 1, 2, 2],
      '2026-11-22 /a': [1, 1, 200, 200],
      '2026-11-22 /b': [1, 1, 1, 1],
    };
    expect(await byDayAndPage(app, site, '2026-11-20', day)).toEqual(expected);
    await closeAndExpectSame(app, 1, site, '2026-11-20', day);
    nowMs = noonMs + 13 * hourMs;
    await closeAndExpectSame(app, 1, site, '2026-11-20', day);
    expect(await byDayAndPage(app, site, '2026-11-20', day)).toEqual(expected);
    expect(await storedByDay(app, site)).toEqual({ '2026-11-21': 2, '2026-11-22': 201 });
  }, 60_000);

  test('late rows in one millisecond after closing, in pages of raw hits too', async () => {
    nowMs = noonMs + 20 * hourMs;
    await Promise.all(
      Array.from({ length: 30 }, (_, i) =>
        send({ id: uuid7(noonMs, 100 + i), u: `https://${site}/d` }),
      ),
    );
    const pages = async () => {
      const texts: string[] = [];
      for (let token = ''; ; ) {
        const from = token === '' ? '' : `&ExclusiveStartKey=${encodeURIComponent(token)}`;
        const answer = await app.get(`/analytics?site=${site}&Limit=7${from}`, { key: app.key });
        const page = (await answer.json()) as { Items: unknown[]; LastEvaluatedKey?: string };
        texts.push(...page.Items.map((item) => JSON.stringify(item)));
        if (page.LastEvaluatedKey === undefined) return texts;
        token = page.LastEvaluatedKey;
      }
    };
    const before = await pages();
    expect(before).toHaveLength(2 + 201 + 30);
    await closeAndExpectSame(app, 1, site, '2026-11-20', day);
    expect(await pages()).toEqual(before);
    expect(await byDayAndPage(app, site, day, day)).toMatchObject({
      '2026-11-22 /d': [1, 1, 30, 30],
    });
  }, 60_000);
});
