import { createHash } from 'node:crypto';
import type { Site } from '../account/site.ts';
import type { Sites } from '../account/sites.ts';
import type { Appender, Entry } from '../journal/append.ts';
import { type Books, noSite } from '../journal/books.ts';
import type { Twins } from '../journal/twins.ts';
import type { Random } from '../lib/random.ts';
import type { DayBounds } from '../lib/site-days.ts';
import type { Candidate } from './candidate.ts';
import { type Drop, drop, isDrop } from './drop.ts';
import type { DropLog } from './drop-log.ts';
import { type Agent, readAgent } from './enrich/agent.ts';
import type { Places } from './enrich/place.ts';
import { screenClass } from './enrich/screen.ts';
import { readSource } from './enrich/sources.ts';
import { isSpamReferrer } from './enrich/spam-referrers.ts';
import type { Hit } from './hit.ts';
import { hitTime } from './hit-time.ts';
import { isFrozen, isSealed, rulesOf, type SiteRules } from './site-rules.ts';
import type { Visitors } from './visitors.ts';

/** What collecting needs of the world around it. */
export type CollectWorld = {
  readonly sites: Sites;
  readonly appender: Appender;
  readonly books: Books;
  readonly twins: Twins;
  readonly dropLog: DropLog;
  readonly visitors: Visitors;
  readonly places: Places;
  readonly random: Random;
};

export type Kept = { readonly id: string };

/** A candidate on its way: what the steps have found out so far. */
export type Draft = {
  readonly candidate: Candidate;
  readonly site: Site;
  readonly rules: SiteRules;
  readonly agent: Agent;
  readonly timeMs: number;
  readonly bounds: DayBounds;
  /** Not a hit of the day that is running now. */
  readonly late: boolean;
};

type Step = (draft: Draft) => Draft | Drop;

/** The way of a hit, in running order. The first drop ends it; what costs most comes last. */
const steps: readonly Step[] = [
  refuseBots,
  respectOptOut,
  excludeAddresses,
  excludePages,
  refuseSpamReferrers,
  refuseLateEngagement,
  refuseSealedDays,
];

/**
 * Takes candidates in: each is dropped with a reason, or durable when this resolves. Rejects with fault `unavailable`
 * when they could not be stored; none is acknowledged then, and sending them again with their ids is safe.
 */
export async function collect(
  world: CollectWorld,
  candidates: readonly Candidate[],
): Promise<readonly (Kept | Drop)[]> {
  const outcomes: (Kept | Drop)[] = [];
  const entries: Entry[] = [];
  const named = new Set<Entry>();
  for (const candidate of candidates) {
    const draft = await draftOf(world, candidate);
    const passed = isDrop(draft) ? draft : runSteps(draft);
    if (isDrop(passed)) {
      world.dropLog.log(candidate, passed.dropped);
      const site = isDrop(draft) ? noSite : draft.site.id;
      world.books.count(
        site,
        isDrop(draft) ? utcDay(candidate.receivedAtMs) : draft.bounds.day,
        `dropped:${passed.dropped}`,
      );
      outcomes.push(passed);
    } else {
      const entry = await entryOf(world, passed);
      entries.push(entry);
      if (candidate.id !== undefined) named.add(entry);
      outcomes.push({ id: entry.id });
    }
  }
  if (entries.length > 0) {
    await world.appender.append(entries);
    for (const entry of entries) {
      if (!named.has(entry) || world.twins.isFirst(entry))
        world.books.count(entry.siteId, entry.day, 'stored');
    }
  }
  return outcomes;
}

