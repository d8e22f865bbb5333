import { isSealed } from '../account/retention.ts';
import type { Site } from '../account/site.ts';
import { type ImportFacts, importTests } from '../journal/import-hits.ts';
import type { DayBounds } from '../lib/site-days.ts';
import { clockSkewMs } from '../model/times.ts';
import type { Candidate } from './candidate.ts';
import type { Agent } from './enrich/agent.ts';
import { knownPlace, type Places } from './enrich/place.ts';
import { isSpamReferrer } from './enrich/spam-referrers.ts';
import { isFrozen, type SiteRules } from './site-rules.ts';

/** What tests ask of a hit; each way of a hit says what it knows. */
type Facts = ImportFacts & {
  readonly candidate: Candidate;
  readonly site: Site;
  readonly rules: SiteRules;
  readonly agent: Agent;
  readonly places: Pick<Places, 'locate' | 'networkOf'>;
  readonly timeMs: number;
  readonly bounds: DayBounds;
  /** Not a hit of the day that is running now. */
  readonly late: boolean;
};

/** Some of the facts, and of the candidate only some fields. */
type Some<F extends keyof Facts, C extends keyof Candidate = never> = Pick<Facts, F> & {
  readonly candidate: Pick<Candidate, C>;
};

/**
 * Why a hit is not kept: each reason with its test, in the order in which they are asked, whatever
 * way the hit takes. The first that holds decides; what costs most comes last.
 */
const tests = {
  // How long a robot's page was open says nothing.
  bot: ({ agent, candidate }: Some<'agent', 'keepsRobots' | 'isRobot' | 'engagement'>) =>
    (agent.bot || candidate.isRobot === true) &&
    (!candidate.keepsRobots || candidate.engagement !== undefined),
  identify: ({ candidate }: Some<never, 'notKept'>) => candidate.notKept === 'identify',
  performance: ({ candidate }: Some<never, 'notKept'>) => candidate.notKept === 'performance',
  'opted-out': ({ site, candidate }: Some<'site', 'optsOut'>) =>
    site.respectsGpc && candidate.optsOut,
  future: ({ timeMs, candidate }: Some<'timeMs', 'receivedAtMs'>) =>
    timeMs > candidate.receivedAtMs + clockSkewMs,
  'excluded-ip': ({ rules, candidate }: Some<'rules', 'address'>) =>
    rules.excludesAddress(candidate.address),
  'excluded-page': ({ rules, candidate }: Some<'rules', 'page'>) =>
    rules.excludesPage(candidate.page),
  hostname: ({ rules, candidate }: Some<'rules', 'hostname' | 'receivedAtMs'>) =>
    rules.excludesHostname(candidate.hostname, candidate.receivedAtMs),
  'excluded-country': ({
    rules,
    places,
    candidate,
  }: Some<'rules' | 'places', 'address' | 'place'>) =>
    rules.excludesCountry(
      () => knownPlace(candidate.place, places.locate(candidate.address)).country,
    ),
  // Robots that are kept live in data centres.
  'excluded-network': ({
    rules,
    places,
    agent,
    candidate,
  }: Some<'rules' | 'places' | 'agent', 'address' | 'keepsRobots'>) =>
    !(agent.bot && candidate.keepsRobots) &&
    rules.excludesNetwork(() => places.networkOf?.(candidate.address)),
  'spam-referrer': ({ candidate }: Some<never, 'referrer' | 'keepsRobots'>) =>
    !candidate.keepsRobots && isSpam(candidate),
  'too-late': ({ bounds, candidate }: Some<'bounds', 'engagement' | 'receivedAtMs'>) =>
    candidate.engagement !== undefined && isFrozen(bounds, candidate.receivedAtMs),
  'too-old': ({
    site,
    bounds,
    late,
    candidate,
  }: Some<'site' | 'bounds' | 'late', 'receivedAtMs'>) =>
    late && isSealed(site, bounds.day, candidate.receivedAtMs),
  // Asked where hits of any import are taken, those of exports too.
  ...importTests,
} satisfies Readonly<Record<string, (facts: Facts) => boolean>>;

export type Reason = keyof typeof tests;

/** Everything that tests of these reasons ask for. */
type Asked<R extends Reason> = {
  [K in R]: (facts: Parameters<(typeof tests)[K]>[0]) => void;
}[R] extends (facts: infer F) => void
  ? F
  : never;

/**
 * A judge of some of the reasons, asked in the table's order: gives the first that holds for a hit,
 * undefined where none does.
 */
export function judgeOf<R extends Reason>(
  ...reasons: readonly R[]
): (facts: Asked<R>) => R | undefined {
  const names: readonly Reason[] = reasons;
  const asked = Object.entries(tests).filter(([reason]) => names.includes(reason as R)) as [
    R,
    (facts: unknown) => boolean,
  ][];
  return (facts) => {
    for (const [reason, holds] of asked) if (holds(facts)) return reason;
    return undefined;
  };
}

export const isSpam = ({ referrer }: Pick<Candidate, 'referrer'>) =>
  referrer !== undefined && isSpamReferrer(referrer);
