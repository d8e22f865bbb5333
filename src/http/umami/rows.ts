import { startOf } from '../../journal/keys.ts';
import type { Day } from '../../lib/site-days.ts';
import { direct, notSet } from '../../model/fields.ts';
import { type Hit, robotVisitor } from '../../model/hit.ts';
import type { Live } from '../../report/looks/live.ts';
import type { VisitRow } from '../../report/looks/visits.ts';
import { withinOf } from '../asked-rows.ts';
import { liveLooksOf } from '../live-looks.ts';
import { rawHits } from '../raw-hits.ts';
import { type Route, route } from '../route.ts';
import { schemasOf } from '../schemas-of.ts';
import type { SeenSite } from '../shared-access.ts';
import type { World } from '../world.ts';
import { type Asked, filtersOf, isoSecond, rangeOf, read, spanOf } from './query.ts';
import { websiteId } from './sites.ts';

const { eventRows, realtime, rowsAsked, sessionRows } = schemasOf(
  () => import('../schemas/umami.ts'),
);

type Paged = Asked & Readonly<Record<'page' | 'pageSize', string>>;

/** Single events and visits, and what happens now, as Umami's clients ask for them. */
export const umamiRowsRoutes: readonly Route[] = [
  route<Paged, unknown>({
    ...{ ...read, path: '/api/websites/:site/events', query: rowsAsked },
    summary: 'Single pageviews and events, the newest first',
    answers: { 200: { description: 'a page of them', schema: eventRows } },
    handle:
      (world) =>
      async ({ c, query, site }) => {
        const { page, pageSize, last } = pageOf(query);
        const { hits, count } = await newestHits(world, site, query, last);
        const data = hits.slice(last - pageSize).map((hit) => eventOf(site, hit));
        return c.json({ data, count, page, pageSize });
      },
  }),
  route<Paged, unknown>({
    ...{ ...read, path: '/api/websites/:site/sessions', query: rowsAsked },
    summary: 'Single visits, the newest first',
    answers: { 200: { description: 'a page of them', schema: sessionRows } },
    handle:
      ({ engine }) =>
      async ({ c, query, site }) => {
        const { page, pageSize, last } = pageOf(query);
        const [from, to] = rangeOf(spanOf(query));
        const filters = filtersOf(query);
        const reports = await engine();
        const { results } = await reports.query(
          site,
          { site_id: site.domain, metrics: ['visits'], date_range: [from, to], filters },
          'owner',
        );
        const within = withinOf({ from, to }, site.zones);
        const { visits } = await reports.look(
          ...([site, 'visits', { within, filters, limit: last }, 'owner'] as const),
        );
        const data = visits.slice(last - pageSize).map((visit) => sessionOf(site, visit));
        return c.json({ data, count: Number(results[0]!.metrics[0]), page, pageSize });
      },
  }),
  route({
    ...{ ...read, path: '/api/realtime/:site', summary: 'The last 30 minutes' },
    answers: { 200: { description: 'them', schema: realtime } },
    handle: (world) => {
      const look = liveLooksOf(world);
      return async ({ c, site }) => c.json(realtimeOf(await look(site)));
    },
  }),
];

/** `last`: the rows up to the end of the page. */
function pageOf({ page, pageSize }: Paged) {
  return { page: Number(page), pageSize: Number(pageSize), last: Number(page) * Number(pageSize) };
}

/** The newest hits of a range, of the days that have some, and how many there are. */
async function newestHits(
  world: World,
  site: SeenSite,
  asked: Asked,
  most: number,
): Promise<{ readonly hits: readonly Hit[]; readonly count: number }> {
  const span = spanOf(asked);
  const filters = filtersOf(asked);
  const { results } = await (await world.engine()).query(
    site,
    {
      ...{ site_id: site.domain, metrics: ['events'], dimensions: ['time:day'], filters },
      date_range: rangeOf(span),
    },
    'owner',
  );
  const hits: Hit[] = [];
  let count = 0;
  for (const {
    dimensions: [day],
    metrics: [events],
  } of [...results].reverse()) {
    count += Number(events);
    if (hits.length >= most) continue;
    hits.push(...(await hitsOfDay(world, site, { ...span, day: day!, filters })));
  }
  return { hits: hits.slice(0, most), count };
}

