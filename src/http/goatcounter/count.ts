import type { Context } from 'hono';
import type { Site } from '../../account/site.ts';
import type { RequestContext } from '../../collect/candidate.ts';
import { type CountContext, readCount, readCounts } from '../../collect/dialects/goatcounter.ts';
import { isDrop } from '../../collect/drop.ts';
import { bareHostname } from '../../collect/enrich/page-url.ts';
import { requestText } from '../request-text.ts';
import { type Route, route } from '../route.ts';
import { takeEach } from '../take-each.ts';
import { answer, answering, contextOf, invalidError, refuseInvalid } from '../take-hits.ts';
import type { World } from '../world.ts';

/** One transparent point, of 43 bytes. */
const gif = Buffer.from('R0lGODlhAQABAIAAAP///wAAACH5BAEAAAAALAAAAAABAAEAAAICRAEAOw==', 'base64');

const maxCountsBytes = 2 * 1024 ** 2;

const counting = {
  path: '/count',
  who: 'anyone',
  isOpenToOrigins: true,
  tag: 'Collecting',
} as const;

const handle: Route['handle'] =
  (world) =>
  ({ c }) =>
    c.req.method === 'HEAD'
      ? image(200)
      : answering(world, c, 'error', async (_, context) => {
          // What its script adds to an address that has a query already begins with `?` again.
          const query = new URLSearchParams(
            new URL(c.req.url).search.slice(1).replaceAll('?', '&'),
          );
          const read = readCount(query, await withPage(world, c, query.get('site'), context));
          const [fate] = await takeEach(world, [read], context.receivedAtMs);
          if ('invalid' in fate!) return image(400, `not valid: ${invalidError(fate).message}`);
          if (!isDrop(fate!)) return image(200);
          const { headers } = answer('', 200, 'image/gif', [fate]);
          const why = `ignored: ${fate.dropped}`;
          const status = { 'unknown-site': 400, 'excluded-ip': 202 } as const;
          return image(status[fate.dropped as keyof typeof status] ?? 200, why, headers);
        });

/** What GoatCounter's script and its clients on servers send. */
export const goatcounterRoutes: readonly Route[] = [
  route({
    ...{ ...counting, method: 'POST', summary: "A pageview or an event of GoatCounter's script" },
    answers: { 200: { description: 'taken' } },
    errors: [413],
    handle,
  }),
  route({
    ...{ ...counting, method: 'GET', summary: 'The same, as an image' },
    answers: { 200: { description: 'taken' } },
    handle,
  }),
  route({
    ...{ method: 'POST', path: '/api/v0/count', who: 'sender', tag: 'Collecting' },
    summary: "Up to 500 hits of GoatCounter's clients on servers",
    answers: { 202: { description: 'taken' } },
    errors: [400, 413],
    handle:
      (world) =>
      async ({ c, sender }) => {
        const text = await requestText(c, maxCountsBytes);
        const receivedAtMs = world.arrivals.begin();
        try {
          const context = contextOf(world, c, receivedAtMs, sender);
          const random = () => world.collect.random(16).toString('hex');
          const read = readCounts(text, context, random);
          if ('invalid' in read) throw refuseInvalid(world, c, read, receivedAtMs);
          const named = await siteOfKey(world, c, sender.siteId);
          const hits = read.hits.map((hit) =>
            'invalid' in hit || named === undefined ? hit : { ...hit, domain: named },
          );
          const fates = await takeEach(world, hits, receivedAtMs);
          const filtered = fates.flatMap((fate, i) => ('dropped' in fate ? [i] : []));
          c.header('X-Goatcounter-Filter', filtered.join(','));
          const errors = fates.flatMap((fate, i) =>
            'invalid' in fate ? [[i, invalidError(fate).message]] : [],
          );
          return errors.length === 0
            ? c.json({}, 202)
            : c.json({ errors: Object.fromEntries(errors) }, 400);
        } finally {
          world.arrivals.end(receivedAtMs);
        }
      },
  }),
];

/** The image, with the reason where nothing was counted. */
function image(status: number, reason?: string, headers = new Headers()): Response {
  headers.set('Content-Type', 'image/gif');
  headers.set('Cache-Control', 'no-store');
  headers.set('Access-Control-Allow-Origin', '*');
  headers.set('Cross-Origin-Resource-Policy', 'cross-origin');
  // A header has no letters but those of ASCII.
  if (reason !== undefined) headers.set('X-Goatcounter', reason.replace(/[^ -~]/g, '?'));
  return new Response(gif, { status, headers });
}

/** What a request says of the page that sent it, and which site that page is of. */
async function withPage(
  world: World,
  c: Context,
  named: string | null,
  context: RequestContext,
): Promise<CountContext> {
  const sentFrom = c.req.header('referer') ?? c.req.header('origin');
  const language = c.req.header('accept-language')?.split(/[,;]/)[0]?.trim();
  const domain = named || (await siteOfRequest(world, c, sentFrom))?.domain;
  return {
    ...{ ...context, sentFrom },
    ...(domain !== undefined && { domain }),
    ...(/^[\w-]{1,35}$/.test(language ?? '') && { language }),
  };
}

/**
 * The site that has the first label of the host's name as an alias, as with GoatCounter each site
 * has a host of its own; else that of the page.
 */
export async function siteOfRequest(
  { sites }: Pick<World, 'sites'>,
  c: Context,
  sentFrom: string | undefined,
): Promise<Site | undefined> {
  const all = await sites.list();
  const label = c.req.header('host')?.split('.')[0]?.toLowerCase() ?? '';
  const pageHost = bareHostname(/^https?:\/\/([^/:]+)/.exec(sentFrom ?? '')?.[1] ?? '');
  return (
    all.find(({ aliases }) => aliases?.includes(label)) ??
    all.find(({ domain }) => domain === pageHost)
  );
}

/** The site of a key that is for one alone; else the one that is asked for, or the default one. */
async function siteOfKey(
  { sites }: Pick<World, 'sites'>,
  c: Context,
  siteId: string | undefined,
): Promise<string | undefined> {
  const named = c.req.query('site');
  if (named !== undefined) return named;
  if (siteId !== undefined) return (await sites.list()).find(({ id }) => id === siteId)?.domain;
  return (await siteOfRequest({ sites }, c, undefined))?.domain;
}
