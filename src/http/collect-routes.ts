import type { Context } from 'hono';
import { maxBodyBytes } from '../collect/body.ts';
import type { Candidate, Invalid, RequestContext } from '../collect/candidate.ts';
import { collect } from '../collect/collect.ts';
import { readDeploy } from '../collect/dialects/deploy.ts';
import { readEvent } from '../collect/dialects/event.ts';
import { type Drop, isDrop } from '../collect/drop.ts';
import type { Kept } from '../collect/world.ts';
import { noSite } from '../journal/books.ts';
import { DaybookError } from '../lib/errors.ts';
import type { DropReason } from '../model/drop-reasons.ts';
import { bearerOf } from './access.ts';
import { openToAllOrigins } from './all-origins.ts';
import { clientAddress } from './client-address.ts';
import { failure, type Shape } from './failures.ts';
import { requestText } from './request-text.ts';
import { type Route, route } from './route.ts';
import type { World } from './world.ts';

/** Both names of the deploy endpoint: the plain one, and that of API Gateway's `default` stage. */
export const deployPaths = ['/analytics', '/default/analytics'];

const collecting = {
  method: 'POST',
  who: 'anyone',
  isOpenToOrigins: true,
  tag: 'Collecting',
} as const;

/**
 * `POST` of hits, in every dialect. What is sent is described in `collect-docs.ts`: a process that
 * only collects loads no schemas.
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

/** Collects what a dialect read. */
async function take(
  world: World,
  c: Context,
  read: readonly Candidate[] | Invalid,
  context: RequestContext,
): Promise<readonly (Kept | Drop)[]> {
  if ('invalid' in read) {
    world.collect.books.count(
      noSite,
      new Date(context.receivedAtMs).toISOString().slice(0, 10),
      'dropped:invalid',
    );
    c.header('x-daybook-dropped', 'invalid' satisfies DropReason);
    throw invalidError(read);
  }
  return collect(world.collect, read);
}

/** The answer to hits that were taken; what of them was dropped is named in its headers. */
function answer(
  body: string,
  status: number,
  type: string,
  outcomes: readonly (Kept | Drop)[],
): Response {
  // A plain object of headers, since this is the hot path: a `Headers` costs as much as the
  // parsing.
  const headers: Record<string, string> = { 'Content-Type': type, ...openToAllOrigins };
  const reasons = outcomes.filter(isDrop).map(({ dropped }) => dropped);
  if (reasons.length > 0) {
    headers['x-daybook-dropped'] = reasons.join(', ');
    headers['x-plausible-dropped'] = String(reasons.length);
  }
  return new Response(body, { status, headers });
}

/**
 * Runs a collecting route on a request's body; every answer, failures too, may be read from any
 * origin.
 */
async function answering(
  world: World,
  c: Context,
  shape: Shape,
  run: (text: string, context: RequestContext) => Promise<Response>,
): Promise<Response> {
  try {
    const text = await requestText(c, maxBodyBytes);
    // Received is when all of it has come: a slow sender holds nothing up.
    const receivedAtMs = world.arrivals.begin();
    try {
      return await run(text, await contextOf(world, c, receivedAtMs));
    } finally {
      world.arrivals.end(receivedAtMs);
    }
  } catch (error) {
    for (const [name, value] of Object.entries(openToAllOrigins)) c.header(name, value);
    return failure(c, error, shape, world.log);
  }
}

async function contextOf(world: World, c: Context, receivedAtMs: number): Promise<RequestContext> {
  const forwarded = c.req.header('x-forwarded-for');
  const key = bearerOf(c);
  const hasKey = key !== undefined && (await world.owner.isKey(key));
  return {
    userAgent: c.req.header('user-agent') ?? '',
    address: clientAddress(forwarded, world.peerAddress(c), world.trust, hasKey),
    place: world.placeOf?.(c),
    hasKey,
    optsOut: c.req.header('sec-gpc') === '1' || c.req.header('dnt') === '1',
    receivedAtMs,
  };
}

/** A refused body as an error that names its fields. */
export function invalidError({ invalid }: Invalid): DaybookError {
  const message = Object.entries(invalid)
    .map(([field, problems]) => `${field}: ${problems.join(', ')}`)
    .join('; ');
  return new DaybookError('bad-input', message, { fields: { ...invalid } });
}
