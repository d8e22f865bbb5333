import { Hono } from 'hono';
import { maxBodyBytes } from '../collect/body.ts';
import { messageOf } from '../lib/errors.ts';
import type { World } from './world.ts';

/**
 * As large as a hit can be: on a disk that is nearly full, small rows still fit where hits do not.
 */
const room = ' '.repeat(maxBodyBytes);

/** One try at storing serves every question within this time. */
const answerLifeMs = 1_000;

/**
 * `/health/live`: the process answers. `/health/ready`: a hit can be stored, tried out with a row
 * of our own.
 */
export function healthRoutes(world: World): Hono {
  const routes = new Hono();
  let last: { readonly atMs: number; readonly problem: Promise<string | undefined> } | undefined;

  async function tryToStore(nowMs: number): Promise<string | undefined> {
    try {
      await world.home.rows.append([
        { partition: 'health', sort: 'ready', value: JSON.stringify({ atMs: nowMs, room }) },
      ]);
      return undefined;
    } catch (error) {
      return messageOf(error);
    }
  }

  routes.get('/health/live', (c) => c.json({ live: true }));
  routes.get('/health/ready', async (c) => {
    const clock = world.careful.problem();
    const nowMs = world.clock();
    if (last === undefined || Math.abs(nowMs - last.atMs) >= answerLifeMs)
      last = { atMs: nowMs, problem: tryToStore(nowMs) };
    const problem = (await last.problem) ?? (world.careful.isSet() ? undefined : clock);
    if (problem === undefined)
      return c.json({ ready: true, ...(clock !== undefined && { clock }) });
    c.header('Retry-After', '5');
    return c.json({ ready: false, error: problem }, 503);
  });

  return routes;
}
