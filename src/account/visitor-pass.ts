import { createHmac, timingSafeEqual } from 'node:crypto';
import { minuteMs } from '../lib/clock.ts';
import type { Site } from './site.ts';

/** Two requests, one after the other. */
export const visitorPassMs = 5 * minuteMs;

/**
 * Says that whoever has it may ask, until then, which visitors of a site a browser is:
 * `<site>.<seconds>.<code>`. So the process that has the salts need not know who people are.
 * Nothing is stored; a new owner key ends it.
 */
export function visitorPass(keyHash: string, { id }: Pick<Site, 'id'>, untilMs: number): string {
  const seconds = Math.floor(untilMs / 1_000);
  return `${id}.${seconds}.${codeOf(keyHash, id, seconds)}`;
}

/** The id of the site that a pass is for; undefined where it has ended, or never was one. */
export function siteOfPass(keyHash: string, pass: string, nowMs: number): string | undefined {
  const [, id, seconds, code] = /^([a-z0-9]{12})\.(\d{1,12})\.([\w-]{43})$/.exec(pass) ?? [];
  if (id === undefined || seconds === undefined || code === undefined) return undefined;
  if (Number(seconds) * 1_000 <= nowMs) return undefined;
  const own = codeOf(keyHash, id, Number(seconds));
  return timingSafeEqual(Buffer.from(code), Buffer.from(own)) ? id : undefined;
}

const codeOf = (keyHash: string, siteId: string, seconds: number) =>
  createHmac('sha256', keyHash).update(`visitors\n${siteId} ${seconds}`).digest('base64url');
