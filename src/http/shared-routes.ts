import type { Context } from 'hono';
import { showDomain } from '../account/domain.ts';
import { isPasswordOf, passFor, passMs } from '../account/link-passwords.ts';
import type { SharedLink } from '../account/shared-link.ts';
import { showSharedLink } from '../account/shared-link-fields.ts';
import type { Site } from '../account/site.ts';
import { showSite } from '../account/site-settings.ts';
import { DaybookError } from '../lib/errors.ts';
import { refusedField } from '../lib/refused-fields.ts';
import { addDays, dayBounds } from '../lib/site-days.ts';
import { badgeSvg, counterSvg, type Drawn } from './badge.ts';
import { sendPage } from './page-routes.ts';
import { type Route, route } from './route.ts';
import { schemasOf } from './schemas-of.ts';
import { linkHeader, narrowedBy, openedLink, seenCount, sharedBy } from './shared-access.ts';
import type { World } from './world.ts';

const { badgeAsked, pass, passwordGiven, seen } = schemasOf(
  () => import('./schemas/shared-links.ts'),
);

/** What whoever has a link to a site's reports may call, besides the reports. */
export const sharedRoutes: readonly Route[] = [
  route({
    ...{ method: 'GET', path: '/api/shared', who: 'anyone', isOfLink: true },
    tag: 'Shared links',
    summary: 'What a shared link shows',
    description:
      'The link’s secret is sent as `Daybook-Link`. One that never was, has ended or has expired ' +
      'is a 404; one whose password was not given a 401 of the field `password`.',
    answers: { 200: { description: 'it', schema: seen } },
    errors: [401, 404],
    handle:
      (world) =>
      async ({ c }) => {
        const { site, link } = await openedLink(world, headerOf(c));
        const { timezone, week_starts, currency } = showSite(site, world.clock());
        const { name, hide_below, theme, parts } = showSharedLink(link);
        c.header('Cache-Control', 'no-store');
        return c.json({
          ...{ name, domain: showDomain(site.domain), timezone, week_starts, currency },
          ...{ filters: link.filters.map((one) => named(one, site)), hide_below, theme, parts },
        });
      },
  }),
  route({
    ...{ method: 'POST', path: '/api/shared', who: 'anyone', isOfLink: true },
    tag: 'Shared links',
    summary: 'Give the password of a shared link',
    description: 'The pass holds for 12 hours. After 10 wrong passwords in 15 minutes it is a 429.',
    body: { as: 'json', maxBytes: 4_096, schema: passwordGiven },
    answers: { 200: { description: 'a pass', schema: pass } },
    errors: [401, 404, 429],
    handle:
      (world) =>
      async ({ c, body: { password } }) => {
        const { home, clock } = world;
        const { site, link } = await sharedBy(world, headerOf(c).split('.')[0]!);
        if (link.password === undefined)
          throw refusedField('password', 'expected none: this link has no password');
        const place = { siteId: site.id, link };
        if (!(await isPasswordOf(home, place, password, clock()))) {
          throw new DaybookError('not-signed-in', 'this is not the password of this link', {
            fields: { password: ['expected the password of the link'] },
          });
        }
        const untilMs = clock() + passMs;
        const until = new Date(untilMs).toISOString();
        return c.json({ pass: passFor(link, untilMs), until });
      },
  }),
  route({
    ...{ method: 'GET', path: '/share/:secret', who: 'anyone', tag: 'Shared links' },
    summary: 'The page that a shared link shows',
    description:
      'It holds no data. Only pages of the sites that the link names may show it in a frame.',
    answers: { 200: { description: 'the page', type: 'text/html' } },
    errors: [404],
    handle:
      (world) =>
      async ({ c }) => {
        const page = world.pages.get('/index.html');
        if (page === undefined) throw new DaybookError('not-found', 'the pages are not built');
        const shared = await sharedBy(world, secretOf(c)).catch(ifNone);
        if (shared !== undefined) world.prepareEngine?.();
        return sendPage(c, page, shared?.link.embedOn);
      },
  }),
  ...(['badge', 'counter'] as const).map((kind) =>
    route({
      ...{ method: 'GET', path: `/share/:secret/${kind}.svg`, who: 'anyone' },
      ...{ tag: 'Shared links', query: badgeAsked },
      summary: `A ${kind} with a number of a site, as an image`,
      description: 'Of a link without a password. It may be as old as 5 minutes.',
      answers: { 200: { description: 'the image', type: 'image/svg+xml' } },
      errors: [404, 503],
      handle:
        (world) =>
        async ({ c, query: { show, label } }) => {
          const { site, link } = await sharedBy(world, secretOf(c));
          if (link.password !== undefined)
            throw new DaybookError('not-found', 'a link with a password has no images');
          const count = await countOf(world, site, link, show);
          const drawn: Drawn = { label: label?.trim() || words[show], count };
          const svg = kind === 'badge' ? badgeSvg(drawn) : counterSvg(drawn);
          return c.body(svg, 200, imageHeaders);
        },
    }),
  ),
];

const words = {
  visitors: 'visitors in 30 days',
  pageviews: 'pageviews in 30 days',
  live: 'visitors now',
};

const imageHeaders = {
  'Content-Type': 'image/svg+xml; charset=utf-8',
  'Cache-Control': 'public, max-age=300',
  'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'",
  'X-Content-Type-Options': 'nosniff',
  'Cross-Origin-Resource-Policy': 'cross-origin',
};

/** Of a link to `/share/DOMAIN?auth=SECRET`, as Plausible writes it, or to `/share/SECRET`. */
const secretOf = (c: Context): string => c.req.query('auth') ?? c.req.param('secret') ?? '';

const headerOf = (c: Context): string => c.req.header(linkHeader) ?? '';

function ifNone(error: unknown): undefined {
  if (error instanceof DaybookError && error.fault === 'not-found') return undefined;
  throw error;
}

/** A filter whose segments are named by their names: what a person is told. */
function named(filter: unknown, site: Site): unknown {
  if (!Array.isArray(filter)) return filter;
  const [word, second, third] = filter as unknown[];
  if (second === 'segment' && Array.isArray(third)) {
    const nameOf = (id: unknown) => site.segments?.find((one) => one.id === id)?.name ?? '';
    return [word, second, third.map(nameOf)];
  }
  return typeof second === 'string' ? filter : filter.map((one) => named(one, site));
}

async function countOf(
  world: World,
  of: Site,
  link: SharedLink,
  show: keyof typeof words,
): Promise<number | null> {
  const site = narrowedBy(of, link);
  const reports = await world.engine();
  if (show === 'live') return seenCount(site, await reports.realtime(site, 'stranger'));
  const today = dayBounds(site.zones, world.clock()).day;
  const query = {
    ...{ site_id: site.domain, metrics: [show] },
    date_range: [addDays(today, -29), today],
  };
  const { results } = await reports.query(site, query, 'stranger');
  const [count] = results[0]?.metrics ?? [];
  return typeof count === 'number' ? count : null;
}
