import { addDays, type Day, dayBounds, type ZoneSpan } from '../lib/site-days.ts';

/** How long a site's data is kept; for ever where it does not say. */
export type Retention = {
  readonly zones: readonly ZoneSpan[];
  /** Days before today whose hits and visits are kept. */
  readonly keepHitsDays?: number;
  /** The same for roll-ups; never fewer. */
  readonly keepRollUpsDays?: number;
  /**
   * No hit of an earlier day is taken, however long hits are kept now: a pruned day does not start
   * again.
   */
  readonly sealedFrom?: Day;
};

/** The first day whose hits are kept. */
export function hitsKeptFrom(site: Retention, nowMs: number): Day | undefined {
  return site.keepHitsDays === undefined ? undefined : daysAgo(site, nowMs, site.keepHitsDays);
}

/** The first day whose roll-ups are kept: at least as long as hits. */
export function rollUpsKeptFrom(site: Retention, nowMs: number): Day | undefined {
  const { keepHitsDays, keepRollUpsDays } = site;
  if (keepHitsDays === undefined || keepRollUpsDays === undefined) return undefined;
  return daysAgo(site, nowMs, Math.max(keepHitsDays, keepRollUpsDays));
}

/**
 * The first day that takes hits: every day before is sealed. A day is sealed before it is pruned,
 * and stays so.
 */
export function sealedFrom(site: Retention, nowMs: number): Day | undefined {
  const kept = hitsKeptFrom(site, nowMs);
  if (kept === undefined || site.sealedFrom === undefined) return kept ?? site.sealedFrom;
  return kept > site.sealedFrom ? kept : site.sealedFrom;
}

const daysAgo = ({ zones }: Retention, nowMs: number, days: number) =>
  addDays(dayBounds(zones, nowMs).day, -days);
