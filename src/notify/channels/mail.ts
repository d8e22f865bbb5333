import { secondMs } from '../../lib/clock.ts';
import { DaybookError, messageOf } from '../../lib/errors.ts';
import type { MailSettings } from './mail-settings.ts';

export type Mail = {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** Where it is ended: a page, and by one POST. */
  readonly unsubscribeUrl: string;
  /** Names it; the same for every try. */
  readonly id: string;
};

/**
 * Resolves when a server has taken it. Rejects with `unavailable` where it surely has not and may
 * later, with `bad-input` where it never will, with `conflict` where nobody knows.
 */
export type SendMail = (mail: Mail) => Promise<void>;

const timeoutMs = 30 * secondMs;

/** Nodemailer is loaded by the first mail. Each mail has a connection of its own: they are few. */
export function openMail({ smtp, from }: MailSettings): SendMail {
  const { protocol, hostname } = new URL(smtp);
  return async ({ to, subject, text, html, unsubscribeUrl, id }) => {
    const { createTransport } = await import('nodemailer');
    let isWhole = false;
    const transport = createTransport({
      ...{ url: smtp, disableFileAccess: true, disableUrlAccess: true },
      ...(protocol === 'smtp:' && { requireTLS: !isNear(hostname) }),
      ...{ connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: timeoutMs },
      logger: onInfo(({ tnx }) => {
        if (tnx === 'message') isWhole = true;
      }),
    });
    try {
      await transport.sendMail({
        from,
        // As an object: whatever stands in it is one address.
        to: { name: '', address: to },
        ...{ subject, text, html },
        messageId: `<${id}@${domainOf(from)}>`,
        headers: {
          'List-Unsubscribe': `<${unsubscribeUrl}>`,
          'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
          'Auto-Submitted': 'auto-generated',
        },
      });
    } catch (error) {
      throw failureOf(error, isWhole);
    } finally {
      transport.close();
    }
  };
}

/** Nodemailer's log, of which nothing is kept: it says when the whole mail is on its way. */
function onInfo(info: (entry: { readonly tnx?: string }) => void) {
  const none = () => {};
  return {
    ...{ level: none, trace: none, debug: none, warn: none, error: none, fatal: none },
    info,
  };
}

/** A server on this machine may speak without TLS. */
const isNear = (host: string) => ['localhost', '127.0.0.1', '[::1]'].includes(host);

const domainOf = (from: string) => /@([^\s>]+)/.exec(from)![1]!;

function failureOf(error: unknown, isWhole: boolean): DaybookError {
  const { responseCode } = (error ?? {}) as { readonly responseCode?: number };
  const said = `the mail server: ${messageOf(error)}`;
  // It has all of the mail, and may have taken it before the connection broke.
  if (isWhole && responseCode === undefined)
    return new DaybookError('conflict', `${said}; it may have been sent`, { cause: error });
  const isForGood = responseCode !== undefined && responseCode >= 550 && responseCode < 560;
  return new DaybookError(isForGood ? 'bad-input' : 'unavailable', said, { cause: error });
}
