import type { Message } from '../message.ts';
import type { Posting } from '../post.ts';
import type { Target } from './target.ts';

type TargetOf<N extends Target['channel']> = Extract<Target, { readonly channel: N }>;

/** Discord takes 2,000 characters of a message, ntfy 4,096 bytes. */
const maxDiscord = 2_000;

const maxNtfyBytes = 4_000;

const wholeText = ({ title, text, url }: Message) =>
  [title, text, ...(url === undefined ? [] : [url])].filter((part) => part !== '').join('\n');

/**
 * An incoming webhook of Slack's
 * (https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks); Mattermost and
 * Rocket.Chat take the same. `<`, `>` and `&` are all that makes links and mentions.
 */
export function slackPosting({ url }: { readonly url: string }, message: Message): Posting {
  const text = wholeText(message).replace(
    /[&<>]/g,
    (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[sign]!,
  );
  return { method: 'POST', url, body: JSON.stringify({ text, mrkdwn: false }) };
}

/** Discord's webhook (https://docs.discord.com/developers/resources/webhook#execute-webhook). */
export function discordPosting({ url }: { readonly url: string }, message: Message): Posting {
  const escaped = (text: string) => text.replace(/[\\*_~`|>#[\]()<@:-]/g, '\\$&');
  const { title, text, url: link } = message;
  const end = link === undefined ? '' : `\n<${link}>`;
  const start = `**${escaped(title)}**\n${escaped(text)}`;
  const content = `${cut(start, maxDiscord - end.length)}${end}`;
  return {
    ...{ method: 'POST', url },
    // Names nobody, whatever stands in the text.
    body: JSON.stringify({ content, allowed_mentions: { parse: [] } }),
  };
}

/**
 * A message of Matrix's client-server API: `PUT …/send/m.room.message/{txnId}`. The same id is the
 * same message, however often it is sent.
 */
export function matrixPosting(
  { url, room, token }: Omit<TargetOf<'matrix'>, 'channel'>,
  message: Message,
): Posting {
  const base = url.replace(/\/+$/, '');
  const [inRoom, once] = [room, message.id].map(encodeURIComponent);
  return {
    method: 'PUT',
    url: `${base}/_matrix/client/v3/rooms/${inRoom}/send/m.room.message/${once}`,
    headers: { Authorization: `Bearer ${token}` },
    body: JSON.stringify({ msgtype: 'm.notice', body: wholeText(message) }),
  };
}

/**
 * ntfy takes a message as JSON at its root (https://docs.ntfy.sh/publish/#publish-as-json); the
 * address names the topic.
 */
export function ntfyPosting(
  { url, token }: Omit<TargetOf<'ntfy'>, 'channel'>,
  { title, text, url: link }: Message,
): Posting {
  const address = new URL(url);
  const topic = address.pathname.split('/').filter(Boolean).pop() ?? '';
  const folder = address.pathname.replace(/[^/]+\/?$/, '');
  let message = text;
  while (Buffer.byteLength(message) > maxNtfyBytes) message = cut(message, message.length - 200);
  return {
    ...{ method: 'POST', url: `${address.origin}${folder}` },
    ...(token !== undefined && { headers: { Authorization: `Bearer ${token}` } }),
    body: JSON.stringify({ topic, title, message, ...(link !== undefined && { click: link }) }),
  };
}

/** Without an escape that was cut in two. */
const cut = (text: string, most: number) =>
  text.length <= most ? text : `${text.slice(0, most - 1).replace(/[\\\ud800-\udbff]+$/, '')}…`;
