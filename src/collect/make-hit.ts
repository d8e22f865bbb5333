import { createHash } from 'node:crypto';
import type { Entry } from '../journal/append.ts';
import type { Random } from '../lib/random.ts';
import { type Hit, robotVisitor } from '../model/hit.ts';
import type { Place } from './enrich/place.ts';
import { screenClass } from './enrich/screen.ts';
import { readSource } from './enrich/sources.ts';
import type { Draft } from './judge.ts';
import type { CollectWorld } from './world.ts';

/** The row of a hit: enriched, its visitor known only as a keyed hash. */
export async function entryOf(
  world: Pick<CollectWorld, 'visitors' | 'places' | 'random'>,
  draft: Omit<Draft, 'rules'>,
): Promise<Entry> {
  const { candidate, site, agent, timeMs, bounds, late, isRobot } = draft;
  const { address, userAgent, receivedAtMs, engagement } = candidate;
  const traits = { address, userAgent };
  const visitor = isRobot
    ? robotVisitor
    : await world.visitors.identify(site.id, bounds, traits, receivedAtMs);
  const id = hitId(candidate.id, world.random);
  const { name, hostname, page, language, screenWidthPx, props, revenue, sent } = candidate;
  // Assigned one by one, since every hit comes this way. JSON leaves out what is undefined.
  const hit: { -readonly [Field in keyof Hit]: Hit[Field] | undefined } = {
    id,
    time: timeMs,
    name,
    visitor,
    hostname,
    page,
    channel: 'Direct',
  };
  Object.assign(
    hit,
    readSource({
      ...{ referrer: candidate.referrer, tags: candidate.tags },
      ...{ ownHostname: hostname, ownDomain: site.domain },
    }),
  );
  const { tags } = candidate;
  hit.utmSource = tags.utmSource;
  hit.utmMedium = tags.utmMedium;
  hit.utmCampaign = tags.utmCampaign;
  hit.utmContent = tags.utmContent;
  hit.utmTerm = tags.utmTerm;
  hit.browser = agent.browser;
  hit.browserVersion = agent.browserVersion;
  hit.os = agent.os;
  hit.osVersion = agent.osVersion;
  hit.device = agent.device;
  Object.assign(hit, placeOf(candidate.place, world.places.locate(address)));
  hit.language = language;
  if (screenWidthPx !== undefined) hit.screen = screenClass(screenWidthPx);
  if (!candidate.interactive) hit.interactive = false;
  hit.props = props;
  hit.revenue = revenue;
  hit.scrollDepth = engagement?.scrollDepth;
  hit.engagedMs = engagement?.engagedMs;
  hit.sent = sent;
  const entry = {
    siteId: site.id,
    day: bounds.day,
    late,
    receivedAtMs,
    id,
    hit: JSON.stringify(hit),
  };
  return site.shards === undefined ? entry : { ...entry, shards: site.shards };
}

/** Somebody who knows the country better than the address shows may not know more than that. */
function placeOf(said: Place | undefined, found: Place): Place {
  return said === undefined || said.country === found.country ? found : said;
}

/**
 * 64 bits as hex: of the sender's id its hash, which is the same for every retry; else random ones.
 */
export function hitId(id: string | undefined, random: Random): string {
  return id === undefined ? random(8).toString('hex') : hashedId(id);
}

export function hashedId(id: string): string {
  return createHash('sha256').update(id).digest('hex').slice(0, 16);
}