async function draftOf(world: CollectWorld, candidate: Candidate): Promise<Draft | Drop> {
  const { domain, id, receivedAtMs, engagement } = candidate;
  const site = await (domain === undefined ? world.sites.findDefault() : world.sites.find(domain));
  if (site === undefined) return drop('unknown-site');
  const rules = rulesOf(site);
  // An engagement is of its pageview's day, whenever it comes: the age is that of the moment it was sent, and again with each retry.
  const timeMs = engagement === undefined ? hitTime(id, receivedAtMs) : receivedAtMs - engagement.viewAgeMs;
  const bounds = rules.dayOf(timeMs);
  const late = receivedAtMs < bounds.startMs || receivedAtMs >= bounds.endMs;
  return { candidate, site, rules, agent: readAgent(candidate.userAgent), timeMs, bounds, late };
}

function runSteps(draft: Draft): Draft | Drop {
  let current = draft;
  for (const step of steps) {
    const next = step(current);
    if (isDrop(next)) return next;
    current = next;
  }
  return current;
}

function refuseBots(draft: Draft): Draft | Drop {
  return draft.agent.bot ? drop('bot') : draft;
}

function respectOptOut(draft: Draft): Draft | Drop {
  return draft.site.respectsGpc && draft.candidate.optsOut ? drop('opted-out') : draft;
}

function excludeAddresses(draft: Draft): Draft | Drop {
  return draft.rules.excludesAddress(draft.candidate.address) ? drop('excluded-ip') : draft;
}

function excludePages(draft: Draft): Draft | Drop {
  return draft.rules.excludesPage(draft.candidate.page) ? drop('excluded-page') : draft;
}

function refuseSpamReferrers(draft: Draft): Draft | Drop {
  const { referrer } = draft.candidate;
  if (referrer === undefined) return draft;
  return isSpamReferrer(referrer.replace(/^[a-z]+:\/\/(www\.)?/i, '')) ? drop('spam-referrer') : draft;
}

function refuseLateEngagement(draft: Draft): Draft | Drop {
  const { candidate, bounds } = draft;
  return candidate.engagement !== undefined && isFrozen(bounds, candidate.receivedAtMs)
    ? drop('too-late')
    : draft;
}

function refuseSealedDays(draft: Draft): Draft | Drop {
  const { site, bounds, candidate, late } = draft;
  return late && isSealed(site, bounds.day, candidate.receivedAtMs) ? drop('too-old') : draft;
}

/** The row of a hit: enriched, its visitor known only as a keyed hash. */
export async function entryOf(
  world: Pick<CollectWorld, 'visitors' | 'places' | 'random'>,
  draft: Omit<Draft, 'rules'>,
): Promise<Entry> {
  const { candidate, site, agent, timeMs, bounds, late } = draft;
  const { address, userAgent, receivedAtMs, engagement } = candidate;
  const visitor = await world.visitors.identify(site.id, bounds, address, userAgent, receivedAtMs);
  const id = hitId(candidate.id, world.random);
  const { name, hostname, page, language, screenWidthPx, props, revenue, sent } = candidate;
  // Assigned one by one, as this is the hot path; what is undefined, JSON leaves out.
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
    readSource({ referrer: candidate.referrer, ownHostname: hostname, tags: candidate.tags }),
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
  Object.assign(hit, candidate.place ?? world.places.locate(address));
  hit.language = language;
  if (screenWidthPx !== undefined) hit.screen = screenClass(screenWidthPx);
  if (!candidate.interactive) hit.interactive = false;
  hit.props = props;
  hit.revenue = revenue;
  hit.scrollDepth = engagement?.scrollDepth;
  hit.engagedMs = engagement?.engagedMs;
  hit.sent = sent;
  const entry = { siteId: site.id, day: bounds.day, late, receivedAtMs, id, hit: JSON.stringify(hit) };
  return site.shards === undefined ? entry : { ...entry, shards: site.shards };
}

/** 64 bits as hex: of the sender's id its hash, which is the same for every retry; else random ones. */
export function hitId(id: string | undefined, random: Random): string {
  return id === undefined
    ? random(8).toString('hex')
    : createHash('sha256').update(id).digest('hex').slice(0, 16);
}

function utcDay(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
