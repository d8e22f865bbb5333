import { Hono } from 'hono';
import { openClassicStore } from '../../home/aws/classic-store.ts';
import { readSettings } from '../../home/aws/settings.ts';
import type { ClassicStore } from '../../home/classic-store.ts';
import { classicRoutes } from '../../http/classic-routes.ts';
import { collectRoutes } from '../../http/collect-routes.ts';
import { failure } from '../../http/failures.ts';
import { readRoutes, refuseOtherMethods } from '../../http/read-routes.ts';
import { mount } from '../../http/route.ts';
import type { World } from '../../http/world.ts';
import { DaybookError } from '../../lib/errors.ts';
import { openLog } from '../log.ts';
import { openRandom } from '../random.ts';
import { gatewayHandler, type Opened } from './gateway.ts';
import { cacheFolder, keepOwner, openLambdaWorld, restLimits } from './world.ts';

/**
 * The plain analytics microservice as one function with `GET` and `POST`: whatever its route in API
 * Gateway is called. Its table (`DAYBOOK_TABLE`, else `DeployHits`) is either the course's own,
 * with the keys `pagePath` and `timestamp`, or one of Daybook's: the table itself shows which.
 */
export const handler = gatewayHandler(async () => {
  const { env } = process;
  const classic = await openClassicStore(readSettings(env, cacheFolder), Date.now);
  return classic === undefined ? openDaybook(env) : openClassic(classic, env);
}, '/analytics');

function openClassic(store: ClassicStore, env: NodeJS.ProcessEnv): Opened {
  const log = openLog(env, 1, null);
  const app = classicRoutes({
    store,
    log,
    answerLimits: restLimits,
    clock: Date.now,
    random: openRandom(),
  });
  return { app, log, settle: async () => {} };
}

/**
 * Over a table of Daybook's: `DAYBOOK_SITE` names the site; where there is none yet it is made,
 * open to read as the course's is.
 */
async function openDaybook(env: NodeJS.ProcessEnv): Promise<Opened> {
  const { world, log, settle } = await openLambdaWorld({
    ...{ env, collects: true, answerLimits: restLimits },
  });
  await keepOwner(world, env);
  await keepSite(world, env['DAYBOOK_SITE'] ?? '');
  // There is no other function to do it. Where this one may not, DynamoDB's TTL is left.
  await world.home.salts
    .destroyDue(world.clock())
    .catch((error: unknown) =>
      log.warn({ err: error }, 'salts that are due could not be destroyed'),
    );
  const app = new Hono();
  mount(app, world, [...collectRoutes, ...readRoutes.filter(({ path }) => path !== '/api/books')]);
  refuseOtherMethods(app);
  app.onError((error, c) => failure(c, error, 'message', world));
  return { app, log, settle };
}

async function keepSite({ sites }: World, domain: string): Promise<void> {
  if (domain === '') {
    if ((await sites.findDefault()) !== undefined) return;
    throw new DaybookError(
      'unavailable',
      'this table has no site yet, so no hit could be kept: set the environment variable ' +
        'DAYBOOK_SITE to the domain of your site',
    );
  }
  if ((await sites.find(domain)) !== undefined) return;
  try {
    await sites.add(domain, { open: true, default: true });
  } catch (error) {
    // Several copies started at once, and another one has made it.
    if (!(error instanceof DaybookError && error.fault === 'conflict')) throw error;
  }
}
