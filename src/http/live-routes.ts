import { Temporal } from 'temporal-polyfill';
import { showDomain } from '../account/domain.ts';
import type { Site } from '../account/site.ts';
import { hourMs } from '../lib/clock.ts';
import { eachAtOnce } from '../lib/each-at-once.ts';
import { zoneAt } from '../lib/site-days.ts';
import type { Reports } from '../report/engine.ts';
import { type Route, route } from './route.ts';
import { schemasOf } from './schemas-of.ts';

const { live, liveAsked } = schemasOf(() => import('./schemas/live.ts'));

const atOnce = 4;

/** What a list of sites shows of each, for many at once. It stands before the sites themselves. */
export const liveRoutes: readonly Route[] = [
  route({
    ...{ method: 'GET', path: '/api/v1/sites/live', who: 'owner', tag: 'Sites' },
    summary: 'Visitors now, and by hour in the last 24 hours, of up to 50 sites',
    description: 'In the order in which they are named; a site that there is not is left out.',
    query: liveAsked,
    answers: { 200: { description: 'the sites', schema: live } },
    errors: [503],
    handle:
      ({ sites, engine, clock }) =>
      async ({ c, query }) => {
        const found = await Promise.all(query.sites.map((domain) => sites.find(domain)));
        const named = [...new Set(found.filter((site) => site !== undefined))];
        const reports = named.length === 0 ? undefined : await engine();
        const shown = new Map<Site, Live>();
        await eachAtOnce(named, atOnce, async (site) => {
          shown.set(site, await liveOf(reports!, site, clock()));
        });
        return c.json({ sites: named.map((site) => shown.get(site)) });
      },
  }),
];

type Live = {
  readonly domain: string;
  readonly current_visitors: number;
  readonly hours: readonly string[];
  readonly visitors: readonly number[];
};

/** The hours are those of the site's clock: the present one and the 23 before it. */
async function liveOf(reports: Reports, site: Site, nowMs: number): Promise<Live> {
  const hour = Temporal.Instant.fromEpochMilliseconds(nowMs)
    .toZonedDateTimeISO(zoneAt(site.zones, nowMs))
    .round({ smallestUnit: 'hour', roundingMode: 'floor' }).epochMilliseconds;
  const range = [hour - 23 * hourMs, nowMs].map((ms) => new Date(ms).toISOString());
  const query = {
    ...{ site_id: site.domain, metrics: ['visitors'], dimensions: ['time:hour'] },
    ...{ date_range: range, include: { time_labels: true } },
  };
  const [current, { results, meta }] = await Promise.all([
    reports.realtime(site, 'owner'),
    reports.query(site, query, 'owner'),
  ]);
  const visitorsAt = new Map(
    results.map(({ dimensions: [label], metrics: [visitors] }) => [label, Number(visitors)]),
  );
  const hours = meta.time_labels ?? [];
  return {
    ...{ domain: showDomain(site.domain), current_visitors: current, hours },
    visitors: hours.map((label) => visitorsAt.get(label) ?? 0),
  };
}
