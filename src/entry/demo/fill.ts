import type { Site } from '../../account/site.ts';
import { readAgent } from '../../collect/enrich/agent.ts';
import { screenClass } from '../../collect/enrich/screen.ts';
import { readSource } from '../../collect/enrich/sources.ts';
import { readTags } from '../../collect/enrich/tags.ts';
import type { Home } from '../../home/home.ts';
import { type Entry, openAppender } from '../../journal/append.ts';
import { openBooks } from '../../journal/books.ts';
import { type Day, dayBounds, dayEnd, dayStart, previousDay } from '../../lib/site-days.ts';
import type { Hit } from '../../model/hit.ts';
import { type Chance, seeded, type Weighted } from './chance.ts';
import { loadDevices } from './devices.ts';
import { hours, spike, weekdays } from './story.ts';
import { type Device, makeVisit, type Step, type Visit } from './visits.ts';

export type Filling = {
  /** Site-days, the present one the last of them. */
  readonly days: number;
  /** Visits of an ordinary day at the end of the time; there were fewer at its beginning. */
  readonly visitsADay: number;
  /** The same seed, day and zone give the same hits. */
  readonly seed: number;
  /** Nothing is later than this. */
  readonly untilMs: number;
};

const batchRows = 2_000;

/**
 * Fills an empty site with traffic as if it had been collected all along: for the demonstration,
 * for pictures and for tests. Gives how many hits there are. The site must not be collecting
 * meanwhile.
 */
export async function fillSite(home: Home, site: Site, filling: Filling): Promise<number> {
  const devices = await loadDevices();
  const appender = openAppender(home);
  const books = openBooks(home);
  let day = dayBounds(site.zones, filling.untilMs).day;
  let hits = 0;
  for (let back = 0; back < filling.days; back++) {
    const entries = entriesOf(site, { day, back }, devices, filling);
    for (let i = 0; i < entries.length; i += batchRows)
      await appender.append(entries.slice(i, i + batchRows));
    books.count(site.id, day, 'stored', entries.length);
    books.count(site.id, day, 'dropped:bot', Math.round(entries.length / 9));
    hits += entries.length;
    day = previousDay(day);
  }
  await books.flush();
  return hits;
}

/** The hits of one site-day in order of time. */
function entriesOf(
  site: Site,
  { day, back }: { readonly day: Day; readonly back: number },
  devices: Weighted<Device>,
  filling: Filling,
): Entry[] {
  // A seed for each day of its own: how long the time is changes no day.
  const chance = seeded(filling.seed * 1_000_003 + back);
  const [startMs, endMs] = [dayStart(site.zones, day), dayEnd(site.zones, day)];
  const growth = 1 - (0.4 * back) / Math.max(1, filling.days);
  const rhythm =
    weekdays[new Date(`${day}T00:00:00Z`).getUTCDay()]! *
    (back === spike.daysBack ? spike.times : 1);
  const visits = Math.round(filling.visitsADay * growth * rhythm * chance.between(0.9, 1.1));
  const hits: Hit[] = [];
  for (let i = 0; i < visits; i++) {
    const own = { visitor: chance.hex(16), hostname: site.domain };
    let atMs = startMs + momentOf(chance) * (endMs - startMs);
    const visit = makeVisit(chance, devices, back);
    // Some come again the same day.
    for (let times = chance.happens(0.08) ? 2 : 1; times > 0; times--) {
      for (const step of visit.steps) {
        const time = Math.round(atMs + step.afterMs);
        if (time < endMs && time <= filling.untilMs)
          hits.push(hitOf(visit, step, { ...own, id: chance.hex(16), time }));
        else chance.hex(16);
      }
      atMs += chance.between(1, 5) * 3_600_000;
    }
  }
  hits.sort((a, b) => a.time - b.time);
  return hits.map((hit) => ({
    siteId: site.id,
    day,
    late: false,
    receivedAtMs: hit.time,
    id: hit.id,
    hit: JSON.stringify(hit),
  }));
}

/** A moment of the day, 0 to 1, by how busy the hours are. */
function momentOf(chance: Chance): number {
  const hour = chance.pick(hours.map((weight, i) => [i, weight] as const));
  return (hour + chance.next()) / 24;
}

function hitOf(
  visit: Visit,
  step: Step,
  { id, visitor, time, hostname }: Pick<Hit, 'id' | 'visitor' | 'time'> & { hostname: string },
): Hit {
  const { device, country, language, referrer, query = '' } = visit;
  const { bot: _, ...browser } = readAgent(device.userAgent);
  const { clickId, ...campaign } = readTags(step.afterMs === 0 ? query : '');
  const tags = { ...campaign, ...(clickId !== undefined && { clickId }) };
  const screen = screenClass(device.screenWidthPx);
  return {
    ...{ id, time, name: step.name, visitor, hostname, page: step.page },
    ...readSource({
      referrer: step.afterMs === 0 ? referrer : undefined,
      ownHostname: hostname,
      ownDomain: hostname,
      tags,
    }),
    ...campaign,
    ...browser,
    country,
    language,
    ...(screen !== undefined && { screen }),
    ...(step.props !== undefined && { props: step.props }),
    ...(step.scrollDepth !== undefined && { scrollDepth: step.scrollDepth }),
    ...(step.engagedMs !== undefined && { engagedMs: step.engagedMs }),
  };
}
