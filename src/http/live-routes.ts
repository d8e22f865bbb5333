import { Temporal } from 'temporal-polyfill';
import { showDomain } from '../account/domain.ts';
import { roleOn } from '../account/roles.ts';
import type { Site } from '../account/site.ts';
import { hourMs } from '../lib/clock.ts';
import { eachAtOnce } from '../lib/each-at-once.ts';
import { DaybookError } from '../lib/errors.ts';
import { zoneAt } from '../lib/site-days.ts';
import type { Reports } from '../report/engine.ts';
import { askerOf, ofTheirs } from './access.ts';
import { liveLooksOf } from './live-looks.ts';
import { liveEvent, liveStream } from './live-stream.ts';
import { type Route, route } from './route.ts';
import { schemasOf } from './schemas-of.ts';

const { live, liveAsked, liveSite } = schemasOf(() => import('./schemas/live.ts'));

const atOnce = 4;

const site = { in: 'path', name: 'site' } as const;

const sitePath = '/api/v1/sites/:site';

/**
 * What happens now on one site, and what a list of sites shows of each. It stands before the sites
 * themselves.
 */
export const liveRoutes: readonly Route[] = [
  route({
    ...{ method: 'GET', path: `${sitePath}/live`, who: 'viewer', site, tag: 'Sites' },
    summary: 'What happens on a site now',
    description:
      'The last 30 minutes: visitors by minute, the pages, sources and countries of most ' +
      'visitors, and the newest hits, without anything that names a person. It is computed at ' +
      'most once in a few seconds: whoever asks sooner gets the same.',
    answers: { 200: { description: 'it', schema: liveSite } },
    errors: [503],
    handle: (world) => {
      const look = liveLooksOf(world);
      return async ({ c, site: of }) =>
        c.json(await look(of), 200, { 'Cache-Control': 'no-store' });
    },
  }),
  route({
    ...{ method: 'GET', path: `${sitePath}/live/stream`, who: 'viewer', site, tag: 'Sites' },
    summary: 'The same as server-sent events, whenever it changes',
    description:
      'Events are named `live`; their data is the answer of `/live`. It ends with the session ' +
      'that it was asked in. Without `Accept: text/event-stream` one event is sent. Where ' +
      'Daybook runs on AWS there are no streams (404): ask `/live` every few seconds.',
    answers: { 200: { description: 'events', type: 'text/event-stream' } },
    errors: [404, 503],
    handle: (world) => {
      const look = liveLooksOf(world);
      const { streams } = world;
      let open = 0;
      return async ({ c, site: of }) => {
        if (streams === undefined) throw noStreams();
        const first = await look(of);
        if (!c.req.header('accept')?.includes('text/event-stream')) return liveEvent(first);
        if (open >= streams.most) throw tooMany(streams.most);
        open++;
        const mayLook = async () =>
          roleOn((await askerOf(world, c)).rights, of.id) !== undefined &&
          (await world.sites.find(of.domain))?.id === of.id;
        return liveStream({ first, look: () => look(of), mayLook, ended: () => open-- }, streams);
      };
    },
  }),
  route({
    ...{ method: 'GET', path: '/api/v1/sites/live', who: 'viewer', tag: 'Sites' },
    isOfTheirs: true,
    summary: 'Visitors now, and by hour in the last 24 hours, of up to 50 sites',
    description: 'In the order in which they are named; a site that there is not is left out.',
    query: liveAsked,
    answers: { 200: { description: 'the sites', schema: live } },
    errors: [503],
    handle:
      ({ sites, engine, clock }) =>
      async ({ c, query, asker }) => {
        const found = await Promise.all(query.sites.map((domain) => sites.find(domain)));
        const there = [...new Set(found.filter((site) => site !== undefined))];
        const named = ofTheirs(there, asker);
        const reports = named.length === 0 ? undefined : await engine();
        const shown = new Map<Site, Live>();
        await eachAtOnce(named, atOnce, async (site) => {
          shown.set(site, await liveOf(reports!, site, clock()));
        });
        return c.json({ sites: named.map((site) => shown.get(site)) });
      },
  }),
];

const noStreams = () =>
  new DaybookError('not-found', 'there are no streams here: ask for /live every few seconds');

const tooMany = (most: number) =>
  new DaybookError(
    'unavailable',
    `expected at most ${most} streams at once; ask for /live every few seconds`,
  );

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
