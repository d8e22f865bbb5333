import { Hono } from 'hono';
import { collectRoutes } from '../../http/collect-routes.ts';
import { failure } from '../../http/failures.ts';
import { readRoutes } from '../../http/read-routes.ts';
import type { World } from '../../http/world.ts';
import { DaybookError } from '../../lib/errors.ts';
import { gatewayHandler } from './gateway.ts';
import { keepOwner, openLambdaWorld } from './world.ts';

/**
 * The plain analytics microservice as one function with `GET` and `POST`: whatever its route in API
 * Gateway is called. `DAYBOOK_SITE` names the site; where there is none yet it is made, open to
 * read as the course's is.
 */
export const handler = gatewayHandler(async () => {
  const { env } = process;
  const { world, log, settle } = await openLambdaWorld({ env });
  await keepOwner(world, env);
  await keepSite(world, env['DAYBOOK_SITE'] ?? '');
  // There is no other function to do it. Where this one may not, DynamoDB's TTL is left.
  await world.home.salts
    .destroyDue(world.clock())
    .catch((error: unknown) =>
      log.warn({ err: error }, 'salts that are due could not be destroyed'),
    );
  const app = new Hono();
  app.route('/', collectRoutes(world));
  app.route('/', readRoutes(world));
  app.onError((error, c) => failure(c, error, 'message', log));
  return { app, log, settle };
}, '/analytics');

async function keepSite({ sites }: World, domain: string): Promise<void> {
  if (domain === '' || (await sites.find(domain)) !== undefined) return;
  try {
    await sites.add(domain, { open: true, default: true });
  } catch (error) {
    // Two functions started at once: the other one has made it.
    if (!(error instanceof DaybookError && error.fault === 'conflict')) throw error;
  }
}
