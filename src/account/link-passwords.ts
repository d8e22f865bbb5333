import { createHmac, scrypt, timingSafeEqual } from 'node:crypto';
import type { Home } from '../home/home.ts';
import { minuteMs } from '../lib/clock.ts';
import { DaybookError } from '../lib/errors.ts';
import type { Random } from '../lib/random.ts';
import type { SharedLink } from './shared-link.ts';

/**
 * Passwords of shared links. People choose them, so they are hashed slowly and tried rarely: how
 * often each link's was tried lately is a row, among all processes.
 *
 *   linktry/<site>   <id of the link>
 */
export const passwordTryPartition = (siteId: string) => `linktry/${siteId}`;

/** 16 MB and some 40 ms of a core. */
const cost = { N: 16_384, r: 8, p: 1 };

const hashBytes = 32;

function derive(password: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFC'), salt, hashBytes, cost, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}

/** `scrypt:<salt>:<hash>`, in hex. */
export async function hashPassword(password: string, random: Random): Promise<string> {
  const salt = random(16);
  const hash = await derive(password, salt);
  return `scrypt:${salt.toString('hex')}:${hash.toString('hex')}`;
}

async function fits(password: string, stored: string): Promise<boolean> {
  const [, salt = '', hash = ''] = stored.split(':');
  const made = await derive(password, Buffer.from(salt, 'hex'));
  return timingSafeEqual(made, Buffer.from(hash, 'hex'));
}

const mostTries = 10;

const triesMs = 15 * minuteMs;

type Tries = { readonly fromMs: number; readonly count: number };

type Place = { readonly siteId: string; readonly link: SharedLink };

/**
 * Whether it is the link's password. Each try is counted before it is looked at; throws `too-many`
 * where there were too many lately.
 */
export async function isPasswordOf(
  { rows }: Pick<Home, 'rows'>,
  { siteId, link }: Place,
  password: string,
  nowMs: number,
): Promise<boolean> {
  const key = { partition: passwordTryPartition(siteId), sort: link.id };
  for (;;) {
    const text = await rows.get(key.partition, key.sort);
    const before = text === undefined ? undefined : (JSON.parse(text) as Tries);
    const isLately = before !== undefined && Math.abs(nowMs - before.fromMs) < triesMs;
    if (isLately && before.count >= mostTries)
      throw new DaybookError('too-many', 'too many tries: wait for a quarter of an hour');
    const tries = isLately ? { ...before, count: before.count + 1 } : { fromMs: nowMs, count: 1 };
    if (await rows.putIf({ ...key, value: JSON.stringify(tries) }, text)) break;
  }
  const isRight = await fits(password, link.password!);
  if (isRight) await forgetTries({ rows }, siteId, link.id);
  return isRight;
}

export const forgetTries = ({ rows }: Pick<Home, 'rows'>, siteId: string, linkId: string) =>
  rows.remove([{ partition: passwordTryPartition(siteId), sort: linkId }]);

/** So long a password that was given holds. */
export const passMs = 12 * 60 * minuteMs;

/**
 * Says that the password was given, until then: `<seconds>.<code>`. The code is made with the
 * password's hash, so it ends with that password. Nothing is stored.
 */
export function passFor(link: SharedLink, untilMs: number): string {
  const seconds = Math.floor(untilMs / 1_000);
  return `${seconds}.${codeOf(link, seconds)}`;
}

export function isPassOf(link: SharedLink, pass: string, nowMs: number): boolean {
  const [, seconds, code] = /^(\d{1,12})\.([\w-]{43})$/.exec(pass) ?? [];
  if (seconds === undefined || code === undefined || Number(seconds) * 1_000 <= nowMs) return false;
  return timingSafeEqual(Buffer.from(code), Buffer.from(codeOf(link, Number(seconds))));
}

const codeOf = ({ id, password }: SharedLink, seconds: number) =>
  createHmac('sha256', password!).update(`${id} ${seconds}`).digest('base64url');
