import type { Context } from 'hono';
import type { World } from './world.ts';

/** Where browsers reach this Daybook: as the owner has said, else as this request came. */
export const originOf = ({ publicUrl }: Pick<World, 'publicUrl'>, c: Context): string =>
  publicUrl ?? new URL(c.req.url).origin;
