import type { Context } from 'hono';
import { maxBodyBytes } from '../collect/body.ts';
import { messageOf } from '../lib/errors.ts';
import { type Route, route } from './route.ts';
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
export const healthRoutes: readonly Route[] = [
  route({
    ...{ method: 'GET', path: '/health/live', who: 'anyone', tag: 'Health' },
    summary: 'Whether the process answers',
    answers: { 200: { description: 'it does' } },
    handle: () => (call) => call.c.json({ live: true }),
  }),
  route({
    ...{ method: 'GET', path: '/health/ready', who: 'anyone', tag: 'Health' },
    summary: 'Whether a hit can be stored',
    answers: {
      200: { description: 'it can; `clock` says what is wrong with the clock' },
      503: { description: 'it cannot, and why' },
    },
    handle: openReadiness,
  }),
];

function openReadiness(world: World) {
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

  return async ({ c }: { readonly c: Context }) => {
    const clock = world.careful.problem();
    const nowMs = world.clock();
    if (last === undefined || Math.abs(nowMs - last.atMs) >= answerLifeMs)
      last = { atMs: nowMs, problem: tryToStore(nowMs) };
    const problem = (await last.problem) ?? (world.careful.isSet() ? undefined : clock);
    if (problem === undefined)
      return c.json({ ready: true, ...(clock !== undefined && { clock }) });
    c.header('Retry-After', '5');
    return c.json({ ready: false, error: problem }, 503);
  };
}
