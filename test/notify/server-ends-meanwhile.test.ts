import { expect, test } from 'vitest';
import { openHookReceiver } from '../support/hook-receiver.ts';
import { addPerson } from '../support/people.ts';
import { openRealApp } from '../support/real-app.ts';

test('a server that ends while it sends: that one is sent once, the next by the next server', async () => {
  let nowMs = Date.parse('2026-11-20T10:00:00Z');
  const receiver = await openHookReceiver();
  let token = '';
  const app = await openRealApp({
    ...{ clock: () => nowMs, notify: { privateWebhooks: 'true' } },
    async prepare(home) {
      const clock = () => nowMs;
      token = (await addPerson(home, { email: 'ada@a.test', rights: { all: 'owner' }, clock }))
        .token;
    },
  });
  try {
    await app.post('/api/v1/sites', { domain: 'a.test' }, { key: app.key });
    for (const name of ['one', 'two']) {
      const url = `${receiver.url}/${name}`;
      const what = ['weekly'];
      const asked = await app.post(
        '/api/v1/sites/a.test/notifications',
        { what, channel: 'webhook', url },
        { key: token },
      );
      expect(asked.status).toBe(200);
    }
    // A Monday, after seven.
    nowMs = Date.parse('2026-11-23T09:00:00Z');
    let answer = () => {};
    receiver.answersAfter = new Promise<void>((resolve) => (answer = resolve));
    const turn = app.sendReports();
    await expect.poll(() => receiver.hooks.length, { interval: 5 }).toBe(1);
    let hasEnded = false;
    const restarted = app.restart().then(() => (hasEnded = true));
    // Hits are refused from now on: the server is ending, and waits.
    const isOpen = () =>
      app.get('/health/live').then(
        () => true,
        () => false,
      );
    await expect.poll(isOpen, { interval: 5 }).toBe(false);
    expect([hasEnded, receiver.hooks.length]).toEqual([false, 1]);
    answer();
    await Promise.all([turn, restarted]);
    expect(receiver.hooks.length).toBe(1);
    await app.sendReports();
    await app.sendReports();
    expect(receiver.hooks.map(({ path }) => path).sort()).toEqual(['/one', '/two']);
  } finally {
    await app.close();
    await receiver.close();
  }
});
