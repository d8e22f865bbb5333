import { createHmac } from 'node:crypto';
import type { Message } from '../message.ts';
import type { Posting } from '../post.ts';

/**
 * A JSON object, signed as Standard Webhooks says (https://www.standardwebhooks.com): so that the
 * receiver can tell that Daybook sent it, when, and whether it came before.
 */
export function webhookPosting(
  { url, secret }: { readonly url: string; readonly secret: string },
  { id, what, site, title, text, url: link, data, atMs }: Message,
): Posting {
  const body = JSON.stringify({
    ...{ type: what, timestamp: new Date(atMs).toISOString(), site, title, text },
    ...(link !== undefined && { url: link }),
    data,
  });
  const seconds = String(Math.floor(atMs / 1_000));
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const mac = createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64');
  return {
    ...{ method: 'POST', url, body },
    headers: {
      'webhook-id': id,
      'webhook-timestamp': seconds,
      'webhook-signature': `v1,${mac}`,
    },
  };
}
