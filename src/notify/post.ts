import { request as requestPlain } from 'node:http';
import { request as requestTls } from 'node:https';
import { isIP } from 'node:net';
import { addressGroups } from '../lib/address.ts';
import { secondMs } from '../lib/clock.ts';
import { DaybookError, messageOf } from '../lib/errors.ts';
import { isPrivate } from './private-addresses.ts';

/** All addresses of a host name. */
export type Resolve = (host: string) => Promise<readonly string[]>;

export type Posting = {
  readonly method: 'POST' | 'PUT';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body: string;
};

/** Resolves when it was taken. Rejects with `bad-input` where it never will be. */
export type Post = (posting: Posting) => Promise<void>;

const maxAnswerBytes = 65_536;

const timeoutMs = 10 * secondMs;

/**
 * Requests to addresses that people name, which must not reach what only this machine can reach.
 * The name is resolved once, every address that it has is checked, and the connection goes to one
 * of those: a name that means another address a moment later is of no use. No redirect is followed,
 * and of an answer the status alone is looked at.
 */
export function openPost({
  resolve,
  allowsPrivate = false,
}: {
  readonly resolve: Resolve;
  /** The owner has said that private addresses may be reached, and by HTTP too. */
  readonly allowsPrivate?: boolean;
}): Post {
  return async ({ method, url, headers, body }) => {
    const target = new URL(url);
    const problem = addressProblem(url, allowsPrivate);
    if (problem !== undefined) throw new DaybookError('bad-input', problem);
    const host = target.hostname.replace(/^\[|\]$/g, '');
    const address = await addressOf(host, { resolve, allowsPrivate });
    await send(target, { host, address }, { method, headers, body });
  };
}

/** What is wrong with an address to send to, as far as it shows without asking for its name. */
export function addressProblem(text: string, allowsPrivate: boolean): string | undefined {
  if (!URL.canParse(text)) return 'expected an address such as https://example.com/hook';
  const { protocol, username, password, hostname } = new URL(text);
  if (username !== '' || password !== '') return 'expected an address without user and password';
  if (protocol !== 'https:' && !(allowsPrivate && protocol === 'http:'))
    return 'expected an address that starts with https://; others need --private-webhooks';
  // Whatever way an IPv4 address was written in, a URL has it dotted.
  const host = hostname.replace(/^\[|\]$/g, '');
  if (!allowsPrivate && isIP(host) !== 0 && isPrivate(host)) return notAllowed(host);
  return undefined;
}

const notAllowed = (host: string) =>
  `expected a public address; ${host} is not, and the owner has not allowed others`;

async function addressOf(
  host: string,
  { resolve, allowsPrivate }: { readonly resolve: Resolve; readonly allowsPrivate: boolean },
): Promise<string> {
  if (isIP(host) !== 0) return host;
  let addresses: readonly string[];
  try {
    addresses = await resolve(host);
  } catch (error) {
    throw new DaybookError('unavailable', `${host} has no address: ${messageOf(error)}`);
  }
  const [first] = addresses;
  if (first === undefined) throw new DaybookError('unavailable', `${host} has no address`);
  const isOpen = (one: string) => addressGroups(one) !== undefined && !isPrivate(one);
  if (!allowsPrivate && !addresses.every(isOpen))
    throw new DaybookError('bad-input', notAllowed(host));
  return first;
}

function send(
  target: URL,
  { host, address }: { readonly host: string; readonly address: string },
  { method, headers = {}, body }: Omit<Posting, 'url'>,
): Promise<void> {
  const isTls = target.protocol === 'https:';
  const bytes = Buffer.from(body);
  return new Promise((resolve, reject) => {
    const failed = (why: string) =>
      reject(new DaybookError('unavailable', `${target.host} could not be reached: ${why}`));
    const asked = (isTls ? requestTls : requestPlain)({
      ...{ method, agent: false, host: address, path: `${target.pathname}${target.search}` },
      ...(target.port !== '' && { port: target.port }),
      ...(isTls && isIP(host) === 0 && { servername: host }),
      headers: {
        ...{ Host: target.host, 'User-Agent': 'Daybook', 'Content-Type': 'application/json' },
        ...headers,
        'Content-Length': String(bytes.length),
      },
    });
    const timer = setTimeout(() => {
      asked.destroy();
      failed(`no answer within ${timeoutMs / secondMs} seconds`);
    }, timeoutMs);
    asked.on('close', () => clearTimeout(timer));
    asked.on('error', (error) => failed(messageOf(error)));
    asked.on('response', (response) => {
      const { statusCode: status = 0 } = response;
      let answered = 0;
      response.on('data', (chunk: Buffer) => {
        answered += chunk.length;
        if (answered > maxAnswerBytes) response.destroy();
      });
      response.on('error', () => {});
      if (status >= 200 && status < 300) resolve();
      else reject(refusal(target, status));
    });
    asked.end(bytes);
  });
}

/** Whether it is worth trying again. */
const isPassing = (status: number) => status === 408 || status === 429 || status >= 500;

function refusal(target: URL, status: number): DaybookError {
  const more = status >= 300 && status < 400 ? '; redirects are not followed' : '';
  return new DaybookError(
    isPassing(status) ? 'unavailable' : 'bad-input',
    `${target.host} answered ${status}${more}`,
  );
}
