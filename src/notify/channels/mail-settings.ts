import { DaybookError } from '../../lib/errors.ts';

export type MailSettings = {
  /** `smtp://` or `smtps://`, with user and password where the server wants them. */
  readonly smtp: string;
  /** `reports@example.com`, or `Daybook <reports@example.com>`. */
  readonly from: string;
};

/** Throws `bad-input`. */
export function checkSmtp(smtp: string): void {
  const isSmtp = URL.canParse(smtp) && /^smtps?:$/.test(new URL(smtp).protocol);
  if (isSmtp && new URL(smtp).hostname !== '') return;
  throw new DaybookError(
    'bad-input',
    'expected a mail server such as smtps://user:password@mail.example.com',
  );
}

const address = /^(?:[^<>@\r\n]+<[^<>\s@]+@[^<>\s@]+>|[^<>\s@]+@[^<>\s@]+)$/;

/** Throws `bad-input`. */
export function checkMailFrom(from: string): void {
  if (address.test(from)) return;
  throw new DaybookError(
    'bad-input',
    'expected an address such as reports@example.com, or Daybook <reports@example.com>',
  );
}
