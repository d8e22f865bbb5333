import { isSealed } from '../account/retention.ts';
import type { Site } from '../account/site.ts';
import type { DayBounds } from '../lib/site-days.ts';
import type { Candidate } from './candidate.ts';
import { type Drop, drop, isDrop } from './drop.ts';
import { type Agent, readAgent } from './enrich/agent.ts';
import { referrerSpam, robotName } from './enrich/robot-name.ts';
import { isSpamReferrer } from './enrich/spam-referrers.ts';
import { hitTime } from './hit-time.ts';
import { isFrozen, rulesOf, type SiteRules } from './site-rules.ts';
import type { CollectWorld } from './world.ts';

/** A candidate with what is known of it before it is judged. */
export type Draft = {
  readonly candidate: Candidate;
  readonly site: Site;
  readonly rules: SiteRules;
  readonly agent: Agent;
  /** The name of a robot, whose row is kept where reports of visitors do not count it. */
  readonly robot?: string;
  readonly timeMs: number;
  readonly bounds: DayBounds;
  /** Not a hit of the day that is running now. */
  readonly late: boolean;
};

type Step = (draft: Draft) => Draft | Drop;

/** Who refuses a hit, in running order. The first drop ends it; what costs most comes last. */
const steps: readonly Step[] = [
  refuseBots,
  respectOptOut,
  excludeAddresses,
  excludePages,
  refuseSpamReferrers,
  refuseLateEngagement,
  refuseSealedDays,
];

/** Finds the site of a candidate, its time and its day; drops it if there is no such site. */
export async function draftOf(world: CollectWorld, candidate: Candidate): Promise<Draft | Drop> {
  const { domain, receivedAtMs } = candidate;
  const site = await (domain === undefined ? world.sites.findDefault() : world.sites.find(domain));
  if (site === undefined) return drop('unknown-site');
  const rules = rulesOf(site);
  const timeMs = hitTime(candidate);
  const bounds = rules.dayOf(timeMs);
  const late = receivedAtMs < bounds.startMs || receivedAtMs >= bounds.endMs;
  return { candidate, site, rules, agent: readAgent(candidate.userAgent), timeMs, bounds, late };
}

/** The draft, or why it is dropped. */
export function judge(draft: Draft): Draft | Drop {
  let current = draft;
  for (const step of steps) {
    const next = step(current);
    if (isDrop(next)) return next;
    current = next;
  }
  return current;
}

function refuseBots(draft: Draft): Draft | Drop {
  if (!draft.agent.bot) return draft;
  return robot(draft, 'bot', () => robotName(draft.candidate.userAgent));
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
  return isSpamReferrer(referrer.replace(/^[a-z]+:\/\/(www\.)?/i, ''))
    ? robot(draft, 'spam-referrer', () => referrerSpam)
    : draft;
}

/** Drops a robot's hit, unless its dialect keeps every row. */
function robot(draft: Draft, reason: 'bot' | 'spam-referrer', nameOf: () => string): Draft | Drop {
  return draft.candidate.keepsRobots ? { ...draft, robot: draft.robot ?? nameOf() } : drop(reason);
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
