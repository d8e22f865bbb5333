import type { Context } from 'hono';
import type { Random } from '../lib/random.ts';

export const requestIdHeader = 'X-Request-Id';

/**
 * What proxies make: a UUID, or digits of base 16. Nothing else is taken over into the log: a
 * longer text may be an address or a secret.
 */
const sane = /^[0-9a-f-]{8,64}$/i;

/**
 * The id of a request: the one that it came with, else one made now. The answer says it. Only
 * failures are asked for theirs, so that hits do without.
 */
export function nameRequest(c: Context, random: Random): string {
  const given = c.req.header(requestIdHeader);
  const id = given !== undefined && sane.test(given) ? given : random(16).toString('hex');
  c.header(requestIdHeader, id);
  return id;
}
