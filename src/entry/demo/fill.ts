import type { Site } from '../../account/site.ts';
import { readAgent } from '../../collect/enrich/agent.ts';
import { screenClass } from '../../collect/enrich/screen.ts';
import { readSource } from '../../collect/enrich/sources.ts';
import { readTags } from '../../collect/enrich/tags.ts';
import type { Home } from '../../home/home.ts';
import { type Entry, openAppender } from '../../journal/append.ts';
import { openBooks } from '../../journal/books.ts';
import { type Day, dayBounds, dayEnd, dayStart, previousDay } from '../../lib/site-days.ts';
import type { MadeHit } from '../../model/fields.ts';
import { seeded, type Weighted } from './chance.ts';
import { loadDevices } from './devices.ts';
import { robotsAmong } from './robots.ts';
import { hours, type Story, weekdays } from './story.ts';
import { type Device, makeVisit, type Step, troubleAt, type Visit } from './visits.ts';

export type Filling = {
  readonly story: Story;
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
    const ofVisitors = entriesOf(site, { day, back }, devices, filling);
    const robots = seeded(filling.seed * 2_000_003 + back);
    const entries = site.keepsRobots
      ? [...ofVisitors, ...robotsAmong(ofVisitors, robots)]
      : ofVisitors;
    for (let i = 0; i < entries.length; i += batchRows)
      await appender.append(entries.slice(i, i + batchRows));
    books.count(site.id, day, 'stored', entries.length);
    if (!site.keepsRobots) books.count(site.id, day, 'dropped:bot', Math.round(entries.length / 9));
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
  const { story, untilMs } = filling;
  // A seed for each day of its own: how long the time is changes no day.
  const chance = seeded(filling.seed * 1_000_003 + back);
  const [startMs, endMs] = [dayStart(site.zones, day), dayEnd(site.zones, day)];
  const hourMs = (endMs - startMs) / 24;
  const hourAt = (time: number) => (time - startMs) / hourMs;
  const storyDay = story.day(back);
  const growth = 1 - (0.4 * back) / Math.max(1, filling.days);
  const rhythm = weekdays[new Date(`${day}T00:00:00Z`).getUTCDay()]! * storyDay.busy;
  const visits = Math.round(filling.visitsADay * growth * rhythm * chance.between(0.9, 1.1));
  const entries: Entry[] = [];
  for (let i = 0; i < visits; i++) {
    const visitor = chance.hex(16);
    const hour = chance.pick(hours) + chance.next();
    const visit = makeVisit(chance, devices, { story, day: storyDay, hour });
    if (visit === undefined) continue;
    const makeHit = hitsOf(site, visit, visitor);
    let atMs = startMs + hour * hourMs;
    // Some come again the same day.
    for (let times = chance.happens(0.08) ? 2 : 1; times > 0; times--) {
      for (const step of visit.steps) {
        const id = chance.hex(16);
        const time = Math.round(atMs + step.afterMs);
        if (time >= endMs || time > untilMs) continue;
        if (troubleAt({ day: storyDay, hour: hourAt(time) }) !== visit.trouble) continue;
        const hit = JSON.stringify(makeHit(step, { id, time }));
        entries.push({ siteId: site.id, day, late: false, receivedAtMs: time, id, hit });
      }
      atMs += chance.between(1, 5) * 3_600_000;
    }
  }
  return entries.sort((a, b) => a.receivedAtMs - b.receivedAtMs);
}

/** Makes the hits of a visit, as `collect/make-hit.ts` makes those of requests. */
function hitsOf(
  { domain: hostname }: Site,
  { device, country, language, referrer, query = '' }: Visit,
  visitor: string,
): (step: Step, of: { readonly id: string; readonly time: number }) => MadeHit {
  const { browser, browserVersion, os, osVersion, device: kind } = readAgent(device.userAgent);
  const tags = readTags(query);
  const own = { ownHostname: hostname, ownDomain: hostname };
  const first = { tags, origin: readSource({ ...own, referrer, tags }) };
  const next: typeof first = { tags: {}, origin: readSource({ ...own, tags: {} }) };
  const screen = screenClass(device.screenWidthPx);
  return (step, { id, time }) => {
    const { tags, origin } = step.afterMs === 0 ? first : next;
    // Written out: with parts spread into it, this took most of the demo's start.
    return {
      id,
      time,
      name: step.name,
      visitor,
      hostname,
      page: step.page,
      channel: origin.channel,
      referrer: origin.referrer,
      source: origin.source,
      utmSource: tags.utmSource,
      utmMedium: tags.utmMedium,
      utmCampaign: tags.utmCampaign,
      utmContent: tags.utmContent,
      utmTerm: tags.utmTerm,
      browser,
      browserVersion,
      os,
      osVersion,
      device: kind,
      country,
      region: undefined,
      city: undefined,
      language,
      screen,
      title: step.title,
      robot: undefined,
      interactive: undefined,
      props: step.props,
      revenue: step.revenue,
      scrollDepth: step.scrollDepth,
      engagedMs: step.engagedMs,
      sent: undefined,
    };
  };
}
