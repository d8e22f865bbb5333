import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Message } from '../message.ts';
import { discordPosting, matrixPosting, ntfyPosting, slackPosting } from './chats.ts';
import { webhookPosting } from './webhook.ts';

const hostile = '<!channel> @everyone [x](http://evil.test) *b* `c` & <b>';

const message: Message = {
  ...{ id: '1-a-spike', what: 'spike', site: 'a.test', title: hostile, text: hostile, html: '' },
  ...{ url: 'https://stats.test/?site=a.test', data: { value: 3 }, atMs: 1_700_000_000_000 },
};

const bodyOf = ({ body }: { readonly body: string }) => JSON.parse(body);

test('Slack: what would be a link or a mention is text', () => {
  const { text } = bodyOf(slackPosting({ url: 'https://hooks.slack.com/x' }, message));
  expect(text).toContain('&lt;!channel&gt; @everyone');
  expect(text).not.toMatch(/[<>]/);
});

test('Discord: no mark is one, nobody is named, and it is short enough', () => {
  const url = 'https://discord.com/api/webhooks/1/x';
  const { content, allowed_mentions } = bodyOf(
    discordPosting({ url }, { ...message, text: '*'.repeat(3_000) }),
  );
  expect(allowed_mentions).toEqual({ parse: [] });
  expect(content.length).toBeLessThanOrEqual(2_000);
  expect(content).toContain('\\<!channel\\>');
  expect(content).toContain('\\[x\\]\\(http\\://evil.test\\)');
  expect(content.endsWith('\n<https://stats.test/?site=a.test>')).toBe(true);
});

test('Matrix: a notice in the room, of which every try is the same', () => {
  const target = { url: 'https://m.test/', room: '!a/b:m.test', token: 'secret' };
  const { method, url, headers, body } = matrixPosting(target, message);
  expect([method, url]).toEqual([
    'PUT',
    'https://m.test/_matrix/client/v3/rooms/!a%2Fb%3Am.test/send/m.room.message/1-a-spike',
  ]);
  expect(headers).toEqual({ Authorization: 'Bearer secret' });
  expect(JSON.parse(body)).toMatchObject({ msgtype: 'm.notice' });
  expect(JSON.parse(body).formatted_body).toBeUndefined();
});

test('ntfy: the topic is in the body, so nothing of it is in a header', () => {
  const { url, body, headers } = ntfyPosting({ url: 'https://ntfy.test/in/topic' }, message);
  expect(url).toBe('https://ntfy.test/in/');
  expect(JSON.parse(body)).toMatchObject({ topic: 'topic', title: hostile, click: message.url });
  expect(headers).toBeUndefined();
});

test('a webhook is signed as Standard Webhooks says', () => {
  const secret = `whsec_${Buffer.from('a secret of 24 bytes....').toString('base64')}`;
  const { body, headers } = webhookPosting({ url: 'https://hook.test/', secret }, message);
  const signed = `${headers!['webhook-id']}.${headers!['webhook-timestamp']}.${body}`;
  const mac = createHmac('sha256', 'a secret of 24 bytes....').update(signed).digest('base64');
  expect(headers!['webhook-signature']).toBe(`v1,${mac}`);
  expect(JSON.parse(body)).toMatchObject({ type: 'spike', site: 'a.test', data: { value: 3 } });
});
