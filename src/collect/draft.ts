import type { Site } from '../account/site.ts';
import type { DayBounds } from '../lib/site-days.ts';
import type { Candidate } from './candidate.ts';
import { type Drop, drop } from './drop.ts';
import { type Agent, readAgent } from './enrich/agent.ts';
import type { Places } from './enrich/place.ts';
import { hitTime } from './hit-time.ts';
import { robotOf } from './robot-of.ts';
import { rulesOf, type SiteRules } from './site-rules.ts';
import type { CollectWorld } from './world.ts';

/** A candidate with what is known of it before it is judged. */
export type Draft = {
  readonly candidate: Candidate;
  readonly site: Site;
  readonly rules: SiteRules;
  readonly agent: Agent;
  readonly places: Pick<Places, 'locate' | 'networkOf'>;
  /** The name of a robot whose row is kept: reports of visitors do not count it. */
  readonly robot?: string | undefined;
  readonly timeMs: number;
  readonly bounds: DayBounds;
  /** Not a hit of the day that is running now. */
  readonly late: boolean;
};

/** Finds the site of a candidate, its time and its day; drops it if there is no such site. */
export async function draftOf(world: CollectWorld, sent: Candidate): Promise<Draft | Drop> {
  const { domain, receivedAtMs } = sent;
  const site = await (domain === undefined ? world.sites.findDefault() : world.sites.find(domain));
  if (site === undefined) return drop('unknown-site');
  const rules = rulesOf(site);
  const page = rules.pageOf(sent.page, sent.search);
  const keepsRobots = sent.keepsRobots ?? site.keepsRobots;
  const isAsSent = page === sent.page && keepsRobots === sent.keepsRobots;
  const candidate = isAsSent ? sent : { ...sent, page, ...(keepsRobots && { keepsRobots }) };
  const timeMs = hitTime(candidate);
  const bounds = rules.dayOf(timeMs);
  const late = receivedAtMs < bounds.startMs || receivedAtMs >= bounds.endMs;
  const agent = readAgent(candidate.userAgent);
  const { places } = world;
  const robot = robotOf(candidate, agent);
  return { candidate, site, rules, agent, places, robot, timeMs, bounds, late };
}
