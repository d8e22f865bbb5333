import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

/** A mail as it came over the wire. */
export type ReceivedMail = { readonly from: string; readonly to: readonly string[]; raw: string };

export type MailServer = {
  readonly url: string;
  readonly port: number;
  readonly mails: ReceivedMail[];
  /** What it answers to the next mails; undefined: it takes them. */
  refusesWith?: { readonly code: number; readonly text: string } | undefined;
  close(): Promise<void>;
};

/** A real SMTP server on this machine, which keeps what it gets. */
export async function openMailServer(port = 0): Promise<MailServer> {
  const mails: ReceivedMail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { refusesWith } = opened;
        if (refusesWith !== undefined)
          return done(
            Object.assign(new Error(refusesWith.text), { responseCode: refusesWith.code }),
          );
        const { mailFrom, rcptTo } = session.envelope;
        mails.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          raw: Buffer.concat(chunks).toString('utf8'),
        });
        done();
      });
    },
  });
  const listener = server.server;
  server.listen(port, '127.0.0.1');
  if (!listener.listening) await once(listener, 'listening');
  const { port: taken } = listener.address() as AddressInfo;
  const opened: MailServer = {
    ...{ url: `smtp://127.0.0.1:${taken}`, port: taken, mails },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
  return opened;
}

/** The headers of a mail by their names in lower case, unfolded. */
export function headersOf({ raw }: ReceivedMail): ReadonlyMap<string, string> {
  const [head = ''] = raw.split('\r\n\r\n');
  return new Map(
    head
      .replace(/\r\n[ \t]+/g, ' ')
      .split('\r\n')
      .map((line) => [
        line.slice(0, line.indexOf(':')).toLowerCase(),
        line.replace(/^[^:]*: ?/, ''),
      ]),
  );
}

/** The part of a mail that is of a type, as text. */
export function partOf({ raw }: ReceivedMail, type: 'text/plain' | 'text/html'): string {
  const [, boundary = ''] = /boundary="([^"]+)"/.exec(raw) ?? [];
  const part = raw.split(`\r\n--${boundary}`).find((one) => one.includes(`Content-Type: ${type}`))!;
  const at = part.indexOf('\r\n\r\n');
  const head = part.slice(0, at);
  const body = part.slice(at + 4).replaceAll('\r\n', '\n');
  const encoding = /content-transfer-encoding: (\S+)/i.exec(head)?.[1]?.toLowerCase();
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString('utf8');
  if (encoding !== 'quoted-printable') return body;
  const bytes = body
    .replace(/=\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
