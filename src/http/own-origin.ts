import type { Context } from 'hono';
import { getPath } from 'hono/utils/url';
import { isHttps } from './cookies.ts';
import type { World } from './world.ts';

/** Where browsers reach this Daybook: as the owner has said, else as this request came. */
export function addressOfDaybook(
  { publicUrl, base = '' }: Pick<World, 'publicUrl' | 'base'>,
  c: Context,
): string {
  if (publicUrl !== undefined) return publicUrl;
  const url = new URL(c.req.url);
  if (isHttps(c)) url.protocol = 'https:';
  return `${url.origin}${base}`;
}

/**
 * What a request asks for below `base`. A proxy may have taken the base away already: no route of
 * ours begins like it.
 */
export const pathBelow =
  (base: string) =>
  (request: Request): string => {
    const path = getPath(request);
    if (path === base) return '/';
    return path.startsWith(`${base}/`) ? path.slice(base.length) : path;
  };
