import { lookup } from 'node:dns/promises';
import { readFileSync } from 'node:fs';
import type { World } from '../http/world.ts';
import { DaybookError, messageOf } from '../lib/errors.ts';
import { openMail } from '../notify/channels/mail.ts';
import { checkSmtp, type MailSettings } from '../notify/channels/mail-settings.ts';
import { type Notify, openNotify } from '../notify/notify.ts';
import type { Resolve } from '../notify/post.ts';
import { openRandom } from './random.ts';
import { readSetting } from './settings/environment.ts';

export type NotifyFlags = {
  /** `smtps://user:password@mail.example.com`. */
  readonly smtp?: string | undefined;
  /** A file that contains it. */
  readonly smtpFile?: string | undefined;
  readonly mailFrom?: string | undefined;
  /** Messages may go to private addresses, and by HTTP. */
  readonly privateWebhooks?: 'true' | 'false' | undefined;
};

export type NotifySettings = {
  readonly mail?: MailSettings;
  readonly allowsPrivate: boolean;
};

/** What flags or the environment say. Throws `bad-input` that says what is missing. */
export function readNotify(
  env: NodeJS.ProcessEnv,
  { publicUrl, ...flags }: NotifyFlags & { readonly publicUrl?: string | undefined },
): NotifySettings {
  const smtp = flags.smtp ?? mailServerOf(env, flags.smtpFile);
  const from = flags.mailFrom ?? readSetting('mail-from', env);
  const allowed = flags.privateWebhooks ?? readSetting('private-webhooks', env);
  const allowsPrivate = allowed === 'true';
  if (smtp === undefined) return { allowsPrivate };
  if (from === undefined)
    throw new DaybookError(
      'bad-input',
      'smtp: expected --mail-from beside it: whom mails come from',
    );
  // Each mail has a link by which it is ended, which needs no signing in.
  if (publicUrl === undefined)
    throw new DaybookError(
      'bad-input',
      'smtp: expected --public-url beside it: mails contain links',
    );
  return { mail: { smtp, from }, allowsPrivate };
}

/** The mail server of a file, or of the environment. Throws `bad-input`. */
export function mailServerOf(
  env: NodeJS.ProcessEnv,
  file = readSetting('smtp-file', env),
): string | undefined {
  return file ? textIn(file) : readSetting('smtp', env);
}

export type NotifyParts = Pick<
  World,
  'home' | 'clock' | 'sites' | 'people' | 'engine' | 'publicUrl' | 'log'
>;

export function openNotifying(
  { home, engine, publicUrl, ...parts }: NotifyParts,
  { mail, allowsPrivate }: NotifySettings,
  resolve: Resolve = addressesOf,
): Notify {
  return openNotify(home, {
    ...{ ...parts, random: openRandom(), reports: engine, resolve, allowsPrivate, publicUrl },
    mail: mail && openMail(mail),
  });
}

/** As the system resolves names. */
const addressesOf: Resolve = async (host) =>
  (await lookup(host, { all: true })).map(({ address }) => address);

function textIn(path: string): string {
  try {
    const smtp = readFileSync(path, 'utf8').trim();
    checkSmtp(smtp);
    return smtp;
  } catch (error) {
    throw new DaybookError('bad-input', `--smtp-file: ${messageOf(error)}`);
  }
}
