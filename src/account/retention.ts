import { addDays, type Day, dayBounds, type ZoneSpan } from '../lib/site-days.ts';
import type { Kept, Site } from './site.ts';

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
  readonly sealedDays?: readonly Day[];
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

/** Whether a day takes no hits any more: it is no longer kept. */
export function isSealed(site: Retention, day: Day, nowMs: number): boolean {
  const { keepHitsDays, sealedFrom: bound, sealedDays } = site;
  if (keepHitsDays === undefined && bound === undefined && sealedDays === undefined) return false;
  return day < (sealedFrom(site, nowMs) ?? '') || (sealedDays?.includes(day) ?? false);
}

/** The first day whose hits, and whose roll-ups, are to be kept; undefined: none need be. */
export type ToKeep = { readonly hitsFrom: Day | undefined; readonly rollUpsFrom: Day | undefined };

/**
 * The site with settings that keep so much: what it kept before, if that is enough, else as little
 * changed as need be. Days before `sealedFrom` stay sealed.
 */
export function keepAgain(
  site: Site,
  toKeep: ToKeep,
  sealed: Day | undefined,
  nowMs: number,
): Site {
  const { keepHitsDays, keepRollUpsDays: _, sealedFrom: __, keptBefore, ...others } = site;
  const known: Kept[] = keptBefore === undefined ? [] : [keptBefore];
  if (keepHitsDays !== undefined) known.push({ keepHitsDays });
  const kept = known.find((one) => keeps({ ...one, zones: site.zones }, toKeep, nowMs)) ?? {};
  const { sealedFrom: before, ...days } = kept;
  const bound = sealed ?? before;
  return { ...others, ...days, ...(bound !== undefined && { sealedFrom: bound }) };
}

function keeps(site: Retention, { hitsFrom, rollUpsFrom }: ToKeep, nowMs: number): boolean {
  const isKept = (from: Day | undefined, first: Day | undefined) =>
    from === undefined || first === undefined || from <= first;
  return (
    isKept(hitsKeptFrom(site, nowMs), hitsFrom) && isKept(rollUpsKeptFrom(site, nowMs), rollUpsFrom)
  );
}
