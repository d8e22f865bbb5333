import type { Site } from '../account/site.ts';
import type { DayBounds } from '../lib/site-days.ts';
import type { Candidate } from './candidate.ts';
import { type Drop, drop } from './drop.ts';
import { type Agent, readAgent } from './enrich/agent.ts';
import type { Places } from './enrich/place.ts';
import { referrerSpam, robotName } from './enrich/robot-name.ts';
import { hitTime } from './hit-time.ts';
import { isSpam } from './judge.ts';
import { rulesOf, type SiteRules } from './site-rules.ts';
import type { CollectWorld } from './world.ts';

/** A candidate with what is known of it before it is judged. */
export type Draft = {
  readonly candidate: Candidate;
  readonly site: Site;
  readonly rules: SiteRules;
  readonly agent: Agent;
  readonly places: Pick<Places, 'locate'>;
  /** The name of a robot, whose row is kept where reports of visitors do not count it. */
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
  const candidate = page === sent.page ? sent : { ...sent, page };
  const timeMs = hitTime(candidate);
  const bounds = rules.dayOf(timeMs);
  const late = receivedAtMs < bounds.startMs || receivedAtMs >= bounds.endMs;
  const agent = readAgent(candidate.userAgent);
  const { places } = world;
  const draft = { candidate, site, rules, agent, places, timeMs, bounds, late };
  return candidate.keepsRobots ? { ...draft, robot: robotOf(candidate, agent) } : draft;
}

/** The name of a robot, whose hit its dialect keeps. */
function robotOf(candidate: Candidate, agent: Agent): string | undefined {
  if (agent.bot) return robotName(candidate.userAgent);
  return isSpam(candidate) ? referrerSpam : undefined;
}
