import type { Context } from 'hono';
import { readAgent } from '../collect/enrich/agent.ts';

/** The browser of somebody who signs in, in words: by it they know their sessions. */
export function clientOf(c: Context): string {
  const { browser, os } = readAgent(c.req.header('user-agent') ?? '');
  return [browser || 'another client', os && `on ${os}`].filter(Boolean).join(' ');
}
