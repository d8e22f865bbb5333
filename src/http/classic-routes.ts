import { type Context, Hono } from 'hono';
import type { Logger } from 'pino';
import { maxBodyBytes } from '../collect/body.ts';
import { readDeployBody } from '../collect/dialects/deploy.ts';
import type { ClassicStore } from '../home/classic-store.ts';
import type { Clock } from '../lib/clock.ts';
import type { Random } from '../lib/random.ts';
import { openToAllOrigins, preflight } from './all-origins.ts';
import { failure } from './failures.ts';
import { readLimit } from './read-routes.ts';
import { requestText } from './request-text.ts';
import { scanAnswer } from './scan-answer.ts';
import { streamed } from './streamed.ts';
import { invalidError } from './take-hits.ts';
import type { AnswerLimits } from './world.ts';

/** What the routes of a classic table work with. */
export type ClassicWorld = {
  readonly store: ClassicStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly answerLimits: AnswerLimits;
};

/**
 * The course's microservice over its own table: `POST` puts an item, `GET` scans all of them. There
 * are no sites, visitors or keys: whoever reaches the API may do both.
 */
export function classicRoutes(world: ClassicWorld): Hono {
  const routes = new Hono();
  const { store, clock, random, answerLimits } = world;
  const answering = async (c: Context, answer: () => Promise<Response>) => {
    try {
      return await answer();
    } catch (error) {
      for (const [name, value] of Object.entries(openToAllOrigins)) c.header(name, value);
      return failure(c, error, 'message', world);
    }
  };

  routes.post('*', (c) =>
    answering(c, async () => {
      const read = readDeployBody(await requestText(c, maxBodyBytes));
      if ('invalid' in read) throw invalidError(read);
      const id = random(8).toString('hex');
      await store.put({ pagePath: read.pathname, atMicros: clock() * 1_000, sent: read.sent }, id);
      return c.json({ id }, 200, openToAllOrigins);
    }),
  );
  routes.get('*', (c) =>
    answering(c, async () => {
      const limit = readLimit(c.req.query('Limit'));
      const items = itemsOf(store, c.req.query('ExclusiveStartKey'));
      // What is wrong with the table is known before the answer begins.
      const first = await items.next();
      const all = first.done ? items : withFirst(first.value, items);
      const answer = scanAnswer(all, { clock, limit, limits: answerLimits });
      return streamed(answer, 'application/json', openToAllOrigins);
    }),
  );
  routes.options('*', (c) => preflight(c, openToAllOrigins));
  routes.all('*', (c) =>
    c.json({ message: `expected GET or POST, got ${c.req.method}` }, 400, openToAllOrigins),
  );
  return routes;
}

type Scanned = { readonly key: string; readonly item: unknown };

async function* itemsOf(store: ClassicStore, after: string | undefined): AsyncGenerator<Scanned> {
  for await (const page of store.scan(after)) yield* page;
}

async function* withFirst<T>(first: T, rest: AsyncGenerator<T>): AsyncGenerator<T> {
  yield first;
  yield* rest;
}