async function hitsOfDay(
  world: World,
  site: SeenSite,
  of: {
    readonly day: Day;
    readonly startMs: number;
    readonly endMs: number;
    readonly filters: readonly unknown[];
  },
): Promise<Hit[]> {
  const { day, startMs, endMs, filters } = of;
  const range = {
    ...{ after: startOf(day), to: day, fromMs: startMs, toMs: endMs + 1 },
    ...(filters.length > 0 && { filters }),
  };
  const found: Hit[] = [];
  for await (const { hit } of rawHits(world, { site, standing: 'owner' }, range))
    if (hit.name !== 'engagement' && hit.visitor !== robotVisitor) found.push(hit);
  return found.sort((a, b) => b.time - a.time);
}

/** 64 bits as the UUID that Umami's clients expect. */
const uuidOf = (hex: string) =>
  `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4000-8000-${hex.slice(12).padStart(12, '0')}`;

function eventOf(site: SeenSite, hit: Hit): Record<string, unknown> {
  const [referrerDomain = '', ...path] = (hit.referrer ?? '').split('/');
  const isPageview = hit.name === 'pageview';
  return {
    ...{ id: uuidOf(hit.id), websiteId: websiteId(site), sessionId: uuidOf(hit.visitor) },
    ...{ createdAt: isoSecond(hit.time), hostname: hit.hostname, urlPath: hit.page, urlQuery: '' },
    ...{ referrerPath: path.length > 0 ? `/${path.join('/')}` : '', referrerQuery: '' },
    ...{ referrerDomain, country: hit.country ?? null, city: hit.city ?? null },
    ...{ device: hit.device?.toLowerCase() ?? '', os: hit.os ?? '', browser: hit.browser ?? '' },
    ...{ pageTitle: hit.title ?? '', eventType: isPageview ? 1 : 2 },
    ...{ eventName: isPageview ? '' : hit.name, hasData: hit.props === undefined ? 0 : 1 },
  };
}

/** What is not known of it is left empty: a visit says no more here. */
function sessionOf(site: SeenSite, visit: VisitRow): Record<string, unknown> {
  const startMs = Date.parse(visit.start);
  const known = (text: string) => (text === notSet ? null : text);
  const lastAt = isoSecond(startMs + visit.duration * 1_000);
  return {
    ...{ id: uuidOf(visit.id.slice(-16)), websiteId: websiteId(site), hostname: '' },
    ...{ browser: known(visit.browser), os: known(visit.os) },
    ...{ device: known(visit.device)?.toLowerCase() ?? null, screen: null, language: null },
    ...{ country: known(visit.country), region: null, city: null },
    ...{ firstAt: isoSecond(startMs), lastAt, visits: 1, views: visit.pageviews },
    ...{ events: visit.events, createdAt: lastAt },
  };
}

function realtimeOf({ now, minutes, pages, sources, countries, hits }: Live) {
  const byValue = (rows: Live['pages']) =>
    Object.fromEntries(rows.map(({ value, visitors }) => [value, visitors]));
  const known = countries.filter(({ value }) => value !== notSet);
  const stepsOf = (metric: 'visitors' | 'pageviews') =>
    minutes.map((one) => ({ x: isoSecond(Date.parse(one.start)), y: one[metric] }));
  const sum = (metric: 'visitors' | 'pageviews') =>
    minutes.reduce((total, one) => total + one[metric], 0);
  const isEvent = ({ name }: { readonly name: string }) => name !== 'pageview';
  return {
    countries: byValue(known),
    urls: byValue(pages),
    referrers: byValue(sources.filter(({ value }) => value !== direct)),
    events: hits.map((hit) => ({
      ...{ __type: isEvent(hit) ? 'event' : 'pageview', sessionId: null },
      ...{ eventName: isEvent(hit) ? hit.name : '', createdAt: isoSecond(Date.parse(hit.time)) },
      ...{ browser: hit.browser, os: null, device: null, country: hit.country },
      ...{ urlPath: hit.page, referrerDomain: '' },
    })),
    series: { views: stepsOf('pageviews'), visitors: stepsOf('visitors') },
    totals: {
      ...{ views: sum('pageviews'), visitors: sum('visitors') },
      ...{ events: hits.filter(isEvent).length, countries: known.length },
    },
    timestamp: Date.parse(now),
  };
}
