import { createHash } from 'node:crypto';
import type { Entry } from '../journal/append.ts';
import type { Random } from '../lib/random.ts';
import type { MadeHit } from '../model/fields.ts';
import { robotVisitor } from '../model/hit.ts';
import type { Draft } from './draft.ts';
import { knownPlace } from './enrich/place.ts';
import { screenClass } from './enrich/screen.ts';
import { readSource } from './enrich/sources.ts';
import type { CollectWorld } from './world.ts';

/** The row of a hit: enriched, its visitor known only as a keyed hash. */
export async function entryOf(
  world: Pick<CollectWorld, 'visitors' | 'places' | 'random'>,
  draft: Omit<Draft, 'rules' | 'places'>,
): Promise<Entry> {
  const { candidate, site, agent, timeMs, bounds, late, robot } = draft;
  const { address, userAgent, receivedAtMs } = candidate;
  const traits = { address, userAgent };
  const visitor =
    robot === undefined
      ? await world.visitors.identify(site.id, bounds, traits, receivedAtMs)
      : robotVisitor;
  const id = hitId(candidate.id, world.random);
  const { name, hostname, page, tags, engagement, interactive } = candidate;
  const { referrer, source, channel } = readSource({
    ...{ referrer: candidate.referrer, tags, ownHostname: hostname, ownDomain: site.domain },
  });
  const { country, region, city } = knownPlace(candidate.place, world.places.locate(address));
  const { screenWidthPx } = candidate;
  // Written out, since every hit comes this way; JSON leaves out what is undefined.
  const hit = {
    ...{ id, time: timeMs, name, visitor, hostname, page, channel, referrer, source },
    utmSource: tags.utmSource,
    utmMedium: tags.utmMedium,
    utmCampaign: tags.utmCampaign,
    utmContent: tags.utmContent,
    utmTerm: tags.utmTerm,
    browser: agent.browser,
    browserVersion: agent.browserVersion,
    os: agent.os,
    osVersion: agent.osVersion,
    device: agent.device,
    country,
    region,
    city,
    language: candidate.language,
    screen: screenWidthPx === undefined ? undefined : screenClass(screenWidthPx),
    title: candidate.title,
    robot,
    interactive: interactive ? undefined : false,
    props: candidate.props,
    revenue: candidate.revenue,
    scrollDepth: engagement?.scrollDepth,
    engagedMs: engagement?.engagedMs,
    sent: candidate.sent,
  } satisfies MadeHit;
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

/**
 * 64 bits as hex: of the sender's id its hash, which is the same for every retry; else random ones.
 */
export function hitId(id: string | undefined, random: Random): string {
  return id === undefined ? random(8).toString('hex') : hashedId(id);
}

export function hashedId(id: string): string {
  return createHash('sha256').update(id).digest('hex').slice(0, 16);
}
