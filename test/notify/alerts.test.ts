import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dayMs, minuteMs } from '../../src/lib/clock.ts';
import { type HookReceiver, openHookReceiver } from '../support/hook-receiver.ts';
import { headersOf, type MailServer, openMailServer, partOf } from '../support/mail-server.ts';
import { addPerson } from '../support/people.ts';
import { chrome, longestHomes, openRealApp, type RealApp } from '../support/real-app.ts';

/** A Tuesday, half past one. */
const nowMs = Date.parse('2026-11-24T13:30:00Z');

const hostile = '/"><img src=x onerror=alert(1)>\r\nBcc: x@evil.test';

describe.each(longestHomes)('alerts on the home %s', (homeName) => {
  let app: RealApp;
  let mailServer: MailServer;
  let receiver: HookReceiver;
  let clockMs = nowMs - 29 * dayMs;
  const tokens: Record<string, string> = {};
  const ids: Record<string, string> = {};

  beforeAll(async () => {
    mailServer = await openMailServer();
    receiver = await openHookReceiver();
    app = await openRealApp(
      {
        ...{ clock: () => clockMs, publicUrl: 'https://stats.test' },
        notify: {
          ...{ smtp: mailServer.url, mailFrom: 'reports@stats.test', privateWebhooks: 'true' },
        },
        async prepare(home) {
          for (const [name, role] of [
            ['ada', 'owner'],
            ['ben', 'viewer'],
          ] as const) {
            const email = `${name}@a.test`;
            const clock = () => nowMs;
            const made = await addPerson(home, { email, rights: { all: role }, clock });
            tokens[name] = made.token;
            ids[name] = made.person.id;
          }
        },
      },
      homeName,
    );
    await app.post('/api/v1/sites', { domain: 'a.test' }, { key: app.key });
    await app.post(
      '/api/v1/sites/goals',
      { site_id: 'a.test', goal_type: 'event', event_name: 'Buy' },
      { method: 'PUT', key: app.key },
    );
    for (const weeks of [4, 3, 2, 1]) {
      clockMs = nowMs - weeks * 7 * dayMs;
      await send(12, weeks);
    }
    clockMs = nowMs;
  });
  afterAll(async () => {
    await app.close();
    await mailServer.close();
    await receiver.close();
  });

  /** Pageviews of so many visitors, now. */
  async function send(visitors: number, block: number, n = 'pageview'): Promise<void> {
    const events = Array.from({ length: visitors }, (_, i) => ({
      ...{ n, d: 'a.test', u: 'https://a.test/', ip: `203.0.${block}.${i}`, userAgent: chrome },
    }));
    const answer = await app.post('/api/events', { events }, { key: app.key });
    expect(answer.status).toBe(200);
    clockMs += minuteMs;
  }

  const ask = (body: object, who: string) =>
    app.post('/api/v1/sites/a.test/notifications', body, { key: tokens[who]! });

  test('a viewer may have mails, and nothing that others read', async () => {
    const what = ['spike', 'silence', 'goal'];
    expect((await ask({ what, channel: 'mail' }, 'ben')).status).toBe(200);
    const url = `${receiver.url}/hook`;
    expect((await ask({ what, channel: 'webhook', url }, 'ben')).status).toBe(403);
    expect((await ask({ what, channel: 'mail', url }, 'ben')).status).toBe(400);
    expect((await ask({ what: ['all'], channel: 'mail' }, 'ben')).status).toBe(400);
  });

  test('a spike is told of while it goes on, once, and signed', async () => {
    const url = `${receiver.url}/hook`;
    const made = await ask({ what: ['spike', 'goal'], channel: 'webhook', url }, 'ada');
    const { id, secret } = await made.json();
    const tested = await app.get(`/api/v1/sites/a.test/notifications/${id}/test`, {
      ...{ method: 'POST', key: tokens['ada']! },
    });
    expect([tested.status, JSON.parse(receiver.hooks[0]!.text).type]).toEqual([200, 'test']);
    await app.sendReports();
    expect([mailServer.mails.length, receiver.hooks.length]).toEqual([0, 1]);
    await send(40, 9);
    await app.sendReports();
    await app.sendReports();
    expect([mailServer.mails.length, receiver.hooks.length]).toEqual([1, 2]);
    const { headers, text } = receiver.hooks[1]!;
    expect(JSON.parse(text)).toMatchObject({
      ...{ type: 'spike', site: 'a.test', data: { value: 40, usual: 12 } },
      title: 'a.test: 40 visitors since 13:00',
    });
    const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${text}`;
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
    const mac = createHmac('sha256', key).update(signed).digest('base64');
    expect(headers['webhook-signature']).toBe(`v1,${mac}`);
    expect(headersOf(mailServer.mails[0]!).get('subject')).toBe('a.test: 40 visitors since 13:00');
    const listed = await app.get('/api/v1/sites/a.test/notifications', { key: tokens['ada']! });
    expect(await listed.text()).not.toContain(secret);
  });

  test('a goal is told of once a day', async () => {
    await send(2, 9, 'Buy');
    await app.sendReports();
    await app.sendReports();
    expect(receiver.hooks.slice(2).map(({ text }) => JSON.parse(text).title)).toEqual([
      'a.test: goal “Buy” reached',
    ]);
    expect(mailServer.mails.length).toBe(2);
  });

  test('while the mail server is away it is tried again, ever later', async () => {
    // A week later nobody came.
    clockMs = nowMs + 7 * dayMs + 40 * minuteMs;
    mailServer.refusesWith = { code: 451, text: 'come again' };
    await app.sendReports();
    expect(mailServer.mails.length).toBe(2);
    clockMs += 30_000;
    mailServer.refusesWith = undefined;
    await app.sendReports();
    expect(mailServer.mails.length).toBe(2); // not yet
    clockMs += minuteMs;
    await app.sendReports();
    await app.sendReports();
    expect(mailServer.mails.length).toBe(3);
    expect(partOf(mailServer.mails[2]!, 'text/plain')).toContain('The site may be down');
  });

  test('who loses their role gets nothing, whatever they had asked for', async () => {
    const before = mailServer.mails.length;
    const path = `/api/v1/people/${ids['ben']}`;
    await app.get(path, { method: 'DELETE', key: app.key });
    clockMs += 6 * dayMs;
    await send(60, 11);
    await app.sendReports();
    expect(mailServer.mails.length).toBe(before);
    const left = await app.get('/api/v1/sites/a.test/notifications', { key: tokens['ada']! });
    expect((await left.json()).notifications.length).toBe(1);
  });

  test('what strangers send is text in a mail', async () => {
    clockMs = Date.parse('2026-12-02T10:00:00Z');
    await app.post('/api/event', { n: 'pageview', u: `https://a.test${hostile}`, d: 'a.test' });
    await app.post('/api/event', {
      ...{ n: 'pageview', u: 'https://a.test/?utm_source=<b>x</b>', d: 'a.test' },
    });
    await ask({ what: ['weekly'], channel: 'mail' }, 'ada');
    clockMs = Date.parse('2026-12-07T09:00:00Z');
    await app.sendReports();
    const mail = mailServer.mails.at(-1)!;
    expect(mail.to).toEqual(['ada@a.test']);
    expect([...headersOf(mail).keys()]).not.toContain('bcc');
    const html = partOf(mail, 'text/html');
    expect(html).not.toMatch(/<img|<b>|<script/);
    expect(html).toContain('&lt;b&gt;x&lt;/b&gt;');
    expect(html).not.toMatch(/src=|url\(|@import/);
    expect(partOf(mail, 'text/plain')).not.toMatch(/^Bcc:/m);
  });
});
