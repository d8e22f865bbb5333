import { expect, test } from 'vitest';
import { dayMs, hourMs, minuteMs } from '../../src/lib/clock.ts';
import { openHookReceiver } from '../support/hook-receiver.ts';
import { addPerson } from '../support/people.ts';
import { openRealApp } from '../support/real-app.ts';

test('silence is of so many hours as somebody says', async () => {
  const presentMs = Date.parse('2026-11-24T13:30:00Z');
  let nowMs = presentMs - 29 * dayMs;
  const receiver = await openHookReceiver();
  let token = '';
  const app = await openRealApp({
    ...{ clock: () => nowMs, notify: { privateWebhooks: 'true' } },
    async prepare(home) {
      const clock = () => nowMs;
      const rights = { all: 'owner' } as const;
      token = (await addPerson(home, { email: 'ada@a.test', rights, clock })).token;
    },
  });
  try {
    await app.post('/api/v1/sites', { domain: 'a.test', timezone: 'UTC' }, { key: app.key });
    const hitAt = async (ms: number) => {
      nowMs = ms;
      const hit = { n: 'pageview', u: 'https://a.test/', d: 'a.test' };
      expect((await app.post('/api/event', hit)).status).toBe(202);
    };
    // Every week from ten on; today from ten to eleven.
    for (const weeks of [4, 3, 2, 1])
      for (const hours of [3, 1]) await hitAt(presentMs - weeks * 7 * dayMs - hours * hourMs);
    await hitAt(presentMs - 3 * hourMs);
    const ask = (silent_hours: number) =>
      app.post(
        '/api/v1/sites/a.test/notifications',
        {
          ...{ what: ['silence'], channel: 'webhook', url: `${receiver.url}/${silent_hours}` },
          thresholds: { silent_hours },
        },
        { key: token },
      );
    for (const hours of [1, 2, 3]) {
      const answer = await ask(hours);
      expect((await answer.json()).thresholds.silent_hours).toBe(hours);
    }
    expect(await (await ask(1.5)).json()).toMatchObject({ field: 'silent_hours' });
    nowMs = presentMs + minuteMs;
    await app.sendReports();
    const told = receiver.hooks.map(({ path, text }) => [path, JSON.parse(text).title]).sort();
    expect(told).toEqual([
      ['/1', 'a.test: no hit from 12:00 to 13:00'],
      ['/2', 'a.test: no hit from 11:00 to 13:00'],
    ]);
  } finally {
    await app.close();
    await receiver.close();
  }
});
