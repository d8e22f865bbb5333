import type { Person } from '../account/people.ts';
import { discordPosting, matrixPosting, ntfyPosting, slackPosting } from './channels/chats.ts';
import type { SendMail } from './channels/mail.ts';
import type { Target } from './channels/target.ts';
import { webhookPosting } from './channels/webhook.ts';
import { escaped, link, mailHtml } from './html-parts.ts';
import type { Message } from './message.ts';
import type { Post, Posting } from './post.ts';
import { noMail } from './read.ts';
import type { Subscription } from './subscription.ts';

export type Delivering = {
  readonly post: Post;
  /** Absent: the owner has set no mail server. */
  readonly mail?: SendMail | undefined;
  /** The page where a subscription is ended. */
  readonly unsubscribeUrl: (one: Subscription) => Promise<string>;
};

/** Sends a message to where a subscription says. Rejects as its channel does. */
export async function deliver(
  { post, mail, unsubscribeUrl }: Delivering,
  { subscription, person }: { readonly subscription: Subscription; readonly person: Person },
  message: Message,
): Promise<void> {
  const { target } = subscription;
  if (target.channel !== 'mail') return post(postingOf(target, message));
  if (mail === undefined) throw noMail();
  const endUrl = await unsubscribeUrl(subscription);
  const { id, site, title: subject, text, html, url } = message;
  const why = `You get this since you asked for it: reports of ${site}.`;
  const lines = [
    text,
    '',
    ...(url === undefined ? [] : [url, '']),
    '-- ',
    why,
    `End it: ${endUrl}`,
  ];
  const foot = `${escaped(why)} ${link(endUrl, 'End it')}`;
  return mail({
    ...{ id, subject, to: person.email, unsubscribeUrl: endUrl },
    text: `${lines.join('\n')}\n`,
    html: mailHtml(subject, html, foot),
  });
}

function postingOf(target: Exclude<Target, { channel: 'mail' }>, message: Message): Posting {
  switch (target.channel) {
    case 'webhook':
      return webhookPosting(target, message);
    case 'slack':
      return slackPosting(target, message);
    case 'discord':
      return discordPosting(target, message);
    case 'matrix':
      return matrixPosting(target, message);
    case 'ntfy':
      return ntfyPosting(target, message);
  }
}
