import type { Site } from '../account/site.ts';
import { addressMatcher } from '../lib/address-ranges.ts';
import { pageMatcher } from '../lib/page-patterns.ts';
import { type DayBounds, dayBounds } from '../lib/site-days.ts';
import { freezeAfterMs } from '../model/times.ts';

/** What a site's settings come to, worked out once for as long as they stay as they are. */
export type SiteRules = {
  readonly excludesAddress: (address: string) => boolean;
  readonly excludesPage: (page: string) => boolean;
  /** The site-day of an instant; the last one asked for is kept. */
  readonly dayOf: (ms: number) => DayBounds;
};

const never = () => false;

const known = new WeakMap<Site, SiteRules>();

/** A changed site is a new object, so what is kept here never outlives its settings. */
export function rulesOf(site: Site): SiteRules {
  let rules = known.get(site);
  if (rules === undefined) {
    rules = {
      excludesAddress:
        site.excludedAddresses.length === 0 ? never : addressMatcher(site.excludedAddresses),
      excludesPage: site.excludedPages.length === 0 ? never : pageMatcher(site.excludedPages),
      dayOf: rememberDay(site),
    };
    known.set(site, rules);
  }
  return rules;
}

export function isFrozen(bounds: DayBounds, nowMs: number): boolean {
  return nowMs >= bounds.endMs + freezeAfterMs;
}

function rememberDay(site: Site): (ms: number) => DayBounds {
  let last: DayBounds | undefined;
  return (ms) => {
    if (last === undefined || ms < last.startMs || ms >= last.endMs)
      last = dayBounds(site.zones, ms);
    return last;
  };
}
