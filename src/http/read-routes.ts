import type { Hono } from 'hono';
import { deployItem } from '../collect/dialects/deploy.ts';
import { readBooks } from '../days/books.ts';
import type { PlacedHit } from '../days/journal-hits.ts';
import { type Place, startOf } from '../journal/keys.ts';
import { quoted, refusedField } from '../lib/refused-fields.ts';
import { type Day, isDay } from '../lib/site-days.ts';
import type { Hit } from '../model/hit.ts';
import type { Readable } from './access.ts';
import { openToAllOrigins } from './all-origins.ts';
import { deployPaths } from './collect-routes.ts';
import { hitsAsCsv } from './hits-csv.ts';
import { begun, rawHits } from './raw-hits.ts';
import { type Route, route } from './route.ts';
import { type Scanned, scanAnswer } from './scan-answer.ts';
import { schemasOf } from './schemas-of.ts';
import { streamed } from './streamed.ts';
import type { AnswerLimits, World } from './world.ts';

const { books, booksAsked, hitsAsked, scan, scanned } = schemasOf(
  () => import('./schemas/hits.ts'),
);

const site = { in: 'query', name: 'site', optional: true } as const;

/** `GET` of raw rows: as the deploy endpoint gives them, and whole. */
export const readRoutes: readonly Route[] = [
  ...deployPaths.map((path) =>
    route({
      ...{ method: 'GET', path, who: 'reader', site, tag: 'Raw hits' },
      ...{ shape: 'message', isOpenToOrigins: true },
      summary: 'Pageviews as the plain analytics microservice gives them',
      query: scan,
      answers: { 200: { description: 'a page of them', schema: scanned } },
      errors: [503],
      handle:
        (world) =>
        async ({ c: _, query, site: of, role }) => {
          const limit = readLimit(query.Limit);
          const start = readStartKey(query.ExclusiveStartKey);
          const range = { after: start, pageviews: true, limit: limit + 1 };
          const hits = await begun(rawHits(world, { site: of, role }, range));
          const limits = world.answerLimits ?? unlimited;
          const answer = scanAnswer(asScanned(hits), { clock: world.clock, limit, limits });
          return streamed(answer, 'application/json', openToAllOrigins);
        },
    }),
  ),
  route({
    ...{ method: 'GET', path: '/api/hits', who: 'reader', site, tag: 'Raw hits' },
    summary: 'All hits of a site, whole',
    query: hitsAsked,
    answers: {
      200: { description: 'a line each', type: ['application/x-ndjson', 'text/csv'] },
    },
    errors: [503],
    handle:
      (world) =>
      async ({ query: { from, to, format }, site: of, role }) => {
        if (from !== undefined && to !== undefined && from > to) {
          throw refusedField('to', `expected a day not before from (${from}), got ${to}`);
        }
        const hits = await begun(hitsOf(world, { site: of, role }, from, to));
        return format === 'csv'
          ? streamed(hitsAsCsv(hits), 'text/csv; charset=utf-8')
          : streamed(asLines(hits), 'application/x-ndjson');
      },
  }),
  route({
    ...{ method: 'GET', path: '/api/books', who: 'owner', site, tag: 'Books' },
    summary: 'What was received, stored and dropped, by day',
    query: booksAsked,
    answers: {
      200: {
        description: 'the books',
        schema: books,
      },
    },
    handle:
      ({ home }) =>
      async ({ c, site: of }) =>
        c.json({ days: await readBooks(home, of.id) }),
  }),
];

/** A client of the course's expects 400 where it uses another method. */
export function refuseOtherMethods(app: Hono): void {
  for (const path of deployPaths)
    app.all(path, (c) =>
      c.json({ message: `expected GET or POST, got ${c.req.method}` }, 400, openToAllOrigins),
    );
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
  throw refusedField('Limit', `expected a whole number from 1, got ${quoted(text.slice(0, 60))}`);
}

function readStartKey(text: string | undefined): Place | undefined {
  if (text === undefined) return undefined;
  const [, day, order] = /^(\d{4}-\d{2}-\d{2})\/(\d{13}\/[0-9a-f]{16})$/.exec(text) ?? [];
  if (day !== undefined && order !== undefined && isDay(day)) return { day, order };
  throw refusedField('ExclusiveStartKey', 'expected the LastEvaluatedKey of the page before');
}
