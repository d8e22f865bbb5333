import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dayMs, hourMs } from '../../src/lib/clock.ts';
import { headersOf, type MailServer, openMailServer, partOf } from '../support/mail-server.ts';
import { addPerson } from '../support/people.ts';
import { longHomes, openRealApp, type RealApp } from '../support/real-app.ts';

/** A Wednesday, 10:00 UTC. */
const wednesday = Date.parse('2026-11-18T10:00:00Z');

const publicUrl = 'https://stats.test';

describe.each(longHomes)('a weekly summary on the home %s', (homeName) => {
  let app: RealApp;
  let mailServer: MailServer;
  let nowMs = wednesday;
  let token: string;

  beforeAll(async () => {
    mailServer = await openMailServer();
    app = await openRealApp(
      {
        ...{ clock: () => nowMs, publicUrl },
        notify: { smtp: mailServer.url, mailFrom: 'Daybook <reports@stats.test>' },
        async prepare(home) {
          const rights = { all: 'owner' } as const;
          ({ token } = await addPerson(home, { email: 'ada@a.test', rights, clock: () => nowMs }));
        },
      },
      homeName,
    );
    await app.post(
      '/api/v1/sites',
      { domain: 'a.test', timezone: 'Europe/Berlin' },
      { key: app.key },
    );
    for (const page of ['/', '/', '/<b>bold</b>'])
      await app.post('/api/event', { n: 'pageview', u: `https://a.test${page}`, d: 'a.test' });
  });
  afterAll(async () => {
    await app.close();
    await mailServer.close();
  });

  test('is sent on Monday morning, once, with the numbers of the report', async () => {
    const asked = await app.post(
      '/api/v1/sites/a.test/notifications',
      { what: ['weekly'], channel: 'mail' },
      { key: token },
    );
    expect(asked.status).toBe(200);
    nowMs = Date.parse('2026-11-23T05:59:00Z');
    await app.sendReports();
    expect(mailServer.mails).toEqual([]);
    nowMs = Date.parse('2026-11-23T06:01:00Z'); // 07:01 in Berlin
    await app.sendReports();
    await app.sendReports();
    expect(mailServer.mails.length).toBe(1);
    const [mail] = mailServer.mails;
    expect(mail!.to).toEqual(['ada@a.test']);
    const text = partOf(mail!, 'text/plain');
    expect(text).toContain('Nov 16 to Nov 22, 2026, and before: Nov 9 to Nov 15, 2026');
    expect(text).toMatch(/Pageviews +3\n/);
    expect(partOf(mail!, 'text/html')).not.toContain('<b>bold');
  });

  test('is ended by the link in it, without signing in, and not by looking at it', async () => {
    const headers = headersOf(mailServer.mails[0]!);
    expect(headers.get('list-unsubscribe-post')).toBe('List-Unsubscribe=One-Click');
    const url = /<(.*)>/.exec(headers.get('list-unsubscribe')!)![1]!;
    expect(url.startsWith(publicUrl)).toBe(true);
    const path = url.slice(publicUrl.length);
    expect((await app.get(path)).status).toBe(200);
    const own = async () =>
      (await (await app.get('/api/v1/me/notifications', { key: token })).json()).notifications;
    expect((await own()).length).toBe(1);
    const ended = await app.get(path, { method: 'POST', body: 'List-Unsubscribe=One-Click' });
    expect(ended.status).toBe(200);
    expect(await own()).toEqual([]);
    nowMs += 7 * dayMs + hourMs;
    await app.sendReports();
    expect(mailServer.mails.length).toBe(1);
  });
});
