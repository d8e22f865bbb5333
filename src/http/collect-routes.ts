import type { Context } from 'hono';
import { readDeploy } from '../collect/dialects/deploy.ts';
import { readEvent } from '../collect/dialects/event.ts';
import { isDrop } from '../collect/drop.ts';
import { openToAllOrigins } from './all-origins.ts';
import { eventsRoute } from './events-route.ts';
import { goatcounterRoutes } from './goatcounter/count.ts';
import { pixelRoute } from './pixel-route.ts';
import { type Route, route } from './route.ts';
import { answer, answering, take } from './take-hits.ts';
import { umamiSendRoutes } from './umami/send.ts';
import type { World } from './world.ts';

/** Both names of the deploy endpoint: the plain one, and that of API Gateway's `default` stage. */
export const deployPaths = ['/analytics', '/default/analytics'];

const collecting = {
  method: 'POST',
  who: 'anyone',
  isOpenToOrigins: true,
  tag: 'Collecting',
} as const;

/** The same for the names that the owner has chosen. */
export const chosenRoutes = ({ eventPath }: Pick<World, 'eventPath'>): readonly Route[] =>
  eventPath === undefined ? [] : [{ ...collectRoutes[0]!, path: eventPath }];

/**
 * Hits, in every dialect. What is sent is described in `collect-docs.ts`: a process that only
 * collects loads no schemas.
 */
export const collectRoutes: readonly Route[] = [
  route({
    ...collecting,
    path: '/api/event',
    summary: 'An event: a pageview, or one of yours',
    shape: 'errors',
    answers: { 202: { description: 'taken' } },
    errors: [400, 413],
    origins: openToBeacons,
    handle:
      (world) =>
      ({ c }) =>
        answering(world, c, 'errors', async (text, context) => {
          if (c.req.header('x-debug-request') === 'true') return c.text(context.address);
          const outcomes = await take(world, c, readEvent(text, context), context);
          return answer('ok', 202, 'text/plain;charset=UTF-8', outcomes);
        }),
  }),
  eventsRoute,
  pixelRoute,
  ...umamiSendRoutes,
  ...goatcounterRoutes,
  ...deployPaths.map((path) =>
    route({
      ...collecting,
      path,
      summary: 'A pageview of the plain analytics microservice',
      shape: 'message',
      answers: { 200: { description: 'taken' } },
      errors: [400, 413],
      handle:
        (world) =>
        ({ c }) =>
          answering(world, c, 'message', async (text, context) => {
            const candidate = readDeploy(text, context, c.req.query());
            const sent = 'invalid' in candidate ? candidate : [candidate];
            const [outcome] = await take(world, c, sent, context);
            const body = isDrop(outcome!)
              ? { id: null, dropped: outcome.dropped }
              : { id: outcome!.id };
            return answer(JSON.stringify(body), 200, 'application/json', [outcome!]);
          }),
    }),
  ),
];

/**
 * `sendBeacon` always sends credentials, and a browser lets JSON with credentials through only to
 * where its own origin is named. Nothing that this route answers depends on them.
 */
function openToBeacons(c: Context): Record<string, string> {
  const origin = c.req.header('origin');
  if (origin === undefined) return openToAllOrigins;
  return {
    ...openToAllOrigins,
    'Access-Control-Allow-Origin': origin,
    'Access-Control-Allow-Credentials': 'true',
    Vary: 'Origin',
  };
}
