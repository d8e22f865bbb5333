import type { Hono } from 'hono';
import { deployItem } from '../collect/dialects/deploy.ts';
import { readBooks } from '../days/books.ts';
import type { PlacedHit } from '../days/journal-hits.ts';
import type { RawQuery } from '../days/raw-hits.ts';
import { type Place, startOf } from '../journal/keys.ts';
import { plainText } from '../lib/plain-text.ts';
import { quoted, refusedField } from '../lib/refused-fields.ts';
import { isDay } from '../lib/site-days.ts';
import type { Hit } from '../model/hit.ts';
import type { Within } from '../report/looks/visits.ts';
import { type Readable, requireRole } from './access.ts';
import { openToAllOrigins } from './all-origins.ts';
import { filtersOf, withinOf } from './asked-rows.ts';
import { deployPaths } from './collect-routes.ts';
import { hitsAsCsv } from './hits-csv.ts';
import { begun, rawHits } from './raw-hits.ts';
import { type Route, route } from './route.ts';
import { type Scanned, scanAnswer } from './scan-answer.ts';
import { schemasOf } from './schemas-of.ts';
import { streamed, streamedBytes } from './streamed.ts';
import type { AnswerLimits, World } from './world.ts';

const { books, booksAsked, hitsAsked, scan, scanned } = schemasOf(
  () => import('./schemas/hits.ts'),
);

const site = { in: 'query', name: 'site', optional: true } as const;

const parquetType = 'application/vnd.apache.parquet';

const rowTypes = ['application/x-ndjson', 'text/csv', parquetType] as const;

/** `GET` of raw rows: as the deploy endpoint gives them, and whole. */
export const readRoutes: readonly Route[] = [
  ...deployPaths.map((path) =>
    route({
      ...{ method: 'GET', path, who: 'rows', site, tag: 'Raw hits' },
      ...{ shape: 'message', isOpenToOrigins: true },
      summary: 'Pageviews as the plain analytics microservice gives them',
      query: scan,
      answers: { 200: { description: 'a page of them', schema: scanned } },
      errors: [503],
      handle:
        (world) =>
        async ({ c: _, query, site: of, standing }) => {
          const limit = readLimit(query.Limit);
          const start = readStartKey(query.ExclusiveStartKey);
          const range = { after: start, pageviews: true, limit: limit + 1 };
          const hits = await begun(rawHits(world, { site: of, standing }, range));
          const limits = world.answerLimits ?? unlimited;
          const answer = scanAnswer(asScanned(hits), { clock: world.clock, limit, limits });
          return streamed(answer, 'application/json', openToAllOrigins);
        },
    }),
  ),
  route({
    ...{ method: 'GET', path: '/api/hits', who: 'rows', site, tag: 'Raw hits' },
    summary: 'All hits of a site, whole',
    description:
      'With filters, which only the owner may send: the pageviews and events that match, as ' +
      'reports count them; engagements, and rows of robots that are not asked for by name, are ' +
      'left out. `visitor` is for the owner alone, too, and so is Parquet: it has the columns of ' +
      'CSV; `time` is a timestamp, what is no plain value is JSON.',
    query: hitsAsked,
    answers: {
      200: { description: 'a line each', type: [...rowTypes] },
    },
    errors: [503],
    handle:
      (world) =>
      async ({ c, query, site: of, standing, asker }) => {
        const { from, to, filters, visitor, format } = query;
        const within = withinOf({ from, to }, of.zones);
        const matching = filtersOf(filters);
        const visitors = visitor?.split(',');
        if (matching !== undefined || visitors !== undefined || format === 'parquet')
          requireRole(c, asker, 'viewer', of);
        const asked = { ...within, visitors, ...(matching !== undefined && { filters: matching }) };
        const hits = await begun(hitsOf(world, { site: of, standing }, asked));
        if (format === 'parquet') {
          const { hitsAsParquet } = await import('./hits-parquet.ts');
          return streamedBytes(hitsAsParquet(hits), parquetType);
        }
        return format === 'csv'
          ? streamed(hitsAsCsv(hits), 'text/csv; charset=utf-8')
          : streamed(asLines(hits), 'application/x-ndjson');
      },
  }),
  route({
    ...{ method: 'GET', path: '/api/books', who: 'viewer', site, tag: 'Books' },
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
  { from, ...which }: Within & Pick<RawQuery, 'filters' | 'visitors'>,
) {
  const after = from === undefined ? undefined : startOf(from);
  for await (const { hit } of rawHits(world, readable, { after, ...which })) yield hit;
}

/** Also on a terminal, whatever texts are in them. */
async function* asLines(hits: AsyncIterable<Hit>): AsyncGenerator<string> {
  for await (const hit of hits) yield `${plainText(JSON.stringify(hit))}\n`;
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
