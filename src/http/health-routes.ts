import type { Context } from 'hono';
import { openReadiness } from './readiness.ts';
import { type Route, route } from './route.ts';
import type { World } from './world.ts';

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
    handle: answerReady,
  }),
];

function answerReady(world: World) {
  const problemNow = openReadiness(world);
  return async ({ c }: { readonly c: Context }) => {
    const problem = await problemNow();
    const clock = world.careful.problem();
    if (problem === undefined)
      return c.json({ ready: true, ...(clock !== undefined && { clock }) });
    c.header('Retry-After', '5');
    return c.json({ ready: false, error: problem }, 503);
  };
}
