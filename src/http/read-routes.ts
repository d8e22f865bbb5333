import { Hono } from 'hono';
import { deployItem } from '../collect/dialects/deploy.ts';
import { readBooks } from '../days/books.ts';
import type { PlacedHit } from '../days/journal-hits.ts';
import { type Place, startOf } from '../journal/keys.ts';
import { DaybookError } from '../lib/errors.ts';
import { type Day, isDay } from '../lib/site-days.ts';
import type { Hit } from '../model/hit.ts';
import { type Readable, readableSite, requireOwner } from './access.ts';
import { deployPaths, openToAllOrigins } from './collect-routes.ts';
import { failure } from './failures.ts';
import { hitsAsCsv } from './hits-csv.ts';
import { begun, rawHits } from './raw-hits.ts';
import { type Scanned, scanAnswer } from './scan-answer.ts';
import { streamed } from './streamed.ts';
import type { AnswerLimits, World } from './world.ts';

/** `GET` of raw rows: as the deploy endpoint gives them, and whole. */
export function readRoutes(world: World): Hono {
  const routes = new Hono();

  for (const path of deployPaths) {
    routes.get(path, async (c) => {
      try {
        const readable = await readableSite(world, c, c.req.query('site'));
        const limit = readLimit(c.req.query('Limit'));
        const start = readStartKey(c.req.query('ExclusiveStartKey'));
        const hits = await begun(
          rawHits(world, readable, { after: start, pageviews: true, limit: limit + 1 }),
        );
        const limits = world.answerLimits ?? unlimited;
        const answer = scanAnswer(asScanned(hits), { clock: world.clock, limit, limits });
        return streamed(answer, 'application/json', openToAllOrigins);
      } catch (error) {
        c.header('Access-Control-Allow-Origin', '*');
        return failure(c, error, 'message', world.log);
      }
    });
    routes.all(path, (c) =>
      c.json({ message: `expected GET or POST, got ${c.req.method}` }, 400, openToAllOrigins),
    );
  }

  routes.get('/api/hits', async (c) => {
    const { site: domain, from, to, format = 'ndjson' } = c.req.query();
    const readable = await readableSite(world, c, domain);
    for (const [name, day] of Object.entries({ from, to })) {
      if (day !== undefined && !isDay(day)) {
        throw new DaybookError(
          'bad-input',
          `${name}: expected a day such as 2026-11-22, got ${JSON.stringify(day)}`,
        );
      }
    }
    if (from !== undefined && to !== undefined && from > to) {
      throw new DaybookError(
        'bad-input',
        `to: expected a day not before from (${from}), got ${to}`,
      );
    }
    const hits = await begun(hitsOf(world, readable, from, to));
    if (format === 'ndjson') return streamed(asLines(hits), 'application/x-ndjson');
    if (format === 'csv') return streamed(hitsAsCsv(hits), 'text/csv; charset=utf-8');
    throw new DaybookError(
      'bad-input',
      `format: expected ndjson or csv, got ${JSON.stringify(format)}`,
    );
  });

  routes.get('/api/books', async (c) => {
    await requireOwner(world, c);
    const { site } = await readableSite(world, c, c.req.query('site'));
    return c.json({ days: await readBooks(world.home, site.id) });
  });

  return routes;
}

async function* hitsOf(
  world: World,
  readable: Readable,
  from: Day | undefined,
  to: Day | undefined,
) {
  const after = from === undefined ? undefined : startOf(from);
  for await (const { hit } of rawHits(world, readable, { after, to })) yield hit;
}

async function* asLines(hits: AsyncIterable<Hit>): AsyncGenerator<string> {
  for await (const hit of hits) yield `${JSON.stringify(hit)}\n`;
}

const unlimited: AnswerLimits = { bytes: Number.POSITIVE_INFINITY, ms: Number.POSITIVE_INFINITY };

async function* asScanned(hits: AsyncIterable<PlacedHit>): AsyncGenerator<Scanned> {
  for await (const { day, order, hit } of hits)
    yield { key: `${day}/${order}`, item: deployItem(hit) };
}

/** `?Limit=`: how many items an answer may have. Throws `bad-input`. */
export function readLimit(text: string | undefined): number {
  if (text === undefined) return Number.POSITIVE_INFINITY;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new DaybookError(
    'bad-input',
    `Limit: expected a whole number from 1, got ${JSON.stringify(text.slice(0, 60))}`,
  );
}

function readStartKey(text: string | undefined): Place | undefined {
  if (text === undefined) return undefined;
  const [, day, order] = /^(\d{4}-\d{2}-\d{2})\/(\d{13}\/[0-9a-f]{16})$/.exec(text) ?? [];
  if (day !== undefined && order !== undefined && isDay(day)) return { day, order };
  throw new DaybookError(
    'bad-input',
    'ExclusiveStartKey: expected the LastEvaluatedKey of the page before',
  );
}
